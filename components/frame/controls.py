"""Controls that show the server's value: where that changes in another way, a new control replaces the old one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

TURNS = 8
"""How many controls of one name follow one another before a key is used again."""


@dataclass(frozen=True, slots=True)
class PageControl:
    """One of the controls of a name, the one on the page."""

    name: str
    turn: int

    @property
    def key(self) -> str:
        """Its key. Streamlit makes a class for styles of it, st-key-NAME, and leaves blanks at its end out."""
        return self.name + " " * (self.turn % TURNS)

    def changed(self, on_change: Callable[[Any], None]) -> Callable[[], None]:
        """A callback that passes on what a person has chosen, unless another control has replaced this one."""

        def callback() -> None:
            if _known().get(self.name, (self.turn, None))[0] == self.turn:
                on_change(st.session_state[self.key])

        return callback


def control(
    name: str,
    value: Any,
    *,
    kind: object = None,
    same: Callable[[Any, Any], bool] = lambda shown, value: bool(shown == value),
) -> PageControl:
    """A control that begins with `value`: a new one where the current one shows another value, by `same`, or is of
    another `kind`.

    Streamlit takes every value that a browser sends for a person's choice. If the current control were given a value,
    what the browser sends before it has drawn that would restore the old one: a parameter is unset, and the next
    message sets it again. The value of a control that was replaced changes nothing.
    """
    turn, before = _known().get(name, (0, kind))
    found = PageControl(name, turn)
    if before != kind or (found.key in st.session_state and not same(st.session_state[found.key], value)):
        found = PageControl(name, turn + 1)
        if found.key in st.session_state:
            del st.session_state[found.key]
    _known()[name] = found.turn, kind
    return found


def _known() -> dict[str, tuple[int, object]]:
    """The turn and the kind of the controls of this session, by name."""
    known: dict[str, tuple[int, object]] = st.session_state.setdefault("controls", {})
    return known
