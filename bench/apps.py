"""The app and its peer as processes of their own, both asking the same upstream."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.answers import Plan
from tests.browser.app import OURS, ROOT, command, free_port

TUTORIAL = Path(__file__).parent / "tutorial"
COLUMNS = Path(__file__).parent / "columns"


@dataclass(frozen=True, slots=True)
class App:
    """A running app."""

    name: str
    port: int
    process: psutil.Process
    data_dir: Path
    started: float
    """`time.perf_counter()` just before its process began."""

    def url(self, plan: Plan) -> str:
        """The address at which a model with that plan answers."""
        prefix = "openai/" if self.name == "ours" else ""
        return f"http://127.0.0.1:{self.port}/?model={prefix}{plan.model}"

    def compare_url(self, plans: Sequence[Plan]) -> str:
        """The address at which several models answer side by side."""
        page, prefix = ("compare", "openai/") if self.name == "ours" else ("", "")
        return f"http://127.0.0.1:{self.port}/{page}?models={','.join(prefix + plan.model for plan in plans)}"

    def sent(self) -> dict[str, int]:
        """Bytes that the kernel sent over each open connection, by the other end; empty without `ss`, which is Linux's.

        https://man7.org/linux/man-pages/man8/ss.8.html
        """
        if shutil.which("ss") is None:
            return {}
        asked = ["ss", "--tcp", "--info", "--numeric", "--oneline", "--no-header", f"sport = :{self.port}"]
        lines = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
        found = ((line.split()[4], re.search(r"bytes_sent:(\d+)", line)) for line in lines)
        return {end: int(count[1]) if count else 0 for end, count in found}

    def cpu_s(self) -> float:
        """Processor time so far, in seconds."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def ours(upstream: str, data_dir: Path | None = None) -> Iterator[App]:
    """The app as `make run` starts it, on a data directory of its own."""
    with tempfile.TemporaryDirectory() as fresh:
        directory = data_dir or Path(fresh)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
            "PLAYGROUND_DATA_DIR": str(directory),
        }
        port = free_port()
        with _running("ours", command(port), port, ROOT, environment, upstream, directory) as app:
            yield app


@contextmanager
def tutorial(upstream: str) -> Iterator[App]:
    """The peer of the chat, with Streamlit's defaults."""
    with _peer(TUTORIAL, upstream) as app:
        yield app


@contextmanager
def columns(upstream: str) -> Iterator[App]:
    """The peer of the comparison, with Streamlit's defaults."""
    with _peer(COLUMNS, upstream) as app:
        yield app


@contextmanager
def _peer(directory: Path, upstream: str) -> Iterator[App]:
    port = free_port()
    run = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    with _running(directory.name, run, port, directory, dict(os.environ), upstream, directory) as app:
        yield app


@contextmanager
def _running(
    name: str, run: list[str], port: int, cwd: Path, environment: dict[str, str], upstream: str, data_dir: Path
) -> Iterator[App]:
    environment |= {"OPENAI_BASE_URL": f"{upstream}/v1", "OPENAI_API_KEY": "none"}
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(run, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not _answers(port):
                if process.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(f"{name} ended:\n{log.read().decode()}")
                time.sleep(0.005)
            yield App(name, port, psutil.Process(process.pid), data_dir, started)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
