"""Anthropic's messages, asked and answered over HTTP by a stand-in that is as strict as the vendor."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from playground.answers.exchange import Exchange
from playground.conversation.formats import EXAMPLE_TOOLS
from playground.errors import (
    AuthenticationError,
    BadRequestError,
    CapacityError,
    ContextOverflowError,
    ProviderError,
    RateLimitedError,
)
from playground.events import Event, Finished, UsageReported
from playground.messages import ChatRequest, Message, ProviderMetadata, ToolCall
from playground.metering import Usage
from playground.providers import Connection, open_provider
from playground.providers.check import check_connection
from playground.providers.dialects.messages import body, longest_answer
from playground.providers.listed_models import listed_model
from playground.providers.server import ModelServer
from playground.providers.server_quirks import forget_quirks
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.usage_reading import read_usage
from tests.providers.dialects.messages_answers import block, delta, start
from tests.providers.heard import Heard, put_together
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream, anthropic
from tests.upstream.anthropic import WINDOW, signature, streamed

pytestmark = pytest.mark.anyio

CLAUDE = "claude-sonnet-4-5"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


@pytest.fixture(autouse=True)
def _strangers() -> Iterator[None]:
    forget_quirks()
    yield
    forget_quirks()


def connection(upstream: Upstream, **settings: Any) -> Connection:
    known: dict[str, Any] = {"kind": "anthropic", "base_url": upstream.anthropic_url, "api_token": TOKEN}
    return Connection(**{**known, "max_retries": 0, **settings})


def hello(text: str = "hello", **more: Any) -> ChatRequest:
    return ChatRequest(CLAUDE, (Message("user", text),), **more)


async def events(connection: Connection, request: ChatRequest, exchange: Exchange | None = None) -> list[Event]:
    async with open_provider(connection) as provider:
        return [event async for event in provider.stream(request, exchange)]


async def heard(connection: Connection, request: ChatRequest, exchange: Exchange | None = None) -> Heard:
    return put_together(await events(connection, request, exchange))


def answer_of(found: Heard) -> Message:
    """The answer as it stands in the conversation that goes on."""
    finished = found.finished or Finished("unknown")
    return Message(
        "assistant",
        found.text,
        tuple(found.calls),
        reasoning=found.reasoning,
        provider_metadata=finished.provider_metadata,
    )


@pytest.mark.parametrize("stream", [True, False])
async def test_an_answer_with_its_usage(upstream: Upstream, stream: bool) -> None:
    exchange = Exchange()
    found = await heard(connection(upstream), hello("upstream: tokens=6", stream=stream), exchange)
    assert len(found.text.split()) == 6
    assert (found.reason, found.usage) == ("stop", Usage(2, 6))
    assert exchange.request_id == "req_018EeWyXxfu5pfWkrYcMdjWG"
    (seen,) = upstream.requests
    assert seen.path == "/anthropic/v1/messages"
    assert (seen.headers["x-api-key"], seen.headers["anthropic-version"]) == (TOKEN, "2023-06-01")
    assert "authorization" not in seen.headers
    assert exchange.request_headers["x-api-key"] == "***"


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/messages"])
async def test_an_address_with_or_without_its_version(upstream: Upstream, path: str) -> None:
    await heard(connection(upstream, base_url=upstream.anthropic_url + path), hello())
    assert [seen.path for seen in upstream.requests] == ["/anthropic/v1/messages"]


def test_the_version_of_a_gateway_is_not_that_of_the_api() -> None:
    gateway = "https://gateway.ai.cloudflare.com/v1/abc/mine/anthropic"
    post = ModelServer(Connection(kind="anthropic", base_url=gateway)).post(hello())
    assert post.url == f"{gateway}/v1/messages"


async def test_only_what_is_set_is_sent_and_the_maximum_that_is_asked_for(upstream: Upstream) -> None:
    system = Message("system", "Be brief.")
    request = ChatRequest(CLAUDE, (system, Message("user", "Hi")), {"temperature": 0.5, "stop_sequences": ["END"]})
    await heard(connection(upstream), request)
    assert upstream.requests[0].json == {
        "model": CLAUDE,
        "max_tokens": 64_000,
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Hi"}],
        "temperature": 0.5,
        "stop_sequences": ["END"],
        "stream": True,
    }
    assert body(replace(request, parameters={"max_tokens": 5}), Recipient())["max_tokens"] == 5


@pytest.mark.parametrize(
    ("model", "longest"),
    [
        ("claude-3-5-haiku-20241022", 8_192),
        ("claude-3-haiku-20240307", 4_096),
        ("claude-opus-4-20250514", 32_000),
        ("anthropic/claude-sonnet-4.5", 64_000),
        ("claude-opus-5-5", 128_000),
        ("MiniMax-M3", 4_096),
    ],
)
def test_the_longest_answer_of_a_model_that_no_list_describes(model: str, longest: int) -> None:
    assert longest_answer(model) == longest


async def test_what_the_list_tells_of_a_model_is_what_is_sent(upstream: Upstream) -> None:
    upstream.script_json(
        {"data": [{"id": "claude-next", "max_tokens": 9_000, "max_input_tokens": 70_000}, {"id": "x"}]}
    )
    asked = connection(upstream)
    async with open_provider(asked) as provider:
        assert await provider.list_models() == ["claude-next", "x"]
        assert provider.payload(replace(hello(), model="claude-next"))["max_tokens"] == 9_000
        assert provider.payload(replace(hello(), model="x"))["max_tokens"] == 4_096
    assert upstream.requests[0].query == "limit=1000"
    assert listed_model(f"{upstream.anthropic_url}", "claude-next").context_window == 70_000


async def test_a_maximum_that_nobody_knew_is_learned_from_the_refusal(upstream: Upstream) -> None:
    refusal = "max_tokens: 128000 > 32000, which is the maximum allowed number of output tokens for claude-haiku-9"
    request, exchange = replace(hello(), model="claude-haiku-9"), Exchange()
    upstream.script(anthropic.error(400, refusal))
    assert (await heard(connection(upstream), request, exchange)).reason == "stop"
    assert [seen.json["max_tokens"] for seen in upstream.requests] == [128_000, 32_000]
    assert exchange.notes == ["The model's longest answer is 32,000 tokens: sent as max_tokens, which is not set."]

    upstream.script(anthropic.error(400, refusal))
    set_by_hand = replace(request, parameters={"max_tokens": 128_000})
    assert (await refused(upstream, set_by_hand)).kind == "bad_request"


async def test_a_check_lists_the_models(upstream: Upstream) -> None:
    (step,) = await check_connection(connection(upstream))
    assert step.ok
    assert "offers" in step.message
    server, token = await check_connection(connection(upstream, api_token="wrong"))
    assert (server.ok, token.ok) == (True, False)


async def test_a_thought_goes_back_with_its_signature(upstream: Upstream) -> None:
    asked = connection(upstream)
    question = hello("upstream: think=3 tokens=2", parameters={"thinking_budget": 1_024})
    found = await heard(asked, question)
    assert len(found.reasoning.split()) == 3
    assert upstream.requests[0].json["thinking"] == {"type": "enabled", "budget_tokens": 1_024}

    again = replace(question, messages=(*question.messages, answer_of(found), Message("user", "and?")))
    await heard(asked, again)

    sent = upstream.requests[1].json["messages"][1]["content"]
    assert sent == [
        {"type": "thinking", "thinking": found.reasoning, "signature": signature(found.reasoning)},
        {"type": "text", "text": found.text},
    ]


async def test_thoughts_whose_signature_is_refused_are_left_out_the_next_time(upstream: Upstream) -> None:
    forged = {"type": "thinking", "thinking": "Hm", "signature": "of another account", "index": 0, "behind": 0}
    answer = Message("assistant", "Yes", provider_metadata=ProviderMetadata(details={"thinking_blocks": [forged]}))
    exchange = Exchange()
    request = ChatRequest(CLAUDE, (Message("user", "Hi"), answer, Message("user", "so?")))
    assert (await heard(connection(upstream), request, exchange)).reason == "stop"
    first, second = (seen.json["messages"][1]["content"] for seen in upstream.requests)
    assert [block["type"] for block in first] == ["thinking", "text"]
    assert second == "Yes"
    assert exchange.notes == ["The server does not take thinking_blocks of earlier answers: left out."]


async def test_thoughts_of_another_server_stay_here(upstream: Upstream) -> None:
    given = ProviderMetadata(
        "https://elsewhere", CLAUDE, None, {"thinking_blocks": [{"type": "thinking", "thinking": "Hm"}]}
    )
    answer = Message("assistant", "Yes", reasoning="Hm", provider_metadata=given)
    await heard(connection(upstream), ChatRequest(CLAUDE, (Message("user", "Hi"), answer, Message("user", "so?"))))
    assert upstream.requests[0].json["messages"][1] == {"role": "assistant", "content": "Yes"}


def test_thoughts_between_texts_go_back_where_they_stood() -> None:
    blocks = [
        {"type": "thinking", "thinking": "a", "signature": "s", "index": 0, "behind": 0},
        {"type": "redacted_thinking", "data": "x", "index": 2, "behind": 4},
    ]
    answer = Message(
        "assistant", "One.\n\nTwo.", provider_metadata=ProviderMetadata(details={"thinking_blocks": blocks})
    )

    def sent(message: Message) -> list[Any]:
        request = ChatRequest(CLAUDE, (Message("user", "Hi"), message, Message("user", "so?")))
        content = body(request, Recipient())["messages"][1]["content"]
        return [block.get("thinking") or block.get("data") or block["text"] for block in content]

    assert sent(answer) == ["a", "One.", "x", "\n\nTwo."]
    assert sent(replace(answer, content="1")) == ["a", "x", "1"], "of an edited answer all thoughts stand before it"


async def test_a_tool_is_called_and_answered(upstream: Upstream) -> None:
    asked = connection(upstream)
    name = EXAMPLE_TOOLS[0]["function"]["name"]
    question = hello(f"upstream: tool={name}", tools=EXAMPLE_TOOLS)
    found = await heard(asked, question)
    assert found.reason == "tool_calls"
    assert [call.name for call in found.calls] == [name]
    assert upstream.requests[0].json["tools"][0]["input_schema"] == EXAMPLE_TOOLS[0]["function"]["parameters"]

    result = Message("tool", "21 °C", tool_call_id=found.calls[0].id)
    again = (*question.messages, answer_of(found), result, Message("user", "Is that warm?"))
    await heard(asked, replace(question, messages=again))

    _, called, answered = upstream.requests[1].json["messages"]
    assert called["content"][0]["type"] == "tool_use"
    assert answered == {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": found.calls[0].id, "content": "21 °C"},
            {"type": "text", "text": "Is that warm?"},
        ],
    }


def test_arguments_that_are_no_object_are_refused_with_what_to_do() -> None:
    answer = Message("assistant", "", (ToolCall("1", "now", '{"broken": '),))
    request = ChatRequest(CLAUDE, (Message("user", "Hi"), answer, Message("tool", "x", tool_call_id="1")))
    with pytest.raises(BadRequestError, match="no JSON object"):
        body(request, Recipient())


async def test_calls_that_another_model_made_go_back_as_this_api_takes_them(upstream: Upstream) -> None:
    calls = (ToolCall("functions.now:0", "now", '{"zone": "UTC"}'), ToolCall("2", "sql", "SELECT 1", kind="custom"))
    results = (Message("tool", "12:00", tool_call_id="functions.now:0"), Message("tool", " ", tool_call_id="2"))
    said = (Message("user", "Hi"), Message("assistant", " ", calls), *results)
    await heard(connection(upstream), ChatRequest(CLAUDE, said, tools=EXAMPLE_TOOLS))
    called, answered = (message["content"] for message in upstream.requests[0].json["messages"][1:])
    assert [(block["id"], block["input"]) for block in called] == [
        ("functions_now_0", {"zone": "UTC"}),
        ("2", {"input": "SELECT 1"}),
    ]
    assert answered == [
        {"type": "tool_result", "tool_use_id": "functions_now_0", "content": "12:00"},
        {"type": "tool_result", "tool_use_id": "2"},
    ]


async def test_a_picture_goes_as_its_data(upstream: Upstream) -> None:
    said = ({"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": PIXEL}})
    await heard(connection(upstream), ChatRequest(CLAUDE, (Message("user", said),)))
    picture = upstream.requests[0].json["messages"][0]["content"][1]
    source = {"type": "base64", "media_type": "image/gif", "data": PIXEL.partition(",")[2]}
    assert picture == {"type": "image", "source": source}


async def test_a_schema_and_an_effort_go_into_the_configuration_of_the_output(upstream: Upstream) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    request = hello(response_format={"type": "json_schema", "json_schema": schema}, parameters={"effort": "low"})
    await heard(connection(upstream), request)
    wanted = {"effort": "low", "format": {"type": "json_schema", "schema": schema}}
    assert upstream.requests[0].json["output_config"] == wanted
    with pytest.raises(BadRequestError, match="without a schema"):
        body(hello(response_format={"type": "json_object"}), Recipient())


async def test_an_answer_goes_on_from_its_beginning(upstream: Upstream) -> None:
    begun = ChatRequest(CLAUDE, (Message("user", "Count"), Message("assistant", "One, two, ")))
    await heard(connection(upstream), begun)
    assert upstream.requests[0].json["messages"][1] == {"role": "assistant", "content": "One, two,"}


async def test_the_prompt_cache_is_counted(upstream: Upstream) -> None:
    asked, told_to = connection(upstream), "upstream: tokens=1"
    cache = {"cache_control": {"type": "ephemeral"}}
    first = await heard(asked, hello(told_to, parameters=cache))
    assert first.usage == Usage(2, 1, written_tokens=2), "what is written is a part of the prompt"
    longer = (Message("user", told_to), Message("assistant", "Fine."), Message("user", told_to))
    second = await heard(asked, ChatRequest(CLAUDE, longer, cache))
    assert second.usage == Usage(5, 1, 2, written_tokens=3)


async def test_a_limit_ends_an_answer(upstream: Upstream) -> None:
    found = await heard(connection(upstream), hello("upstream: tokens=9", parameters={"max_tokens": 3}))
    assert (found.reason, found.truncated, len(found.text.split())) == ("length", False, 3)


async def test_a_refusal_says_why(upstream: Upstream) -> None:
    why = {"stop_reason": "refusal", "stop_details": {"type": "refusal", "explanation": "It could\ndo harm."}}
    ended = {"type": "message_delta", "delta": why, "usage": {"output_tokens": 1}}
    upstream.script(streamed([start(input_tokens=5), ended, {"type": "message_stop"}]))
    found = await heard(connection(upstream), hello())
    assert found.reason == "content_filter"
    assert found.notes == ["The service says why the answer ended: It could do harm."]


def test_thoughts_are_counted_apart() -> None:
    details = {"output_tokens_details": {"thinking_tokens": 7}}
    usage = read_usage({"input_tokens": 2, "output_tokens": 9, **details})
    assert usage is not None
    assert (usage.completion_tokens, usage.reasoning_tokens) == (9, 7)


async def test_stop_closes_the_connection(upstream: Upstream) -> None:
    async with open_provider(connection(upstream)) as provider:
        stream = provider.stream(hello("upstream: hang=5 tokens=9"))
        async for _ in stream:
            break
        await stream.aclose()  # type: ignore[attr-defined]
    assert await asyncio.to_thread(upstream.requests[0].left_early.wait, 5)


async def until_it_fails(connection: Connection, request: ChatRequest) -> tuple[list[Event], ProviderError | None]:
    said: list[Event] = []
    try:
        async with open_provider(connection) as provider:
            async for event in provider.stream(request):
                said.append(event)
    except ProviderError as error:
        return said, error
    return said, None


async def test_a_stream_that_breaks_off_is_no_whole_answer(upstream: Upstream) -> None:
    said, error = await until_it_fails(connection(upstream), hello("upstream: cut=6 tokens=9"))
    assert error is not None
    assert error.kind == "network"
    assert said


async def refused(upstream: Upstream, request: ChatRequest, **settings: Any) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        await heard(connection(upstream, **settings), request)
    return raised.value


async def test_an_overloaded_service_is_asked_again(upstream: Upstream, quick_retries: None) -> None:
    found = await heard(connection(upstream, max_retries=2), hello("upstream: fail=529 times=1"))
    assert found.reason == "stop"
    assert len(upstream.requests) == 2
    error = await refused(upstream, hello("upstream: fail=529"))
    assert isinstance(error, CapacityError)
    assert error.retryable
    assert "Overloaded" in error.message


async def test_a_wrong_key(upstream: Upstream) -> None:
    error = await refused(upstream, hello(), api_token="wrong")
    assert isinstance(error, AuthenticationError)
    assert error.request_id == "req_018EeWyXxfu5pfWkrYcMdjWG"
    keyless = await refused(upstream, hello(), api_token=None)
    assert "ANTHROPIC_API_KEY" in keyless.hint


async def test_a_rate_limit_says_when_to_come_back(upstream: Upstream) -> None:
    error = await refused(upstream, hello("upstream: fail=429 retry_after=7"))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after_s == 7


async def test_a_prompt_that_is_too_long(upstream: Upstream) -> None:
    error = await refused(upstream, hello("word " * (WINDOW + 1)))
    assert isinstance(error, ContextOverflowError)
    assert f"{WINDOW} maximum" in error.message


@pytest.mark.parametrize(
    ("status", "kind"), [(403, "permission"), (404, "not_found"), (413, "bad_request"), (500, "server")]
)
async def test_other_refusals(upstream: Upstream, status: int, kind: str) -> None:
    upstream.script(anthropic.error(status, "no"))
    assert (await refused(upstream, hello())).kind == kind


async def test_an_error_in_the_stream_keeps_what_came(upstream: Upstream) -> None:
    failed = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    upstream.script(
        streamed([start(input_tokens=5), block(0, type="text", text=""), delta(0, "text_delta", text="Hi"), failed])
    )
    said, error = await until_it_fails(connection(upstream), hello())
    assert isinstance(error, CapacityError)
    assert [getattr(event, "text", None) for event in said] == ["Hi"]


async def test_workers_ai_speaks_it_too(upstream: Upstream) -> None:
    cloudflare = Connection(
        kind="workers_ai", api="anthropic", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN
    )
    found = await heard(cloudflare, replace(hello("upstream: tokens=2 think=1"), model="anthropic/claude-sonnet-4.5"))
    assert (len(found.text.split()), found.usage) == (2, Usage(3, 3))
    (seen,) = upstream.requests
    assert seen.path == f"/client/v4/accounts/{ACCOUNT}/ai/v1/messages"
    assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert "x-api-key" not in seen.headers
    assert (seen.json["model"], seen.json["max_tokens"]) == ("anthropic/claude-sonnet-4.5", 64_000)


async def test_an_answer_in_another_form_is_read_all_the_same(upstream: Upstream) -> None:
    upstream.script(Answer.json({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}))
    assert (await heard(connection(upstream), hello())).text == "Hi"


async def test_the_usage_comes_once(upstream: Upstream) -> None:
    came = await events(connection(upstream), hello("upstream: tokens=3"))
    assert sum(isinstance(event, UsageReported) for event in came) == 1
