"""The chats that were used last, beside the one that is open."""

from contextlib import nullcontext

import streamlit as st

from components.frame.page_link import page_link
from components.frame.process import chat
from playground.store import HistoryFilter

_SHOWN = 10


def recent_chats(current: str | None) -> None:
    """Links to them behind a button; nothing is read before it is pressed."""
    with st.expander("Recent chats", icon=":material/history:", key="recent_chats", on_change="rerun") as box:
        if box.open:
            found = chat().store.history(HistoryFilter(facets={"kind": "chat"}), limit=_SHOWN).entries
            for entry in found:
                is_open = entry.id == current
                with st.container(key="recent_chat_open") if is_open else nullcontext():
                    icon = ":material/chevron_right:" if is_open else ""
                    page_link("chat", entry.title or "Untitled", icon, c=entry.id)
            if not found:
                st.caption("No conversations yet.")
            page_link("history", "All of them", ":material/history:")
