"""The verdict under the panes: a row for each metric, the best of it marked with a sign."""

from collections.abc import Sequence

import streamlit as st

from components.compare.pane_view import PaneView
from playground.compare.verdict import NOISE
from playground.compare.verdict_table import BEST, table


def verdict_table(views: Sequence[PaneView]) -> None:
    """The ended answers of all panes to the last prompt, as one table."""
    answers = [view.answers for view in views]
    with st.container(key="verdict"):
        st.markdown(table([view.answer_name for view in views], answers))
        several = any(len(replies) > 1 for replies in answers)
        spread = " Medians of complete answers, with the lowest and highest in brackets." if several else ""
        st.caption(
            f"{BEST} best of its row among complete answers. What differs by noise alone is as good: by {NOISE:.0%} "
            f"of a time, a speed or an estimate, or in ranges that meet. – is not known and never wins.{spread}"
        )
