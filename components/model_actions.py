"""What the models page does: reads its address, writes it, and keeps what is chosen while pages change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.model_table import AT_FIRST
from playground.catalog import Catalog, ModelCard
from playground.catalog.filtering import Wanted
from playground.comparison import MOST_PANES

_LIST = "models_list"
_ADDRESS = "models_address"
_CHOSEN = "models_chosen"


@dataclass(frozen=True, slots=True)
class Asked:
    """The models that the address names, and the names that no model goes by."""

    cards: tuple[ModelCard, ...] = ()
    unknown: tuple[str, ...] = ()


def asked(card: Callable[[str], ModelCard | None]) -> Asked:
    """What `?model=name` or `?models=name,name` asks for, by ids or bare names; six at the most.

    `card` finds a model by such a name.
    """
    texts = [st.query_params.get("model", ""), *st.query_params.get("models", "").split(",")]
    names = dict.fromkeys(name.strip() for name in texts if name.strip())
    found = [(name, card(name)) for name in names]
    cards = {card.id: card for _, card in found if card is not None}
    return Asked(tuple(cards.values())[:MOST_PANES], tuple(name for name, card in found if card is None))


def follow_address() -> None:
    """Write the address where it has changed: Streamlit 1.67 does not, after a link from a page to the same page."""
    now = st.query_params.to_dict()
    if st.session_state.get(_ADDRESS, now) != now:
        st.query_params.from_dict(now)
    st.session_state[_ADDRESS] = now


def way_back() -> dict[str, str]:
    """The query of the list as it was left."""
    kept: dict[str, str] = st.session_state.get(_LIST, {})
    return kept


def remember_list() -> None:
    """Keep the query of the list that is on screen, for the way back to it."""
    st.session_state[_LIST] = st.query_params.to_dict()


def look_for(wanted: Wanted, columns: Sequence[str]) -> None:
    """Write what is looked for, and the columns it is shown in, into the address."""
    shown = {"columns": ",".join(columns)} if tuple(columns) != AT_FIRST else {}
    st.query_params.from_dict(wanted.as_query() | shown)


def columns_asked(known: Sequence[str]) -> tuple[str, ...]:
    """The columns that the address names, in its order; those of the beginning where it names none that is known."""
    named = st.query_params.get("columns", "").split(",")
    return tuple(name for name in dict.fromkeys(named) if name in known) or AT_FIRST


def chosen(catalog: Catalog) -> list[str]:
    """The ids of the models that are chosen for a card or a comparison."""
    kept: list[str] = st.session_state.get(_CHOSEN, [])
    return [id_ for id_ in kept if id_ in catalog]


def choose(ids: Sequence[str]) -> None:
    """Choose these models and no others."""
    st.session_state[_CHOSEN] = list(ids)
