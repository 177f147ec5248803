"""A Dask cluster on this machine for a benchmark: a scheduler and one worker, each a process of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

from tests.browser.app import OURS, ROOT, free_port

# As docs/using/experiments.md has it: nobody looks at Dask's profile of tasks that wait for a network.
_QUIET = {"DASK_LOGGING__DISTRIBUTED": "error", "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}


class Cluster:
    """A running cluster, and the processor time that it takes."""

    def __init__(self, address: str, processes: list[psutil.Process]) -> None:
        self.address, self._processes = address, processes

    def cpu_s(self) -> float:
        """Processor time so far of scheduler and worker, in seconds."""
        times = [process.cpu_times() for process in self._processes]
        return float(sum(one.user + one.system for one in times))


@contextmanager
def cluster(data_dir: Path, origin: str) -> Iterator[Cluster]:
    """A scheduler and a worker, which has that folder's database and the server at `origin` as its connection."""
    address = f"tcp://127.0.0.1:{free_port()}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | _QUIET
    own = {"PLAYGROUND_DATA_DIR": str(data_dir), "OPENAI_BASE_URL": f"{origin}/v1"}
    with ExitStack() as stack:
        own["DASK_TEMPORARY_DIRECTORY"] = stack.enter_context(tempfile.TemporaryDirectory())

        def dask(*arguments: str) -> psutil.Process:
            command = [sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard"]
            quiet = subprocess.DEVNULL
            process = subprocess.Popen(command, cwd=ROOT, env=inherited | own, stdout=quiet, stderr=quiet)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return psutil.Process(process.pid)

        port = address.rpartition(":")[2]
        scheduler = dask("scheduler", "--port", port)
        worker = dask("worker", address, "--nthreads", "2", "--no-nanny")
        yield Cluster(address, [scheduler, worker])
