"""Under the panes once all have ended: the vote, and when names may be seen the verdict, charts and differences."""

from collections.abc import Sequence

import streamlit as st

from components.compare.pane_view import PaneView
from components.compare.verdict.charts import charts
from components.compare.verdict.text_difference import differences
from components.compare.verdict.verdict_table import verdict_table
from components.compare.verdict.vote import nothing_to_vote_on, vote_buttons


def results(views: Sequence[PaneView]) -> None:
    """Nothing while an answer is on its way."""
    ended = any(view.answers for view in views) and not any(view.busy for view in views)
    if ended:
        _drawn(views)


def _drawn(views: Sequence[PaneView]) -> None:
    has_answered = any(view.has_answered for view in views)
    if views[0].hidden:
        if has_answered:
            vote_buttons(views)
        else:
            nothing_to_vote_on()
        return
    verdict_table(views)
    if has_answered or views[0].comparison.votes:
        vote_buttons(views)
    with st.expander("Charts", icon=":material/bar_chart:", on_change="rerun", key="charts") as box:
        if box.open:
            charts(views)
    with st.expander("Differences", icon=":material/difference:", on_change="rerun", key="differences") as box:
        if box.open:
            differences(views)
