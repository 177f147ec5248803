"""Bodies of requests: only what is set, in the shape that each wire wants."""

from decimal import Decimal
from typing import Any

import pytest

from playground.errors import BadRequestError
from playground.messages import ChatRequest, Message, ToolCall
from playground.models.catalog.shape import Shape
from playground.providers.dialects import chat_completions, workers_ai
from playground.providers.server_quirks import ServerQuirks
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.requests import encode

HI = (Message("user", "Hi"),)
SCHEMA = {"type": "object", "title": "A city!", "properties": {"name": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
PIXEL = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}}


def native(shape: Shape = "native", **request: Any) -> dict[str, Any]:
    to = Recipient(thoughts_as="reasoning", shape=shape)
    return workers_ai.body(ChatRequest("@cf/a/b", **{"messages": HI, **request}), to)


def openai(quirks: ServerQuirks | None = None, **request: Any) -> dict[str, Any]:
    to = Recipient(quirks=quirks or ServerQuirks())
    return chat_completions.body(ChatRequest("m", **{"messages": HI, **request}), to)


def test_only_what_is_set_is_sent() -> None:
    assert native() == {"messages": [{"role": "user", "content": "Hi"}], "stream": True}
    assert openai(stream=False) == {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": False}


def test_parameters_are_sent_as_they_are_null_among_them() -> None:
    parameters = {
        "temperature": 0.0,
        "reasoning_effort": None,
        "chat_template_kwargs": {"enable_thinking": False},
        "lora": "x",
    }
    for body in (native(parameters=parameters), openai(parameters=parameters)):
        assert {key: body[key] for key in parameters} == parameters


@pytest.mark.parametrize("body", [native, openai])
def test_what_has_no_content_is_sent_as_empty_text(body: Any) -> None:
    untyped: Any = None
    for content in (untyped, (), ""):
        assert body(messages=[Message("assistant", content)])["messages"] == [{"role": "assistant", "content": ""}]
    assert "temperature" not in body(parameters=untyped)


def test_a_prompt_raw_or_not() -> None:
    assert native(prompt="Hi", messages=()) == {"prompt": "Hi", "stream": True}
    assert native(prompt="<s>Hi", messages=(), raw=True) == {"prompt": "<s>Hi", "raw": True, "stream": True}
    assert openai(prompt="Hi", messages=())["messages"] == [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize("body", [native, openai])
def test_a_conversation_with_tools_and_thoughts(body: Any) -> None:
    messages = (
        Message("system", "Be brief."),
        Message("user", "What time is it?"),
        Message(
            "assistant",
            "",
            tool_calls=(ToolCall("a", "now", '{"zone": "UTC"}'), ToolCall("b", "now", "")),
            reasoning="Hm",
        ),
        Message("tool", "12:00", tool_call_id="a"),
    )
    assert body(messages=messages)["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What time is it?"},
        {
            "role": "assistant",
            "content": "",
            "reasoning": "Hm",
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "now", "arguments": '{"zone": "UTC"}'}},
                {"id": "b", "type": "function", "function": {"name": "now", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "content": "12:00", "tool_call_id": "a"},
    ]


@pytest.mark.parametrize("body", [native, openai])
def test_a_call_of_a_custom_tool_goes_back_as_one(body: Any) -> None:
    messages = (
        Message("assistant", "", (ToolCall("a", "run_sql", "select 1", "custom"),)),
        Message("tool", "1", tool_call_id="a"),
    )
    assert body(messages=messages)["messages"] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "run_sql", "input": "select 1"}}],
        },
        {"role": "tool", "content": "1", "tool_call_id": "a"},
    ]


@pytest.mark.parametrize("body", [native, openai])
def test_tools_are_sent_in_the_function_form(body: Any) -> None:
    flat = {"name": "now", "parameters": {"type": "object", "properties": {}}}
    assert body(tools=(TOOL, flat))["tools"] == [TOOL, TOOL]


@pytest.mark.parametrize("body", [native, openai])
def test_images_are_sent_as_data(body: Any) -> None:
    content = ({"type": "text", "text": "What is it?"}, PIXEL)
    assert body(messages=(Message("user", content),))["messages"][0]["content"] == list(content)


@pytest.mark.parametrize("url", ["https://example.com/cat.png", "file:///etc/passwd", "", None])
@pytest.mark.parametrize("body", [native, openai])
def test_images_at_an_address_are_refused_with_what_to_do(body: Any, url: Any) -> None:
    with pytest.raises(BadRequestError) as raised:
        body(messages=(Message("user", ({"type": "image_url", "image_url": {"url": url}},)),))
    assert "data:" in raised.value.hint


ENVELOPE = {"name": "A_city_", "schema": SCHEMA, "strict": True}


def test_a_schema_goes_bare_to_native_models_and_is_not_streamed() -> None:
    body = native(response_format={"type": "json_schema", "json_schema": SCHEMA})
    assert body["response_format"] == {"type": "json_schema", "json_schema": SCHEMA}
    assert body["stream"] is False
    assert native(response_format={"type": "json_schema", "json_schema": ENVELOPE}) == body
    assert native(response_format={"type": "json_object"})["stream"] is False


def test_a_schema_goes_in_an_envelope_to_others_and_is_streamed() -> None:
    for body in (
        native("openai", response_format={"type": "json_schema", "json_schema": SCHEMA}),
        openai(response_format={"type": "json_schema", "json_schema": SCHEMA}),
        openai(response_format={"type": "json_schema", "json_schema": ENVELOPE}),
    ):
        assert body["response_format"] == {"type": "json_schema", "json_schema": ENVELOPE}
        assert body["stream"] is True
    assert openai(response_format={"type": "json_object"})["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize(
    ("title", "name"), [(None, "answer"), ("größe", "gr__e"), ("天気", "answer"), ("x" * 99, "x" * 64)]
)
def test_a_schema_without_a_fitting_title_gets_a_name(title: str | None, name: str) -> None:
    schema = {"type": "object"} if title is None else {"type": "object", "title": title}
    body = openai(response_format={"type": "json_schema", "json_schema": schema})
    assert body["response_format"]["json_schema"]["name"] == name


def test_a_schema_whose_property_is_called_schema_is_no_envelope() -> None:
    schema = {"type": "object", "properties": {"schema": {"type": "object"}}}
    assert (
        native(response_format={"type": "json_schema", "json_schema": schema})["response_format"]["json_schema"]
        == schema
    )


def test_usage_is_asked_for_in_streams_only_and_where_it_may() -> None:
    assert openai()["stream_options"] == {"include_usage": True}
    assert "stream_options" not in openai(stream=False)
    assert "stream_options" not in openai(ServerQuirks(include_usage=False))
    assert "stream_options" not in native()
    given = openai(parameters={"stream_options": {"include_obfuscation": False}})
    assert given["stream_options"] == {"include_usage": True, "include_obfuscation": False}


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("wanted", ["max_tokens", "max_completion_tokens"])
def test_the_length_goes_by_the_name_that_the_server_takes(name: str, wanted: Any) -> None:
    body = openai(ServerQuirks(max_tokens_name=wanted), parameters={name: 9})
    assert {key: value for key, value in body.items() if "max" in key} == {wanted: 9}


def test_refusing_to_queue() -> None:
    assert native(reject_if_busy=True)["options"] == {"rejectIfBusy": True}
    assert openai(reject_if_busy=True)["options"] == {"rejectIfBusy": True}
    assert native(reject_if_busy=True, parameters={"options": {"x": 1}})["options"] == {"x": 1, "rejectIfBusy": True}


def test_a_body_is_a_copy() -> None:
    parameters = {"stop": ["a"]}
    request = ChatRequest("m", HI, parameters, tools=(TOOL,))
    body = chat_completions.body(request, Recipient())
    body["stop"].append("b")
    body["tools"][0]["function"]["name"] = "changed"
    assert parameters == {"stop": ["a"]}
    assert TOOL["function"]["name"] == "now"  # type: ignore[index]


def test_bodies_are_utf8_json_without_nan() -> None:
    assert encode({"text": "é😀"}) == '{"text":"é😀"}'.encode()
    assert encode({"text": "\ud83d\ude00 \ud83d"}) == '{"text":"😀 \N{REPLACEMENT CHARACTER}"}'.encode()


def without_end() -> list[Any]:
    value: list[Any] = []
    value.append([value])
    return value


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), Decimal("0.2"), {1}, b"bytes", without_end()])
def test_what_is_not_json_is_refused(value: Any) -> None:
    with pytest.raises(BadRequestError, match="JSON"):
        encode({"temperature": value})
