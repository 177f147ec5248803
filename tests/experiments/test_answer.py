"""Answers of cells: kept as JSON and read the same, cut and refused where they are."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from playground.experiments.answer import AnswerRecord
from playground.messages import ToolCall
from playground.metering import Price, Usage
from playground.store.records import Failure

FULL = AnswerRecord(
    state="failed",
    text="tea",
    thoughts="rhyme",
    tool_calls=(ToolCall("1", "rhyme", '{"word": "sea"}', "function", {"signature": "x"}),),
    finish_reason="stop",
    truncated=True,
    error=Failure("capacity", "No room.", "Try again.", retryable=True, retry_after_s=1.5),
    usage=Usage(10, 2, 1, 0.5, True, Decimal("0.000123"), "cost", 1),
    price=Price(Decimal("0.1"), Decimal("0.2"), "list", date(2026, 11, 1), Decimal("0.05")),
    cost=Decimal("0.0000000001"),
    cost_estimated=True,
    seconds=1.25,
    first_token_s=0.5,
    asked_at=datetime(2026, 11, 29, 20, 0, tzinfo=UTC),
    notes=("a note",),
)


@pytest.mark.parametrize("answer", [AnswerRecord(), FULL])
def test_an_answer_is_kept_as_json_and_read_the_same(answer: AnswerRecord) -> None:
    again = AnswerRecord.from_json(json.loads(json.dumps(answer.as_json())))
    assert again == answer
    assert (again.notes, again.usage, again.price) == (answer.notes, answer.usage, answer.price)


def test_what_is_as_it_would_be_anyway_takes_no_room() -> None:
    assert AnswerRecord(text="tea").as_json() == {"text": "tea"}


def test_an_answer_is_cut_where_it_reached_its_cap_or_broke_off() -> None:
    assert AnswerRecord(finish_reason="length").cut
    assert AnswerRecord(finish_reason="unknown", truncated=True).cut
    assert not AnswerRecord(finish_reason="stop").cut
    assert not AnswerRecord(state="stopped", truncated=True).cut


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot assist with this request.",
        "I can’t provide that.",
        "I'm unable to answer this.",
        "Unfortunately, I must respectfully decline.",
        "As an AI language model, I do not have opinions.",
        "Das kann ich leider nicht tun.",
        "Je ne peux pas vous aider.",
    ],
)
def test_a_refusal_is_known_by_its_words(text: str) -> None:
    assert AnswerRecord(text=text).refused


@pytest.mark.parametrize(
    "text",
    ["Tea.", "He said: you cannot help it.", "I cannot wait to see the sea!", "x" * 500 + " I cannot help with that."],
)
def test_other_words_are_none(text: str) -> None:
    assert not AnswerRecord(text=text).refused


def test_what_a_filter_took_away_is_refused() -> None:
    assert AnswerRecord(finish_reason="content_filter").refused
    assert AnswerRecord(state="failed", error=Failure("content_filter", "No.", "")).refused
