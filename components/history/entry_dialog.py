"""Renames, tags and notes an entry, pins it and puts it away."""

import streamlit as st

from components.frame.process import chat
from components.frame.session import show_last_error
from components.history.actions import save_entry
from playground.store import HistoryEntry

_EDITED = "history_edited"


def edit_entry(entry: HistoryEntry) -> None:
    """Open the dialog of an entry on the next run."""
    st.session_state[_EDITED] = entry.id


def _close() -> None:
    st.session_state.pop(_EDITED, None)


def edited_entry() -> None:
    """Draw the dialog that is open, if one is."""
    if _EDITED in st.session_state:
        _dialog(st.session_state[_EDITED])


@st.dialog("Rename, tag, note", on_dismiss=_close)
def _dialog(id_: str) -> None:
    entry = chat().store.entry(id_)
    if entry is None:
        st.caption("It was removed for good.")
        return
    with st.form(f"entry-{id_}", border=False):
        title = st.text_input("Title", entry.title, max_chars=2_000)
        tags = st.text_input("Tags, separated by commas", ", ".join(entry.tags), max_chars=2_000)
        note = st.text_area("Note", entry.note, max_chars=2_000)
        with st.container(horizontal=True):
            pinned = st.checkbox("Pinned", entry.pinned)
            archived = st.checkbox("In the archive", entry.archived)
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        save_entry(entry, title=title, tags=tags, note=note, pinned=pinned, archived=archived)
        if "last_error" in st.session_state:
            show_last_error()
        else:
            _close()
            st.rerun()
