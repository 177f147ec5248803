"""Decompresses bodies of servers that ignore Accept-Encoding, in pieces of bounded size."""

import zlib
from collections.abc import AsyncIterator

from playground.errors import ProtocolError

LARGEST_PIECE = 64_000
"""Bytes."""
_FORMS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


async def decompressed(chunks: AsyncIterator[bytes], encoding: str, host: str) -> AsyncIterator[bytes]:
    """The decompressed body, by its Content-Encoding: gzip or deflate.

    Raises ProtocolError for any other encoding, and for invalid data.
    """
    form = _FORMS.get(encoding.strip().lower())
    if form is None:
        raise ProtocolError(
            f"{host} compresses its answer ({encoding[:40]}) although it was asked not to.",
            hint="Turn compression off in the server or in the proxy before it, or let it use gzip.",
        )
    expander = zlib.decompressobj(form)
    started = False
    try:
        async for chunk in chunks:
            if not started and form == zlib.MAX_WBITS and chunk and chunk[0] & 0x0F != 8:
                expander = zlib.decompressobj(-zlib.MAX_WBITS)  # some servers send raw deflate
            started = started or bool(chunk)
            while chunk:
                if piece := expander.decompress(chunk, LARGEST_PIECE):
                    yield piece
                chunk = expander.unconsumed_tail
                if expander.eof:
                    chunk = expander.unused_data
                    expander = zlib.decompressobj(form)
        if rest := expander.flush():
            yield rest
    except zlib.error:
        raise ProtocolError(f"The answer of {host} is not compressed the way it says it is.") from None
