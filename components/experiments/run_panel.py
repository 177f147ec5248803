"""Before a plan runs: how many cells, what they may cost and take, what is left out; and Run."""

from collections.abc import Sequence

import streamlit as st

from components.experiments import run_actions
from components.experiments.opened_once import new_press
from components.experiments.plan_mistakes import all_mistakes
from components.frame.session import Session
from playground.errors import ProviderError
from playground.experiments.candidates import candidates_of
from playground.experiments.estimate import TOKENS_A_SECOND, ExperimentEstimate, estimate_experiment
from playground.experiments.estimate_judges import LONG_ANSWER
from playground.experiments.limit_obstacles import LimitObstacle, limit_obstacles
from playground.experiments.plans import ExperimentPlan
from playground.experiments.setting_up import rows_of_split
from playground.money import figures
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
            all_mistakes(plan.mistakes)
            return
        try:
            candidates = candidates_of(definition, here.chat.roster)
        except ProviderError as error:
            st.error(f"**{plain(error.message)}** {plain(error.hint)}", icon=":material/error:")
            return
        rows = rows_of_split(definition, definition.dataset.rows)
        if not rows:
            st.info("Write or upload some rows.", icon=":material/data_array:")
            return
        obstacles: Sequence[LimitObstacle] = ()
        cells = 0
        try:
            estimate = estimate_experiment(definition, rows, candidates, here.chat.roster)
            cells = estimate.cells
            _told(estimate, len(rows), definition.repetitions)
            obstacles = limit_obstacles(definition, rows, candidates, here.chat.roster)
        except ProviderError as error:
            st.error(f"**{plain(error.message)}** {plain(error.hint)}", icon=":material/error:")
        if obstacles:
            st.error("The limit on the cost cannot be held, so nothing would be asked:", icon=":material/money_off:")
            limit_told(obstacles)
        if not here.read_only:
            _buttons(plan, cells, can_run=bool(candidates.kept) and not obstacles)


def limit_told(obstacles: Sequence[LimitObstacle]) -> None:
    """Say for each model why no limit can be held with it, and what to do."""
    for one in obstacles[:MOST_LEFT_OUT]:
        judges = ", which judges" if one.judges else ""
        st.markdown(f":red[:material/error: {plain(f'{visible(one.model)}{judges}: {one.missing}')}]")
    st.caption("Or take the limit away.")


def _told(found: ExperimentEstimate, rows: int, repetitions: int) -> None:
    columns = found.cells // max(rows * repetitions, 1)
    times = f" × {repetitions:,}" if repetitions > 1 else ""
    st.markdown(
        f"**{counted(found.cells, 'cell')}**: {counted(rows, 'row')} × {counted(columns, 'column')}{times}"
        f" · {plain(_money(found))}{_time(found)}"
    )
    st.caption(plain(" ".join(_figures(found))))
    if found.batches is not None:
        st.caption(f":material/stacks: {plain(' '.join(found.batches.sentences()))}")
    for name, count in found.unfilled.items():
        told = f"{counted(count, 'row')} without a value for {visible(name)}, not sent and counted as errors."
        st.warning(plain(told), icon=":material/data_array:")
    for name, count in found.empty.items():
        told = (
            f"{counted(count, 'row')} with an empty message by {visible(name)}, not sent, as most services refuse it."
        )
        st.warning(plain(told), icon=":material/data_array:")
    if found.blank:
        told = ", ".join(f"{visible(name)} in {counted(count, 'row')}" for name, count in found.blank.items())
        st.caption(f":material/data_array: {plain(f'Empty, and sent as an empty text: {told}.')}")
    for note in found.notes[:MOST_LEFT_OUT]:
        st.warning(plain(note), icon=":material/tune:")
    if found.left_out:
        with st.expander(f"{len(found.left_out):,} left out", icon=":material/block:"):
            for left in found.left_out[:MOST_LEFT_OUT]:
                setting = ", ".join(f"{name} {value}" for name, value in left.setting.items())
                st.markdown(f"- {plain(f'{left.variant} · {visible(left.model)} · {setting}: {left.why}')}")


def _money(found: ExperimentEstimate) -> str:
    low, high = found.cost
    if found.unpriced == found.cells:
        return "unpriced"
    told = (
        figures.usd(high, estimated=True)
        if low == high
        else f"{figures.usd(low, estimated=True)} to {figures.usd(high)}"
    )
    if not high:
        told = "$0"
    unlimited = [what for what, count in (("answers", found.uncapped), ("verdicts", found.judges_uncapped)) if count]
    if unlimited:
        told += f", or more: nothing limits how long {' and '.join(unlimited)} get"
    if found.unpriced:
        told += f", and {counted(found.unpriced, 'cell')} without a price"
    if found.judges_unpriced:
        told += f", and {counted(found.judges_unpriced, 'request')} to judges without a price"
    return told


def _time(found: ExperimentEstimate) -> str:
    low, high = figures.duration(found.seconds), figures.duration(found.longest_s)
    if not found.models:
        return ""
    apart = ", the batches apart" if found.batches is not None and found.batches.cells else ""
    return f" · about {low}{apart}" if low == high else f" · about {low} to {high}{apart}"


def _figures(found: ExperimentEstimate) -> list[str]:
    low, high = found.answer_tokens
    told = [
        f"{figures.tokens(found.prompt_tokens, estimated=True)} tokens in, "
        f"{figures.tokens(low, estimated=True)} to {figures.tokens(high, estimated=True)} out."
    ]
    if found.judge_calls:
        told.append(f"{counted(found.judge_calls, 'request')} to judges on top, in the money and the time.")
    if found.tightest is not None:
        told.append(f"The time is that of {visible(found.tightest.model)}: {found.tightest.why}.")
        if figures.duration(found.seconds) != figures.duration(found.longest_s):
            longest = f"as long as they may get, at {TOKENS_A_SECOND} tokens a second"
            if found.uncapped or found.judges_uncapped:
                longest = f"{LONG_ANSWER:,} tokens long, for nothing limits them, at {TOKENS_A_SECOND} a second"
            told.append(f"The longer time is that of answers {longest}.")
    if found.difference is not None:
        told.append(f"So many rows show a difference of {found.difference * 100:.0f} points or more, 4 times in 5.")
    else:
        told.append("So few rows show no difference.")
    return told


def _buttons(plan: ExperimentPlan, cells: int, *, can_run: bool) -> None:
    press = new_press()
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Run",
            key="plan_start",
            icon=":material/play_arrow:",
            type="primary",
            disabled=not can_run,
            on_click=run_actions.run,
            args=(plan.name, press),
        )
        if cells <= run_actions.DRY_CELLS:
            return  # a try would be the whole run
        st.button(
            f"Try {run_actions.DRY_CELLS} cells",
            key="plan_dry",
            icon=":material/labs:",
            disabled=not can_run,
            help="A dry run: it pauses after them, and they count when it goes on.",
            on_click=run_actions.run,
            args=(plan.name, press),
            kwargs={"most": run_actions.DRY_CELLS},
        )
