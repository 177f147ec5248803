"""Every kind of code, run for real: what reaches the server is what the app itself sends."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.messages import ChatRequest, Message
from playground.providers import Connection
from playground.providers.connection import Gateway
from playground.snippets import LANGUAGES, Language, languages, snippet
from tests.snippets.requests import EVIL, LLAMA, RAW_PROMPT, REQUESTS, ask, environment, sent_by_the_app, workers_ai
from tests.snippets.running import run
from tests.upstream import ACCOUNT, TOKEN, Upstream

PROGRAMS = [language for language in LANGUAGES if language.id not in ("worker", "python_anthropic")]
MESSAGES = [language for language in LANGUAGES if language.api in (None, "anthropic")]
KEYS = ("x-api-key", "authorization")
SDKS_WITH_AN_ORDER_OF_THEIR_OWN = {"python_openai", "python_anthropic"}


def same(language: Language, ours: bytes, theirs: bytes) -> None:
    """Byte for byte, but for how JavaScript writes numbers and in which order OpenAI's SDK writes its arguments."""
    if language.id in SDKS_WITH_AN_ORDER_OF_THEIR_OWN:
        assert items(ours) == items(theirs)
    elif language.id == "javascript_fetch" and ours != theirs:
        assert json.loads(ours, object_pairs_hook=list) == json.loads(theirs, object_pairs_hook=list)
        assert normal(ours) == normal(theirs)
    else:
        assert ours == theirs


def items(body: bytes) -> dict[str, bytes]:
    return {key: json.dumps(value, ensure_ascii=False).encode() for key, value in json.loads(body).items()}


def normal(body: bytes) -> bytes:
    """The same numbers written the same way."""
    return json.dumps(json.loads(body, parse_float=float), ensure_ascii=False).encode()


@pytest.mark.parametrize("stream", [True, False], ids=["streaming", "whole"])
@pytest.mark.parametrize("language", PROGRAMS, ids=lambda language: language.id)
def test_every_request_is_said_exactly(upstream: Upstream, tmp_path: Path, language: Language, stream: bool) -> None:
    connection = workers_ai(upstream, api=language.api or "native")
    run(
        tmp_path,
        environment(),
        *(snippet(language, request, connection, stream=stream) for request in REQUESTS.values()),
    )
    theirs = list(upstream.requests)
    assert len(theirs) == len(REQUESTS)

    for seen, request in zip(theirs, REQUESTS.values(), strict=True):
        path, ours = sent_by_the_app(upstream, connection, replace(request, stream=stream))
        assert seen.path == path
        assert seen.headers["authorization"] == f"Bearer {TOKEN}"
        assert seen.headers["content-type"] == "application/json"
        same(language, ours, seen.body)


@pytest.mark.parametrize("language", PROGRAMS, ids=lambda language: language.id)
def test_it_prints_the_answer(upstream: Upstream, tmp_path: Path, language: Language) -> None:
    connection = workers_ai(upstream)
    if language.api == "openai":
        pieces = ["It's ", "42\u2028", " é"]
        deltas = [json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}) for piece in pieces]
        upstream.script([*deltas, '{"choices":[],"usage":{"prompt_tokens":1}}', "[DONE]"])
        upstream.script_json({"choices": [{"index": 0, "message": {"content": "It's 42\u2028 é"}}]})
    else:
        upstream.script(['{"response":"It\'s "}', '{"response":42}', '{"response":"\u2028 é"}', "{}", "[DONE]"])
        upstream.script_json({"result": {"response": "It's 42\u2028 é"}, "success": True})

    programs = [snippet(language, ask("hi"), connection, stream=stream) for stream in (True, False)]
    printed = run(tmp_path, environment(), *programs)

    if language.id == "curl":
        assert '{"response":42}' in printed
    else:
        assert printed.startswith("It's 42\u2028 é")
    assert "It's 42" in printed.removeprefix("It's 42")


@pytest.mark.parametrize("language", PROGRAMS, ids=lambda language: language.id)
@pytest.mark.parametrize("by", ["header", "address"])
def test_through_a_gateway(upstream: Upstream, tmp_path: Path, language: Language, by: str) -> None:
    gateway = Gateway(
        id="my-gateway" if by == "header" else "",
        base_url=upstream.gateway_url if by == "address" else None,
        token="gateway-token",
        skip_cache=True,
        cache_ttl_s=60,
        metadata={"who": 'it\'s $HOME `x` "q" !', "n": 1},
    )
    connection = workers_ai(upstream, gateway=gateway, api=language.api or "native")
    program = snippet(language, ask("hi"), connection)

    run(tmp_path, environment(), program)

    theirs = upstream.requests[-1]
    path, body = sent_by_the_app(upstream, connection, ask("hi"))
    ours = upstream.requests[-1]
    assert theirs.path == path
    same(language, body, theirs.body)
    sent = {name: value for name, value in ours.headers.items() if name.startswith("cf-aig-")}
    assert len(sent) == (5 if by == "header" else 4)
    assert {name: theirs.headers.get(name) for name in sent} == sent
    assert "gateway-token" not in program.text
    assert ACCOUNT not in program.text


def test_a_gateway_can_be_added_and_left_out(upstream: Upstream) -> None:
    curl, bare = LANGUAGES[0], workers_ai(upstream)
    through = bare.model_copy(update={"gateway": Gateway(id="mine")})
    assert "cf-aig-gateway-id: default" in snippet(curl, ask("hi"), bare, gateway=True).text
    assert "cf-aig-gateway-id: mine" in snippet(curl, ask("hi"), through, gateway=True).text
    assert "cf-aig" not in snippet(curl, ask("hi"), through, gateway=False).text


@pytest.mark.parametrize("token", [TOKEN, None], ids=["with a key", "without a key"])
@pytest.mark.parametrize("language", PROGRAMS, ids=lambda language: language.id)
def test_a_server_of_openais_kind(upstream: Upstream, tmp_path: Path, language: Language, token: str | None) -> None:
    connection = Connection(kind="openai_compatible", base_url=upstream.openai_url, api_token=token)
    if not language.fits(connection, ask("hi")):
        assert language.id == "python_cloudflare"
        return
    request = ask(EVIL, parameters={"temperature": 0.5, "top_k": 2}, tools=REQUESTS["tools and a call"].tools)

    run(tmp_path, environment(), snippet(language, request, connection))

    theirs = upstream.requests[-1]
    path, ours = sent_by_the_app(upstream, connection, request)
    assert theirs.path == path
    assert theirs.headers.get("authorization") == (f"Bearer {token}" if token else None)
    same(language, ours, theirs.body)


@pytest.mark.parametrize("language", PROGRAMS, ids=lambda language: language.id)
def test_a_raw_prompt(upstream: Upstream, tmp_path: Path, language: Language) -> None:
    connection = workers_ai(upstream)
    if not language.fits(connection, RAW_PROMPT):
        assert language.id == "python_openai", "OpenAI's endpoint has no bare prompts"
        return

    run(tmp_path, environment(), snippet(language, RAW_PROMPT, connection))

    theirs = upstream.requests[-1]
    assert sent_by_the_app(upstream, connection, RAW_PROMPT) == (theirs.path, theirs.body)


@pytest.fixture
def _sdk(language: Language) -> None:
    if language.id == "python_anthropic":
        pytest.importorskip("anthropic")


@pytest.mark.usefixtures("_sdk")
@pytest.mark.parametrize("stream", [True, False], ids=["streaming", "whole"])
@pytest.mark.parametrize("language", MESSAGES, ids=lambda language: language.id)
def test_anthropics_messages_are_said_exactly(
    upstream: Upstream, tmp_path: Path, language: Language, stream: bool
) -> None:
    direct = Connection(kind="anthropic", base_url=upstream.anthropic_url, api_token=TOKEN)
    cloudflare = workers_ai(upstream, api="anthropic")
    request = ask(EVIL, parameters={"temperature": 0.5, "thinking_budget": 1024}, stream=stream)
    for connection in (direct, cloudflare):
        assert language.fits(connection, request)
        for asked in (request, replace(request, tools=REQUESTS["tools and a call"].tools)):
            printed = run(tmp_path, environment(), snippet(language, asked, connection))
            assert printed

            theirs = upstream.requests[-1]
            path, ours = sent_by_the_app(upstream, connection, asked)
            assert theirs.path == path
            app = upstream.requests[-1].headers
            assert theirs.headers["anthropic-version"] == app["anthropic-version"]
            if language.id != "python_anthropic":  # which sends any key as a bearer's
                assert [theirs.headers.get(name) for name in KEYS] == [app.get(name) for name in KEYS]
            same(language, ours, theirs.body)


@pytest.mark.usefixtures("_sdk")
@pytest.mark.parametrize("language", MESSAGES, ids=lambda language: language.id)
def test_it_prints_an_answer_in_messages(upstream: Upstream, tmp_path: Path, language: Language) -> None:
    connection = Connection(kind="anthropic", base_url=upstream.anthropic_url, api_token=TOKEN)
    asked = ask("upstream: tokens=3 think=2")
    printed = run(tmp_path, environment(), *(snippet(language, asked, connection, stream=on) for on in (True, False)))
    assert "thinking" in printed
    if language.id != "curl":
        words = printed.partition("[")[0].strip()
        assert len(words.split()) == 3
        assert words in printed.partition("[")[2]


@pytest.mark.parametrize("language", PROGRAMS, ids=lambda language: language.id)
@pytest.mark.parametrize("model", ["anthropic/claude-opus-5.5", "xai/grok-4.5"])
def test_models_of_other_vendors_by_the_universal_endpoint(
    upstream: Upstream, tmp_path: Path, language: Language, model: str
) -> None:
    connection = workers_ai(upstream, api=language.api or "native")
    asked = replace(ask("upstream: tokens=3"), model=model)
    printed = run(tmp_path, environment(), *(snippet(language, asked, connection, stream=on) for on in (True, False)))

    theirs = upstream.requests[0]
    path, ours = sent_by_the_app(upstream, connection, asked)
    assert theirs.path == path
    same(language, ours, theirs.body)
    if language.id != "curl":
        said = printed.partition(".")[0]
        assert len(said.split()) == 3
        assert printed.count(said) == 2


def test_a_worker_names_the_model_beside_its_input() -> None:
    worker = next(language for language in LANGUAGES if language.id == "worker")
    written = snippet(worker, replace(ask("hi"), model="xai/grok-4.5"), Connection(kind="workers_ai")).text
    assert 'const model: string = "xai/grok-4.5";' in written
    assert "input" not in written


def test_workers_ai_is_offered_what_speaks_its_endpoint() -> None:
    offered = languages(Connection(kind="workers_ai", api="anthropic"), ask("hi"))
    assert [language.id for language in offered] == ["curl", "python_httpx", "python_anthropic", "javascript_fetch"]
    for api in ("native", "openai"):
        known = languages(Connection(kind="workers_ai", api=api), ask("hi"))
        assert "python_anthropic" not in [language.id for language in known]


def test_a_local_model_is_asked_at_a_server_of_ones_own() -> None:
    connection = Connection(kind="local", name="local")
    for request, endpoint in ((ask("hi"), "/v1/chat/completions"), (RAW_PROMPT, "/v1/completions")):
        offered = languages(connection, request)
        assert [language.id for language in offered] == ["curl", "python_httpx", "python_openai", "javascript_fetch"]
        assert f"http://127.0.0.1:8080{endpoint}" in snippet(offered[0], request, connection).text
        assert "llama-server" in snippet(offered[0], request, connection).text


def test_no_secret_is_ever_written(upstream: Upstream) -> None:
    secret, account = "canary-token-0123456789", "f" * 32
    gateway = Gateway(base_url=f"https://gateway.ai.cloudflare.com/v1/{account}/mine", token=secret)
    base = f"https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1"
    connections = (
        Connection(kind="workers_ai", account_id=account, api_token=secret),
        Connection(kind="workers_ai", account_id=account, api_token=secret, gateway=gateway),
        Connection(kind="workers_ai", account_id="short", api_token=secret, base_url="https://h/short/v4"),
        Connection(kind="openai_compatible", base_url=base, api_token=secret),
        Connection(kind="openai_compatible", base_url=f"https://u:{secret}@h/v1?key={secret}", api_token=secret),
    )
    for connection in connections:
        for language in languages(connection, ask("hi")):
            for through in (None, True, False):
                written = snippet(language, ask("hi"), connection, gateway=through).text
                assert secret not in written
                assert account not in written
                assert "short" not in written
                assert "variable--" not in written


def test_a_conversation_is_not_named() -> None:
    connection = Connection(kind="workers_ai")
    written = snippet(LANGUAGES[0], replace(ask("hi"), conversation_id="c"), connection).text
    assert "affinity" not in written


def test_json_mode_says_that_it_does_not_stream() -> None:
    program = snippet(LANGUAGES[0], REQUESTS["a JSON schema"], Connection(kind="workers_ai"), stream=True)
    assert program.text.startswith("# The service does not stream JSON mode")
    assert '"stream":false' in program.text


def test_the_sdk_takes_what_is_given_by_name() -> None:
    import inspect

    from openai.resources.chat import Completions as Chat
    from openai.resources.completions import Completions

    from playground.snippets.python_openai import CHAT, COMPLETIONS

    def arguments(method: Any) -> set[str]:
        return set(inspect.signature(method).parameters)

    assert arguments(Chat.create) >= CHAT
    assert arguments(Completions.create) >= COMPLETIONS


def test_anthropics_sdk_takes_what_is_given_by_name() -> None:
    import inspect

    anthropic = pytest.importorskip("anthropic")

    from playground.snippets.python_anthropic import CREATE

    assert set(inspect.signature(anthropic.resources.messages.Messages.create).parameters) >= CREATE


def test_messages_of_every_role_are_kept(upstream: Upstream) -> None:
    request = ChatRequest(LLAMA, (Message("assistant", "Yes", reasoning="Hm"), Message("user", "go on")))
    written = snippet(LANGUAGES[0], request, Connection(kind="workers_ai")).text
    assert '{"role":"assistant","content":"Yes","reasoning":"Hm"}' in written
