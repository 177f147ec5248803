"""What the real children of this process have for an environment."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from playground import json_schema
from playground.json_schema import process
from playground.models.local import assets
from playground.models.local.engine import Engines, Plan
from playground.system.environment import least_environment
from tests.package_index import Index, serve

CANARY = "canary-0123456789"
SECRET = (
    *("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_AUTH_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_GATEWAY_TOKEN"),
    *("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "SSH_AUTH_SOCK"),
    *("PLAYGROUND_DATABASE_URL", "PGPASSWORD", "STREAMLIT_SERVER_COOKIE_SECRET", "LLAMA_API_KEY", "SOMETHING_ELSE"),
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRET:
        monkeypatch.setenv(name, CANARY)


def environment(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(entry.split("=", 1) for entry in entries if entry)


def test_pip_has_its_settings_and_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held = Index(hold=threading.Event())
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serve(held) as index:
        monkeypatch.setenv("PIP_INDEX_URL", index.url)
        fetch = assets.fetch(index.asset(), tmp_path)
        assert index.half_sent.wait(60)
        pip = next(child for child in psutil.Process().children() if "pip" in child.cmdline())
        found = environment(pip.pid)
        assert held.hold is not None
        held.hold.set()
        fetch.result.result(timeout=60)
    assert (found["PIP_INDEX_URL"], found["no_proxy"]) == (index.url, "127.0.0.1")
    assert CANARY not in found.values()


def test_the_checker_of_schemas_has_no_key() -> None:
    process._end()
    json_schema.schema_error({"title": "for an environment"})
    pid = process.pid()
    assert pid is not None
    assert CANARY not in environment(pid).values()


@pytest.mark.model
def test_llama_cpp_has_no_key(model_data_dir: Path) -> None:
    engines = Engines()

    async def look() -> dict[str, str]:
        plan = Plan(model_data_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf", context=256, slots=1, threads=1)
        async with engines.lease(plan) as engine:
            return environment(engine._process.pid)

    found = asyncio.run(look())
    engines.stop()
    assert found["OMP_WAIT_POLICY"] == "passive"
    assert CANARY not in found.values()


def test_a_child_can_run_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    asked = [sys.executable, "-c", "import os, tempfile; print(os.environ['LC_ALL'], tempfile.gettempdir())"]
    said = subprocess.run(asked, env=least_environment(), capture_output=True, text=True, check=True)
    assert said.stdout.startswith("C.UTF-8 ")
