"""Charts of an experiment: cost and time against what passed, and each axis of a sweep."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.experiments.summary import COLOUR
from playground.experiments.candidates import Candidate
from playground.experiments.matrix import Matrix
from playground.text.markdown import plain


def result_charts(matrix: Matrix, candidates: Sequence[Candidate], names: Sequence[str]) -> None:
    """Draw what there is something to draw of."""
    import pandas as pd

    told = [column for column in matrix.columns if column.rate is not None]
    if not told:
        st.caption("Charts are drawn once answers have passed or failed.")
        return
    frame = pd.DataFrame(
        [
            {
                "column": names[column.candidate],
                "passed": column.rate.value,
                "USD a cell": float(column.spent) / column.ended,
                "seconds": column.seconds,
            }
            for column in told
            if column.rate is not None
        ]
    )
    left, right = st.columns(2)
    for place, name, told_as in ((left, "USD a cell", "Cost"), (right, "seconds", "Median time")):
        with place:
            st.caption(f"{told_as} of a cell against the share that passed")
            known = frame.dropna(subset=[name])
            if known[name].any():
                st.altair_chart(_against(known, name))
            else:
                st.caption("Nothing was charged." if name == "USD a cell" else "No times are known.")
    settings = [candidate.setting for candidate in candidates]
    for axis in dict.fromkeys(name for setting in settings for name in setting):
        rates = matrix.by_axis(settings, axis)
        if len(rates) > 1:
            st.caption(plain(f"Share that passed by {axis}, over all columns with that value"))
            st.altair_chart(_by_axis(axis, rates))
    scores = [fact.score for fact in matrix.facts if fact.score is not None]
    if any(score not in (0.0, 1.0) for score in scores):
        st.caption("How scores are spread, by column")
        rows = [(names[fact.candidate], fact.score) for fact in matrix.facts if fact.score is not None]
        st.altair_chart(_scores(pd.DataFrame(rows, columns=["column", "score"])))


def _against(frame: Any, name: str) -> Any:
    import altair

    x = altair.X(f"{name}:Q", title=name)
    y = altair.Y("passed:Q", title="passed", axis=altair.Axis(format="%"), scale=altair.Scale(domain=[0, 1]))
    tooltip = ["column", altair.Tooltip("passed", format=".1%"), altair.Tooltip(name, format=".4g")]
    return (
        altair.Chart(frame).mark_point(color=COLOUR, filled=True, size=110, opacity=0.9).encode(x, y, tooltip=tooltip)
    )


def _by_axis(axis: str, rates: dict[Any, Any]) -> Any:
    import altair
    import pandas as pd

    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in rates)
    frame = pd.DataFrame(
        [(value if numeric else str(value), r.value, r.interval.low, r.interval.high) for value, r in rates.items()],
        columns=["value", "passed", "low", "high"],
    )
    x = altair.X(f"value:{'Q' if numeric else 'N'}", title=axis)
    scale, percent = altair.Scale(domain=[0, 1]), altair.Axis(format="%", title="passed")
    base = altair.Chart(frame)
    spans = base.mark_rule(color=COLOUR, strokeWidth=3, opacity=0.5).encode(
        x=x, y=altair.Y("low:Q", scale=scale, axis=percent), y2="high:Q"
    )
    tooltip = ["value", *(altair.Tooltip(name, format=".1%") for name in ("passed", "low", "high"))]
    points = base.mark_point(color=COLOUR, filled=True, size=90, opacity=1).encode(
        x=x, y=altair.Y("passed:Q", scale=scale, axis=percent), tooltip=tooltip
    )
    return spans + points


def _scores(frame: Any) -> Any:
    import altair

    return (
        altair.Chart(frame)
        .mark_bar(color=COLOUR)
        .encode(
            x=altair.X("score:Q", bin=altair.Bin(step=0.1, extent=[0, 1]), title="score"),
            y=altair.Y("count():Q", title="cells"),
            row=altair.Row("column:N", title=None, header=altair.Header(labelAngle=0, labelAlign="left")),
        )
        .properties(height=60)
    )
