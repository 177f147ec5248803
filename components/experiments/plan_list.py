"""The plans there are, and the ways to a new one."""

import math
from collections.abc import Callable
from functools import partial

import streamlit as st

from components.experiments import plan_actions
from components.experiments.opened_once import new_press
from components.frame.page_link import page_link
from components.frame.reader_zone import reader_zone
from components.frame.session import Session
from playground.experiments.definition import Definition
from playground.experiments.plans import ExperimentPlan, ExperimentPlans, shipped_plans
from playground.money import figures
from playground.money.figures import counted
from playground.text.markdown import plain


def plan_list(here: Session, runs: Callable[[], None]) -> None:
    """What makes a plan, own ones with the `runs` below them, and ready ones: these first where there are no others."""
    own = ExperimentPlans(here.chat.store).own()
    _new(here, begun=bool(own))
    begun = bool(own or here.chat.store.experiments(limit=1))
    if not begun:
        _ready(here)
    if own:
        st.header("Plans", anchor=False)
        for plan in own:
            _line(plan, may_change=not here.read_only)
    runs()
    if begun:
        _ready(here)


def _new(here: Session, *, begun: bool) -> None:
    if not here.read_only:
        with st.container(horizontal=True, gap="small", key="new_plan"):
            st.button(
                "New experiment",
                key="plan_new",
                icon=":material/add:",
                type="primary" if begun else "secondary",
                on_click=plan_actions.begin_plan,
                args=(new_press(),),
            )
            with st.popover("Open a file", icon=":material/upload_file:"):
                st.file_uploader(
                    "An experiment as YAML, a promptfoo configuration, or a .prompt.yml",
                    type=["yaml", "yml", "json"],
                    key="plan_file",
                    max_upload_size=20,
                    on_change=plan_actions.open_file,
                )


def _ready(here: Session) -> None:
    st.header("Ready to try", anchor=False)
    st.caption("They run on the model inside the app: no account, no key.")
    for plan in shipped_plans():
        _line(plan, may_change=not here.read_only)


def _size(definition: Definition) -> str:
    """How much a plan asks, as a product."""
    parts = (
        (len(definition.dataset.rows), "row"),
        (len(definition.variants), "prompt"),
        (len(definition.models), "model"),
        (math.prod(map(len, definition.axes.values())), "setting"),
        (definition.repetitions, "repetition"),
    )
    shown = [counted(count, name) for count, name in parts if count != 1 or name in ("row", "prompt", "model")]
    return " × ".join(shown)


def _line(plan: ExperimentPlan, *, may_change: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"plan-{plan.name}"):
        page_link("experiments", plan.title, ":material/science:", plan=plan.name)
        if plan.definition is None:
            st.caption("not finished", width="content")
        else:
            st.caption(plain(_size(plan.definition)), width="content")
        if plan.changed_at is not None:
            st.caption(figures.when(plan.changed_at, reader_zone()), width="content")
        if may_change and not plan.shipped:
            st.button(
                f"Delete {plain(plan.title)}",
                key=f"delete_plan-{plan.name}",
                icon=":material/delete:",
                type="tertiary",
                on_click=partial(plan_actions.delete_plan, plan.name),
            )
    if plan.shipped and (description := plan.draft.get("description")):
        st.caption(plain(str(description)))
