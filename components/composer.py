"""Where a message is written, with Stop beside it and what it will take before it is sent."""

from collections.abc import Callable

import streamlit as st

from components.markdown import plain
from playground import figures, metering
from playground.catalog import ModelCard
from playground.chat import ContextUse
from playground.metering import Usage


def composer(
    on_send: Callable[[str], None],
    on_stop: Callable[[], None],
    *,
    live: bool,
    use: ContextUse | None,
    card: ModelCard,
) -> None:
    """The message box, Stop (also Esc) and the context gauge. `on_send` gets the message before the next run draws.

    To be called outside of any container: only then does Streamlit keep the end of the conversation in view.
    """

    def submitted() -> None:
        text = st.session_state.composer
        if text and text.strip():
            on_send(text)

    with st.bottom, st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        if use is not None:
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
    st.chat_input("Message", key="composer", on_submit=submitted)


def context_gauge(use: ContextUse, card: ModelCard) -> None:
    """How full the context is before the next message, and the cap that will apply to its answer."""
    sign = "" if use.prompt.exact else "~"
    window = f" / {use.window:,}" if use.window else ""
    said = [f"context {sign}{use.prompt.value:,}{window}"]
    if use.answer:
        usage = Usage(use.prompt.value, use.answer, estimated=True)
        most = metering.cost(usage, card.price)
        money = "$0" if card.price and card.price.free else figures.usd(most)
        said.append(f"answers end at {use.answer:,} tokens, at most {money}")
    with st.container(key="context_gauge", horizontal=True, vertical_alignment="center", gap="small"):
        if use.window:
            st.progress(min(use.prompt.value / use.window, 1.0), width=100)
        st.caption(plain(" · ".join(said)), help=plain(f"Tokens: {use.prompt.method}"), width="content")
