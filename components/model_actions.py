"""What the models page does: reads its address, writes it, and keeps what is chosen while pages change."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.model_table import AT_FIRST
from playground.catalog import Catalog, ModelCard
from playground.catalog.filtering import Wanted
from playground.comparison import MOST_PANES

_LIST = "models_list"
_CHOSEN = "models_chosen"


@dataclass(frozen=True, slots=True)
class Asked:
    """The models that the address names, and the names that no model goes by."""

    cards: tuple[ModelCard, ...] = ()
    unknown: tuple[str, ...] = ()


def asked(catalog: Catalog) -> Asked:
    """What `?model=name` or `?models=name,name` asks for, by ids or bare names; six at the most."""
    texts = [st.query_params.get("model", ""), *st.query_params.get("models", "").split(",")]
    names = list(dict.fromkeys(name.strip() for name in texts if name.strip()))
    cards = {name: catalog.get(catalog.complete(name)) for name in names}
    known = dict.fromkeys(card for card in cards.values() if card is not None)
    return Asked(tuple(known)[:MOST_PANES], tuple(name for name, card in cards.items() if card is None))


def way_back() -> dict[str, str]:
    """The query of the list as it was left."""
    kept: dict[str, str] = st.session_state.get(_LIST, {})
    return kept


def look_for(wanted: Wanted, columns: Sequence[str]) -> None:
    """Write what is looked for, and the columns it is shown in, into the address."""
    shown = {"columns": ",".join(columns)} if tuple(columns) != AT_FIRST else {}
    st.session_state[_LIST] = wanted.as_query() | shown
    st.query_params.from_dict(st.session_state[_LIST])


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
