"""What the history page does when somebody presses something."""

import streamlit as st

from components.compare.session import comparing, open_comparison
from components.frame.session import chat, session, shows_errors


def turn_page(by: int) -> None:
    """Go to older or newer entries."""
    st.session_state.history_start = max(st.session_state.get("history_start", 0) + by, 0)


@shows_errors
def rename_conversation(conversation_id: str, key: str) -> None:
    """Take the new title from its box; an empty one goes back to the first words said."""
    chat().store.rename(conversation_id, st.session_state[key])


@shows_errors
def rename_comparison(comparison_id: str, key: str) -> None:
    """Take the new title from its box; an empty one goes back to the first prompt."""
    chat().store.rename_comparison(comparison_id, st.session_state[key])


@shows_errors
def delete_conversation(conversation_id: str) -> None:
    """Throw a conversation away, and stop the answer that it waits for."""
    here = session()
    if here.conversation_id == conversation_id:
        live = here.live
        if live is not None:
            live.stop()
        here.open(None)
    chat().store.delete(conversation_id)
    st.session_state.history_deleted = ("Conversation", conversation_id)


@shows_errors
def delete_comparison(comparison_id: str) -> None:
    """Throw a comparison away, and stop what is on its way in it."""
    comparing().delete(comparison_id)
    if open_comparison() == comparison_id:
        del st.session_state.compare
    st.session_state.history_deleted = ("Comparison", comparison_id)


def undo_deletion() -> None:
    """Offer to bring back what was deleted last."""
    deleted = st.session_state.get("history_deleted")
    if deleted is not None:
        kind, id_ = deleted
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{kind} deleted.", width="content")
            st.button("Undo", key="undo", icon=":material/undo:", type="tertiary", on_click=_restore, args=(kind, id_))


@shows_errors
def _restore(kind: str, id_: str) -> None:
    store = chat().store
    (store.restore if kind == "Conversation" else store.restore_comparison)(id_)
    st.session_state.history_deleted = None
