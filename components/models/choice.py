"""The chosen models, and links to their cards and comparisons."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.frame.page_link import page_link
from components.models.card import compare_links
from components.settings.model_picker import found_by_id
from playground.compare.comparison import MOST_PANES
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.text.labels import labels, visible


def model_choice(
    offered: Sequence[ModelCard], chosen: Sequence[str], roster: Roster, on_choose: Callable[[list[str]], None]
) -> None:
    """A box to choose models by typing; one has links to its card and to chat, several to comparisons."""
    key = "models_chosen_box"
    known = (card for id_ in chosen if (card := roster.catalog.get(id_)) is not None)
    shown = labels({card.id: found_by_id(card, roster) for card in (*known, *offered)})
    if st.session_state.get(key) != list(chosen):
        st.session_state[key] = list(chosen)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="models_choice"):
        st.multiselect(
            "Chosen models",
            list(shown),
            key=key,
            format_func=lambda id_: shown.get(id_, visible(str(id_))),
            placeholder="Choose models here or in the table",
            label_visibility="collapsed",
            width=420,
            on_change=lambda: on_choose(st.session_state[key]),
        )
        if len(chosen) == 1:
            page_link("models", "Open its card", ":material/category:", model=chosen[0])
            page_link("chat", "Chat with it", ":material/forum:", model=chosen[0])
        elif chosen:
            compare_links(chosen)
        if len(chosen) > MOST_PANES:
            st.caption(f"The first {MOST_PANES} are compared.")
