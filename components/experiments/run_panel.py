"""Before a plan runs: how many cells, what they may cost and take, what is left out; and Run."""

import streamlit as st

from components.experiments import run_actions
from components.frame.session import Session
from playground.errors import ProviderError
from playground.experiments.candidates import Candidates, candidates_of
from playground.experiments.definition import Definition, unfilled
from playground.experiments.plans import ExperimentPlan
from playground.experiments.setting_up import rows_of_split
from playground.money.figures import counted
from playground.text.labels import visible
from playground.text.markdown import plain

MOST_LEFT_OUT = 8


def run_panel(here: Session, plan: ExperimentPlan) -> None:
    """Draw what a run of the plan would be, and the buttons that begin it."""
    with st.container(border=True, key="plan_run"):
        definition = plan.definition
        if definition is None:
            st.markdown("**To be mended before it can run:**")
            for mistake in plan.mistakes:
                st.markdown(f"- {plain(mistake)}")
            return
        try:
            candidates = candidates_of(definition, here.chat.roster)
        except ProviderError as error:
            st.error(f"**{plain(error.message)}** {plain(error.hint)}", icon=":material/error:")
            return
        rows = rows_of_split(definition, definition.dataset.rows)
        _told(here, definition, candidates, len(rows))
        for name, count in unfilled(definition.variants, rows).items():
            st.warning(plain(f"{counted(count, 'row')} without a value for {name}."), icon=":material/data_array:")
        if not here.read_only:
            _buttons(plan, can_run=bool(rows and candidates.kept))


def _told(here: Session, definition: Definition, candidates: Candidates, rows: int) -> None:
    cells = rows * len(candidates.kept) * definition.repetitions
    times = f" × {definition.repetitions:,}" if definition.repetitions > 1 else ""
    st.markdown(
        f"**{counted(cells, 'cell')}**: {counted(rows, 'row')} × {counted(len(candidates.kept), 'column')}{times}"
    )
    if candidates.left_out:
        with st.expander(f"{len(candidates.left_out):,} left out", icon=":material/block:"):
            for left in candidates.left_out[:MOST_LEFT_OUT]:
                setting = ", ".join(f"{name} {value}" for name, value in left.setting.items())
                st.markdown(f"- {plain(f'{left.variant} · {visible(left.model)} · {setting}: {left.why}')}")


def _buttons(plan: ExperimentPlan, *, can_run: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Run",
            key="plan_start",
            icon=":material/play_arrow:",
            type="primary",
            disabled=not can_run,
            on_click=run_actions.run,
            args=(plan.name,),
        )
        st.button(
            f"Try {run_actions.DRY_CELLS} rows",
            key="plan_dry",
            icon=":material/labs:",
            disabled=not can_run,
            help="A dry run: the first rows once, kept as a run of its own.",
            on_click=run_actions.run,
            args=(plan.name,),
            kwargs={"dry": True},
        )
