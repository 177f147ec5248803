"""Work on a connection as it goes on, and what came of it."""

import time
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.connections import actions
from components.connections.actions import ConnectionWork
from playground.providers.check import CheckStep
from playground.text.markdown import plain

DRAWN_EVERY_S = 0.1
_VERBS = {"check": "Checking", "refresh": "Asking Cloudflare for its models", "list": "Asking for the models"}
_SIGNS = {
    True: ":green[:material/check_circle:] **{part}** ok",
    False: ":red[:material/cancel:] **{part}** failed",
    None: ":gray[:material/help:] **{part}** not known",
}

Running = list[tuple[ConnectionWork, DeltaGenerator]]
"""Work that is not over, each with its place on the page."""


def errand_button(errand: actions.Errand, label: str, icon: str, name: str) -> None:
    """Begin an errand; while it goes on, cancel it."""
    begun = actions.work(errand, name)
    running = begun is not None and begun.running
    st.button(
        "Cancel" if running else label,
        key=f"{errand}-{name}",
        icon=":material/close:" if running else icon,
        on_click=actions.cancel if running else actions.begin_work,
        args=(errand, name),
    )


def errand_place(errand: actions.Errand, name: str, running: Running) -> ConnectionWork | None:
    """A place for the progress of an errand, which `watch` fills; the work itself once it is over."""
    begun = actions.work(errand, name)
    place = st.empty()
    if begun is None:
        return None
    if begun.running:
        _draw(begun, place)
        running.append((begun, place))
        return None
    if begun.future.cancelled():
        place.caption("Cancelled.")
        return None
    if begun.future.exception() is not None:
        problem = type(begun.future.exception()).__name__
        place.error(f"The playground itself failed: {problem}. The log has the details.", icon=":material/error:")
        return None
    return begun


def watch(running: Running) -> None:
    """Draw work as it goes on until all of it is over; a click or a page change breaks this off, not the work."""
    while any(begun.running for begun, _ in running):
        for begun, place in running:
            _draw(begun, place)
        st.session_state.get("session")  # gives way to a rerun; without it this loop cannot be interrupted
        time.sleep(DRAWN_EVERY_S)


def check_result(steps: Sequence[CheckStep]) -> None:
    """Which parts of a connection are right, which are not, and what to do."""
    for step in steps:
        sign = _SIGNS[step.ok].format(part=step.part.replace("_", " ").capitalize())
        hint = f"  \n{plain(step.hint)}" if step.hint else ""
        st.markdown(f"{sign} · {plain(step.message)}{hint}")


def _draw(begun: ConnectionWork, place: DeltaGenerator) -> None:
    verb = _VERBS[begun.errand]
    if begun.total:
        place.progress(begun.done / begun.total, text=f"Reading schemas: {begun.done} of {begun.total} models")
    else:
        place.markdown(f":shimmer[{verb}]")
