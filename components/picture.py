"""A picture on screen, whoever made it: only what is one by its own bytes is drawn."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from components.markdown import plain
from playground.messages import ContentPart
from playground.pictures import Kind, Picture, PictureError, picture

_FORMATS: dict[Kind, Literal["JPEG", "PNG", "auto"]] = {"jpeg": "JPEG", "gif": "auto"}


def draw_picture(found: Picture, *, width: int | Literal["content"] = "content") -> None:
    """Draw a picture, at most so many pixels wide. Raises PictureError for one whose bytes are damaged."""
    try:
        st.image(found.content, width=width, output_format=_FORMATS.get(found.kind, "PNG"))
    except Exception:  # a decoder that meets damaged bytes raises whatever it likes
        raise PictureError(f"({found.said}) is damaged") from None


def message_picture(part: ContentPart, *, width: int) -> None:
    """Draw a picture of a message; one that is damaged or none is said to be, for it is sent as it is."""
    image = part.get("image_url")
    try:
        draw_picture(picture(str(image.get("url") if isinstance(image, Mapping) else image)), width=width)
    except PictureError as why:
        st.caption(f":material/broken_image: A picture {plain(str(why))}.", width="content")
