"""Work on a connection as it goes on, and what came of it."""

import time
from collections.abc import Sequence
from typing import Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.connections import actions
from components.connections.actions import ConnectionWork
from playground.providers.check import CheckStep
from playground.text.markdown import plain

DRAWN_EVERY_S = 0.1
_SIGNS = {
    True: ":green[:material/check_circle:] **{part}** ok",
    False: ":red[:material/cancel:] **{part}** failed",
    None: ":gray[:material/help:] **{part}** not known",
}

Running = list[tuple["Work", DeltaGenerator]]
"""Work that is not over, each with the element that shows its progress."""


class Work(Protocol):
    """Something that is asked of servers, and how far it is."""

    @property
    def running(self) -> bool:
        """Whether it is not over yet."""
        ...

    @property
    def progress(self) -> tuple[str, float | None]:
        """What is being done in a few words, and how much of it, from 0 to 1, where that is known."""
        ...


def operation_button(operation: actions.Operation, label: str, icon: str, name: str) -> None:
    """Begin an operation; while it goes on, cancel it."""
    begun = actions.work(operation, name)
    running = begun is not None and begun.running
    st.button(
        "Cancel" if running else label,
        key=f"{operation}-{name}",
        icon=":material/close:" if running else icon,
        on_click=actions.cancel if running else actions.begin_work,
        args=(operation, name),
    )


def operation_progress(operation: actions.Operation, name: str, running: Running) -> ConnectionWork | None:
    """Show the progress of an operation, which `watch` updates; return the work once it is over."""
    begun = actions.work(operation, name)
    slot = st.empty()
    if begun is None:
        return None
    if begun.running:
        _draw(begun, slot)
        running.append((begun, slot))
        return None
    if begun.future.cancelled():
        slot.caption("Cancelled.")
        return None
    if begun.future.exception() is not None:
        problem = type(begun.future.exception()).__name__
        slot.error(f"The playground itself failed: {problem}. The log has the details.", icon=":material/error:")
        return None
    return begun


def watch(running: Running) -> None:
    """Draw work as it goes on until all of it is over; a click or a page change breaks this off, not the work."""
    while any(begun.running for begun, _ in running):
        for begun, slot in running:
            _draw(begun, slot)
        st.session_state.get("session")  # gives way to a rerun; without it this loop cannot be interrupted
        time.sleep(DRAWN_EVERY_S)


def check_result(steps: Sequence[CheckStep]) -> None:
    """Which parts of a connection are right, which are not, and what to do."""
    for step in steps:
        sign = _SIGNS[step.ok].format(part=step.part.replace("_", " ").capitalize())
        hint = f"  \n{plain(step.hint)}" if step.hint else ""
        st.markdown(f"{sign} · {plain(step.message)}{hint}")


def begin(work: Work, running: Running) -> None:
    """Show work that goes on here, from now on."""
    slot = st.empty()
    _draw(work, slot)
    running.append((work, slot))


def _draw(work: Work, slot: DeltaGenerator) -> None:
    text, share = work.progress
    if share is None:
        slot.markdown(f":shimmer[{text}]")
    else:
        slot.progress(share, text=text)
