"""A server of a benchmark in a process of its own, so that its work is not counted."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.app import free_port


@contextmanager
def server_process(module: str, *arguments: str) -> Iterator[str]:
    """Run `python -m MODULE PORT ARGUMENTS` until the block ends; its origin, once it has printed a line."""
    port = free_port()
    command = [sys.executable, "-m", module, str(port), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
