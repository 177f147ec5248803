"""What the history page does when somebody presses something."""

import streamlit as st

from components.session import chat, session, told


def turn_page(by: int) -> None:
    """Go to older or newer conversations."""
    st.session_state.history_start = max(st.session_state.get("history_start", 0) + by, 0)


@told
def rename(conversation_id: str, key: str) -> None:
    """Take the new title from its box; an empty one goes back to the first words said."""
    chat().store.rename(conversation_id, st.session_state[key])


@told
def delete(conversation_id: str) -> None:
    """Throw a conversation away, and stop the answer that it waits for."""
    here = session()
    if here.conversation_id == conversation_id:
        live = here.live
        if live is not None:
            live.stop()
        here.open(None)
    chat().store.delete(conversation_id)
    st.session_state.history_deleted = conversation_id


def undo_deletion() -> None:
    """Offer to bring back the conversation deleted last."""
    deleted = st.session_state.get("history_deleted")
    if deleted is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Conversation deleted.", width="content")
            st.button("Undo", key="undo", icon=":material/undo:", type="tertiary", on_click=_restore, args=(deleted,))


@told
def _restore(conversation_id: str) -> None:
    chat().store.restore(conversation_id)
    st.session_state.history_deleted = None
