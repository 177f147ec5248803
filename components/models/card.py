"""Everything about one model, with links to use and compare it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.models.fact_table import fact_table, linked
from components.models.parameter_table import parameter_table
from components.models.price_calculator import price_calculator
from components.models.schema_view import schema_view
from components.settings.code_panel import model_code
from components.settings.model_picker import badges, found_by_id
from playground.compare.comparison import MOST_PANES
from playground.conversation.chat import Chat
from playground.models.catalog import Catalog, ModelCard
from playground.models.catalog.facts import facts
from playground.models.naming import as_query
from playground.models.roster import Roster, today
from playground.text.labels import labels, visible
from playground.text.markdown import code_span, plain


def model_card(card: ModelCard, chat: Chat, back: Mapping[str, str]) -> None:
    """Head, ways on, price, facts, parameters, schemas; `back` is the query of the list it was opened from."""
    roster = chat.roster
    obstacle, catalog = roster.obstacle(card), roster.catalog
    page_link("models", "All models", ":material/arrow_back:", **back)
    page_title(roster.called(card))
    by = f"by {plain(card.author)} · " if card.author else ""
    st.markdown(f"{by}{plain(card.task)} · {code_span(visible(card.id))}  \n{plain(card.description)}")
    signs = badges(card, ready=obstacle is None)
    if signs:
        st.caption(" · ".join(map(plain, signs)))
    _retirement(card, catalog)
    if obstacle is not None and not card.retired(today()):
        st.info(f"{plain(obstacle.message)} {plain(obstacle.hint)}", icon=":material/key:")
    for note in card.notes:
        st.info(plain(note), icon=":material/info:")
    _ways_on(card, roster)
    st.markdown("## What it would cost")
    price_calculator(card)
    st.markdown("## Facts")
    fact_table(facts(card, today()))
    _sources(card)
    st.markdown("## Parameters")
    parameter_table(card)
    st.markdown("## Code")
    model_code(chat, card)
    st.markdown("## Schemas")
    schema_view(card)


def _ways_on(card: ModelCard, roster: Roster) -> None:
    """Links to chat with the model, and to compare it with others."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="models_ways"):
        if not card.retired(today()):
            page_link("chat", "Chat with it", ":material/forum:", model=card.id)
        others = [other for other in roster.catalog if other.id != card.id and not other.retired(today())]
        shown = labels({other.id: found_by_id(other, roster) for other in others})
        against = st.multiselect(
            "Compare with",
            list(shown),
            format_func=lambda id_: shown.get(id_, visible(str(id_))),
            key=f"models_against_{card.id}",
            placeholder="Compare with…",
            label_visibility="collapsed",
            max_selections=MOST_PANES - 1,
            width=320,
        )
        if against:
            compare_links((card.id, *against))


def compare_links(ids: Sequence[str], *, facts: bool = True) -> None:
    """Links to these models side by side: what is known of them, and what they answer."""
    together = as_query(ids[:MOST_PANES])
    if facts:
        page_link("models", "Compare facts", ":material/table_chart:", models=together)
    page_link("compare", "Compare answers", ":material/view_column_2:", models=together)


def _retirement(card: ModelCard, catalog: Catalog) -> None:
    if card.retirement is None:
        return
    verb = "was retired" if card.retired(today()) else "will be retired"
    successor = card.retirement.successor
    onward = "No successor is named." if successor is None else f"Its successor is {plain(successor)}."
    source = linked(card.retirement.source)
    st.warning(f"It {verb} on {card.retirement.on:%Y-%m-%d} ({source}). {onward}", icon=":material/event_busy:")
    if successor is not None and successor in catalog:
        page_link("models", successor.rpartition("/")[2], ":material/arrow_forward:", model=successor)


def _sources(card: ModelCard) -> None:
    pages = [*card.sources, *([card.info_url] if card.info_url else [])]
    if pages:
        st.caption("Facts without a source of their own are from " + ", ".join(map(linked, dict.fromkeys(pages))) + ".")
