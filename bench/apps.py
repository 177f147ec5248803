"""The app, its peers and the floor as processes of their own, all asking the same models."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.answers import Plan
from tests.browser.app import OURS, ROOT, command, free_port

HERE = Path(__file__).parent
STILL = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is to be known of an app; selectors are CSS."""

    composer: str
    submit: str = ""
    """Enter does nothing before this can be pressed."""
    still: tuple[str, ...] = ()
    """All of them are there when nothing is on its way."""
    answers: str = "main"
    """The words of answers, a pane each."""


def _streamlit(answers: str) -> Kind:
    composer = "[data-testid=stChatInputTextArea]"
    return Kind(composer, "[data-testid=stChatInputSubmitButton]", (STILL,), answers)


KINDS: Mapping[str, Kind] = {
    "ours": Kind(
        composer=".st-key-composer textarea",
        submit=".pg-composer-send",
        still=(STILL, ".st-key-stop button[disabled]"),
        answers="[data-role=assistant] [data-part=text]",
    ),
    "tutorial": _streamlit("[data-testid=stChatMessage]"),
    "columns": _streamlit("[data-testid=stColumn]"),
    "bare": Kind(composer="textarea", answers="[data-turn=answer]"),
    "plain": Kind(composer=".st-key-message input", still=(STILL,)),
}
"""Ours; a chat as tutorials write it; the same with a column for each model; a page without any framework; two pages
of Streamlit with next to nothing on them.
"""


@dataclass(frozen=True, slots=True)
class App:
    """A running app."""

    name: str
    port: int
    process: psutil.Process
    started: float
    """`time.perf_counter()` just before its process began."""

    @property
    def kind(self) -> Kind:
        """What is to be known of it."""
        return KINDS[self.name]

    def url(self, plans: Sequence[Plan]) -> str:
        """The address at which the models with these plans answer, several side by side."""
        ours, chat = self.name == "ours", len(plans) == 1
        models = ",".join(("openai/" if ours else "") + plan.model for plan in plans)
        query = f"model={models}" if chat and self.name in ("ours", "tutorial") else f"models={models}"
        return f"http://127.0.0.1:{self.port}/{'compare' if ours and not chat else ''}?{query}"

    def cpu_s(self) -> float:
        """Processor time so far, in seconds."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def running(origin: str, *names: str) -> Iterator[tuple[App, ...]]:
    """The apps of these names, asking the models at `origin`."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(start(name, origin)) for name in names)


@contextmanager
def start(name: str, origin: str, data_dir: Path | None = None) -> Iterator[App]:
    """One app: ours as `make run` starts it on a data directory of its own, others with their defaults."""
    port = free_port()
    environment = {at: value for at, value in os.environ.items() if not at.startswith(OURS)}
    environment |= {"OPENAI_BASE_URL": f"{origin}/v1", "OPENAI_API_KEY": "none"}
    with tempfile.TemporaryDirectory() as empty, tempfile.TemporaryFile() as log:
        environment["PLAYGROUND_DATA_DIR"] = str(data_dir or empty)
        run, folder = _command(name, port)
        started = time.perf_counter()
        process = subprocess.Popen(run, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not _answers(port):
                if process.poll() is not None:
                    log.seek(0)
                    raise RuntimeError(f"{name} ended:\n{log.read().decode()}")
                time.sleep(0.005)
            yield App(name, port, psutil.Process(process.pid), started)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _command(name: str, port: int) -> tuple[list[str], Path]:
    if name == "ours":
        return command(port), ROOT
    if name == "bare":
        return [sys.executable, "server.py", str(port)], HERE / name
    return [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"], HERE / name


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
