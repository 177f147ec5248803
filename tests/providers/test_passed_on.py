"""Models of other vendors through Workers AI: the universal endpoint, and the two that speak as vendors do."""

from typing import Any

import pytest

from playground.messages import ChatRequest, Message
from playground.models.catalog.passed_on import passed_on, passed_on_card
from playground.providers import Connection, open_provider
from playground.providers.connection import Gateway
from playground.providers.workers_ai import WorkersAI
from tests.providers.heard import Heard, put_together
from tests.upstream import ACCOUNT, TOKEN, Upstream

pytestmark = pytest.mark.anyio

RUN = f"/client/v4/accounts/{ACCOUNT}/ai/run"


def connection(upstream: Upstream, **settings: Any) -> Connection:
    known: dict[str, Any] = {"kind": "workers_ai", "base_url": upstream.base_url, "account_id": ACCOUNT}
    return Connection(**{**known, "api_token": TOKEN, "max_retries": 0, **settings})


def hello(model: str, text: str = "upstream: tokens=3", **more: Any) -> ChatRequest:
    return ChatRequest(model, (Message("system", "Be brief."), Message("user", text)), **more)


async def heard(connection: Connection, request: ChatRequest) -> Heard:
    async with open_provider(connection) as provider:
        return put_together([event async for event in provider.stream(request)])


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("model", ["anthropic/claude-opus-5.5", "openai/gpt-4.1", "xai/grok-4.5"])
async def test_the_universal_endpoint(upstream: Upstream, model: str, stream: bool) -> None:
    found = await heard(connection(upstream), hello(model, stream=stream))
    assert len(found.text.split()) == 3
    assert (found.reason, found.truncated) == ("stop", False)
    assert found.usage is not None
    assert not found.usage.estimated
    (seen,) = upstream.requests
    assert seen.path == RUN
    assert seen.json.keys() == {"model", "input"}
    assert (seen.json["model"], seen.json["input"]["stream"]) == (model, stream)
    assert "model" not in seen.json["input"]


async def test_each_vendor_gets_its_own_form(upstream: Upstream) -> None:
    await heard(connection(upstream), hello("anthropic/claude-opus-5.5"))
    await heard(connection(upstream), hello("openai/gpt-4.1"))
    anthropic_s, openai_s = (seen.json["input"] for seen in upstream.requests)
    assert (anthropic_s["system"], anthropic_s["max_tokens"]) == ("Be brief.", 128_000)
    assert [message["role"] for message in anthropic_s["messages"]] == ["user"]
    assert [message["role"] for message in openai_s["messages"]] == ["system", "user"]
    assert "max_tokens" not in openai_s


async def test_google_s_form_is_not_spoken_so_that_openai_s_endpoint_is_asked(upstream: Upstream) -> None:
    await heard(connection(upstream), hello("google/gemini-3-flash"))
    (seen,) = upstream.requests
    assert seen.path == f"/client/v4/accounts/{ACCOUNT}/ai/v1/chat/completions"
    assert seen.json["model"] == "google/gemini-3-flash"


@pytest.mark.parametrize(
    ("api", "path"), [("openai", "/ai/v1/chat/completions"), ("anthropic", "/ai/v1/messages"), ("native", "/ai/run")]
)
async def test_a_connection_s_endpoint_is_the_one_that_is_asked(upstream: Upstream, api: str, path: str) -> None:
    await heard(connection(upstream, api=api), hello("anthropic/claude-opus-5.5"))
    assert upstream.requests[0].path.endswith(path)


def test_cloudflare_s_own_models_are_asked_as_before(upstream: Upstream) -> None:
    post = WorkersAI(connection(upstream)).post(hello("@cf/meta/llama-3.3-70b-instruct-fp8-fast"))
    assert post.url == f"{upstream.origin}{RUN}/@cf/meta/llama-3.3-70b-instruct-fp8-fast"
    assert "messages" in post.body


def test_a_gateway_known_by_its_address_is_named_to_the_api(upstream: Upstream) -> None:
    gateway = Gateway(base_url="https://gateway.ai.cloudflare.com/v1/abc/mine", skip_cache=True)
    post = WorkersAI(connection(upstream, gateway=gateway)).post(hello("openai/gpt-4.1"))
    assert post.url == f"{upstream.origin}{RUN}"
    assert (post.headers["cf-aig-gateway-id"], post.headers["cf-aig-skip-cache"]) == ("mine", "true")
    bare = WorkersAI(connection(upstream)).post(hello("openai/gpt-4.1"))
    assert "cf-aig-gateway-id" not in bare.headers


def test_cards() -> None:
    assert {card.id.partition("/")[0] for card in passed_on()} == {"anthropic", "openai", "google", "xai"}
    for card in passed_on():
        assert not card.hosted
        assert card.price is not None
        assert passed_on_card(card.id) == card
    other = passed_on_card("openai/gpt-9")
    assert other is not None
    assert (other.name, other.price, other.context_window) == ("gpt-9", None, None)
    for strange in ("gpt-9", "@cf/meta/llama", "nobody/model", "openai/", "openai/a/b"):
        assert passed_on_card(strange) is None
