"""The models that were found as a table, with the columns that a person wants, and rows to choose."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import streamlit as st

from components.models.search import ABILITY_LABELS
from playground.metering import Price
from playground.models.catalog import ModelCard
from playground.models.catalog.filtering import ABILITIES, Ability, has_ability
from playground.models.roster import today
from playground.money.pricing import Mix

_ROW_PX, _MOST_ROWS = 33, 14


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, its value for a card (None where it is unknown), and the format of a number."""

    title: str
    value: Callable[[ModelCard], Any]
    format: str | None = None
    width: int | None = None


def columns(mix: Mix, ready: Callable[[ModelCard], bool]) -> dict[str, Column]:
    """Every column there is, by the name that URLs have for it."""
    return {
        "author": Column("Author", lambda card: card.author),
        "context": Column("Context", lambda card: card.context_window, "localized"),
        "price": Column(f"$ per M at {mix}", lambda card: _number(mix.price(card.price)), "$%.6g"),
        "input": Column("$ per M in", _unit(lambda price: price.input), "$%.6g"),
        "cached": Column("$ per M cached", _unit(lambda price: price.cached_input), "$%.6g"),
        "output": Column("$ per M out", _unit(lambda price: price.output), "$%.6g"),
        **{ability: Column(ABILITY_LABELS[ability].capitalize(), _ability(ability), width=90) for ability in ABILITIES},
        "added": Column("Added", lambda card: card.added),
        "state": Column("State", lambda card: state(card, ready(card))),
        "id": Column("Id", lambda card: card.id),
        "task": Column("Task", lambda card: card.task),
        "licence": Column("Licence", lambda card: card.license or card.license_url),
        "retires": Column("Retires", lambda card: card.retirement.on if card.retirement else None),
        "successor": Column("Successor", lambda card: card.retirement.successor if card.retirement else None),
        "requests": Column("Requests per minute", lambda card: card.requests_per_minute, "localized"),
        "description": Column("Description", lambda card: card.description, width=400),
    }


AT_FIRST = ("author", "context", "price", "input", "output", "tools", "reasoning", "vision", "added", "state")


def column_picker(
    known: Mapping[str, Column], shown: Sequence[str], on_change: Callable[[tuple[str, ...]], None]
) -> None:
    """Which columns are shown, behind a button; none chosen brings back those of the beginning."""
    key = "models_columns"
    picked = [name for name in known if name in shown]
    if st.session_state.get(key) != picked:
        st.session_state[key] = picked

    def changed() -> None:
        now = st.session_state[key]
        on_change(tuple(name for name in known if name in now) or AT_FIRST)

    with st.popover("Columns", icon=":material/view_week:", type="tertiary"):
        st.pills(
            "Columns",
            list(known),
            format_func=lambda name: known[name].title,
            selection_mode="multi",
            key=key,
            on_change=changed,
        )


def model_table(
    cards: Sequence[ModelCard],
    called: Callable[[ModelCard], str],
    shown: Mapping[str, Column],
    chosen: Sequence[str],
    on_choose: Callable[[list[str]], None],
) -> None:
    """A row for each card, those of the ids in `chosen` marked; `on_choose` gets the ids of the rows that then are."""
    import pandas as pd

    ids = [card.id for card in cards]
    frame = pd.DataFrame({"Model": [called(card) for card in cards]})
    for column in shown.values():
        values = [column.value(card) for card in cards]
        frame[column.title] = pd.Series(values, dtype="object" if not column.format else "Float64")
    # Streamlit identifies rows by their number, so a table of other rows needs another key.
    key = f"models_table_{crc32(ascii(ids).encode()):x}"
    rows = [number for number, id_ in enumerate(ids) if id_ in chosen]
    if st.session_state.get(key, {}).get("selection", {}).get("rows") != rows:
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}

    def selected() -> None:
        now = [ids[row] for row in st.session_state[key].selection.rows]
        others = [id_ for id_ in chosen if id_ not in ids or id_ in now]
        on_choose([*others, *(id_ for id_ in now if id_ not in others)])

    st.dataframe(
        frame,
        hide_index=True,
        height=_ROW_PX * (min(len(ids), _MOST_ROWS) + 1) + 3,
        placeholder="–",
        column_config={
            "Model": st.column_config.TextColumn(pinned=True),
            **{column.title: _configured(column) for column in shown.values()},
        },
        key=key,
        on_select=selected,
        selection_mode="multi-row",
        alt="The models that were found, one in a row. Shift and space choose a row.",
    )


def state(card: ModelCard, ready: bool) -> str:
    """In a word or two, whether a model can be used."""
    if card.retired(today()):
        return "retired"
    leaving = f", retires {card.retirement.on:%Y-%m-%d}" if card.retirement else ""
    added = f", {card.since_shipped}" if card.since_shipped else ""
    return ("ready" if ready else "needs a key") + leaving + added


def _configured(column: Column) -> Any:
    if column.format:
        return st.column_config.NumberColumn(format=column.format, width=column.width)
    return st.column_config.Column(width=column.width)


def _ability(ability: Ability) -> Callable[[ModelCard], str | None]:
    return lambda card: {True: "yes", False: "no", None: None}[has_ability(card, ability)]


def _unit(field: Callable[[Price], Any]) -> Callable[[ModelCard], float | None]:
    return lambda card: None if card.price is None else _number(field(card.price))


def _number(amount: Any) -> float | None:
    return None if amount is None else float(amount)
