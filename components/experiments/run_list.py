"""The experiments that run or ran, the newest first."""

from functools import partial

import streamlit as st

from components.experiments import run_actions
from components.frame.page_link import page_link
from components.frame.reader_zone import reader_zone
from components.frame.session import Session
from playground.money import figures
from playground.text.markdown import plain

RUNS_SHOWN = 20


def run_list(here: Session) -> None:
    """A line for each; more are shown on demand."""
    shown = st.session_state.get("runs_shown", RUNS_SHOWN)
    listed = here.chat.store.experiments(limit=shown + 1)
    if not listed:
        return
    st.header("Runs", anchor=False)
    for experiment in listed[:shown]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"run-{experiment.id}"):
            page_link("experiments", experiment.title, ":material/table_chart:", id=experiment.id)
            told = (
                experiment.status,
                figures.counted(experiment.cells, "cell"),
                figures.when(experiment.created_at, reader_zone()),
            )
            st.caption(plain(" · ".join(told)), width="content")
            if not here.read_only:
                st.button(
                    f"Delete {plain(experiment.title)}",
                    key=f"delete_run-{experiment.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=partial(run_actions.delete_run, experiment),
                )
    if len(listed) > shown:
        st.button("Show older", key="runs_older", on_click=_more, args=(shown,))


def _more(shown: int) -> None:
    st.session_state.runs_shown = shown + RUNS_SHOWN
