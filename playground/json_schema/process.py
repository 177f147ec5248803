"""The child process that checks schemas: started with the first question, killed when one takes too long."""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from playground.json_schema.checker import CPU_S
from playground.system.environment import least_environment

_CHECKER = Path(__file__).with_name("checker.py")
_PATIENCE_S = 10.0
"""On the clock: more than CPU_S, for a machine may be busy, and all there is where processor time cannot be limited."""
_START_S = 30.0
_OVER_TIME = getattr(signal, "SIGVTALRM", signal.SIGTERM)


class CheckerError(Exception):
    """The checker failed for a reason that is not the question's."""


class _Checker:
    """One child process, for one question at a time."""

    def __init__(self) -> None:
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_CHECKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=least_environment(),
                cwd=os.path.sep,
            )
        except OSError as error:
            raise CheckerError(f"the process that checks schemas cannot be started ({error.strerror})") from error
        self.pid = self._process.pid
        self._late = False
        if not self._exchange(b"", _START_S):
            self.end()
            raise CheckerError("the process that checks schemas cannot be started")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def answer(self, question: bytes) -> dict[str, Any]:
        """The answer; if the question exceeded a limit, an answer about that, and the child has ended.

        Raises CheckerError where the child ended because the machine is slow or short of memory.
        """
        line = self._exchange(question + b"\n", _PATIENCE_S)
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self._process.wait()
        if self._late:
            raise CheckerError(f"the check took longer than {_PATIENCE_S:g} s on the clock")
        if self._process.returncode == -signal.SIGKILL:
            raise CheckerError("the process that checks schemas was killed")
        if self._process.returncode == -_OVER_TIME:
            return {"unchecked": f"the check took longer than {CPU_S:g} s"}
        return {"unchecked": "the check ended the process that it ran in"}

    def _be_late(self) -> None:
        self._late = True
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _exchange(self, question: bytes, within_s: float) -> bytes:
        """Send a question and return the next line of the child; b"" where it ended or was killed after `within_s`."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        alarm = threading.Timer(within_s, self._be_late)
        alarm.daemon = True
        alarm.start()
        try:
            with suppress(OSError):
                stdin.write(question)
                stdin.flush()
            line = stdout.readline()
        finally:
            alarm.cancel()
        return line if line.endswith(b"\n") else b""


_lock = threading.Lock()
_checker: _Checker | None = None


def ask(question: bytes) -> dict[str, Any]:
    """The checker's answer to a question on one line. Thread-safe. Raises CheckerError."""
    global _checker
    with _lock:
        if _checker is None or not _checker.alive:
            _end()
            _checker = _Checker()
        try:
            return _checker.answer(question)
        finally:
            if not _checker.alive:
                _end()


def pid() -> int | None:
    """The child's process id; None where none runs."""
    with _lock:
        return None if _checker is None else _checker.pid


@atexit.register
def _end() -> None:
    global _checker
    if _checker is not None:
        _checker.end()
        _checker = None
