"""What the models page does: reads and writes its address, and keeps the chosen models while pages change."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.frame.process import LIST_PATIENCE_S, chat
from components.models.table import AT_FIRST
from playground.compare.comparison import MOST_PANES
from playground.models.catalog import Catalog, ModelCard
from playground.models.catalog.filtering import ModelFilter
from playground.models.naming import Ambiguous, Found, NameMeaning, Unknown, Waiting, as_query, from_query

_LIST = "models_list"
_CHOSEN = "models_chosen"


@dataclass(frozen=True, slots=True)
class ModelsInAddress:
    """The models that the address names, and the names of which it is not certain which model they mean."""

    cards: tuple[ModelCard, ...] = ()
    uncertain: tuple[Ambiguous | Waiting | Unknown, ...] = ()


def names_in_address() -> list[str]:
    """The names in `?model=name` or `?models=name,name`, six at the most; a name may be there more than once."""
    name = st.query_params.get("model", "")
    names = [*([name] if name.strip() else []), *from_query(st.query_params.get("models", ""))]
    return names[:MOST_PANES]


def meanings_in_address() -> list[NameMeaning]:
    """What the names in the address mean. Waits a moment for servers that have not listed their models yet."""
    names, roster = names_in_address(), chat().roster
    if any(isinstance(roster.find(name), Waiting) for name in names):
        roster.await_lists(LIST_PATIENCE_S)
    return [roster.find(name) for name in names]


def models_in_address() -> ModelsInAddress:
    """The models that the address names, and the names that mean none for certain."""
    meanings = meanings_in_address()
    cards = {meaning.card.id: meaning.card for meaning in meanings if isinstance(meaning, Found)}
    uncertain = {meaning.name: meaning for meaning in meanings if not isinstance(meaning, Found)}
    return ModelsInAddress(tuple(cards.values()), tuple(uncertain.values()))


def set_meaning(name: str, card: ModelCard) -> None:
    """Put the model that a name means into the address in place of the name."""
    names = [card.id if other == name else other for other in names_in_address()]
    rest = {key: value for key, value in st.query_params.to_dict().items() if key not in ("model", "models")}
    st.query_params.from_dict(rest | ({"model": names[0]} if len(names) == 1 else {"models": as_query(names)}))


def way_back() -> dict[str, str]:
    """The query of the list as it was left."""
    query: dict[str, str] = st.session_state.get(_LIST, {})
    return query


def keep_list_query() -> None:
    """Keep the query of the list that is on screen, for the way back to it."""
    st.session_state[_LIST] = st.query_params.to_dict()


def look_for(model_filter: ModelFilter, columns: Sequence[str]) -> None:
    """Write the filter and the columns into the address."""
    shown = {"columns": ",".join(columns)} if tuple(columns) != AT_FIRST else {}
    st.query_params.from_dict(model_filter.as_query() | shown)


def columns_in_address(known: Sequence[str]) -> tuple[str, ...]:
    """The columns that the address names, in its order; those of the beginning where it names none that is known."""
    named = st.query_params.get("columns", "").split(",")
    return tuple(name for name in dict.fromkeys(named) if name in known) or AT_FIRST


def chosen(catalog: Catalog) -> list[str]:
    """The ids of the models that are chosen for a card or a comparison."""
    ids: list[str] = st.session_state.get(_CHOSEN, [])
    return [id_ for id_ in ids if id_ in catalog]


def choose(ids: Sequence[str]) -> None:
    """Choose exactly these models."""
    st.session_state[_CHOSEN] = list(ids)
