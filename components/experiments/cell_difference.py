"""An answer word by word against that of another column to the same row."""

from collections.abc import Sequence

import streamlit as st

from components.compare.verdict.text_difference import text_difference
from components.frame.session import Session
from playground.experiments.named_columns import NamedColumn
from playground.store import StoredExperiment
from playground.text.markdown import plain


def cell_difference(
    here: Session, experiment: StoredExperiment, columns: Sequence[NamedColumn], number: int, text: str
) -> None:
    """Have another column chosen, and show what the answer of this cell adds to its answer and leaves out."""
    if len(columns) < 2:
        return
    mine = number % len(columns)
    other = st.selectbox(
        "Word by word against",
        [column.number for column in columns if column.number != mine],
        index=None,
        key=f"cell_against-{mine}",
        format_func=lambda chosen: columns[chosen].title,
        placeholder="Another column",
    )
    if other is None:
        return
    found = here.chat.store.cells(experiment.id, numbers=[number - mine + other])
    if not found:
        st.caption("Not answered yet.")
        return
    st.caption(plain(f"+ is in this answer alone, − in that of {columns[other].title} alone."))
    text_difference(str(found[0].answer.get("text") or ""), text)
