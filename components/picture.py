"""Pictures that people give to a model, on screen."""

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from components.markdown import plain
from playground.messages import ContentPart, Message
from playground.pictures import Kind, PictureError, picture


def pictures_of(message: Message) -> tuple[ContentPart, ...]:
    """The parts of a message that are pictures."""
    return () if isinstance(message.content, str) else tuple(p for p in message.content if p.get("type") == "image_url")


def given_picture(part: ContentPart, *, width: int) -> None:
    """Draw a picture; one that is damaged or no picture is said to be, for it is sent as it is."""
    as_it_is: dict[Kind, Literal["JPEG", "PNG", "auto"]] = {"jpeg": "JPEG", "gif": "auto"}
    image = part.get("image_url")
    try:
        found = picture(str(image.get("url") if isinstance(image, Mapping) else image))
        st.image(found.content, width=width, output_format=as_it_is.get(found.kind, "PNG"))
    except PictureError as why:
        st.caption(f":material/broken_image: A picture {plain(str(why))}.", width="content")
    except Exception:  # a decoder that meets damaged bytes raises whatever it likes
        st.caption(":material/broken_image: A picture that cannot be shown.", width="content")
