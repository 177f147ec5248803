"""Workers, type-checked against Cloudflare's published types and run in workerd with an AI binding that records."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.messages import ChatRequest
from playground.models.catalog import shipped
from playground.providers import Connection
from playground.providers.connection import Gateway
from playground.providers.wire.requests import encode
from playground.providers.workers_ai import WorkersAI
from playground.snippets import LANGUAGES, snippet
from tests.snippets.requests import RAW_PROMPT, REQUESTS, ask

pytestmark = pytest.mark.node

WORKER = next(language for language in LANGUAGES if language.id == "worker")
GATEWAY = Gateway(
    id="mine",
    skip_cache=True,
    cache_ttl_s=60,
    cache_key="it's $x",
    collect_log=False,
    request_timeout_ms=1000,
    max_attempts=3,
    retry_delay_ms=10,
    backoff="linear",
    metadata={"who": "é", "n": 1, "b": True},
)
CALLED = {
    "id": "mine",
    "skipCache": True,
    "cacheTtl": 60,
    "cacheKey": "it's $x",
    "collectLog": False,
    "requestTimeoutMs": 1000,
    "retries": {"maxAttempts": 3, "retryDelayMs": 10, "backoff": "linear"},
    "metadata": {"who": "é", "n": 1, "b": True},
}
TSC = (
    *("node_modules/.bin/tsc", "--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--lib", "es2022"),
    *("--module", "es2022", "--moduleResolution", "bundler", "--types", "@cloudflare/workers-types"),
)


def compiled(node_packages: Path, folder: Path, sources: list[str]) -> list[Path]:
    """TypeScript to JavaScript; fails with what the compiler says."""
    files = [folder / f"worker_{number}.ts" for number in range(len(sources))]
    for file, source in zip(files, sources, strict=True):
        file.write_text(source, encoding="utf-8")
    command = [*TSC, "--outDir", str(folder / "js"), *map(str, files)]
    done = subprocess.run(command, cwd=node_packages, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    return [folder / "js" / f"{file.stem}.js" for file in files]


def called(node_packages: Path, files: list[Path]) -> list[dict[str, Any]]:
    """What each Worker asked of its binding and what it answered."""
    command = ["node", "run_workers.mjs", *map(str, files)]
    done = subprocess.run(command, cwd=node_packages, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def test_it_asks_what_the_app_asks(node_packages: Path, tmp_path: Path) -> None:
    connection = Connection(kind="workers_ai", account_id="a", api_token="t")
    requests = [
        replace(request, stream=stream) for request in (*REQUESTS.values(), RAW_PROMPT) for stream in (True, False)
    ]
    sources = [snippet(WORKER, request, connection).text for request in requests]

    results = called(node_packages, compiled(node_packages, tmp_path, sources))

    for request, result in zip(requests, results, strict=True):
        body = sent(request, connection)
        model, inputs = json.loads(result["call"], parse_int=float)  # JavaScript's numbers
        assert model == request.model
        assert inputs == body
        assert list(inputs) == list(body)
        assert result["answer"]["status"] == 200
        streams = body["stream"]
        assert result["answer"]["type"].startswith("text/event-stream" if streams else "application/json")
        assert result["answer"]["body"] == ('data: {"response":"hi"}\n\n' if streams else '{"response":"hi"}')


def sent(request: ChatRequest, connection: Connection) -> dict[str, Any]:
    """The body that the app sends for a request."""
    body: dict[str, Any] = json.loads(encode(WorkersAI(connection).payload(request)))
    return body


def test_a_gateway_is_named_to_the_binding(node_packages: Path, tmp_path: Path) -> None:
    connection = Connection(kind="workers_ai", gateway=GATEWAY)
    by_address = Connection(kind="workers_ai", gateway=Gateway(base_url="https://h/v1/account/other"))
    sources = [snippet(WORKER, ask("hi"), each).text for each in (connection, by_address)]

    first, second = called(node_packages, compiled(node_packages, tmp_path, sources))

    assert json.loads(first["call"])[2] == {"gateway": CALLED}
    assert json.loads(second["call"])[2] == {"gateway": {"id": "other"}}


def test_every_model_has_a_worker_that_type_checks(node_packages: Path, tmp_path: Path) -> None:
    connection = Connection(kind="workers_ai")
    sources = [
        snippet(WORKER, replace(ask("hi"), model=card.id), connection, stream=stream).text
        for card in shipped()
        for stream in (True, False)
    ]
    assert len(compiled(node_packages, tmp_path, sources)) == 2 * len(tuple(shipped()))
