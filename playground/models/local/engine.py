"""llama.cpp servers, one for each model file in use, each in a child process on 127.0.0.1 with a key of its own.

A child and not a thread: loading holds the interpreter's lock for seconds, and a damaged file can end or hang the
process it is loaded in. See docs/decisions/002-local-engine.md.
"""

import asyncio
import atexit
import json
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from playground.system.environment import least_environment

_SERVER = Path(__file__).with_name("server.py")
_LOADED_AT_MOST = 2
_COMPUTING_PREFIXES = ("OMP_", "GGML_", "CUDA_", "HIP_", "ROCR_", "VK_")
_WAIT_POLICY = "passive"
"""Threads that spin while they wait for each other slow everything to a crawl once processors are scarce."""
LOADING_S = 60
_SLOWEST_DISK = 20_000_000
"""Bytes per second; a load that is slower counts as one that hangs."""


class EngineError(Exception):
    """A model that could not be loaded; the message says why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to serve a model: its file, tokens of context for each slot, slots, and threads to read a prompt with."""

    path: Path
    context: int
    slots: int
    threads: int


class Engine:
    """One running llama.cpp server. `context` is what each of its `slots` really has, in tokens."""

    def __init__(self, plan: Plan) -> None:
        """Load the model; blocks until it is served. Raises EngineError."""
        self.key = secrets.token_urlsafe(32)
        within_s = LOADING_S + plan.path.stat().st_size // _SLOWEST_DISK
        config = {
            "path": str(plan.path),
            "context": plan.context,
            "slots": plan.slots,
            "threads": plan.threads,
            "key": self.key,
            "load_within_s": within_s,
        }
        with tempfile.TemporaryFile() as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_SERVER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env={"OMP_WAIT_POLICY": _WAIT_POLICY, **least_environment(prefixes=_COMPUTING_PREFIXES)},
            )
            answer = self._load(config)
            if "address" not in answer:
                self._end()
                stderr.seek(0)
                output = stderr.read(100_000).decode(errors="replace")
                raise EngineError(answer.get("error") or _reason(output, within_s))
        self.address = answer["address"]
        self.http = httpx.Client(
            base_url=self.address, headers={"Authorization": f"Bearer {self.key}"}, trust_env=False, timeout=10
        )
        """For short requests, from any thread."""
        try:
            props = self.http.get("/props").raise_for_status().json()
            self.context: int = props["default_generation_settings"]["n_ctx"]
            self.slots: int = props["total_slots"]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            self.stop()
            raise EngineError("llama.cpp started but does not answer") from error

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._process.poll() is None

    def ends_within(self, seconds: float) -> bool:
        """Whether its process ends in that time; a killed process closes its sockets a little before it ends."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End the process at once, answers in flight included."""
        self.http.close()
        self._end()

    def _load(self, config: dict[str, object]) -> dict[str, str]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(config).encode() + b"\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
        except (OSError, ValueError):
            return {}
        return answer if isinstance(answer, dict) else {}

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _reason(stderr: str, within_s: int) -> str:
    """The reason in llama.cpp's output for a file that it could not load."""
    if stderr.lstrip().startswith("Timeout ("):
        return f"it did not load within {within_s} s"
    for pattern in (r"error loading model: (.+)", r"\bE (?:srv|cmn)? *\w*: (.+)", r"GGML_ASSERT\((.+)\) failed"):
        if found := re.search(pattern, stderr):
            return found[1].strip()[:200]
    return "llama.cpp refuses it without saying why"


@dataclass(eq=False, slots=True)
class _Entry:
    """An engine that is loaded or being loaded, and how many use it."""

    plan: Plan
    ready: Future[Engine]
    users: int = 0
    used_at: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether loading failed or the process ended."""
        return self.ready.done() and (self.ready.exception() is not None or not self.ready.result().alive)


class Engines:
    """The engines of this process. At most two stay loaded: the longest unused is unloaded, never one in use."""

    def __init__(self, loaded_at_most: int = _LOADED_AT_MOST) -> None:
        self._loaded_at_most = loaded_at_most
        self._lock = threading.Lock()
        self._entries: dict[Plan, _Entry] = {}

    @asynccontextmanager
    async def lease(self, plan: Plan) -> AsyncIterator[Engine]:
        """The engine of the plan, loaded on a thread where it is not yet; it stays loaded while the block runs.

        Raises EngineError.
        """
        entry = self._enter(plan)
        try:
            yield await asyncio.wrap_future(entry.ready)
        finally:
            self._leave(entry)

    def running(self, path: Path) -> Engine | None:
        """The engine that serves a file already; None where none does."""
        with self._lock:
            entries = [entry for entry in self._entries.values() if entry.plan.path == path]
        ready = (entry.ready.result() for entry in entries if entry.ready.done() and not entry.failed)
        return next(ready, None)

    def stop(self) -> None:
        """End all engines."""
        with self._lock:
            entries, self._entries = list(self._entries.values()), {}
        for entry in entries:
            _end(entry)

    def _enter(self, plan: Plan) -> _Entry:
        with self._lock:
            entry = self._entries.get(plan)
            if entry is None or entry.failed:
                if entry is not None:
                    _end(entry)
                entry = self._entries[plan] = _Entry(plan, Future())
                entry.ready.set_running_or_notify_cancel()
                threading.Thread(target=_load, args=(entry,), name=f"load {plan.path.name}", daemon=True).start()
            entry.users += 1
            entry.used_at = time.monotonic()
            self._make_room()
            return entry

    def _leave(self, entry: _Entry) -> None:
        with self._lock:
            entry.users -= 1
            entry.used_at = time.monotonic()
            self._make_room()

    def _make_room(self) -> None:
        idle = sorted((p for p in self._entries.values() if not p.users), key=lambda entry: entry.used_at)
        for entry in idle[: max(len(self._entries) - self._loaded_at_most, 0)]:
            del self._entries[entry.plan]
            threading.Thread(target=_end, args=(entry,), name=f"unload {entry.plan.path.name}", daemon=True).start()


def _load(entry: _Entry) -> None:
    try:
        entry.ready.set_result(Engine(entry.plan))
    except OSError as error:
        entry.ready.set_exception(EngineError(f"it cannot be read: {error.strerror}"))
    except BaseException as error:
        entry.ready.set_exception(error)


def _end(entry: _Entry) -> None:
    with suppress(Exception):
        entry.ready.result().stop()


engines = Engines()
"""The engines of this process."""

atexit.register(engines.stop)
