"""A rehearsal of a demo: begun here, and what each step took as it comes."""

import streamlit as st

from components.frame.session import Session, session, shows_errors
from playground.money import figures
from playground.presenting.demo import Demo
from playground.presenting.presented_demo import PresentedDemo
from playground.presenting.rehearsal import Rehearsal, StepTook
from playground.text.markdown import plain

REHEARSAL_LOOK_S = 1.0


def rehearsal_of(here: Session, name: str, demo: Demo) -> None:
    """Rehearse a demo as it was saved, and show the rehearsal that is going on, or was the last one here."""
    name_then, rehearsal = st.session_state.get("rehearsal", ("", None))
    running = rehearsal is not None and not rehearsal.ended.is_set()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if running:
            st.button("Stop the rehearsal", key="stop_rehearsal", icon=":material/stop:", on_click=rehearsal.stop)
        else:
            st.button(
                "Rehearse",
                key="rehearse",
                icon=":material/fiber_manual_record:",
                help="As it was saved. What was recorded before is kept where a model fails.",
                on_click=_rehearse,
                args=(name, demo),
            )
        st.caption("Asks everything once, and records it, for steps that are played or fall back.")
    if rehearsal is not None and name_then == name:
        st.fragment(_progress, run_every=REHEARSAL_LOOK_S if running else None)(rehearsal, running)


def _progress(rehearsal: Rehearsal, running: bool) -> None:
    if running and rehearsal.ended.is_set():
        st.rerun()
    with st.container(key="rehearsal"):
        for step in rehearsal.took:
            st.markdown(_took(step))
        if running:
            st.caption(f"Step {len(rehearsal.took) + 1} of {len(rehearsal.steps)} …")
        else:
            whole = f"{figures.seconds(rehearsal.seconds)}, {figures.usd(rehearsal.cost)}"
            st.caption(f"Together {whole}, for the {sum(step.priced for step in rehearsal.took)} answers with a price.")


def _took(step: StepTook) -> str:
    told = f"{step.title}: {figures.seconds(step.seconds)}, {figures.usd(step.cost)}, recorded {step.recorded}"
    return plain(" · ".join((told, *step.problems)))


@shows_errors
def _rehearse(name: str, demo: Demo) -> None:
    rehearsal = PresentedDemo(name, demo).rehearsal(session().chat).start()
    st.session_state.rehearsal = (name, rehearsal)
