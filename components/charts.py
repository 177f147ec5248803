"""Where people would rather look than read: how long each pane took, and what it cost."""

from collections.abc import Sequence

import streamlit as st

from playground.store import Reply


def charts(names: Sequence[str], answers: Sequence[Sequence[Reply]]) -> None:
    """Latency split and cost of the first answer of each pane; what is not known is left out."""
    import pandas as pd

    known = [(name, replies[0]) for name, replies in zip(names, answers, strict=True) if replies]
    times = [
        (name, part, seconds)
        for name, reply in known
        if reply.timings.first_token_s is not None and reply.timings.total_s is not None
        for part, seconds in (
            ("1 first token", reply.timings.first_token_s),
            ("2 generation", reply.timings.total_s - reply.timings.first_token_s),
        )
    ]
    costs = [(name, float(reply.cost)) for name, reply in known if reply.cost is not None]
    left, right = st.columns(2)
    with left:
        st.caption("Seconds to the first token, then to the end")
        if times:
            frame = pd.DataFrame(times, columns=["pane", "part", "seconds"])
            st.bar_chart(frame, x="pane", y="seconds", color="part", horizontal=True, height=60 + 40 * len(known))
    with right:
        st.caption("Cost of the answer in USD")
        if any(cost for _, cost in costs):
            frame = pd.DataFrame(costs, columns=["pane", "USD"])
            st.bar_chart(frame, x="pane", y="USD", horizontal=True, height=60 + 40 * len(known))
        else:
            st.caption("Nothing was charged.")
