"""Compressed bodies come out whole, in small pieces however far they expand, and what is not compressed is an error."""

import gzip
import zlib
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import ProtocolError
from playground.providers.http.decompression import LARGEST_PIECE, decompressed

pytestmark = pytest.mark.anyio


async def cut(body: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


def deflated(body: bytes) -> bytes:
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return bare.compress(body) + bare.flush()


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), (" GZIP", gzip.compress), ("deflate", zlib.compress)],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_a_body_comes_out_as_it_was(encoding: str, compress: object, size: int) -> None:
    body = bytes(range(256)) * 50
    compressed = compress(body)  # type: ignore[operator]
    assert b"".join([piece async for piece in decompressed(cut(compressed, size), encoding, "host")]) == body


@given(st.binary(max_size=300))
async def test_bare_deflate_and_several_members_are_read(body: bytes) -> None:
    bare = [piece async for piece in decompressed(cut(deflated(body), 5), "deflate", "host")]
    twice = [piece async for piece in decompressed(cut(gzip.compress(body) * 2, 5), "gzip", "host")]
    assert (b"".join(bare), b"".join(twice)) == (body, body * 2)


async def test_a_bomb_comes_in_small_pieces() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    largest = total = 0
    async for piece in decompressed(cut(bomb, len(bomb)), "gzip", "host"):
        largest, total = max(largest, len(piece)), total + len(piece)
    assert (largest, total) == (LARGEST_PIECE, 50_000_000)


@pytest.mark.parametrize(("encoding", "body"), [("gzip", b"plain"), ("br", b"x"), ("zstd", b"x"), ("gzip, br", b"x")])
async def test_what_cannot_be_read_is_an_error(encoding: str, body: bytes) -> None:
    with pytest.raises(ProtocolError, match="compress"):
        assert not [piece async for piece in decompressed(cut(body, 10), encoding, "host")]
