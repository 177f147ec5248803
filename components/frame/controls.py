"""Controls that show what the server has: a value that is put there by anybody else makes a new control."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

TURNS = 8
"""So many controls of one name come one after another before a key is used again."""


@dataclass(frozen=True, slots=True)
class PageControl:
    """One of the controls of a name, the one on the page."""

    name: str
    turn: int

    @property
    def key(self) -> str:
        """Its key. Streamlit makes a class for styles of it, st-key-NAME, and leaves blanks at its end out."""
        return self.name + " " * (self.turn % TURNS)

    def changed(self, do: Callable[[Any], None]) -> Callable[[], None]:
        """A callback that does something with what a person has chosen, unless another control has taken its place."""

        def callback() -> None:
            if _known().get(self.name, (self.turn, None))[0] == self.turn:
                do(st.session_state[self.key])

        return callback


def control(
    name: str,
    value: Any,
    *,
    kind: object = None,
    same: Callable[[Any, Any], bool] = lambda shown, wanted: bool(shown == wanted),
) -> PageControl:
    """The control that is to begin with `value`: a new one where the one of before shows another, by `same`, or is of
    another `kind`.

    Streamlit takes what a browser sends for what a person has chosen. If a value were put into a control that is there,
    whatever the browser sends before it has drawn that would put the old one back, as if somebody had asked for it: a
    parameter is unset, and the next message sets it again. What is sent of a control that is gone changes nothing.
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
