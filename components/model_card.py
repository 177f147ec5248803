"""Everything about one model, and the ways on from it."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.fact_table import fact_table, linked
from components.markdown import plain
from components.model_picker import badges
from components.page_link import page_link, page_url
from components.parameter_table import parameter_table
from components.price_calculator import price_calculator
from components.schema_view import schema_view
from playground.catalog import Catalog, ModelCard
from playground.catalog.facts import facts
from playground.comparison import MOST_PANES
from playground.errors import ProviderError
from playground.roster import today


def model_card(card: ModelCard, obstacle: ProviderError | None, catalog: Catalog, back: Mapping[str, str]) -> None:
    """Head, ways on, price, facts, parameters, schemas; `back` is the query of the list it was opened from."""
    page_link("models", "All models", ":material/arrow_back:", **back)
    st.markdown(f"### {plain(card.name)}")
    by = f"by {plain(card.author)} · " if card.author else ""
    st.markdown(f"{by}{plain(card.task)} · `{card.id}`  \n{plain(card.description)}")
    signs = badges(card, ready=obstacle is None)
    if signs:
        st.caption(" · ".join(map(plain, signs)))
    _retirement(card, catalog)
    if obstacle is not None and not card.retired(today()):
        st.info(f"{plain(obstacle.message)} {plain(obstacle.hint)}", icon=":material/key:")
    for note in card.notes:
        st.info(plain(note), icon=":material/info:")
    ways_on([card], catalog)
    st.markdown("#### Price")
    price_calculator(card)
    st.markdown("#### Facts")
    fact_table(facts(card, today()))
    _sources(card)
    st.markdown("#### Parameters")
    parameter_table(card)
    st.markdown("#### Schemas")
    schema_view(card)


def ways_on(cards: Sequence[ModelCard], catalog: Catalog) -> None:
    """Links to chat with a model, and to compare it, or several, with others."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="models_ways"):
        if len(cards) == 1:
            page_link("chat", "Chat with it", ":material/forum:", model=cards[0].id)
            others = [card.id for card in catalog if card.id != cards[0].id and not card.retired(today())]
            picked = st.multiselect(
                "Compare with",
                others,
                format_func=_named(catalog),
                key=f"models_against_{cards[0].id}",
                placeholder="Compare with…",
                label_visibility="collapsed",
                max_selections=MOST_PANES - 1,
                width=320,
            )
            cards = [*cards, *(card for id_ in picked if (card := catalog.get(id_)) is not None)]
        if len(cards) > 1:
            together = ",".join(card.id for card in cards)
            page_link("models", "Compare facts", ":material/table_chart:", models=together)
            page_link("compare", "Compare answers", ":material/view_column_2:", models=together)


def _named(catalog: Catalog) -> Callable[[str], str]:
    def name(id_: str) -> str:
        card = catalog.get(id_)
        return card.name if card is not None else id_

    return name


def _retirement(card: ModelCard, catalog: Catalog) -> None:
    if card.retirement is None:
        return
    verb = "was retired" if card.retired(today()) else "will be retired"
    successor = card.retirement.successor
    if successor is None:
        onward = "No successor is named."
    elif successor in catalog:
        onward = f"Its successor is [{plain(successor)}]({page_url('models', model=successor)})."
    else:
        onward = f"Its successor is {plain(successor)}."
    st.warning(
        f"It {verb} on {card.retirement.on:%Y-%m-%d} ({linked(card.retirement.source)}). {onward}",
        icon=":material/event_busy:",
    )


def _sources(card: ModelCard) -> None:
    pages = [*card.sources, *([card.info_url] if card.info_url else [])]
    if pages:
        st.caption("Facts without a source of their own are from " + ", ".join(map(linked, dict.fromkeys(pages))) + ".")
