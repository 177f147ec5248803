"""The life of a reader: what decides how a body is read, how it ends, and that nothing but errors of ours come out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.conversation.estimation import estimate
from playground.errors import ProtocolError, ProviderError
from playground.events import Finished, ReasoningDelta, Reclassified, TextDelta, ToolCallDelta, UsageReported
from playground.metering import Usage
from playground.providers.wire.reading import AnswerReader
from tests.providers.answers import frames
from tests.providers.dialects.native_answers import NATIVE_STREAMS, NATIVE_WHOLE
from tests.providers.dialects.openai_answers import OPENAI_STREAMS
from tests.providers.dialects.responses_answers import RESPONSES_STREAMS
from tests.providers.failing_answers import FAILING_STREAMS
from tests.providers.heard import hear, put_together

_ANSWERS = [*NATIVE_WHOLE, *NATIVE_STREAMS, *OPENAI_STREAMS, *FAILING_STREAMS, *RESPONSES_STREAMS]
_KEYS = sorted({key for answer in _ANSWERS for key in answer.body.split('"')[1::2] if key.isidentifier()})

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["stop", "error", "response."]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS) | st.text(), inner, max_size=5),
    max_leaves=12,
)
wire_frames = st.dictionaries(st.sampled_from(_KEYS), json_values, max_size=6)


@given(
    st.lists(wire_frames | json_values, max_size=4), st.sampled_from(["data: ", "event: error\ndata: ", "error: ", ""])
)
def test_no_frame_of_json_raises_anything_but_an_error_of_ours(values: list[Any], prefix: str) -> None:
    hear(*(f"{prefix}{json.dumps(value)}\n\n" for value in values))


@given(wire_frames | json_values)
def test_no_document_of_json_raises_anything_but_an_error_of_ours(value: Any) -> None:
    heard = hear(json.dumps(value), content_type="application/json")
    reader = AnswerReader()
    again = put_together(reader.read_value(value), reader.error)
    assert (again.error is None) == (heard.error is None)


@given(st.binary(), st.sampled_from(["text/event-stream", "application/json", "text/plain", ""]))
def test_no_bytes_raise_anything_but_an_error_of_ours(body: bytes, content_type: str) -> None:
    hear(body, content_type=content_type)


@given(st.sampled_from(_ANSWERS), st.data())
def test_cuts_never_matter(answer: Any, data: st.DataObject) -> None:
    body = answer.body.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    pieces = [body[a:b] for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    heard, whole = hear(*pieces, **answer.options), hear(body, **answer.options)
    assert (heard.text, heard.calls, heard.usage, heard.finished) == (
        whole.text,
        whole.calls,
        whole.usage,
        whole.finished,
    )


def test_text_before_an_error_is_given_first_and_the_error_is_raised_after() -> None:
    reader = AnswerReader()
    events = reader.feed(
        frames('{"response":"Hel"}', '{"response":"lo <"}', '{"error":"no"}', '{"response":"!"}').encode()
    )
    assert events == [TextDelta("Hel"), TextDelta("lo "), TextDelta("<")]
    assert reader.error is not None
    with pytest.raises(ProviderError, match="no"):
        reader.feed(b"data: {}\n\n")
    with pytest.raises(ProviderError, match="no"):
        reader.finish()


def test_nothing_is_read_after_done() -> None:
    reader = AnswerReader()
    assert reader.feed(frames('{"response":"a"}').encode() + frames('{"response":"b"}').encode()) == [TextDelta("a")]
    assert reader.done
    assert reader.feed(frames('{"response":"c"}').encode()) == []
    assert [type(event) for event in reader.finish()] == [UsageReported, Finished]
    assert reader.finish() == []


def test_text_comes_with_its_frame() -> None:
    reader = AnswerReader(content_type="text/plain")
    assert reader.feed(b'data: {"respo') == []
    assert reader.feed(b'nse":"Hi"}\n\nda') == [TextDelta("Hi")]


def test_usage_is_estimated_where_the_server_gives_none() -> None:
    assert hear(frames('{"response":"Hello, "}', '{"response":"世界"}')).usage == Usage(
        0, estimate("Hello, 世界"), 0, None, True
    )
    reported = frames('{"response":"Hi","usage":{"prompt_tokens":3,"completion_tokens":1}}')
    assert hear(reported).usage == Usage(3, 1)
    call = '{"tool_calls":[{"name":"now","arguments":{"zone":"UTC"}}]}'
    assert hear(frames(call)).usage == Usage(0, estimate('now{"zone":"UTC"}'), estimated=True)


@pytest.mark.parametrize("body", ["no: tok-1", '{"error":"no: tok-1"}', "<title>tok-1</title>", 'data: {"tok-1'])
@pytest.mark.parametrize("content_type", ["application/json", "text/event-stream"])
def test_errors_name_the_account_and_never_a_secret(body: str, content_type: str) -> None:
    heard = hear(body, "\n\n", content_type=content_type, secrets=("tok-1",))
    assert "tok-1" not in str(heard.error)
    failure = frames('{"success":false,"errors":[{"code":7003,"message":"no"}]}')
    assert "account abc" in str(hear(failure, account_id="abc").error)


def test_an_empty_answer_to_a_streamed_request_can_be_told() -> None:
    reader = AnswerReader(content_type="application/json; charset=utf-8")
    reader.feed(b'{"result":{},"success":true}')
    assert [type(event) for event in reader.finish()] == [UsageReported, Finished]
    assert reader.says_nothing


@pytest.mark.parametrize("body", ["", " \n", "{}", "[]", '{"result":{"response":""},"success":true}'])
def test_a_body_that_says_nothing_is_told_from_one_that_fails(body: str) -> None:
    reader = AnswerReader(content_type="application/json")
    reader.feed(body.encode())
    reader.finish()
    assert reader.says_nothing


@pytest.mark.parametrize(
    "body",
    [
        '{"choices":[{"message":{"content":null},"finish_reason":"length"}]}',
        '{"response":null,"tool_calls":[{"name":"f","arguments":{}}]}',
        '{"response":"Hi"}',
        '{"error":"no"}',
        "<html>",
    ],
)
def test_an_answer_without_text_may_have_its_reason(body: str) -> None:
    reader = AnswerReader(content_type="application/json")
    reader.feed(body.encode())
    reader.finish()
    assert not reader.says_nothing


def test_an_answer_that_thinks_is_not_empty() -> None:
    reader = AnswerReader()
    assert reader.feed(b'data: {"choices":[{"delta":{"reasoning":"Hm"}}]}\n\n') == [ReasoningDelta("Hm")]
    assert not reader.empty
    assert not reader.whole


def test_frames_are_shown_before_they_are_read() -> None:
    seen: list[str] = []
    hear(frames('{"response":"Hi"}'), on_frame=seen.append)
    assert seen == ['{"response":"Hi"}', "[DONE]"]
    seen.clear()
    hear('{"response": "Hi"}', content_type="application/json", on_frame=seen.append)
    assert seen == ['{"response": "Hi"}']


@pytest.mark.parametrize("body", ["", "\n", "\ufeff"])
def test_an_empty_body_is_no_answer(body: str) -> None:
    error = hear(body, content_type="application/json").error
    assert isinstance(error, ProtocolError)
    assert error.message == "The server's answer is empty."


def test_a_stream_without_a_single_event_is_truncated() -> None:
    assert hear("").finished == hear(": ping\n\n").finished == Finished("unknown", truncated=True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("upstream connect error", "upstream connect error"),
        ("<!doctype html><title>502 Bad Gateway</title><p>secret</p>", '"502 Bad Gateway"'),
        ('{"unknown": 1}', '{"unknown":1}'),
        ('{"result": {"respo', '{"result": {"respo'),
        ("[1, 2]", "[1,2]"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_a_body_that_is_no_answer_is_a_protocol_error_that_says_what_came(
    body: str, said: str, content_type: str
) -> None:
    error = hear(body, content_type=content_type).error
    assert isinstance(error, ProtocolError)
    assert said in error.message
    assert "secret" not in error.message


def test_plain_words_in_an_event_stream_are_a_protocol_error() -> None:
    error = hear("Internal Server Error").error
    assert isinstance(error, ProtocolError)
    assert "Internal Server Error" in error.message


def test_a_frame_cut_after_the_end_was_said_is_still_truncated() -> None:
    stop = '{"choices":[{"delta":{},"finish_reason":"stop"}]}'
    assert hear(frames(stop, done=False) + 'data: {"usage":{"prom').finished == Finished("stop", truncated=True)
    assert hear(frames(stop) + 'data: {"usage":{"prom').finished == Finished("stop")


def test_the_last_finish_reason_wins() -> None:
    said = [f'{{"choices":[{{"delta":{{}},"finish_reason":"{reason}"}}]}}' for reason in ("stop", "", "length")]
    assert hear(frames(*said)).reason == "length"


def test_calls_of_an_answer_cut_at_its_length_are_left_as_they_came() -> None:
    call = '{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\\"x"}}]}}]}'
    heard = hear(frames(call, '{"choices":[{"delta":{},"finish_reason":"length"}]}'))
    assert heard.reason == "length"
    assert heard.calls[0].arguments == '{"x'


def test_a_model_known_to_open_in_thought() -> None:
    stream = frames('{"response":"Hm"}', '{"response":"</think>"}', '{"response":"\\n\\nHi"}')
    heard = hear(stream, model="@cf/deepseek-ai/deepseek-r1-distill-qwen-32b")
    assert (heard.reasoning, heard.text) == ("Hm", "Hi")


def test_thoughts_that_nothing_opened_are_known_by_their_closing_tag() -> None:
    stream = frames('{"response":"Hm"}', '{"response":"</think>"}', '{"response":"\\n\\nHi"}')
    reader = AnswerReader(model="anything")
    assert reader.feed(stream.encode()) == [TextDelta("Hm"), Reclassified("thought"), TextDelta("Hi")]


def test_thoughts_in_a_field_leave_the_content_to_be_the_answer() -> None:
    stream = frames('{"choices":[{"delta":{"reasoning":"Hm"}}]}', '{"choices":[{"delta":{"content":"Hi"}}]}')
    heard = hear(stream, model="deepseek-r1")
    assert (heard.reasoning, heard.text) == ("Hm", "Hi")


@pytest.mark.parametrize("reason", ["stop", "length", "tool_calls", "content_filter"])
def test_a_whole_answer_that_was_taken_for_thought_is_the_answer(reason: str) -> None:
    body = json.dumps({"choices": [{"message": {"content": "Hm, so"}, "finish_reason": reason}]})
    heard = hear(body, content_type="application/json", model="deepseek-r1")
    assert (heard.reasoning, heard.text) == ("", "Hm, so")


def test_a_call_that_was_cut_after_its_name_is_said() -> None:
    reader = AnswerReader()
    call = '{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}]}}]}'
    assert reader.feed(frames(call, done=False).encode()) == []
    assert reader.release() == [ToolCallDelta(0, "a", "f", "{")]


def test_an_answer_that_was_taken_for_thought_is_the_answer_where_an_error_ends_it() -> None:
    heard = hear(frames('{"response":"High "}', '{"response":"water"}', '{"error":"no"}'), model="qwq-32b")
    assert (heard.reasoning, heard.text) == ("", "High water")
    assert heard.error is not None


def test_what_a_broken_connection_left_is_released() -> None:
    reader = AnswerReader()
    assert reader.feed(b'data: {"response":"a <"}\n\ndata: {"response":"b"}') == [TextDelta("a ")]
    assert reader.release() == [TextDelta("<b")]


@pytest.mark.parametrize("content_type", ["application/x-ndjson", "application/jsonl; charset=utf-8"])
def test_json_line_by_line_is_read_as_it_comes(content_type: str) -> None:
    reader = AnswerReader(content_type=content_type)
    assert reader.feed(b'{"message":{"content":"High "},"done":false}\n') == [TextDelta("High ")]
    assert reader.feed(b'{"message":{"content":"wa"},"done":false}\n{"message"') == [TextDelta("wa")]
    assert reader.feed(b':{"content":"ter"},"done":true,"prompt_eval_count":3,"eval_count":2}\n') == [TextDelta("ter")]
    assert reader.finish() == [UsageReported(Usage(3, 2)), Finished("stop")]


def test_a_whole_body_and_a_decoded_value_say_the_same() -> None:
    body = b'{"response":"Hi","usage":{"prompt_tokens":3,"completion_tokens":1}}'
    expected = [TextDelta("Hi"), UsageReported(Usage(3, 1)), Finished("stop")]
    reader = AnswerReader(content_type="application/json")
    assert reader.feed(body) + reader.finish() == expected
    assert AnswerReader().read_value(json.loads(body)) == expected
    assert AnswerReader().read_value("Hi")[0] == TextDelta("Hi")


def test_json_that_is_not_quite_json_is_read() -> None:
    assert hear(frames('{"response":"a\tb","p":NaN}')).text == "a\tb"
    assert hear(frames('{"response":"\\ud83d"}')).text == ""
    assert hear(frames('{"response":"\\ud83dx"}')).text == "�x"


def test_nesting_without_end_is_a_protocol_error() -> None:
    for deep in ('{"result":' * 900 + "{}" + "}" * 900, '{"error":' * 900 + "{}" + "}" * 900, "[" * 5000):
        for content_type in ("text/event-stream", "application/json"):
            assert hear(f"data: {deep}\n\n", content_type=content_type).error is not None
        assert hear(deep, content_type="application/json").error is not None
