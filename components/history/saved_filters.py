"""Filters of the history that somebody keeps under a name."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.frame.page_link import page_link
from components.frame.process import chat
from components.frame.session import shows_errors
from playground.text.cleaning import line
from playground.text.labels import visible

_SAVED = "history filters"
MOST_SAVED = 50


def saved_filters(query: Mapping[str, str]) -> None:
    """Links to the filters that are kept, the one that is shown named so, and a box to keep that."""
    for number, saved in enumerate(stored_filters()):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            is_active = saved["query"] == query
            name = f"{saved['name']} (shown now)" if is_active else saved["name"]
            page_link("history", name, f":material/bookmark{'_check' if is_active else ''}:", **saved["query"])
            st.button(
                "",
                key=f"forget-filter-{number}",
                icon=":material/delete:",
                type="tertiary",
                help=f"Delete the filter {visible(saved['name'])}",
                on_click=_forget_filter,
                args=(saved["name"],),
            )
    if query:
        st.text_input(
            "Save this filter as", key="history_save", max_chars=60, on_change=_save_filter, args=(dict(query),)
        )


def stored_filters() -> list[dict[str, Any]]:
    """The filters that are kept: names, and what stands in the address for them."""
    return list(chat().store.preference(_SAVED) or [])


@shows_errors
def _save_filter(query: dict[str, str]) -> None:
    name = line(st.session_state.history_save or "", 60)
    st.session_state.history_save = ""
    if name:
        others = [saved for saved in stored_filters() if saved["name"] != name]
        chat().store.prefer(_SAVED, [*others, {"name": name, "query": query}][-MOST_SAVED:])


@shows_errors
def _forget_filter(name: str) -> None:
    chat().store.prefer(_SAVED, [saved for saved in stored_filters() if saved["name"] != name])
