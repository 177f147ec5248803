"""The list itself, which the browser part draws, and what is done with a row."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from components.frame.browser_part import mount_part
from components.history.actions import delete_entries, pick, picked
from components.history.entry_dialog import edit_entry
from components.history.row import entry_view
from playground.store import HistoryEntry, Vote

_KEY = "history_list"


def entry_list(
    entries: Sequence[HistoryEntry], votes: Mapping[str, Sequence[Vote]], current: Collection[str | None]
) -> None:
    """Draw entries; `votes` are by comparison, `current` are the ids of what is open on other pages."""
    by_id = {entry.id: entry for entry in entries}

    def act() -> None:
        said: Any = st.session_state[_KEY].act
        do, entry = (said.get("do"), by_id.get(str(said.get("entry")))) if isinstance(said, Mapping) else (None, None)
        if entry is None:
            return
        if do == "edit":
            edit_entry(entry)
        elif do == "delete":
            delete_entries((entry,))

    def pick_ids() -> None:
        said: Any = st.session_state[_KEY].picked
        if isinstance(said, list):
            pick([id_ for id_ in by_id if id_ in said])

    data = {
        "entries": [entry_view(entry, votes.get(entry.id, ()), current=entry.id in current) for entry in entries],
        "picked": [entry.id for entry in picked(entries)],
    }
    mount_part("history", _KEY, data, on_act_change=act, on_picked_change=pick_ids)
