"""The editor of a plan: what is tried on what, and how answers are checked; by controls, and as YAML."""

import streamlit as st

from components.experiments import plan_actions
from components.experiments.check_list import check_list
from components.experiments.data_table import data_table
from components.experiments.plan_mistakes import all_mistakes, mistakes_here
from components.experiments.plan_models import plan_models
from components.experiments.variant_list import variant_list
from components.frame.controls import control
from components.frame.session import Session
from playground.experiments.definition_file import DefinitionFileError, read_definition, write_definition
from playground.experiments.plans import ExperimentPlan
from playground.text.markdown import plain

EDITOR_VIEWS = ("Form", "YAML")


def plan_editor(here: Session, plan: ExperimentPlan) -> None:
    """Edit a plan; a shipped one becomes an own one with the first change."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="plan_views"):
        view = st.segmented_control("Edit as", EDITOR_VIEWS, default=EDITOR_VIEWS[0], key="plan_view", required=True)
        st.button(
            "Undo",
            key="plan_undo",
            icon=":material/undo:",
            type="tertiary",
            disabled=not plan_actions.may_undo(plan.name),
            help="Takes the last change of this plan back, whatever it was.",
            on_click=plan_actions.undo_change,
            args=(plan.name,),
        )
    if view == "YAML":
        _yaml(plan)
    else:
        _form(here, plan)


def _form(here: Session, plan: ExperimentPlan) -> None:
    title = control(f"plan_title-{plan.name}", str(plan.draft.get("title") or ""))
    st.text_input(
        "Title",
        str(plan.draft.get("title") or ""),
        key=title.key,
        max_chars=200,
        placeholder="What is tried",
        on_change=title.changed(lambda text: plan_actions.set_at(plan.name, ("title",), text)),
    )
    mistakes_here(plan, "title")
    for heading, told, draw in (
        ("Rows", "What it is tried on: a variable a column; **expected** is for checks.", data_table),
        ("Prompts", "Each is asked about each row.", variant_list),
    ):
        with st.container(border=True, key=f"plan_{heading.lower()}"):
            st.subheader(heading, anchor=False)
            st.caption(told)
            draw(plan)
    with st.container(border=True, key="plan_models"):
        st.subheader("Models and settings", anchor=False)
        plan_models(here, plan)
    with st.container(border=True, key="plan_checks"):
        st.subheader("Checks", anchor=False)
        st.caption("An answer passes where all of them do. Without any, answers are gathered to be read.")
        check_list(here, plan)


def _yaml(plan: ExperimentPlan) -> None:
    if plan.definition is None:
        st.info("It can be written as YAML once these are mended in the form:", icon=":material/info:")
        all_mistakes(plan.mistakes)
        return
    box = control(f"plan_yaml-{plan.name}", write_definition(plan.definition), same=_means_the_same)
    text = st.text_area(
        "Experiment as YAML",
        write_definition(plan.definition),
        key=box.key,
        height=520,
        help="What it may hold: docs/experiment.schema.json. Ctrl+Enter checks and keeps it.",
        on_change=plan_actions.take_yaml,
        args=(plan.name, box.key),
    )
    try:
        read_definition(text)
    except DefinitionFileError as error:
        st.error("  \n".join(plain(str(mistake)) for mistake in error.mistakes), icon=":material/error:")
        st.caption("Not kept yet.")
    else:
        st.caption(":material/check: Kept.")


def _means_the_same(shown: object, value: object) -> bool:
    """Whether a text in the box means the plan, or is none yet and must stay there."""
    try:
        return read_definition(str(shown)) == read_definition(str(value))
    except DefinitionFileError:
        return True
