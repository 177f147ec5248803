"""The page while the database cannot be read: the reason, and the answers that are only in memory."""

from collections.abc import Callable

import streamlit as st

from components.frame.process import chat
from playground.access.admission import NotAdmittedError
from playground.answers.live_replies import live_replies
from playground.store import StoreError
from playground.text.markdown import plain

TRY_DATABASE_EVERY_S = 3


def drawn_or_away(draw: Callable[[], None]) -> None:
    """Draw a page; where the database is away say so instead, and draw it once the database is back."""
    try:
        draw()
    except StoreError as error:
        _away(error)
    except NotAdmittedError:  # signed out while the page was drawn
        st.rerun()


def _away(error: StoreError) -> None:
    st.error(f"**{plain(error.message)}** {plain(error.hint)}", icon=":material/error:")
    st.caption("This page is drawn again as soon as the database answers. Answers that come meanwhile are saved then.")
    here = st.session_state.get("session")
    if here is not None and here.conversation_id is not None:
        for reply in live_replies.unsaved(here.owner, here.conversation_id):
            with st.expander("An answer in this chat that is not saved yet", expanded=True):
                st.code(reply.text, language=None, wrap_lines=True)
    st.session_state.pop("looked", None)
    _look_again()


@st.fragment(run_every=TRY_DATABASE_EVERY_S)
def _look_again() -> None:
    """Draw the page anew where the database can be read; not in the very run that found that it cannot."""
    if not st.session_state.get("looked"):
        st.session_state.looked = True
        return
    try:
        chat().store.conversation("")
    except StoreError:
        return
    st.rerun()
