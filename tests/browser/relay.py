"""Between a browser and the app: a network that can be cut, a proxy that ends TLS or lets no socket through."""

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Relay:
    """Listens on a port of its own and passes on to that of the app, but for the while that it is `cut`.

    While it is, what is on its way is lost and nobody is told. With `tls` it ends TLS, and says so as proxies do.
    Sockets at paths that begin with `no_upgrade` become ordinary requests, as in a proxy that knows no WebSockets.
    """

    def __init__(self, port: int, *, tls: ssl.SSLContext | None = None, no_upgrade: str | None = None) -> None:
        self._to = port
        self._tls = tls
        self._no_upgrade = no_upgrade
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._lines: set[asyncio.StreamWriter] = set()
        self._cut = self._mute = False
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._line, "127.0.0.1", 0, ssl=self._tls), self._loop
        ).result(10)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self.url = f"http{'' if self._tls is None else 's'}://127.0.0.1:{self.port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        async def end() -> None:
            self._server.close()
            for line in list(self._lines):
                line.transport.abort()
            # Whoever came in this very moment is not among the lines yet.
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for other in others:
                other.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """From now on nothing passes, and both sides still believe that they are connected."""
        self._cut = True

    def mute(self) -> None:
        """From now on nothing of what the app says arrives; what it is told does."""
        self._mute = True

    def mend(self) -> None:
        """New lines pass again; those of before stay silent, and are closed where they were mute."""
        if self._mute:
            self._loop.call_soon_threadsafe(self._close)
        self._cut = self._mute = False

    def _close(self) -> None:
        for line in tuple(self._lines):
            line.transport.abort()

    async def _line(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        self._lines.add(to_near)
        with contextlib.suppress(OSError):
            far, to_far = await asyncio.open_connection("127.0.0.1", self._to)
            self._lines.add(to_far)
            both = (self._pass(near, to_far, self._changed), self._pass(far, to_near, answers=True))
            await asyncio.gather(*both, return_exceptions=True)

    def _changed(self, data: bytes) -> bytes:
        if not data.startswith(b"GET "):
            return data
        if self._no_upgrade is not None and data.startswith(f"GET {self._no_upgrade}".encode()):
            data = re.sub(rb"(?im)^(upgrade|connection):[^\r]*\r\n", b"", data)
        return data if self._tls is None else data.replace(b"\r\n", b"\r\nX-Forwarded-Proto: https\r\n", 1)

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        changed: Callable[[bytes], bytes] = bytes,
        *,
        answers: bool = False,
    ) -> None:
        silent = False
        while data := await reader.read(65536):
            silent = silent or self._cut or (answers and self._mute)
            if not silent:
                writer.write(changed(data))
                await writer.drain()
        if not silent:
            writer.close()
