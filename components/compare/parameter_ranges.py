"""What the parameters of all panes may be, side by side, with what is set."""

from collections.abc import Sequence

import streamlit as st

from components.compare.pane_view import PaneView
from components.models.fact_table import contrast_table
from playground.models.catalog.facts import Contrast, parameter_contrasts


def parameter_ranges(views: Sequence[PaneView]) -> None:
    """A table behind a button, a column for each pane whose model is known; made when it is opened."""
    with st.popover("Ranges", icon=":material/linear_scale:", on_change="rerun", key="ranges") as box:
        if not box.open:
            return
        known = [(view, view.card) for view in views if view.card is not None]
        st.caption("Type, range and default of each parameter, and what is set here. What is not set is not sent.")
        contrasts = parameter_contrasts([card for _, card in known])
        rows = [
            Contrast(
                row.name,
                tuple(_with_value(words, view, row.name) for words, (view, _) in zip(row.values, known, strict=True)),
            )
            for row in contrasts
        ]
        contrast_table([view.name for view, _ in known], rows, "Parameter")


def _with_value(words: str, view: PaneView, name: str) -> str:
    value = view.setup.parameters.get(name)
    return words if value is None else f"{words} · set to {value}"
