"""What is on screen by the place it has, so that nothing of it is left in the place of something else.

Streamlit leaves on screen what a run does not draw again until that run ends, and here one lasts as long as an answer.
"""

from typing import Any

import streamlit as st

STEP = 8
_ON_SCREEN, _BEING_DRAWN = "on_screen", "being_drawn"


class Places:
    """The places of a list of things, one under the other."""

    def __init__(self, name: str) -> None:
        """`name` is that of the list, of which there is one on a page."""
        self._before: tuple[str, ...] = st.session_state.setdefault(_ON_SCREEN, {}).get(name, ())
        self._now: list[str] = []
        st.session_state.setdefault(_BEING_DRAWN, {})[name] = self._now

    def next(self, thing: str) -> Any:
        """The next place, to call `container` and the like of; nothing is left in it of another thing."""
        at = len(self._now)
        self._now.append(thing)
        return st if self._before[at : at + 1] in ((), (thing,)) else _cleared()

    def end(self) -> None:
        """There are no more: nothing is left of those that were."""
        for _ in self._before[len(self._now) :]:
            st.empty()


def place(name: str, thing: str) -> Any:
    """A place of its own, to call `container` and the like of; nothing is left in it of another thing."""
    return Places(name).next(thing)


def left_out(count: int, shown: int) -> int:
    """How many of `count` things are too many where about `shown` of them are on screen, and up to STEP more.

    In steps, for with each of them all that stay change their places and are drawn anew.
    """
    return max(count - shown, 0) // STEP * STEP


def all_drawn() -> None:
    """What this run has drawn is on screen. A run that is broken off before leaves it open what is."""
    drawn = st.session_state.pop(_BEING_DRAWN, {})
    st.session_state[_ON_SCREEN] = {name: tuple(things) for name, things in drawn.items()}


def _cleared() -> Any:
    """A block inherits what was in one of its kind in the same place, even where an empty came in between.

    For of an empty and what takes its place at once Streamlit sends only the latter. A grid is always sent, and nothing
    else here is one.
    """
    here = st.empty()
    here.grid()
    return here
