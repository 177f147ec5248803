"""Adds the question of an answer to an experiment, with the answer as what is expected."""

import streamlit as st

from components.experiments import plan_actions
from components.experiments.add_row import ROW_ADDED_TO
from components.frame.page_link import page_link
from components.frame.process import chat
from components.frame.session import session, shows_errors
from playground.experiments.added_rows import add_rows, columns_of, draft_about, row_with
from playground.experiments.plans import ExperimentPlans
from playground.experiments.reading.chats import QUESTION_VARIABLE, question_before
from playground.store import MissingError, Store, StoredReply
from playground.text.labels import labels
from playground.text.markdown import plain

_NEW = ""
"""In place of a plan's name: a plan that is made for it."""
_PLAN, _VARIABLE, _ASKED, _EXPECTED = "row_plan", "row_variable", "row_question", "row_expected"


def add_row_form(store: Store, reply: StoredReply) -> None:
    """Choose an experiment and what is added to it; then say that it was."""
    if session().read_only:
        st.info("You may read here, and change nothing.", icon=":material/visibility:")
        return
    plans = {plan.name: plan for plan in ExperimentPlans(store).own()}
    if (added := st.session_state.get(ROW_ADDED_TO)) in plans:
        rows = (plans[added].draft.get("dataset") or {}).get("rows") or ()
        st.success(plain(f"Added to “{plans[added].title}” as row {len(rows):,}."), icon=":material/check:")
        page_link("experiments", "Open the experiment", ":material/science:", plan=added)
        return
    titles = {_NEW: "A new experiment", **labels({name: (plan.title,) for name, plan in plans.items()})}
    chosen = st.selectbox("Experiment", list(titles), key=_PLAN, format_func=titles.__getitem__)
    names = columns_of(plans[chosen].draft) if chosen in plans else (QUESTION_VARIABLE,)
    with st.form("add_row", border=False):
        if len(names) > 1:
            st.selectbox("The question becomes", names, key=_VARIABLE, format_func="{{{{{}}}}}".format)
        st.text_area("Question", question_before(store, reply.id), key=_ASKED)
        st.text_area(
            "What is expected",
            reply.text.strip(),
            key=_EXPECTED,
            help="What a good answer is. Checks compare with it as {{expected}}; it may be empty.",
        )
        st.form_submit_button("Add", type="primary", icon=":material/add:", on_click=_add, args=(reply.id, names))


@shows_errors
def _add(reply_id: str, names: tuple[str, ...]) -> None:
    plan, state = st.session_state[_PLAN], st.session_state
    variable = state.get(_VARIABLE) if len(names) > 1 else names[0]
    row = row_with(variable or names[0], state[_ASKED], state[_EXPECTED])
    if plan:
        plan_actions.change(plan, lambda draft: add_rows(draft, [row]))
    else:
        reply = chat().store.reply(reply_id)
        if reply is None:
            raise MissingError("answer", reply_id)
        plan = plan_actions.plans().keep_copy(draft_about(reply, row))
    state[ROW_ADDED_TO] = plan
