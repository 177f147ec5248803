import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from playground.models.local import engine
from playground.models.local.engine import EngineError, Engines, Plan

pytestmark = [pytest.mark.anyio, pytest.mark.model]


@pytest.fixture
def engines() -> Iterator[Engines]:
    engines = Engines(loaded_at_most=2)
    yield engines
    engines.stop()


@pytest.fixture
def plan(model_data_dir: Path) -> Plan:
    """The embedded model with as little context as loads fast."""
    return Plan(model_data_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf", context=256, slots=2, threads=2)


async def test_serves_on_this_machine_only_and_only_with_its_key(engines: Engines, plan: Plan) -> None:
    async with engines.lease(plan) as served:
        assert (served.context, served.slots) == (256, 2)
        url = httpx.URL(served.address)
        assert url.host == "127.0.0.1"
        assert httpx.get(f"{served.address}/slots", trust_env=False).status_code == 401
        assert served.http.get("/slots").status_code == 200
        listening = psutil.Process(served._process.pid).net_connections("tcp")
        assert {c.laddr for c in listening if c.status == psutil.CONN_LISTEN} == {("127.0.0.1", url.port)}
        assert served.key not in " ".join(psutil.Process(served._process.pid).cmdline())


async def test_many_ask_and_one_is_loaded_while_the_loop_runs_on(engines: Engines, plan: Plan) -> None:
    async def address() -> str:
        async with engines.lease(plan) as served:
            return served.address

    asked = [asyncio.create_task(address()) for _ in range(5)]
    turns = 0
    while not all(task.done() for task in asked):
        await asyncio.sleep(0)
        turns += 1
    assert len({task.result() for task in asked}) == 1
    assert turns > 100


async def test_one_that_ended_is_started_anew(engines: Engines, plan: Plan) -> None:
    async with engines.lease(plan) as first:
        first._process.kill()
        first._process.wait()
        assert engines.running(plan.path) is None
    async with engines.lease(plan) as second:
        assert second.alive
        assert engines.running(plan.path) is second


async def test_the_one_unused_for_longest_makes_room_but_never_one_in_use(engines: Engines, plan: Plan) -> None:
    second, third = replace(plan, context=512), replace(plan, context=768)
    async with engines.lease(plan) as oldest, engines.lease(second) as idle:
        pass
    async with engines.lease(plan) as kept, engines.lease(third):
        assert kept is oldest
        assert kept.alive
    await _ended(idle._process)
    assert oldest.alive


async def test_more_than_fit_may_be_in_use_at_once(engines: Engines, plan: Plan) -> None:
    async with (
        engines.lease(plan) as one,
        engines.lease(replace(plan, context=512)) as two,
        engines.lease(replace(plan, context=768)) as three,
    ):
        assert all(served.http.get("/health").is_success for served in (one, two, three))


@pytest.mark.parametrize("damage", ["garbage", "cut", "another kind"])
async def test_a_damaged_file_is_explained(engines: Engines, plan: Plan, tmp_path: Path, damage: str) -> None:
    content = plan.path.read_bytes()
    contents = {
        "garbage": b"garbage" * 1000,
        "cut": content[: len(content) // 2],
        "another kind": content.replace(b"\x05\0\0\0\0\0\0\0llama", b"\x05\0\0\0\0\0\0\0lxama", 1),
    }
    path = tmp_path / "damaged.gguf"
    path.write_bytes(contents[damage])
    reasons = {"garbage": "failed to load model", "cut": "corrupted or incomplete", "another kind": "lxama"}
    with pytest.raises(EngineError, match=reasons[damage]):
        async with engines.lease(replace(plan, path=path)):
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
async def test_a_file_that_hangs_llama_cpp_is_given_up(
    engines: Engines, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOADING_S", 1)
    path = tmp_path / "pipe.gguf"
    os.mkfifo(path)  # opening it waits for a writer that never comes
    with pytest.raises(EngineError, match="did not load within 1 s"):
        async with engines.lease(replace(plan, path=path)):
            pass


async def test_a_cancelled_wait_leaves_the_load_to_the_next(engines: Engines, plan: Plan) -> None:
    async def wait() -> None:
        async with engines.lease(plan):
            pytest.fail("was cancelled before")

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with engines.lease(plan) as served:
        assert served.alive


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_it_ends_with_the_process_that_started_it_even_when_that_is_killed(plan: Plan) -> None:
    script = (
        "import sys; from pathlib import Path; from playground.models.local.engine import Engine, Plan\n"
        "served = Engine(Plan(Path(sys.argv[1]), 256, 1, 1))\n"
        "print(served._process.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(plan.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        _, alive = psutil.wait_procs([child], timeout=10)
        assert not alive


async def _ended(process: "subprocess.Popen[bytes]") -> None:
    async with asyncio.timeout(10):
        await asyncio.to_thread(process.wait)
