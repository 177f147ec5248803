"""Checks images that a model made, from their data alone: nothing is fetched."""

import re
import struct
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

PictureKind = Literal["png", "jpeg", "gif", "webp"]

LARGEST_PICTURE = 15_000_000
"""Bytes."""
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 20_000
_SAFE = "/?&=%:;,@+~!"
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?")
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Segments of a JPEG that begin with its size (https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1)."""


class PictureError(ValueError):
    """Why an image cannot be shown, as the end of a sentence that begins with "A picture"."""


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """The bytes of an image, its kind by its first bytes, and its size in pixels."""

    content: bytes
    kind: PictureKind
    width: int
    height: int

    @property
    def size_words(self) -> str:
        """Kind and size in words."""
        return f"{self.kind.upper()}, {self.width} × {self.height}"


def read_picture(url: str) -> CheckedPicture:
    """The image in a data: URI. Raises PictureError for other addresses, and for data that is no PNG, JPEG, GIF, WebP.

    Its bytes decide the kind, not the URI. No pixel is decoded, so a huge size in a header costs nothing.
    """
    head, comma, data = url.partition(",")
    if not head.lower().startswith("data:") or not comma:
        raise PictureError("is at an address, and nothing is fetched from there")
    if not head.lower().rstrip().endswith("base64"):
        raise PictureError("is not written in base64")
    if len(data) > LARGEST_PICTURE * 4 // 3 + 4:
        raise PictureError(f"is larger than {LARGEST_PICTURE // 1_000_000} MB")
    try:
        content = b64decode("".join(data.split()), validate=True)
    except (Error, ValueError):
        raise PictureError("is not written in base64") from None
    kind = _kind(content)
    if kind is None:
        raise PictureError("is no PNG, JPEG, GIF or WebP")
    try:
        width, height = _SIZES[kind](content)
    except (struct.error, IndexError, ValueError):
        raise PictureError("is damaged") from None
    if not (width and height):
        raise PictureError("is damaged")
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise PictureError(f"says that it has {width:,} × {height:,} pixels, which is too many")
    return CheckedPicture(content, kind, width, height)


def web_link(url: str) -> tuple[str, str] | None:
    """The host of an address, and the address as a safe link, both in ASCII.

    None for one that is not http(s), names a user, or has a host that a browser may read differently.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or not url.isprintable():
        return None
    if not _HOST.fullmatch(host):
        return None
    marks = (("", parts.path), ("?", parts.query), ("#", parts.fragment))
    rest = "".join(f"{mark}{quote(part, safe=_SAFE)}" for mark, part in marks if part)
    return host, f"{parts.scheme}://{host}{port}{rest}"


def _kind(content: bytes) -> PictureKind | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _png(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR":
        raise ValueError("no header")
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _gif(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no segment")
        marker = content[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        if marker in (0xD9, 0xDA):
            raise ValueError("no size")
        length = 0 if marker == 0x01 or 0xD0 <= marker <= 0xD8 else struct.unpack_from(">H", content, at + 2)[0]
        at += 2 + length


def _webp(content: bytes) -> tuple[int, int]:
    """https://developers.google.com/speed/webp/docs/riff_container"""
    match content[12:16]:
        case b"VP8X":
            return _three(content, 24) + 1, _three(content, 27) + 1
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no picture")


def _three(content: bytes, at: int) -> int:
    return content[at] + (content[at + 1] << 8) + (content[at + 2] << 16)


_SIZES = {"png": _png, "jpeg": _jpeg, "gif": _gif, "webp": _webp}
