"""Facts and parameter ranges of several models side by side."""

from collections.abc import Mapping, Sequence

import streamlit as st

from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.models.card import compare_links
from components.models.fact_table import DIFFERS, contrast_table
from playground.models.catalog import ModelCard
from playground.models.catalog.facts import contrasts, parameter_contrasts
from playground.models.roster import Roster, today


def model_comparison(cards: Sequence[ModelCard], roster: Roster, back: Mapping[str, str]) -> None:
    """A column for each model; `back` is the query of the list it was opened from."""
    names = [roster.called(card) for card in cards]
    page_link("models", "All models", ":material/arrow_back:", **back)
    page_title(f"{len(cards)} models side by side")
    with st.container(horizontal=True, gap="small"):
        for card, name in zip(cards, names, strict=True):
            page_link("models", name, ":material/category:", model=card.id)
        compare_links([card.id for card in cards], facts=False)
    only = st.toggle("Only what differs", key="models_only_differences", persist_state="session")
    st.caption(
        f"{DIFFERS} marks the rows in which the models are not all alike. Where sources disagree, the first counts."
    )
    for title, first, rows in (
        ("Facts", "Fact", contrasts(cards, today())),
        ("Parameters", "Parameter", parameter_contrasts(cards)),
    ):
        st.markdown(f"## {title}")
        shown = [row for row in rows if row.differs or not only]
        if shown:
            contrast_table(names, shown, first)
        else:
            st.caption("Nothing differs.")
