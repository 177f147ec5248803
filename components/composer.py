"""Where a message is written, with Stop beside it and what it will take before it is sent."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components.markdown import plain
from components.picture import message_picture
from playground.catalog import ModelCard
from playground.channel.gauge import gauge
from playground.chat import ContextUse
from playground.errors import ProviderError
from playground.messages import ContentPart, Message
from playground.store import StoreError

IMAGES = ("png", "jpg", "jpeg", "webp", "gif")


def composer(
    on_send: Callable[[Message], None],
    on_stop: Callable[[], None],
    *,
    live: bool,
    use: ContextUse | None,
    card: ModelCard | None,
    attached: Sequence[ContentPart] = (),
    on_detach: Callable[[int | None], None] = lambda number: None,
) -> None:
    """The message box, Stop (also Esc) and the context gauge. `on_send` gets the message before the next run draws.

    `attached` are pictures that go with the next message; `on_detach` takes one away by its number, or all with None.
    Pictures can be added unless the model is known not to see them.
    To be called outside of any container: only then does Streamlit keep the end of the conversation in view.
    """

    def submitted() -> None:
        if (message := written(st.session_state.composer, attached)) is not None:
            on_send(message)
            if "unsent" not in st.session_state:
                on_detach(None)

    give_back()
    with st.bottom:
        place = st.empty()
    if attached:
        with place.container(key="attached", horizontal=True, vertical_alignment="center", gap="small"):
            _attached(attached, card, on_detach)
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        if use is not None and card is not None:
            context_gauge(use, card)
        st.button(
            "Stop",
            key="stop",
            icon=":material/stop_circle:",
            shortcut="Esc",
            disabled=not live,
            on_click=on_stop,
            width="content",
        )
    st.chat_input(
        "Message",
        key="composer",
        on_submit=submitted,
        accept_file="multiple" if card is not None and card.vision is not False else False,
        file_type=list(IMAGES),
        max_upload_size=10,
    )


@contextmanager
def given_back_unless_sent(message: Message) -> Iterator[None]:
    """Where sending fails before the message is kept, its words return to the message box."""
    try:
        yield
    except (StoreError, ProviderError):
        st.session_state.unsent = message.text
        raise


def give_back() -> None:
    """Put what could not be sent back; to be called before the message box is drawn."""
    if unsent := st.session_state.pop("unsent", ""):
        st.session_state.composer = unsent


def _attached(attached: Sequence[ContentPart], card: ModelCard | None, on_detach: Callable[[int | None], None]) -> None:
    """The pictures that go with the next message, each with a button that takes it away."""
    for number, picture in enumerate(attached):
        with st.container(key=f"attached-{number}", horizontal=True, gap="xsmall", width="content"):
            message_picture(picture, width=56)
            st.button(
                "",
                key=f"detach-{number}",
                icon=":material/close:",
                type="tertiary",
                help=f"Take picture {number + 1} away",
                on_click=on_detach,
                args=(number,),
            )
    blind = card is not None and card.vision is False
    st.caption(
        f":orange[:material/hide_image: {plain(card.name)} does not see pictures: they are left out]"
        if blind and card is not None
        else "goes with the next message",
        width="content",
    )


def written(value: Any, attached: Sequence[ContentPart] = ()) -> Message | None:
    """What was written into a message box, with or without images; None for nothing."""
    text, files = (value or "", ()) if value is None or isinstance(value, str) else (value.text or "", value.files)
    if not text.strip() and not files:
        return None
    return Message("user", _parts(text, attached, files) if files or attached else text)


def _parts(text: str, attached: Sequence[ContentPart], files: Iterable[UploadedFile]) -> tuple[ContentPart, ...]:
    """What a message with images is made of: the words, then each image as a data: URI."""
    words: tuple[ContentPart, ...] = ({"type": "text", "text": text},) if text.strip() else ()
    return (
        *words,
        *attached,
        *(
            {
                "type": "image_url",
                "image_url": {"url": f"data:{file.type};base64,{b64encode(file.getvalue()).decode()}"},
            }
            for file in files
        ),
    )


def context_gauge(use: ContextUse, card: ModelCard) -> None:
    """How full the context is before the next message, and the cap that will apply to its answer."""
    said = gauge(use, card, "main")
    with st.container(key="context_gauge", horizontal=True, vertical_alignment="center", gap="small"):
        if said.share is not None:
            st.progress(said.share, width=100)
        st.caption(plain(said.words), help=plain(said.help), width="content")
