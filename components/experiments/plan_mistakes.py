"""What has to be mended in a plan: all of it above, and each thing where it is."""

from collections.abc import Sequence

import streamlit as st

from playground.experiments.plan_mistakes import PlanMistake, mistakes_below
from playground.experiments.plans import ExperimentPlan
from playground.text.markdown import plain

MOST_TOLD = 5
"""Mistakes that are told at once."""


def all_mistakes(mistakes: Sequence[PlanMistake]) -> None:
    """List them, up to MOST_TOLD."""
    for mistake in mistakes[:MOST_TOLD]:
        st.markdown(f"- {plain(str(mistake))}")
    if len(mistakes) > MOST_TOLD:
        st.markdown(f"- And {len(mistakes) - MOST_TOLD:,} more.")


def mistakes_here(plan: ExperimentPlan, *place: str | int, only: bool = False) -> None:
    """Say what is wrong at a place of the plan and below it; with `only` not below it."""
    for mistake in mistakes_below(plan.mistakes, *place)[:MOST_TOLD]:
        if not only or len(mistake.place) == len(place):
            told = mistake.what if len(place) > 1 or place[0] not in ("dataset",) else _of_row(mistake)
            st.markdown(f":red[:material/error: {plain(told)}]")


def _of_row(mistake: PlanMistake) -> str:
    return mistake.what if len(mistake.place) < 3 else str(mistake)
