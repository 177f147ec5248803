"""The dialog that adds an answer's question to an experiment: whether it is open."""

import streamlit as st

from playground.channel.sent import is_own_turn
from playground.store import Store

_OPEN = "row_of_reply"
ROW_ADDED_TO = "row_added_to"
"""In the session: the plan that the row of the open dialog was added to."""


def add_row_of(store: Store, reply_id: str, conversation_id: str | None) -> None:
    """Open the dialog about an answer on the next run, where it is one of the conversation."""
    if is_own_turn(store, conversation_id, reply_id):
        st.session_state[_OPEN] = reply_id
        st.session_state.pop(ROW_ADDED_TO, None)


def add_row_dialog(store: Store) -> None:
    """Draw the dialog that is open, if one is; once a run, outside of any fold."""
    reply = store.reply(st.session_state[_OPEN]) if _OPEN in st.session_state else None
    if reply is not None:
        from components.experiments.add_row_form import add_row_form  # loads experiments, which a chat has no use for

        st.dialog("Add to an experiment", icon=":material/science:", on_dismiss=_close)(add_row_form)(store, reply)


def _close() -> None:
    st.session_state.pop(_OPEN, None)
