from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from playground.answers.exchange import Exchange
from playground.errors import AuthenticationError, BadRequestError, ProtocolError
from playground.events import Event, Finished, TextDelta, UsageReported
from playground.messages import ChatRequest, Message
from playground.providers import Connection, open_provider
from playground.providers.server import model_ids
from playground.providers.server_quirks import forget_quirks
from tests.upstream import TOKEN, Answer, Upstream

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _strangers() -> Iterator[None]:
    forget_quirks()
    yield
    forget_quirks()


def connection(upstream: Upstream, **settings: Any) -> Connection:
    known: dict[str, Any] = {"kind": "openai_compatible", "base_url": upstream.openai_url, "max_retries": 0}
    return Connection(**{**known, **settings})


def hello(text: str = "hello", model: str = "m", **more: Any) -> ChatRequest:
    return ChatRequest(model=model, messages=(Message(role="user", content=text),), **more)


async def ask(connection: Connection, request: ChatRequest, exchange: Exchange | None = None) -> list[Event]:
    async with open_provider(connection) as provider:
        return [event async for event in provider.stream(request, exchange)]


def text(events: Sequence[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def refusing(name: str) -> Answer:
    return Answer.json({"error": {"message": f"Unrecognized request argument supplied: {name}", "code": None}}, 400)


async def test_a_stream_with_its_usage(upstream: Upstream) -> None:
    events = await ask(connection(upstream), hello("upstream: tokens=6"))
    assert len(text(events).split()) == 6
    *_, reported, finished = events
    assert isinstance(reported, UsageReported)
    assert (reported.usage.prompt_tokens, reported.usage.completion_tokens, reported.usage.estimated) == (2, 6, False)
    assert finished == Finished("stop")
    assert upstream.requests[0].json["stream_options"] == {"include_usage": True}


async def test_no_key_no_header(upstream: Upstream) -> None:
    await ask(connection(upstream), hello())
    await ask(connection(upstream, api_token=TOKEN), hello())
    without, with_key = upstream.requests
    assert "authorization" not in without.headers
    assert with_key.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_wrong_key(upstream: Upstream) -> None:
    with pytest.raises(AuthenticationError):
        await ask(connection(upstream, api_token="wrong"), hello())


async def test_stream_options_are_dropped_once_where_they_are_refused(upstream: Upstream) -> None:
    upstream.script(refusing("stream_options"))
    exchange = Exchange()
    assert text(await ask(connection(upstream), hello(), exchange))
    assert len(exchange.notes) == 1
    await ask(connection(upstream), hello())
    await ask(connection(upstream), hello(model="other"))
    assert ["stream_options" in seen.json for seen in upstream.requests] == [True, False, False, True]


@pytest.mark.parametrize(
    ("sent", "wanted"), [("max_tokens", "max_completion_tokens"), ("max_completion_tokens", "max_tokens")]
)
async def test_the_name_of_the_length_is_learned(upstream: Upstream, sent: str, wanted: str) -> None:
    message = f"Unsupported parameter: '{sent}' is not supported with this model. Use '{wanted}' instead."
    upstream.script(Answer.json({"error": {"message": message, "param": sent, "code": "unsupported_parameter"}}, 400))
    request = hello(parameters={sent: 5})
    assert len(text(await ask(connection(upstream), request)).split()) == 5
    await ask(connection(upstream), request)
    assert [sent in seen.json for seen in upstream.requests] == [True, False, False]
    assert [wanted in seen.json for seen in upstream.requests] == [False, True, True]


@pytest.mark.parametrize("refused", ["stream_options", "max_tokens"])
async def test_a_refusal_may_name_the_parameter_beside_its_words(upstream: Upstream, refused: str) -> None:
    error = {"message": "Unsupported parameter.", "param": refused, "code": "unsupported_parameter"}
    upstream.script(Answer.json({"error": error}, 400))
    request = hello(parameters={"max_tokens": 5})
    for _ in range(2):
        assert text(await ask(connection(upstream), request))
    assert [refused in seen.json for seen in upstream.requests] == [True, False, False]


@pytest.mark.parametrize("sent", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize(
    "message",
    [
        "'max_tokens' or 'max_completion_tokens' is too large: 9. This model's maximum context length is 8 tokens.",
        "max_tokens or max_completion_tokens is too large: 9. This model gives at most 8.",
        "max_completion_tokens must be at most 8, as must max_tokens.",
    ],
)
async def test_a_length_that_is_refused_for_its_value_keeps_its_name(
    upstream: Upstream, sent: str, message: str
) -> None:
    upstream.script(Answer.json({"error": {"message": message, "param": sent}}, 400))
    with pytest.raises(BadRequestError):
        await ask(connection(upstream), hello(parameters={sent: 9}))
    await ask(connection(upstream), hello(parameters={sent: 8}))
    assert [sent in seen.json for seen in upstream.requests] == [True, True]


async def test_both_refusals_one_after_the_other(upstream: Upstream) -> None:
    upstream.script(refusing("stream_options"))
    upstream.script(refusing("max_tokens; use max_completion_tokens"))
    assert text(await ask(connection(upstream), hello(parameters={"max_tokens": 5})))
    assert len(upstream.requests) == 3


async def test_earlier_reasoning_is_left_out_where_it_is_refused(upstream: Upstream) -> None:
    upstream.script(refusing("messages.0.reasoning"))
    thought = Message(role="assistant", content="Yes.", reasoning="Hm.")
    request = ChatRequest(model="m", messages=(thought, Message(role="user", content="Sure?")))
    for _ in range(2):
        assert text(await ask(connection(upstream), request))
    assert ["reasoning" in seen.json["messages"][0] for seen in upstream.requests] == [True, False, False]


async def test_a_refusal_that_stands_is_raised(upstream: Upstream) -> None:
    for _ in range(2):
        upstream.script(refusing("stream_options"))
    with pytest.raises(BadRequestError):
        await ask(connection(upstream), hello())
    assert len(upstream.requests) == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"object": "list", "data": [{"id": "a"}, {"id": "b"}]},
        {"result": {"data": [{"id": "a"}, {"id": "b"}]}, "success": True},
        {"models": [{"name": "a", "model": "a"}, {"name": "b"}]},
        [{"id": "a"}, {"id": "b"}, {"id": "a"}],
        ["a", "b"],
    ],
)
def test_model_lists_in_every_wrapping(answer: Any) -> None:
    assert model_ids(answer) == ["a", "b"]


def test_cloudflares_rows_go_by_their_names() -> None:
    assert model_ids({"result": [{"id": "af0-1", "name": "@cf/meta/llama"}], "success": True}) == ["@cf/meta/llama"]


def test_an_empty_list_is_a_list_and_nonsense_is_not() -> None:
    assert model_ids({"object": "list", "data": None}) == []
    with pytest.raises(ProtocolError):
        model_ids({"hello": "world"})
    with pytest.raises(ProtocolError):
        model_ids("models")


async def test_models_are_listed(upstream: Upstream) -> None:
    async with open_provider(connection(upstream)) as provider:
        assert "@cf/google/gemma-4-26b-a4b-it" in await provider.list_models()


@pytest.mark.parametrize("base_url", ["", "   ", "localhost", "http://[::1/v1"])
async def test_an_address_without_a_host(base_url: str) -> None:
    with pytest.raises(BadRequestError, match="address"):
        await ask(Connection(kind="openai_compatible", base_url=base_url), hello())


async def test_a_query_in_the_address_stays(upstream: Upstream) -> None:
    exchange = Exchange()
    with_query = connection(upstream, base_url=upstream.openai_url + "/?api-version=1&key=secret")
    await ask(with_query, hello(), exchange)
    assert (upstream.requests[0].path, upstream.requests[0].query) == (
        "/v1/chat/completions",
        "api-version=1&key=secret",
    )
    assert "secret" not in exchange.url


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", None])
async def test_an_unlabelled_stream_is_tried(upstream: Upstream, content_type: str | None) -> None:
    frames = Answer.stream([{"choices": [{"delta": {"content": "hi"}}]}]).pieces()
    upstream.script(Answer(frames, content_type=content_type))
    assert text(await ask(connection(upstream), hello())) == "hi"
