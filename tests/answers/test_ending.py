"""How an answer ended, in words."""

from dataclasses import replace

import pytest

from playground.answers.ending import ending_text, failure_details, thoughts_heading
from playground.answers.extras import Extras
from playground.compare.verdict import complete
from playground.errors import RateLimitedError
from playground.messages import ToolCall
from playground.metering import Usage
from playground.store import Failure, StoredReply
from tests.answers.test_pictures import PNG, uri
from tests.compare.test_verdict import GOOD

USED_UP = "max_tokens or the model's context is used up"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (GOOD, ""),
        (replace(GOOD, state="stopped"), "stopped"),
        (replace(GOOD, state="interrupted"), "interrupted: the app ended while this was arriving"),
        (replace(GOOD, state="failed"), "cut off by the error"),
        (replace(GOOD, state="failed", text=""), ""),
        (replace(GOOD, truncated=True), "the stream broke off before its end"),
        (replace(GOOD, finish_reason="content_filter"), "filtered by the service"),
        (replace(GOOD, finish_reason="length"), f"cut off after 21 tokens: {USED_UP}"),
        (replace(GOOD, finish_reason="length", usage=Usage(1, 9, estimated=True)), f"cut off: {USED_UP}"),
        (replace(GOOD, finish_reason="length", truncated=True), "cut off: longer than is kept here"),
        (
            replace(GOOD, finish_reason="length", text="", reasoning="Hm."),
            f"cut off after 21 tokens by thinking alone: {USED_UP}",
        ),
    ],
)
def test_an_answer_that_is_not_complete_says_so(reply: StoredReply, words: str) -> None:
    assert ending_text(reply) == words


def test_a_picture_is_an_answer() -> None:
    drawn = replace(GOOD, text="", extras=Extras(images=(uri(PNG),)))
    assert ending_text(drawn) == ""
    assert complete(drawn)
    assert ending_text(replace(GOOD, text="")) == "the server answered with nothing"


def test_an_end_without_an_answer_or_for_an_unknown_reason_is_said() -> None:
    thought = replace(GOOD, text="", reasoning="Hm.")
    assert ending_text(thought) == "ended while thinking, without an answer"
    assert ending_text(replace(thought, tool_calls=(ToolCall("a", "now", "{}"),))) == ""
    assert ending_text(replace(GOOD, finish_reason="unknown")) == "ended for a reason that is not known here"


def test_what_else_is_known_of_an_error() -> None:
    error = RateLimitedError("Slow down", code="3040", request_id="ray", retry_after_s=4)
    assert failure_details(Failure.of(error)) == "asks to wait 4.00 s · code 3040 · request ray"
    assert failure_details(Failure("server", "Gone.", "")) == ""


def test_thoughts_say_how_long_they_took() -> None:
    assert thoughts_heading(12.3) == "Thought for 12 s"
    assert thoughts_heading(130) == "Thought for 2 min 10 s"
    assert thoughts_heading(0.3) == "Thought for less than 1 s"
    assert thoughts_heading(None) == "Thoughts"
