"""Clients that this project did not write run against the stand-in: what it speaks is what they expect."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import cloudflare
import httpx
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from playground.models.local import engines
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.writing import WORDS

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"
HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Say hello"}]


@pytest.fixture
def client(upstream: Upstream) -> Iterator[cloudflare.Cloudflare]:
    with cloudflare.Cloudflare(api_token=TOKEN, base_url=upstream.base_url, max_retries=0) as client:
        yield client


@pytest.fixture
def openai_client(upstream: Upstream) -> Iterator[openai.OpenAI]:
    base_url = f"{upstream.base_url}/accounts/{ACCOUNT}/ai/v1"
    with openai.OpenAI(api_key=TOKEN, base_url=base_url, max_retries=0) as client:
        yield client


def test_cloudflare_sdk_runs_a_model(client: cloudflare.Cloudflare) -> None:
    result = client.ai.run(LLAMA, account_id=ACCOUNT, messages=[{"role": "user", "content": "Say hello"}])
    assert isinstance(result, dict)
    assert len(result["response"].split()) == 40
    assert result["usage"]["completion_tokens"] == 40


def test_cloudflare_sdk_lists_models_and_reads_a_schema(client: cloudflare.Cloudflare) -> None:
    models = list(client.ai.models.list(account_id=ACCOUNT, task="Text Generation"))
    assert LLAMA in {model["name"] for model in models if isinstance(model, dict)}
    schema = client.ai.models.schema.get(account_id=ACCOUNT, model=LLAMA)
    assert schema is not None
    assert {form["title"] for form in schema.model_dump()["input"]["oneOf"]} == {"Prompt", "Messages"}


def test_cloudflare_sdk_verifies_tokens(client: cloudflare.Cloudflare, upstream: Upstream) -> None:
    verified = client.user.tokens.verify()
    assert verified is not None
    assert verified.status == "active"
    with pytest.raises(cloudflare.AuthenticationError):
        client.accounts.tokens.verify(account_id=ACCOUNT)


def test_cloudflare_sdk_reads_errors(client: cloudflare.Cloudflare) -> None:
    with pytest.raises(cloudflare.RateLimitError) as raised:
        client.ai.run(LLAMA, account_id=ACCOUNT, prompt="upstream: fail=4006")
    assert raised.value.errors[0].code == 4006


def test_openai_sdk_streams(openai_client: openai.OpenAI) -> None:
    text = ""
    for chunk in openai_client.chat.completions.create(model=GEMMA, messages=HELLO, stream=True):
        text += "".join(choice.delta.content or "" for choice in chunk.choices or ())
    whole = openai_client.chat.completions.create(model=GEMMA, messages=HELLO)
    assert whole.choices[0].message.content == text
    assert whole.usage is not None
    assert whole.usage.completion_tokens == len(text.split()) == 40


def test_openai_sdk_calls_a_tool(openai_client: openai.OpenAI) -> None:
    parameters: dict[str, object] = {"type": "object", "properties": {"city": {"type": "string"}}}
    with openai_client.chat.completions.stream(
        model=GEMMA,
        messages=[{"role": "user", "content": "upstream: tool=weather"}],
        tools=[{"type": "function", "function": {"name": "weather", "parameters": parameters}}],
    ) as stream:
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    assert message.tool_calls is not None
    assert message.tool_calls[0].function.name == "weather"
    assert json.loads(message.tool_calls[0].function.arguments) == {"city": "A city"}


def test_openai_sdk_lists_models_without_a_key(upstream: Upstream) -> None:
    answer = httpx.get(upstream.openai_url + "/models")
    assert LLAMA in {model["id"] for model in answer.json()["data"]}
    client = openai.OpenAI(api_key="wrong", base_url=upstream.openai_url, max_retries=0)
    with client, pytest.raises(openai.AuthenticationError):
        client.models.list()


@pytest.mark.parametrize(
    ("account", "headers", "status", "code"),
    [
        (ACCOUNT, {"Authorization": "Bearer wrong"}, 401, 10000),
        (ACCOUNT, {}, 400, 9106),
        ("nobody", {"Authorization": f"Bearer {TOKEN}"}, 404, 7003),
    ],
)
def test_strangers_are_refused_as_the_service_refuses_them(
    upstream: Upstream, account: str, headers: dict[str, str], status: int, code: int
) -> None:
    answer = httpx.post(f"{upstream.base_url}/accounts/{account}/ai/run/{LLAMA}", headers=headers, json={"prompt": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


def test_answers_can_be_scripted_and_requests_read_from_outside(upstream: Upstream) -> None:
    order = {"answers": [{"chunks": [{"response": "scripted"}, "[DONE]"], "headers": {"x-mine": "1"}}]}
    assert httpx.post(upstream.origin + "/_script", json=order).json() == {"queued": 1}
    url = f"{upstream.base_url}/accounts/{ACCOUNT}/ai/run/{LLAMA}"
    answer = httpx.post(url, headers={"Authorization": f"Bearer {TOKEN}"}, json={"prompt": "hi", "stream": True})
    assert answer.text == 'data: {"response":"scripted"}\n\ndata: [DONE]\n\n'
    assert answer.headers["x-mine"] == "1"
    (seen,) = httpx.get(upstream.origin + "/_requests").json()
    assert (seen["method"], seen["path"].rpartition("/run/")[2], json.loads(seen["body"])["prompt"]) == (
        "POST",
        LLAMA,
        "hi",
    )


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(then="cut"), httpx.RemoteProtocolError),
        (Answer(then="reset"), httpx.ReadError),
        (Answer(["one"], then="cut"), httpx.RemoteProtocolError),
        (Answer(["one"], then="reset", drip=True), httpx.ReadError),
        (Answer(["one"], then="hang"), httpx.ReadTimeout),
        (Answer(delay=60), httpx.ReadTimeout),
    ],
)
def test_it_breaks_off_as_told(upstream: Upstream, answer: Answer, error: type[Exception]) -> None:
    upstream.script(answer)
    with (
        pytest.raises(error),
        httpx.stream("POST", upstream.openai_url + "/chat/completions", json={}, timeout=0.3) as got,
    ):
        got.read()


def test_it_notices_that_a_client_left(upstream: Upstream) -> None:
    async def leave() -> None:
        body = {"model": "@cf/upstream/rate-1_tokens-100", "stream": True, "messages": HELLO}
        url = upstream.openai_url + "/chat/completions"
        async with httpx.AsyncClient() as client, client.stream("POST", url, json=body) as answer:
            await anext(answer.aiter_bytes())

    asyncio.run(leave())
    assert upstream.requests[0].left_early.wait(5)


@pytest.fixture
def embedded(model_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The embedded model within the stand-in's reach, with little context so that it loads fast."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(model_data_dir))
    monkeypatch.setenv("PLAYGROUND_LOCAL_CONTEXT", "256")
    yield
    engines.stop()


@pytest.mark.model
def test_the_embedded_model_answers_in_every_dialect(
    embedded: None, client: cloudflare.Cloudflare, openai_client: openai.OpenAI
) -> None:
    asked = "upstream: model=embedded\nSay hello."
    result = client.ai.run(
        LLAMA, account_id=ACCOUNT, messages=[{"role": "user", "content": asked}], max_tokens=8, temperature=0, seed=1
    )
    assert isinstance(result, dict)
    said = str(result["response"])
    assert said
    assert not set(re.findall(r"\w+", said)) <= set(WORDS)
    assert result["usage"]["prompt_tokens"] > len(asked.split())
    text = ""
    for chunk in openai_client.chat.completions.create(
        model=GEMMA,
        messages=[{"role": "user", "content": asked}],
        max_tokens=8,
        temperature=0,
        seed=1,
        stream=True,
    ):
        text += "".join(choice.delta.content or "" for choice in chunk.choices or ())
    assert text == said
    with pytest.raises(cloudflare.APIStatusError) as raised:
        client.ai.run(LLAMA, account_id=ACCOUNT, prompt=asked + " word" * 600)
    assert raised.value.errors[0].code == 5021


def test_without_weights_the_stand_in_writes_itself(
    client: cloudflare.Cloudflare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    result = client.ai.run(LLAMA, account_id=ACCOUNT, prompt="upstream: model=embedded tokens=5")
    assert isinstance(result, dict)
    assert {word.lower() for word in re.findall(r"\w+", str(result["response"]))} <= set(WORDS)


def test_a_prompt_sets_length_and_rate(upstream: Upstream) -> None:
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "upstream: rate=100 tokens=5"}]}
    with httpx.stream("POST", upstream.openai_url + "/chat/completions", json=body) as answer:
        frames = [line for line in answer.iter_lines() if '"content"' in line]
        assert answer.elapsed.total_seconds() >= 0.05
    assert len(frames) == 6  # the role, then the tokens
