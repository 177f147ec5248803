"""A real cluster on this machine: a scheduler and workers, each a process of its own, as Dask's command starts them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from playground.providers import Connection
from playground.store import Store
from playground.system.places import ROOT
from tests.browser.app import OURS, free_port
from tests.browser.waiting import until
from tests.experiments.engine.conftest import make, roster, runner, store, stores  # noqa: F401
from tests.experiments.engine.test_spending import PRICE
from tests.upstream import Upstream

Dask = subprocess.Popen[bytes]
Worker = Callable[..., Dask]
_QUIET = {"DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "60s", "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}


def _dask(stack: ExitStack, log: Path, *arguments: str, **environment: str) -> Dask:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    command = [sys.executable, "-m", "dask", *arguments]
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=inherited | _QUIET | environment, stdout=out, stderr=subprocess.STDOUT
        )
    stack.callback(process.wait, 20)
    stack.callback(process.kill)
    return process


@pytest.fixture
def connection(upstream: Upstream) -> Connection:
    """As the workers have it by their environment, and its prices by the database."""
    return Connection.model_validate(
        {"kind": "openai_compatible", "name": "openai", "base_url": upstream.openai_url, "prices": {"m": PRICE}}
    )


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def scheduler(processes: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dask:
    """A scheduler, which the app is told of."""
    port = free_port()
    log = tmp_path / "scheduler.log"
    started = _dask(processes, log, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    monkeypatch.setenv("PLAYGROUND_CLUSTER_URL", f"tcp://127.0.0.1:{port}")
    until(lambda: any(one.laddr.port == port for one in psutil.Process(started.pid).net_connections()), timeout_s=30)
    return started


@pytest.fixture
def worker(
    processes: ExitStack,
    scheduler: Dask,
    tmp_path: Path,
    upstream: Upstream,
    store: Store,  # noqa: F811
) -> Worker:
    """Starts a worker with the app's database, and the connection of its server; both may be others."""

    store.prefer("prices openai", {"m": PRICE})

    def start(**environment: str) -> Dask:
        own = {"PLAYGROUND_DATA_DIR": str(tmp_path), "OPENAI_BASE_URL": upstream.openai_url} | environment
        arguments = ("worker", os.environ["PLAYGROUND_CLUSTER_URL"], "--nthreads", "2", "--no-nanny", "--no-dashboard")
        own["DASK_TEMPORARY_DIRECTORY"] = str(tmp_path)
        return _dask(processes, tmp_path / "worker.log", *arguments, "--host", "127.0.0.1", **own)

    return start
