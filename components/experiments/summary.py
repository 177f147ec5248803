"""What came of an experiment, a line for each column of it, and which of them is better."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from playground.experiments.matrix import ColumnSummary, Matrix
from playground.experiments.statistics.clusters import RateEstimate
from playground.experiments.statistics.several import ComparedPair, standing
from playground.money import figures
from playground.text.markdown import plain

COLOUR = "#1d8f8a"
MOST_BARS = 40


def summary(matrix: Matrix, names: Sequence[str]) -> None:
    """A sentence on who is better, the table, and the rates as a chart."""
    import pandas as pd

    rates = {column.candidate: column.rate.value for column in matrix.columns if column.rate is not None}
    if said := standing(dict(enumerate(names)), rates, matrix.pairs):
        st.markdown(f"**{plain(said)}**")
    st.dataframe(
        pd.DataFrame([_line(names[column.candidate], column) for column in matrix.columns]),
        key="experiment_summary",
        hide_index=True,
        alt="Each variant with its model and setting: how many passed, with an interval, what it cost and took.",
    )
    st.caption("In brackets: what the rate would be for other rows of the same kind, 95 times in 100.")
    if rates:
        st.altair_chart(_rates(matrix.columns[:MOST_BARS], names), height=70 + 30 * min(len(names), MOST_BARS))


def share_with_interval(rate: RateEstimate | None) -> str:
    """A rate with its interval; that none can be told."""
    if rate is None:
        return "–"
    return f"{rate.value:.0%} ({rate.interval.low:.0%}–{rate.interval.high:.0%})"


def _line(name: str, column: ColumnSummary) -> dict[str, Any]:
    counts = column.counts
    passed, failed = counts.get("passed", 0), counts.get("failed", 0)
    line: dict[str, Any] = {
        "Column": name,
        "Passed": share_with_interval(column.rate),
        "of": f"{passed:,} of {passed + failed:,}",
    }
    if column.score is not None:
        line["Score"] = f"{column.score.value:.2f} ({column.score.interval.low:.2f}–{column.score.interval.high:.2f})"
    line |= {name.capitalize(): counts.get(name, 0) for name in ("error", "stopped", "unchecked")}
    line |= {"Cut": column.cut, "Refused": column.refused}
    line |= {"Cost": figures.usd(column.spent), "Median time": figures.seconds(column.seconds)}
    return line


def _rates(columns: Sequence[ColumnSummary], names: Sequence[str]) -> Any:
    import altair
    import pandas as pd

    frame = pd.DataFrame(
        [
            (names[column.candidate], column.rate.value, column.rate.interval.low, column.rate.interval.high)
            for column in columns
            if column.rate is not None
        ],
        columns=["column", "rate", "low", "high"],
    )
    axis = altair.Axis(format="%", title=None)
    y = altair.Y("column:N", title=None, sort=None, axis=altair.Axis(labelLimit=320, labelOverlap=False))
    base = altair.Chart(frame)
    scale = altair.Scale(domain=[0, 1])
    lines = base.mark_rule(color=COLOUR, strokeWidth=3, opacity=0.5).encode(
        x=altair.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y
    )
    points = base.mark_point(color=COLOUR, filled=True, size=90, opacity=1).encode(
        x=altair.X("rate:Q", scale=scale, axis=axis),
        y=y,
        tooltip=["column", *(altair.Tooltip(name, format=".1%") for name in ("rate", "low", "high"))],
    )
    return lines + points


def pair_table(pairs: Sequence[ComparedPair], names: Sequence[str]) -> None:
    """Columns against each other, row by row."""
    import pandas as pd

    if not pairs:
        st.caption("Two columns with answers to the same rows are compared here.")
        return
    st.caption(
        "Row by row. A difference is clear where its interval does not hold 0, also among so many pairs "
        "(Benjamini and Hochberg)."
    )
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Second": names[pair.second],
                    "against first": names[pair.first],
                    "Wins": pair.difference.wins,
                    "Ties": pair.difference.ties,
                    "Losses": pair.difference.losses,
                    "Difference": f"{pair.difference.difference:+.0%} "
                    f"({pair.difference.interval.low:+.0%} to {pair.difference.interval.high:+.0%})",
                    "p, among all": f"{pair.adjusted_p:.3f}",
                    "Better": "not clear" if pair.better is None else names[pair.better],
                }
                for pair in pairs
            ]
        ),
        hide_index=True,
        key="experiment_pairs",
    )
