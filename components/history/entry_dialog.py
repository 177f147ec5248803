"""Renames, tags and notes an entry, pins it and puts it away."""

import streamlit as st

from components.frame.process import chat
from components.history import actions
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
    for label, name, value in (
        ("Title", "title", entry.title),
        ("Tags, separated by commas", "tags", ", ".join(entry.tags)),
        ("Note", "note", entry.note),
    ):
        key = f"{name}-{entry.id}"
        draw = st.text_area if name == "note" else st.text_input
        draw(label, value, key=key, on_change=actions.change_entry, args=(entry, name, key), max_chars=2_000)
    with st.container(horizontal=True):
        st.button(
            "Unpin" if entry.pinned else "Pin",
            key=f"pin-{entry.id}",
            icon=":material/keep:",
            on_click=actions.mark_entries,
            args=((entry,),),
            kwargs={"pinned": not entry.pinned},
        )
        st.button(
            "Take out of the archive" if entry.archived else "Archive",
            key=f"archive-{entry.id}",
            icon=":material/archive:",
            on_click=actions.mark_entries,
            args=((entry,),),
            kwargs={"archived": not entry.archived},
        )
