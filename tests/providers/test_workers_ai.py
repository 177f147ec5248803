import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from playground.answers.exchange import Exchange
from playground.errors import (
    AuthenticationError,
    BadRequestError,
    CapacityError,
    ModelTimeoutError,
    NetworkError,
    NotFoundError,
    ProviderError,
    QuotaExhaustedError,
)
from playground.events import Event, Finished, ReasoningDelta, TextDelta, ToolCallDelta, UsageReported
from playground.messages import ChatRequest, Message
from playground.providers import Connection, Gateway, open_provider
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.errors import REQUEST_ID

pytestmark = pytest.mark.anyio

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"


def connection(upstream: Upstream, **settings: Any) -> Connection:
    known: dict[str, Any] = {
        "kind": "workers_ai",
        "base_url": upstream.base_url,
        "account_id": ACCOUNT,
        "api_token": TOKEN,
        "max_retries": 0,
    }
    return Connection(**{**known, **settings})


def hello(text: str = "hello", model: str = LLAMA, **more: Any) -> ChatRequest:
    return ChatRequest(model=model, messages=(Message(role="user", content=text),), **more)


async def ask(
    connection: Connection, request: ChatRequest, exchange: Exchange | None = None, events: list[Event] | None = None
) -> list[Event]:
    """The events of an answer; also in `events`, which has those before an error."""
    events = [] if events is None else events
    async with open_provider(connection) as provider:
        async for event in provider.stream(request, exchange):
            events.append(event)
    return events


def text(events: Sequence[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@pytest.mark.parametrize("model", [LLAMA, GEMMA])
@pytest.mark.parametrize("api", ["native", "openai"])
async def test_both_endpoints_and_both_dialects_say_the_same(upstream: Upstream, model: str, api: str) -> None:
    events = await ask(connection(upstream, api=api), hello("upstream: tokens=7", model))
    assert len(text(events).split()) == 7
    *_, reported, finished = events
    assert isinstance(reported, UsageReported)
    assert (reported.usage.prompt_tokens, reported.usage.completion_tokens) == (2, 7)
    assert reported.usage.neurons == pytest.approx(2 * 0.026668 + 7 * 0.204805)
    assert finished == Finished("stop")
    path = f"/client/v4/accounts/{ACCOUNT}/ai/" + (f"run/{model}" if api == "native" else "v1/chat/completions")
    assert upstream.requests[0].path == path


async def test_the_payload_is_what_is_sent(upstream: Upstream) -> None:
    request = hello(parameters={"temperature": 0.2}, reject_if_busy=True, conversation_id="c-1")
    exchange = Exchange()
    async with open_provider(connection(upstream)) as provider:
        payload = provider.payload(request)
        async for _ in provider.stream(request, exchange):
            pass
    (seen,) = upstream.requests
    assert seen.json == payload == exchange.request_body
    assert payload["options"] == {"rejectIfBusy": True}
    assert seen.headers["x-session-affinity"].startswith("ses_")
    assert "c-1" not in seen.headers["x-session-affinity"]


async def test_one_conversation_keeps_its_affinity(upstream: Upstream) -> None:
    for conversation in ("a", "a", "b", None):
        await ask(connection(upstream), hello(conversation_id=conversation))
    first, second, third, fourth = (seen.headers.get("x-session-affinity") for seen in upstream.requests)
    assert first == second != third
    assert fourth is None


async def test_the_exchange_tells_it_all_but_the_token(upstream: Upstream) -> None:
    exchange = Exchange()
    await ask(connection(upstream), hello("upstream: tokens=2"), exchange)
    assert exchange.url.endswith(f"/ai/run/{LLAMA}")
    assert (exchange.status, exchange.request_id, exchange.attempts) == (200, REQUEST_ID, 1)
    assert [data for _, data in exchange.frames][-1] == "[DONE]"
    assert len(exchange.frames) == 4
    seconds = [at for at, _ in exchange.frames]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0
    assert TOKEN not in repr(exchange)


async def test_a_bare_name_is_completed(upstream: Upstream) -> None:
    await ask(connection(upstream), hello(model="llama-3.3-70b-instruct-fp8-fast"))
    assert upstream.requests[0].path.endswith(f"/ai/run/{LLAMA}")


@pytest.mark.parametrize(
    "model", ["@cf/../../user", "@cf/meta/a b", "@cf/a?x=1", "@cf/a#b", "..", "@cf//a", "", "a/%2e%2e/b"]
)
async def test_a_name_that_leads_elsewhere_is_not_sent(upstream: Upstream, model: str) -> None:
    with pytest.raises(BadRequestError, match="not the name of a model"):
        await ask(connection(upstream), hello(model=model))
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"api_token": None}, "CLOUDFLARE_API_TOKEN"),
        ({"api_token": "  "}, "CLOUDFLARE_API_TOKEN"),
        ({"account_id": ""}, "CLOUDFLARE_ACCOUNT_ID"),
        ({"account_id": "a/../b"}, "account id"),
        ({"api_token": "two\nlines"}, "API token holds blanks"),
        ({"api_token": "two words"}, "API token holds blanks"),
    ],
)
async def test_missing_credentials_are_named_before_anything_is_sent(
    upstream: Upstream, settings: dict[str, Any], named: str
) -> None:
    with pytest.raises(AuthenticationError) as raised:
        await ask(connection(upstream, **settings), hello())
    assert named in raised.value.message
    assert upstream.requests == []


@pytest.mark.parametrize(
    ("settings", "error", "code"),
    [
        ({"api_token": "wrong-token"}, AuthenticationError, "10000"),
        ({"account_id": "nobody"}, NotFoundError, "7003"),
    ],
)
async def test_wrong_credentials(
    upstream: Upstream, settings: dict[str, Any], error: type[ProviderError], code: str
) -> None:
    with pytest.raises(error) as raised:
        await ask(connection(upstream, **settings), hello())
    assert raised.value.code == code
    assert settings.get("account_id", "") in raised.value.message
    assert "wrong-token" not in f"{raised.value!r} {raised.value.message} {raised.value.hint}"


async def test_a_token_with_blanks_around_it_works(upstream: Upstream) -> None:
    assert text(await ask(connection(upstream, api_token=f"{TOKEN}\n"), hello()))


@pytest.mark.parametrize(
    ("code", "error"), [(3040, CapacityError), (4006, QuotaExhaustedError), (5006, BadRequestError)]
)
async def test_errors_of_the_service(upstream: Upstream, code: int, error: type[ProviderError]) -> None:
    with pytest.raises(error) as raised:
        await ask(connection(upstream), hello(f"upstream: fail={code}"))
    assert (raised.value.code, raised.value.request_id) == (str(code), REQUEST_ID)


async def test_a_retry_that_succeeds(upstream: Upstream, quick_retries: None) -> None:
    exchange = Exchange()
    assert text(await ask(connection(upstream, max_retries=2), hello("upstream: fail=3040 times=2"), exchange))
    assert exchange.attempts == 3


@pytest.mark.parametrize(
    ("order", "error"), [("cut=3", NetworkError), ("reset=3 rate=200", NetworkError), ("hang=3", ModelTimeoutError)]
)
@pytest.mark.parametrize("model", [LLAMA, GEMMA])
async def test_text_before_a_break_stays(
    upstream: Upstream, order: str, error: type[ProviderError], model: str
) -> None:
    events: list[Event] = []
    patience = 0.5 if error is ModelTimeoutError else 30  # a busy machine may be silent for a moment
    with pytest.raises(error):
        await ask(connection(upstream, idle_timeout_s=patience), hello(f"upstream: {order}", model), events=events)
    assert text(events)
    assert not any(isinstance(event, UsageReported | Finished) for event in events)


async def test_an_end_without_done_is_truncated(upstream: Upstream) -> None:
    upstream.script(Answer([{"response": "half"}]))
    *_, reported, finished = await ask(connection(upstream), hello())
    assert isinstance(reported, UsageReported)
    assert reported.usage.estimated
    assert reported.usage.prompt_tokens > 0
    assert isinstance(finished, Finished)
    assert finished.truncated


async def test_after_done_nobody_waits_for_the_end(upstream: Upstream) -> None:
    upstream.script(Answer([{"response": "all"}, "[DONE]"], then="hang"))
    events = await ask(connection(upstream, idle_timeout_s=60), hello())
    assert text(events) == "all"
    assert upstream.requests[0].left_early.wait(5)


async def test_closing_the_stream_leaves_the_server_at_once(upstream: Upstream) -> None:
    async with open_provider(connection(upstream)) as provider:
        stream = provider.stream(hello("upstream: rate=2"))
        async for _ in stream:
            break
        await stream.aclose()  # type: ignore[attr-defined]
        assert await asyncio.to_thread(upstream.requests[0].left_early.wait, 5)


async def test_cancelling_leaves_a_silent_server_at_once(upstream: Upstream) -> None:
    asking = asyncio.create_task(ask(connection(upstream), hello("upstream: hang=2")))
    while not upstream.requests:
        await asyncio.sleep(0.001)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await asyncio.to_thread(upstream.requests[0].left_early.wait, 5)


async def test_json_mode_is_asked_for_whole_and_said_so(upstream: Upstream) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    exchange = Exchange()
    request = hello(response_format={"type": "json_schema", "json_schema": schema})
    events = await ask(connection(upstream), request, exchange)
    assert text(events).replace(" ", "") == '{"city":"Acity"}'
    assert upstream.requests[0].json["stream"] is False
    assert upstream.requests[0].json["response_format"] == {"type": "json_schema", "json_schema": schema}
    assert len(exchange.notes) == 1


async def test_json_mode_that_turns_out_not_to_stream_is_asked_for_whole(upstream: Upstream) -> None:
    refusal = {"success": False, "errors": [{"code": 5023, "message": "not supported with stream"}], "result": {}}
    upstream.script_json(refusal, 400)
    exchange = Exchange()
    events = await ask(connection(upstream), hello(model=GEMMA, response_format={"type": "json_object"}), exchange)
    assert text(events)
    assert [seen.json["stream"] for seen in upstream.requests] == [True, False]
    assert set(exchange.waited) == {"failed"}
    assert len(exchange.notes) == 1


async def test_an_empty_whole_for_a_stream_is_asked_again_without_streaming(upstream: Upstream) -> None:
    exchange = Exchange()
    events = await ask(connection(upstream), hello("upstream: empty=1 tokens=5"), exchange)
    assert len(text(events).split()) == 5
    assert sum(isinstance(event, Finished) for event in events) == 1
    assert [seen.json["stream"] for seen in upstream.requests] == [True, False]
    assert set(exchange.waited) == {"failed"}
    assert len(exchange.notes) == 1


async def test_a_whole_answer_for_a_stream_is_taken(upstream: Upstream) -> None:
    upstream.script_json({"result": {"response": "whole"}, "success": True, "errors": [], "messages": []})
    events = await ask(connection(upstream), hello())
    assert text(events) == "whole"
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("empty", [Answer.json({}), Answer((), content_type="application/json")])
async def test_no_answer_at_all_is_asked_again_too(upstream: Upstream, empty: Answer) -> None:
    upstream.script(empty)
    assert len(text(await ask(connection(upstream), hello("upstream: tokens=5"))).split()) == 5
    assert [seen.json["stream"] for seen in upstream.requests] == [True, False]


async def test_an_answer_that_was_all_thought_is_not_asked_again(upstream: Upstream) -> None:
    cut = {"choices": [{"message": {"content": None}, "finish_reason": "length"}]}
    upstream.script_json({"result": cut, "success": True})
    events = await ask(connection(upstream), hello(model=GEMMA))
    assert events[-1] == Finished("length")
    assert len(upstream.requests) == 1


async def test_a_cut_after_the_reason_loses_nothing(upstream: Upstream) -> None:
    frame = {"choices": [{"delta": {"content": "all"}, "finish_reason": "stop"}]}
    upstream.script(Answer([frame], then="cut"))
    events = await ask(connection(upstream), hello(model=GEMMA))
    assert (text(events), events[-1]) == ("all", Finished("stop"))


@pytest.mark.parametrize(
    ("model", "streamed"), [("@cf/zai-org/glm-99", True), ("@cf/meta/llama-99", False), ("@cf/nobody/new", False)]
)
async def test_a_model_that_is_not_in_the_catalogue_is_asked_like_its_kin(
    upstream: Upstream, model: str, streamed: bool
) -> None:
    schema = {"type": "object", "properties": {}}
    await ask(connection(upstream), hello(model=model, response_format={"type": "json_schema", "json_schema": schema}))
    sent = upstream.requests[0].json
    assert sent["stream"] is streamed
    assert ("schema" in sent["response_format"]["json_schema"]) is streamed


@pytest.mark.parametrize("frame", ['{"error":"bad %s"}', "bad %s"])
async def test_a_token_that_comes_back_stays_here(upstream: Upstream, frame: str) -> None:
    upstream.script([frame % TOKEN])
    exchange = Exchange()
    with pytest.raises(ProviderError) as raised:
        await ask(connection(upstream), hello(), exchange)
    assert TOKEN not in f"{raised.value!r} {exchange!r}"
    assert "[hidden]" in raised.value.message


async def test_a_list_without_pages_is_read_once(upstream: Upstream) -> None:
    for _ in range(3):
        page = [{"name": f"@cf/a/{number}"} for number in range(100)]
        upstream.script(Answer.json({"result": [*page[1:], {"name": 5}], "result_info": [1]}), "/models/search")
    async with open_provider(connection(upstream)) as provider:
        assert len(await provider.list_models()) == 99
    assert len(upstream.requests) == 2


async def test_twice_empty_is_not_asked_a_third_time(upstream: Upstream) -> None:
    for _ in range(2):
        upstream.script_json({"result": {"response": ""}, "success": True, "errors": [], "messages": []})
    events = await ask(connection(upstream), hello())
    assert text(events) == ""
    assert len(upstream.requests) == 2


async def test_who_asks_for_an_error_at_once_gets_it_at_once(upstream: Upstream) -> None:
    with pytest.raises(CapacityError):
        await ask(connection(upstream, max_retries=5), hello("upstream: fail=3040", reject_if_busy=True))
    assert len(upstream.requests) == 1


async def test_thoughts_and_calls(upstream: Upstream) -> None:
    tool = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
    events = await ask(connection(upstream), hello("upstream: tool=weather", tools=(tool,)))
    assert next(event.name for event in events if isinstance(event, ToolCallDelta)) == "weather"
    assert events[-1] == Finished("tool_calls")
    events = await ask(connection(upstream), hello("upstream: think=4", GEMMA))
    assert sum(isinstance(event, ReasoningDelta) for event in events) == 4


async def test_drops_that_come_one_byte_at_a_time(upstream: Upstream) -> None:
    drip = await ask(connection(upstream), hello("upstream: drip=1 tokens=3", GEMMA))
    assert len(text(drip).split()) == 3


@pytest.mark.parametrize("api", ["native", "openai"])
async def test_the_gateway_by_header(upstream: Upstream, api: str) -> None:
    gateway = Gateway(
        id="mine",
        token="gateway-secret",
        cache_ttl_s=60,
        cache_key="k",
        collect_log=False,
        request_timeout_ms=5000,
        max_attempts=3,
        retry_delay_ms=100,
        backoff="linear",
        metadata={"user": "é", "n": 1},
    )
    exchange = Exchange()
    await ask(connection(upstream, gateway=gateway, api=api), hello(), exchange)
    headers = {name: value for name, value in upstream.requests[0].headers.items() if name.startswith("cf-aig-")}
    assert headers == {
        "cf-aig-gateway-id": "mine",
        "cf-aig-authorization": "Bearer gateway-secret",
        "cf-aig-cache-ttl": "60",
        "cf-aig-cache-key": "k",
        "cf-aig-collect-log": "false",
        "cf-aig-request-timeout": "5000",
        "cf-aig-max-attempts": "3",
        "cf-aig-retry-delay": "100",
        "cf-aig-backoff": "linear",
        "cf-aig-metadata": '{"user": "\\u00e9", "n": 1}',
    }
    assert "gateway-secret" not in repr(exchange)
    assert upstream.requests[0].path.startswith("/client/v4/")


@pytest.mark.parametrize(
    ("api", "path"), [("native", f"/workers-ai/{LLAMA}"), ("openai", "/workers-ai/v1/chat/completions")]
)
async def test_the_gateways_own_host(upstream: Upstream, api: str, path: str) -> None:
    through = connection(upstream, gateway=Gateway(base_url=upstream.gateway_url), api=api)
    exchange = Exchange()
    await ask(through, hello(), exchange)
    assert upstream.requests[0].path == f"/gateway/v1/{ACCOUNT}/default{path}"
    assert not exchange.cached
    await ask(through, hello(), exchange)
    assert exchange.cached
    skipping = through.model_copy(update={"gateway": Gateway(base_url=upstream.gateway_url, skip_cache=True)})
    await ask(skipping, hello(), exchange)
    assert not exchange.cached


async def test_a_gateway_of_its_own_host_is_named_by_its_address_alone(upstream: Upstream) -> None:
    gateway = Gateway(id="mine", base_url=upstream.gateway_url, token="gateway-secret")
    await ask(connection(upstream, gateway=gateway), hello())
    assert "cf-aig-gateway-id" not in upstream.requests[0].headers
    assert upstream.requests[0].headers["cf-aig-authorization"] == "Bearer gateway-secret"
