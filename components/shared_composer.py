"""Where a prompt for several panes is written, with the Stop for all of them."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext

import streamlit as st

from components.composer import IMAGES, give_back, written
from components.pane_view import PaneView
from playground.comparison import PROMPT
from playground.messages import Message


def shared_composer(
    views: Sequence[PaneView],
    on_send: Callable[[Message], None],
    on_stop: Callable[[], None],
    *,
    follow: bool,
) -> None:
    """The message box and Stop (also Esc). `on_send` gets the message before the next run draws.

    With `follow` the end of the page is kept in view, as it is where one answer fills the page.

    Images can be added unless the model of a pane that shares the prompt is known not to see them.
    """
    addressed = [view for view in views if PROMPT not in view.pane.unlinked]
    see = bool(addressed) and all(view.card is not None and view.card.vision is not False for view in addressed)

    def submitted() -> None:
        if (message := written(st.session_state.composer)) is not None:
            on_send(message)

    give_back()
    with st.bottom, st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            "Stop all",
            key="stop",
            icon=":material/stop_circle:",
            shortcut="Esc",
            disabled=not any(view.busy for view in views),
            on_click=on_stop,
            width="content",
        )
    shared = "all panes" if len(addressed) == len(views) else f"{len(addressed)} of {len(views)} panes"
    with nullcontext() if follow else st.bottom:
        st.chat_input(
            f"To {shared}" if addressed else "Every pane has a prompt of its own",
            key="composer",
            on_submit=submitted,
            disabled=not addressed,
            accept_file="multiple" if see else False,
            file_type=list(IMAGES),
            max_upload_size=10,
        )
