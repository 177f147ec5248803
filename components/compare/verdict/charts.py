"""Charts of how long each pane took, and what it cost."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.compare.pane_view import PaneView
from playground.exporting.file_names import dated_name
from playground.exporting.svg_charts import chart_files
from playground.metering import WAITS, Timings
from playground.store.database.database import now
from playground.text.markdown import plain

WAIT_COLOURS = {
    "queued": "#8d9a9a",
    "fetching": "#6f7fa3",
    "loading": "#8f76a8",
    "failed": "#b3564f",
    "retrying": "#b98a86",
    "waited": "#8d9a9a",
}
LATENCY_PARTS = {
    **{label: WAIT_COLOURS[name] for name, label in WAITS.items()},
    "whole answer": "#7a9a3f",
    "first token": "#c9892b",
    "generation": "#1d8f8a",
}
"""The parts of a latency in their order, each with a colour that both themes carry: WAITS, then the model's own."""
HEIGHT, LEGEND = 34, 40
"""Pixels of a bar, and of what the colours mean."""


def charts(views: Sequence[PaneView]) -> None:
    """Latency split and cost of the answers on screen; what is not known is left out."""
    known = [(view.answer_name, view.answer) for view in views if view.answer is not None]
    left, right = st.columns(2)
    with left:
        st.caption("Seconds before it was sent, then to the first token, then of generation")
        answered = [(name, reply) for name, reply in known if reply.text or reply.reasoning or reply.tool_calls]
        rows = [(name, part, seconds) for name, reply in answered for part, seconds in latency_split(reply.timings)]
        if rows:
            st.altair_chart(_split(rows), height=LEGEND + 70 + HEIGHT * len(known))
        else:
            st.caption("No times are known.")
    with right:
        st.caption("Cost of the answer in USD")
        costs = [(name, float(reply.cost)) for name, reply in known if reply.cost is not None]
        if any(cost for _, cost in costs):
            st.altair_chart(_amounts(costs), height=70 + HEIGHT * len(known))
        else:
            st.caption("Nothing was charged." if costs else "No price is known.")
        _named("Unpriced", [name for name, reply in known if reply.charge.unpriced])
        _named("~ Estimated", [name for name, reply in known if reply.charge.estimated and reply.cost])
    _files(views)


def _files(views: Sequence[PaneView]) -> None:
    """The charts of a shared page as files; their names end with what each is of."""
    files = chart_files([view.answer_name for view in views], [view.answers for view in views])
    with st.container(horizontal=True, gap="small"):
        for name, svg in files.items():
            st.download_button(
                f"{name} (.svg)",
                svg,
                dated_name(f"comparison {name}", now(), "svg"),
                "image/svg+xml",
                key=f"chart_file_{name}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )


def latency_split(timings: Timings) -> list[tuple[str, float]]:
    """Seconds by part; an answer that was not streamed is one part. Empty where nothing came."""
    if not timings.total_s:
        return []
    waits = [(label, timings.waits[name]) for name, label in WAITS.items() if timings.waits.get(name)]
    if timings.first_token_s is None:
        return [*waits, ("whole answer", timings.total_s)]
    return [*waits, ("first token", timings.first_token_s), ("generation", timings.total_s - timings.first_token_s)]


def _named(what: str, names: Sequence[str]) -> None:
    if names:
        st.caption(plain(f"{what}: {', '.join(names)}"))


def _split(rows: Sequence[tuple[str, str, float]]) -> Any:
    import altair  # with pandas it costs 400 ms, and few look at charts
    import pandas as pd

    present = {part for _, part, _ in rows}
    parts = [part for part in LATENCY_PARTS if part in present]
    frame = pd.DataFrame(rows, columns=["pane", "part", "seconds"]).assign(
        order=[parts.index(part) for _, part, _ in rows]
    )
    colours = altair.Scale(domain=parts, range=[LATENCY_PARTS[part] for part in parts])
    legend = altair.Legend(orient="bottom", title=None)
    return (
        altair.Chart(frame)
        .mark_bar()
        .encode(
            x=altair.X("seconds:Q", title=None),
            y=_by_pane(),
            color=altair.Color("part:N", scale=colours, legend=legend),
            order="order:O",
            tooltip=["pane", "part", altair.Tooltip("seconds", format=".2f")],
        )
    )


def _amounts(rows: Sequence[tuple[str, float]]) -> Any:
    import altair
    import pandas as pd

    return (
        altair.Chart(pd.DataFrame(rows, columns=["pane", "USD"]))
        .mark_bar(color=LATENCY_PARTS["generation"])
        .encode(x=altair.X("USD:Q", title=None), y=_by_pane(), tooltip=["pane", "USD"])
    )


def _by_pane() -> Any:
    """A bar for each pane; names that begin alike are told apart by their ends."""
    import altair

    return altair.Y("pane:N", title=None, sort=None, axis=altair.Axis(labelLimit=280, labelOverlap=False))
