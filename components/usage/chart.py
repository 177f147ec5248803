"""What was used day by day, a colour for each group."""

from collections.abc import Callable, Iterable
from datetime import tzinfo

import streamlit as st

from playground.money.daily_bars import MEASURES, REST, TITLES, daily_bars
from playground.money.totals import HourOfUsage


def usage_chart(
    hours: Iterable[HourOfUsage], key: Callable[[HourOfUsage], str], called: Callable[[str], str], zone: tzinfo
) -> str:
    """A bar for each day; the groups that cost most have colours of their own. Returns what is measured."""
    import altair as alt
    import pandas as pd

    measure = st.segmented_control("Chart", list(MEASURES), default="Cost", required=True, key="usage_measure")
    bars = daily_bars(hours, key, zone, measure)
    rows = [
        {"day": day, "group": group if group == REST else called(group), "value": value}
        for group, values in zip(bars.groups, bars.values, strict=True)
        for day, value in zip(bars.days, values, strict=True)
        if value
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows, columns=["day", "group", "value"]))
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
    return measure
