"""Charts of an experiment: cost and time against what passed, each axis of a sweep, and how scores are spread."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.experiments.summary import COLOUR, LABEL_SIZE, QUIET, numbered
from playground.experiments.analysis import BINS, Analysis, AxisPoint
from playground.text.markdown import plain

NAMES_APART = 0.06
"""Of the height of a chart: a name is as high."""
POINTS_NAMED = 12
"""Points that have their names beside them; of more only when they are pointed at."""


def result_charts(analysis: Analysis, *, narrow: bool = False) -> None:
    """Draw what there is something to draw of."""
    import pandas as pd

    names = [column.title for column in analysis.columns]
    told = [
        {
            "column": names[column.column],
            "label": numbered(column.column, names, 14 if narrow else 28),
            "passed": column.rate.value,
            "USD a cell": None if column.cost_of_one is None else float(column.cost_of_one),
            "seconds": column.seconds,
        }
        for column in analysis.figures
        if column.rate is not None
    ]
    if not told:
        st.caption("Charts are drawn once answers have passed or failed.")
        return
    frame = pd.DataFrame(told)
    left, right = st.columns(2)
    for place, name, told_as in ((left, "USD a cell", "Cost"), (right, "seconds", "Median time")):
        with place:
            st.caption(f"{told_as} of a cell against the share that passed")
            known = frame.dropna(subset=[name])
            if known[name].any():
                st.altair_chart(_against(known, name, narrow=narrow))
            else:
                free = "No price is known." if known.empty else "Nothing was charged."
                st.caption(free if name == "USD a cell" else "No times are known.")
    for axis in dict.fromkeys(name for column in analysis.columns for name in column.setting):
        points = [point for point in analysis.axis(axis) if point.rate is not None]
        if len(points) > 1:
            st.caption(plain(f"Share that passed by {axis}, over all columns with that value"))
            st.altair_chart(_by_axis(axis, points))
    spread = [(numbered(column.number, names, 44), analysis.distribution(column.number)) for column in analysis.columns]
    if any(sum(counts[1:-1]) for _, counts in spread):
        st.caption("How scores are spread, by column")
        st.altair_chart(_scores(spread))


def _against(frame: Any, name: str, *, narrow: bool) -> Any:
    """Names stand beside their points, where the plot has more room; whole ones show where a point is pointed at."""
    import altair

    words = {"labelFontSize": LABEL_SIZE, "titleFontSize": LABEL_SIZE}
    x = altair.X(f"{name}:Q", title=name, axis=altair.Axis(tickCount=4 if narrow else 5, **words))
    y = altair.Y("passed:Q", title="passed", axis=altair.Axis(format="%", **words), scale=altair.Scale(domain=[0, 1]))
    tooltip = ["column", altair.Tooltip("passed", format=".1%"), altair.Tooltip(name, format=".4g")]
    base = altair.Chart(frame)
    points = base.mark_point(color=COLOUR, filled=True, size=110, opacity=0.9).encode(x, y, tooltip=tooltip)
    if len(frame) > POINTS_NAMED:
        return points
    middle = frame[name].max() / 2
    for align, away, there in (("left", 9, frame[name] <= middle), ("right", -9, frame[name] > middle)):
        points += (
            altair.Chart(_apart(frame[there]))
            .mark_text(align=align, dx=away, limit=220, fontSize=LABEL_SIZE, color=QUIET)
            .encode(x, y, text="label:N", tooltip=tooltip)
        )
    return points


def _apart(frame: Any) -> Any:
    """Those whose names do not cover each other, the best first."""
    import pandas as pd

    named: list[Any] = []
    for one in frame.sort_values("passed", ascending=False).to_dict("records"):
        if all(abs(one["passed"] - other["passed"]) >= NAMES_APART for other in named):
            named.append(one)
    return pd.DataFrame(named, columns=frame.columns)


def _by_axis(axis: str, points: Sequence[AxisPoint]) -> Any:
    import altair
    import pandas as pd

    numeric = all(isinstance(one.value, int | float) and not isinstance(one.value, bool) for one in points)
    frame = pd.DataFrame(
        [
            (one.value if numeric else str(one.value), one.rate.value, *one.rate.interval)
            for one in points
            if one.rate is not None
        ],
        columns=["value", "passed", "low", "high"],
    )
    words = {"labelFontSize": LABEL_SIZE, "titleFontSize": LABEL_SIZE}
    x = altair.X(f"value:{'Q' if numeric else 'N'}", title=axis, axis=altair.Axis(tickCount=8, **words))
    scale, percent = altair.Scale(domain=[0, 1]), altair.Axis(format="%", title="passed", **words)
    base = altair.Chart(frame)
    spans = base.mark_rule(color=COLOUR, strokeWidth=3, opacity=0.5).encode(
        x=x, y=altair.Y("low:Q", scale=scale, axis=percent), y2="high:Q"
    )
    tooltip = ["value", *(altair.Tooltip(name, format=".1%") for name in ("passed", "low", "high"))]
    marks = base.mark_point(color=COLOUR, filled=True, size=90, opacity=1).encode(
        x=x, y=altair.Y("passed:Q", scale=scale, axis=percent), tooltip=tooltip
    )
    return spans + marks


def _scores(spread: Sequence[tuple[str, Sequence[int]]]) -> Any:
    import altair
    import pandas as pd

    rows = [(name, (at + 0.5) / BINS, count) for name, counts in spread for at, count in enumerate(counts)]
    return (
        altair.Chart(pd.DataFrame(rows, columns=["column", "score", "cells"]))
        .mark_bar(color=COLOUR, size=24)
        .encode(
            x=altair.X("score:Q", scale=altair.Scale(domain=[0, 1])),
            y=altair.Y("cells:Q"),
            row=altair.Row(
                "column:N",
                title=None,
                sort=None,
                header=altair.Header(labelAnchor="start", labelOrient="top", labelFontSize=LABEL_SIZE),
            ),
        )
        .properties(height=60)
    )
