"""An answer word by word against that of another column to the same row."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.compare.verdict.text_difference import text_difference
from components.frame.session import Session
from playground.experiments.cells import CellPlace, Grid
from playground.experiments.named_columns import NamedColumn
from playground.store import StoredExperiment
from playground.text.markdown import plain


def cell_difference(
    here: Session, experiment: StoredExperiment, columns: Sequence[NamedColumn], place: CellPlace, text: str
) -> None:
    """Have another column chosen, and show what the answer of this cell adds to its answer and leaves out."""
    if len(columns) < 2:
        return
    other = st.selectbox(
        "Word by word against",
        [column.number for column in columns if column.number != place.candidate],
        index=None,
        key=f"cell_against-{place.candidate}",
        format_func=lambda chosen: columns[chosen].title,
        placeholder="Another column",
    )
    if other is None:
        return
    grid = Grid(experiment.rows, len(columns), experiment.repetitions)
    found = here.chat.store.cells(experiment.id, numbers=[grid.number(replace(place, candidate=other))])
    if not found:
        st.caption("Not answered yet.")
        return
    st.caption(plain(f"+ is in this answer alone, − in that of {columns[other].title} alone."))
    text_difference(str(found[0].answer.get("text") or ""), text)
