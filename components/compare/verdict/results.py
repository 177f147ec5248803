"""Under the panes once all have ended: the vote, and when names may be seen the verdict, charts and differences."""

from collections.abc import Sequence

import streamlit as st

from components.compare.pane_view import PaneView
from components.compare.session import open_comparison
from components.compare.verdict.charts import charts
from components.compare.verdict.room import ask_the_room
from components.compare.verdict.text_difference import differences
from components.compare.verdict.verdict_table import verdict_table
from components.compare.verdict.vote import nothing_to_vote_on, vote_buttons
from components.frame.process import chat
from components.present.demo_button import demo_button
from playground.presenting.demo_of import demo_of_comparison


def results(views: Sequence[PaneView]) -> None:
    """While an answer is on its way, that the vote waits for it."""
    if any(view.busy for view in views):
        st.caption("The vote comes when all answers have ended.")
    elif any(view.answers for view in views):
        _drawn(views)


def _drawn(views: Sequence[PaneView]) -> None:
    has_answered = any(view.has_answered for view in views)
    if views[0].hidden:
        if has_answered:
            vote_buttons(views)
            _room(views)
        else:
            nothing_to_vote_on()
        return
    verdict_table(views)
    if has_answered or views[0].votes:
        vote_buttons(views)
    if has_answered:
        _room(views)
    with st.expander("Charts", icon=":material/bar_chart:", on_change="rerun", key="charts") as box:
        if box.open:
            charts(views)
    with st.expander("Differences", icon=":material/difference:", on_change="rerun", key="differences") as box:
        if box.open:
            differences(views)
    comparison_id = open_comparison()
    if comparison_id is not None:
        demo_button(lambda: demo_of_comparison(chat(), comparison_id))


def _room(views: Sequence[PaneView]) -> None:
    with st.expander("Ask the room", icon=":material/groups:", on_change="rerun", key="room_fold") as box:
        if box.open:
            ask_the_room(views)
