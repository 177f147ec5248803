"""An answer is kept up to a length and then cut; what is too large to be read is an error."""

import json

import pytest

from playground.errors import ProtocolError
from playground.events import Event, Finished, Noted, TextDelta, UsageReported
from playground.providers.wire.reading import AnswerReader
from tests.providers.answers import frames
from tests.providers.heard import hear


def test_an_answer_is_cut_where_it_is_too_long() -> None:
    reader = AnswerReader(max_chars=10)
    events: list[Event] = []
    for _ in range(3):
        events += reader.feed(b'data: {"response":"1234567"}\n\n')
        if reader.done:
            break
    assert reader.done
    events += reader.finish()
    *texts, noted, reported, finished = events
    assert texts == [TextDelta("1234567"), TextDelta("123")]
    assert isinstance(noted, Noted)
    assert "Cut by the playground after 10 characters" in noted.note
    assert isinstance(reported, UsageReported)
    assert reported.usage.estimated
    assert finished == Finished("length", truncated=True)


@pytest.mark.parametrize(
    "choice",
    [
        {"delta": {"content": "x" * 500}},
        {"delta": {"reasoning": "x" * 500}},
        {"delta": {"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "x" * 500}}]}},
        {"index": 1, "delta": {"content": "x" * 500}},
    ],
    ids=["text", "thoughts", "arguments", "a further choice"],
)
def test_all_that_a_model_says_counts(choice: object) -> None:
    frame = json.dumps({"choices": [choice]})
    heard = hear(frames(frame, frame, frame), max_chars=1_200)
    kept = (
        heard.text + heard.reasoning + "".join(call.arguments for call in heard.calls) + heard.extras.choices.get(1, "")
    )
    assert len(kept) == 1_200
    assert heard.truncated


def test_an_answer_that_is_just_as_long_is_whole() -> None:
    heard = hear(frames('{"response":"1234567890"}'), max_chars=10)
    assert (heard.text, heard.truncated, heard.notes) == ("1234567890", False, [])


def test_a_whole_document_is_cut_too() -> None:
    heard = hear('{"response":"1234567890123"}', content_type="application/json", max_chars=10)
    assert (heard.text, heard.truncated) == ("1234567890", True)


def test_what_was_taken_for_thought_is_the_answer_also_where_it_is_cut() -> None:
    heard = hear(frames(*['{"response":"1234567"}'] * 3), max_chars=10, model="qwq-32b")
    assert (heard.reasoning, heard.text) == ("", "1234567123")


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/json"])
def test_a_line_or_a_document_without_end_is_not_held(content_type: str) -> None:
    streamed = content_type == "text/event-stream"
    reader = AnswerReader(content_type=content_type, max_bytes=10_000)
    events = reader.feed(b'data: {"response":"Hi"}\n\ndata: ' if streamed else b"")
    events += reader.feed(b'{"response":"')
    for _ in range(20):
        events += reader.feed(b"x" * 1_000)
        if reader.error:
            break
    assert isinstance(reader.error, ProtocolError)
    assert "more than 10,000 bytes" in reader.error.message
    assert events == ([TextDelta("Hi")] if streamed else [])


def test_an_event_of_many_lines_without_end_is_not_held() -> None:
    reader = AnswerReader(max_bytes=10_000)
    for _ in range(2_000):
        reader.feed(b'data: {"response":"x"}\n')
        if reader.error:
            break
    else:
        pytest.fail("all of it was taken")


def test_many_events_are_no_long_one() -> None:
    reader = AnswerReader(max_bytes=10_000)
    for _ in range(2_000):
        reader.feed(b'data: {"respo')
        reader.feed(b'nse":"x"}\n\nid: 1\ndata: {"response":"y"}\n\n')
    assert reader.error is None
