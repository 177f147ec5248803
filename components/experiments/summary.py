"""What came of an experiment, a line for each column of it, and which of them is better."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from playground.experiments.analysis import Analysis, ColumnFigures
from playground.experiments.statistics.clusters import RateEstimate
from playground.experiments.statistics.rates import Interval
from playground.experiments.statistics.several import ComparedPair
from playground.money import figures
from playground.text.markdown import plain
from playground.text.short_names import short_name

COLOUR = "#1d8f8a"
QUIET = "#7c8888"
LABEL_SIZE = 13
"""Of words in charts, in pixels: they are read on a projector."""
MOST_BARS = 40


def summary(analysis: Analysis, *, so_far: bool = False, narrow: bool = False) -> None:
    """A sentence on who is better, the table, and the rates as a chart."""
    import pandas as pd

    names = [column.title for column in analysis.columns]
    if said := analysis.pairs().sentence:
        st.markdown(f"So far: {plain(said)}" if so_far else f"**{plain(said)}**")
    shows = _Shows(
        scores=so_far or any(map(_has_scores, analysis.figures)),
        judging=any(column.outcomes.get("judging") for column in analysis.figures),
        unsent=any(column.unsent for column in analysis.figures),
    )
    st.dataframe(
        pd.DataFrame(
            [
                _line(numbered(column.column, names, 20) if narrow else names[column.column], column, shows)
                for column in analysis.figures
            ]
        ),
        key="experiment_summary",
        hide_index=True,
        column_config={
            "Column": st.column_config.TextColumn(width=170 if narrow else None),
            "Passed": st.column_config.TextColumn(width=130),
        },
        alt="Each variant with its model and setting: how many passed, with an interval, what it cost and took.",
    )
    st.caption(
        "Passed: of those that passed or failed. In brackets what the rate would be for other rows of the same kind, "
        "95 times in 100."
    )
    if spread := _spread(analysis.figures):
        st.caption(plain(spread))
    rated = [column for column in analysis.figures if column.rate is not None][:MOST_BARS]
    if rated:
        st.altair_chart(_rates(rated, names, narrow=narrow), height=70 + (46 if narrow else 30) * len(rated))


def share_with_interval(rate: RateEstimate | None) -> str:
    """A rate with its interval; that none can be told."""
    return "–" if rate is None else f"{rate.value:.0%} ({_between(rate.interval)})"


def _between(interval: Interval) -> str:
    return f"{interval.low:.0%}–{interval.high:.0%}"


class _Shows(NamedTuple):
    """What a table has a column for, the same for all of its lines. While a run goes on scores may come any time."""

    scores: bool
    judging: bool
    unsent: bool


def _has_scores(column: ColumnFigures) -> bool:
    """Whether the mean score says anything that the rate does not."""
    return column.score is not None and column.rate is not None and abs(column.score.value - column.rate.value) > 1e-9


def _line(name: str, column: ColumnFigures, shows: _Shows) -> dict[str, Any]:
    passed, failed = column.outcomes.get("passed", 0), column.outcomes.get("failed", 0)
    line: dict[str, Any] = {
        "Column": name,
        "Passed": share_with_interval(column.rate),
        "of": f"{passed:,} of {passed + failed:,}",
    }
    if shows.scores:
        line["Score"] = _score(column)
    line["Error"] = column.outcomes.get("error", 0)
    line |= {"Never sent": column.unsent} if shows.unsent else {}
    line |= {name.capitalize(): column.outcomes.get(name, 0) for name in ("stopped", "unchecked")}
    line |= {"Not judged yet": column.outcomes.get("judging", 0)} if shows.judging else {}
    line |= {"Cut": column.cut, "Refused": column.refused}
    return line | {"Cost": _cost(column), "Median time": figures.seconds(column.seconds)}


def _score(column: ColumnFigures) -> str:
    if column.score is None:
        return "–"
    low, high = column.score.interval
    return f"{column.score.value:.2f} ({low:.2f}–{high:.2f})"


def _cost(column: ColumnFigures) -> str:
    if not column.unpriced:
        return figures.usd(column.cost)
    return "unpriced" if not column.cost else f"{figures.usd(column.cost)}, {column.unpriced:,} unpriced"


def _spread(columns: Sequence[ColumnFigures]) -> str:
    """How much of the spread is rows and how much is chance, where rows were asked several times."""
    shares = [
        share
        for column in columns
        if column.rate is not None
        and column.rate.spread is not None
        and (share := column.rate.spread.share_of_rows) is not None
    ]
    if not shares:
        return ""
    mean = sum(shares) / len(shares)
    more = "rows" if mean > 0.5 else "repetitions"
    return f"Of the spread {mean:.0%} is between rows, {1 - mean:.0%} chance within a row: more {more} would tell more."


def _rates(columns: Sequence[ColumnFigures], names: Sequence[str], *, narrow: bool) -> Any:
    """Names stand left of their lines, or above them in a narrow window; the whole name where one is pointed at."""
    import altair
    import pandas as pd

    most = 44 if narrow else 40
    frame = pd.DataFrame(
        [
            (names[column.column], numbered(column.column, names, most), column.rate.value, *column.rate.interval)
            for column in columns
            if column.rate
        ],
        columns=["column", "label", "rate", "low", "high"],
    )
    axis = altair.Axis(format="%", title=None, tickCount=5, labelFontSize=LABEL_SIZE)
    left = altair.Axis(labelLimit=300, labelOverlap=False, labelFontSize=LABEL_SIZE)
    y = altair.Y("label:N", title=None, sort=None, axis=None if narrow else left)
    x = altair.X("rate:Q", scale=altair.Scale(domain=[0, 1]), axis=axis)
    base = altair.Chart(frame)
    tooltip = ["column", *(altair.Tooltip(name, format=".1%") for name in ("rate", "low", "high"))]
    low = altair.X("low:Q", scale=altair.Scale(domain=[0, 1]), axis=axis)
    lines = base.mark_rule(color=COLOUR, strokeWidth=3, opacity=0.5).encode(x=low, x2="high:Q", y=y)
    points = base.mark_point(color=COLOUR, filled=True, size=90, opacity=1).encode(x=x, y=y, tooltip=tooltip)
    layers = lines + points
    if narrow:
        layers += base.mark_text(align="left", dy=-14, fontSize=LABEL_SIZE, color=QUIET).encode(
            x=altair.value(0), y=y, text="label:N"
        )
    return layers.properties(padding={"left": 0, "right": 10, "top": 4, "bottom": 4})  # or "100%" is cut


def numbered(number: int, names: Sequence[str], most: int) -> str:
    """A column's name in a chart, as the matrix numbers it: no two are the same, however they are shortened."""
    return f"{number + 1}. {short_name(names[number], most)}"


def pair_table(pairs: Sequence[ComparedPair], names: Sequence[str], firsts: Mapping[int, str] | None = None) -> None:
    """Columns against each other, row by row; `firsts` are the names of the first ones where those are others."""
    import pandas as pd

    if not pairs:
        st.caption("Two columns with answers to the same rows are compared here.")
        return
    st.caption(
        "Row by row. A difference is clear where its interval does not hold 0, also among so many pairs "
        "(Benjamini and Hochberg)."
    )
    st.dataframe(
        pd.DataFrame([_pair(pair, names, firsts or dict(enumerate(names))) for pair in pairs]), hide_index=True
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def _pair(pair: ComparedPair, names: Sequence[str], firsts: Mapping[int, str]) -> dict[str, Any]:
    found = pair.difference
    return {
        "Second": names[pair.second],
        "against first": firsts[pair.first],
        "Wins": found.wins,
        "Ties": found.ties,
        "Losses": found.losses,
        "Difference in points": f"{_points(found.difference)} ({_points(found.interval.low)} to "
        f"{_points(found.interval.high)})",
        "p, among all": f"{pair.adjusted_p:.3f}",
        "Better": "not clear"
        if pair.better is None
        else names[pair.second]
        if found.difference > 0
        else firsts[pair.first],
    }
