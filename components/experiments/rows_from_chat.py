"""Rows out of a chat that was had before."""

import streamlit as st

from components.experiments import plan_actions
from components.frame.process import chat
from components.frame.session import shows_errors
from playground.experiments.added_rows import add_rows
from playground.experiments.plans import ExperimentPlan, PlanError
from playground.experiments.reading.chats import rows_of_chat
from playground.store import HistoryFilter
from playground.text.labels import labels

CHATS_OFFERED = 30


def rows_from_chat(plan: ExperimentPlan) -> None:
    """Choose one of the last chats; its questions and answers become rows below those that are there."""
    with st.popover("Add from a chat", icon=":material/chat:", on_change="rerun", key="rows_from_chat") as box:
        if not box.open:
            return
        found = chat().store.history(HistoryFilter(facets={"kind": "chat"}), limit=CHATS_OFFERED).entries
        if not found:
            st.caption("No conversations yet.")
            return
        shown = labels({entry.id: (entry.title or "Untitled",) for entry in found})
        key = f"rows_chat-{plan.name}"
        st.selectbox("Chat", list(shown), key=key, format_func=shown.__getitem__)
        st.caption("Each question becomes {{question}}, and the answer what is expected.")
        st.button("Add its questions", key="rows_chat_add", icon=":material/add:", on_click=_add, args=(plan, key))


@shows_errors
def _add(plan: ExperimentPlan, key: str) -> None:
    rows = rows_of_chat(chat().store.path(st.session_state[key]))
    if not rows:
        raise PlanError("No question of this chat has a whole answer.", hint="Choose another chat.")
    plan_actions.change(plan.name, lambda draft: add_rows(draft, rows))
