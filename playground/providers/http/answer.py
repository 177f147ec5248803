"""An HTTP answer that has begun: its body, with timeouts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx

from playground.errors import ProviderError
from playground.providers.connection import Connection
from playground.providers.http.decompression import decompressed
from playground.providers.http.faults import broken_off, silent_before_answer, silent_in_answer

_DRAIN_S = 0.1
_DRAIN_CHUNKS = 8
"""At most so many chunks are read by `drain`."""


class HttpAnswer:
    """An answer that has begun and whose body was not read yet.

    `begin_by` is the loop's time by which the first byte of the body has to come.
    """

    def __init__(
        self, response: httpx.Response, connection: Connection, sent_at: float, begin_by: float | None
    ) -> None:
        self.headers = response.headers
        self.status = response.status_code
        self.sent_at = sent_at
        self._host = response.url.host
        self._chunks: AsyncIterator[bytes] = response.aiter_raw()
        encoding = response.headers.get("content-encoding", "identity")
        if encoding.strip().lower() != "identity":
            self._chunks = decompressed(self._chunks, encoding, self._host)
        self._connection = connection
        self._begin_by = begin_by
        self._now = asyncio.get_running_loop().time

    async def read(self) -> bytes:
        """The next chunk, b"" at the end.

        Raises ModelTimeoutError after the first-byte timeout or the idle timeout, NetworkError when the connection
        breaks.
        """
        begin_by = self._begin_by
        try:
            async with asyncio.timeout_at(begin_by or self._now() + self._connection.idle_timeout_s):
                chunk = await anext(self._chunks, b"")
        except TimeoutError:
            silent = silent_before_answer if begin_by else silent_in_answer
            raise silent(self._host, self._connection) from None
        except httpx.HTTPError as error:
            raise broken_off(error, self._host) from error
        self._begin_by = None
        return chunk

    async def drain(self) -> None:
        """Read what is left of a finished body for a moment, so that its connection can be reused."""
        with suppress(TimeoutError, httpx.HTTPError, ProviderError):
            async with asyncio.timeout(_DRAIN_S):
                for _ in range(_DRAIN_CHUNKS):
                    if not await anext(self._chunks, b""):
                        return

    async def read_all(self, at_most: int) -> bytes:
        """The rest of the body, or its beginning where it is longer than `at_most`."""
        pieces: list[bytes] = []
        size = 0
        while size < at_most and (piece := await self.read()):
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)[:at_most]
