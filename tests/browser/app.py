"""The app in a process of its own, started the way `make run` starts it."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Self

from tests.browser.waiting import until

ROOT = Path(__file__).parents[2]
OURS = ("PLAYGROUND_", "CLOUDFLARE_", "WORKERS_AI_", "OPENAI_", "STREAMLIT_")


def command(port: int, script: str = "app.py") -> list[str]:
    """The command of `make run`, read from the Makefile; for another script than the app's in its place."""
    recipe = re.search(r"^run:.*\n\texec (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    line = recipe[1].replace("$(BIN)/python", sys.executable).replace("$(PORT)", str(port))
    return shlex.split(line.replace(" app.py ", f" {script} "))


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class App:
    """The app on a free port with a data directory of its own; a context manager.

    The environment of whoever runs the tests does not reach it where it concerns the app: no account, no key.
    """

    script = "app.py"
    folder = ROOT

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.lasts = False
        """Whether it is there for more than one test."""
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
            "PLAYGROUND_DATA_DIR": str(data_dir),
            "STREAMLIT_SECRETS_FILES": str(data_dir / "no-secrets.toml"),
            **environment,
        }
        self._log = data_dir.parent / f"{data_dir.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """What starts it."""
        return command(self.port, self.script)

    @property
    def pid(self) -> int:
        """The process that `make run` would have become."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has printed so far, over all its starts."""
        return self._log.read_text(errors="replace")

    def start(self, **environment: str | None) -> Self:
        """Start it, and wait until it answers; `environment` is added to its own, None is as it is for the tests."""
        wanted = {name: os.environ.get(name) if value is None else value for name, value in environment.items()}
        kept = {name: value for name, value in self._environment.items() if name not in wanted}
        self._environment = kept | {name: value for name, value in wanted.items() if value is not None}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers_or_ended, timeout_s=60)
        assert self._process.poll() is None, f"The app ended:\n{self.log}"
        return self

    def stop(self) -> None:
        """End it the way a person does."""
        self._end(signal.SIGTERM)

    def kill9(self) -> None:
        """End it the way a crash or the system does."""
        self._end(signal.SIGKILL)

    def restart(self, **environment: str | None) -> None:
        """End it if it runs, and start it on the same port and data."""
        self.stop()
        self.start(**environment)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers_or_ended(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            return True
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
