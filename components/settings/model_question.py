"""A name that means no model for certain: the models it may mean, to choose from, or that lists are waited for."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.frame.page_link import page_link
from playground.models.catalog import ModelCard
from playground.models.naming import Found, NameMeaning, Unknown, Waiting, why_uncertain
from playground.models.roster import Roster
from playground.text.labels import labels
from playground.text.markdown import plain

LOOK_EVERY_S = 0.5
OFFERED = 6


def model_question(
    meaning: NameMeaning,
    roster: Roster,
    on_choose: Callable[[ModelCard], None],
    *,
    instead: ModelCard | None = None,
    key: str,
) -> None:
    """Say why a name is no model for certain, and offer those it may mean and `instead`; draw nothing for Found."""
    if isinstance(meaning, Found):
        return
    waiting = isinstance(meaning, Waiting)
    cards = meaning.cards[:OFFERED]
    more = len(meaning.cards) - len(cards)
    hint = "It goes on by itself when it comes." if waiting else "Choose the model that is meant."
    hint = f"{hint} The list of models has {more} more." if more > 0 else hint
    show, icon = (st.info, ":material/hourglass_top:") if waiting else (st.warning, ":material/help:")
    show(f"**{plain(why_uncertain(meaning))}** {hint}", icon=icon)
    if isinstance(meaning, Unknown) and meaning.problem:
        page_link("connections", "Connections", ":material/hub:")
    if instead is not None and instead.id not in {card.id for card in cards}:
        cards = (*cards, instead)
    names = labels({card.id: (card.id,) for card in cards})
    with st.container(horizontal=True, gap="small"):
        for number, card in enumerate(cards):
            st.button(
                f"Use {plain(names[card.id])}", key=f"{key}-{number}", on_click=on_choose, args=(card,), width="content"
            )


def await_lists(names: Sequence[str], roster: Roster) -> None:
    """Where one of these names waits for a list of models, rerun the page when it has come; returns at once."""
    waiting_names = [name for name in names if isinstance(roster.find(name), Waiting)]

    def look() -> None:
        if any(not isinstance(roster.find(name), Waiting) for name in waiting_names):
            st.rerun()

    if waiting_names:
        st.fragment(look, run_every=LOOK_EVERY_S)()
