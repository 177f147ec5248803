"""Experiments: a prompt tried on many inputs, with models, settings and checks; before, while and after it runs."""

import streamlit as st

from components.experiments import plan_actions, run_actions
from components.experiments.experiment_view import experiment_view
from components.experiments.import_notes import import_notes
from components.experiments.loading_ahead import load_ahead
from components.experiments.plan_editor import plan_editor
from components.experiments.plan_list import plan_list
from components.experiments.row_elsewhere import go_elsewhere
from components.experiments.run_list import run_list
from components.experiments.run_panel import run_panel
from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.frame.same_page import go_to_address, keep_address
from components.frame.session import session, show_last_error

here = session()
go_elsewhere()
keep_address(stayed=here.page == "experiments")
here.page = "experiments"
against = st.session_state.pop(run_actions.RUN_AGAINST, None)
for name, key in (("plan", plan_actions.OPENED), ("id", run_actions.RUN_OPENED)):
    if (opened := st.session_state.pop(key, None)) is not None:
        go_to_address(**{name: opened}, **({} if against is None else {"against": against}))
asked = st.query_params

plan = plan_actions.plans().find(asked["plan"]) if "plan" in asked else None
experiment = here.chat.store.experiment(asked["id"]) if "id" in asked else None
page_title(experiment.title if experiment is not None else "Experiments" if plan is None else plan.title)
show_last_error()
if plan is not None or experiment is not None:
    page_link("experiments", "All experiments", ":material/arrow_back:")
if experiment is not None:
    experiment_view(here, experiment)
elif plan is not None:
    import_notes(plan.name)
    run_panel(here, plan)
    plan_editor(here, plan)
else:
    if asked:
        st.warning("There is nothing at this address.", icon=":material/link_off:")
    st.caption("A prompt tried on many inputs, models and settings, with checks, intervals and a limit on its cost.")
    for deleted, act in (("plan", plan_actions.restore_plan), ("experiment", run_actions.restore_runs)):
        if st.session_state.get(f"{deleted}_deleted"):
            with st.container(horizontal=True, vertical_alignment="center"):
                many = len(st.session_state.experiment_deleted) if deleted == "experiment" else 1
                st.caption(
                    f"{many:,} experiments deleted." if many > 1 else f"{deleted.capitalize()} deleted.",
                    width="content",
                )
                st.button("Undo", key=f"undo_{deleted}", icon=":material/undo:", type="tertiary", on_click=act)
    plan_list(here, lambda: run_list(here))
load_ahead()  # at the end: the first page does not wait for it
