"""One conversation in a list."""

import streamlit as st

from components import history_actions
from components.markdown import plain
from components.page_link import page_link
from playground import figures
from playground.store import Summary


def conversation_row(summary: Summary, *, current: bool) -> None:
    """Its title as a link, what it took, and what can be done with it."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"conversation-{summary.id}", border=current
    ):
        with st.container(gap=None):
            page_link("chat", summary.title or "Untitled", c=summary.id)
            money = figures.usd(summary.spent.cost, estimated=summary.spent.estimated)
            if summary.spent.unpriced:
                money = f"{money} + {summary.spent.unpriced} unpriced" if summary.spent.cost else "unpriced"
            model = summary.model.rsplit("/", 1)[-1]
            told = (model, f"{summary.turns} turns", money, figures.when(summary.updated_at))
            st.caption(plain(" · ".join(told)))
        with st.popover("", icon=":material/edit:", type="tertiary", help="Rename"):
            key = f"title-{summary.id}"
            st.text_input(
                "Title", summary.title, key=key, on_change=history_actions.rename, args=(summary.id, key), max_chars=120
            )
        st.button(
            "",
            key=f"delete-{summary.id}",
            icon=":material/delete:",
            type="tertiary",
            help="Delete",
            on_click=history_actions.delete,
            args=(summary.id,),
        )
