"""Images of imported requests: only embedded ones, nothing is fetched."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

LARGEST_IMPORTED_PICTURE = 10_000_000
"""Bytes, as for an attached image."""
_DATA = re.compile(r"data:\s*(image/[\w.+-]+)?[^,]{0,100}?(;\s*base64)?\s*,", re.IGNORECASE)
_KINDS = {"image/png", "image/jpeg", "image/webp", "image/gif"}
_BEGINS = {"iVBORw0K": "image/png", "/9j/": "image/jpeg", "R0lGOD": "image/gif", "UklGR": "image/webp"}


class NoPictureError(ValueError):
    """The reason why an image was left out, as the end of a sentence."""


def picture_part(url: str, detail: Any = None) -> dict[str, Any]:
    """An image from a data: URI as a part in OpenAI's form. Raises NoPictureError."""
    url = url.strip()
    if not url[:5].lower() == "data:":
        raise NoPictureError("that is given by its address. Attach it instead")
    head = _DATA.match(url)
    if head is None or head[2] is None:
        raise NoPictureError("whose data: URI is not one of base64")
    image = picture_part_of_base64(url[head.end() :], (head[1] or "").lower())
    if detail in ("low", "high", "auto"):
        image["image_url"]["detail"] = detail
    return image


def picture_part_of_base64(data: str, kind: str = "") -> dict[str, Any]:
    """An image from base64 as a part in OpenAI's form; the kind is recognised by default. Raises NoPictureError."""
    if any(char in data for char in " \r\n\t"):
        data = "".join(data.split())
    kind = {"image/jpg": "image/jpeg"}.get(kind, kind)
    kind = kind or next((known for begins, known in _BEGINS.items() if data.startswith(begins)), "image/png")
    if kind not in _KINDS:
        raise NoPictureError(f"of the kind {kind[:40]}: PNG, JPEG, WebP and GIF can be sent")
    if len(data) > LARGEST_IMPORTED_PICTURE * 4 // 3 + 4:
        raise NoPictureError(f"larger than {LARGEST_IMPORTED_PICTURE // 1_000_000} MB")
    try:
        if not b64decode(data, validate=True):
            raise NoPictureError("that is empty")
    except binascii.Error:
        raise NoPictureError("that is not written in base64") from None
    return {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{data}"}}


def from_part(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """The image of a part in any known form; None where the part has none.

    OpenAI's image_url and input_image, Anthropic's image with a source, Gemini's inlineData. Raises NoPictureError.
    """
    kind = part.get("type")
    if kind in ("image_url", "input_image"):
        image = part.get("image_url")
        url = image.get("url") if isinstance(image, Mapping) else image
        if not isinstance(url, str):
            raise NoPictureError("that was uploaded before. Attach it instead")
        return picture_part(url, image.get("detail") if isinstance(image, Mapping) else part.get("detail"))
    if kind == "image":
        source = part.get("source", part.get("image"))
        if isinstance(source, str):
            return picture_part(source)
        if not isinstance(source, Mapping) or not isinstance(source.get("data"), str):
            raise NoPictureError("that is given by its address. Attach it instead")
        return picture_part_of_base64(source["data"], str(source.get("media_type") or ""))
    return None
