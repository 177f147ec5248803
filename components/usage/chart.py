"""What was used day by day, a colour for each group."""

from collections.abc import Callable, Iterable, Mapping
from datetime import tzinfo

import streamlit as st

from playground.money.report import day_of, dearest_first, grouped
from playground.money.totals import HourOfUsage, Totals

MEASURES: Mapping[str, Callable[[Totals], float]] = {
    "Cost": lambda totals: float(totals.cost),
    "Tokens": lambda totals: totals.prompt_tokens + totals.completion_tokens,
    "Requests": lambda totals: totals.requests,
}
TITLES = {"Cost": "USD", "Tokens": "tokens in and out", "Requests": "requests"}
MOST_COLOURS = 8
REST = "others"


def usage_chart(
    hours: Iterable[HourOfUsage], key: Callable[[HourOfUsage], str], called: Callable[[str], str], zone: tzinfo
) -> None:
    """A bar for each day; the groups that cost most have colours of their own."""
    import altair as alt
    import pandas as pd

    hours = tuple(hours)
    measure = st.segmented_control("Chart", list(MEASURES), default="Cost", required=True, key="usage_measure")
    named = list(dearest_first(grouped(hours, key)))[:MOST_COLOURS]
    bars = grouped(hours, lambda hour: f"{day_of(hour, zone)} {key(hour) if key(hour) in named else REST}")
    rows = []
    for bar, totals in bars.items():
        day, _, group = bar.partition(" ")
        rows.append(
            {"day": day, "group": called(group) if group in named else REST, "value": MEASURES[measure](totals)}
        )
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("day:O", title=None).axis(labelAngle=0, labelOverlap="greedy"),
            y=alt.Y("value:Q", title=TITLES[measure]).axis(format="~s" if measure != "Cost" else "$~g"),
            color=alt.Color("group:N", legend=alt.Legend(title=None, orient="top", columns=4)),
            tooltip=[
                alt.Tooltip("day:O", title="Day"),
                alt.Tooltip("group:N", title="Group"),
                alt.Tooltip("value:Q", title=TITLES[measure], format=",.6~g"),
            ],
        )
        .properties(height=260)
    )
    st.altair_chart(chart, alt=f"{measure} day by day; the table below has the numbers.")
