"""What an experiment or rows lost or changed on their way in from a file: one list, until it is closed."""

from collections.abc import Sequence

import streamlit as st

from playground.money.figures import counted
from playground.text.markdown import plain

_KEPT = "import_notes"
"""In the session: for a plan, by its name, what is to be told."""
NOTES_TOLD = 100
_FEW = 4
"""So many are told at once; more on demand."""
_LEFT_OUT = "left out"


def keep_notes(plan_name: str, notes: Sequence[str]) -> None:
    """Have these told where the plan is shown, in place of earlier ones."""
    st.session_state[_KEPT] = {plan_name: tuple(notes)} if notes else {}


def import_notes(plan_name: str) -> None:
    """Tell what was noted of a plan, what was left out first."""
    notes: Sequence[str] = st.session_state.get(_KEPT, {}).get(plan_name, ())
    if not notes:
        return
    left_out = [note for note in notes if _LEFT_OUT in note]
    ordered = [*left_out, *(note for note in notes if _LEFT_OUT not in note)]
    lost = f", of which {len(left_out):,} left out" if 0 < len(left_out) < len(notes) else ""
    lost = ", all left out" if len(notes) > 1 and len(left_out) == len(notes) else lost
    told = f"{counted(len(notes), 'thing')} to know about the file{lost}"
    with (
        st.container(horizontal=True, vertical_alignment="top", gap="small", key="import_notes"),
        st.expander(told, expanded=len(notes) <= _FEW, icon=":material/info:"),
    ):
        st.markdown("\n".join(f"- {plain(note)}" for note in ordered[:NOTES_TOLD]))
        if len(ordered) > NOTES_TOLD:
            st.caption(f"And {len(ordered) - NOTES_TOLD:,} more.")
        st.button("Close", key="import_notes_close", type="tertiary", icon=":material/close:", on_click=_close)


def _close() -> None:
    st.session_state.pop(_KEPT, None)
