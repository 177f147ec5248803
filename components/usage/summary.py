"""The figures of a time: requests, tokens, money, and how long answers took."""

import streamlit as st

from playground.money import figures
from playground.money.totals import Totals, percentile


def usage_summary(totals: Totals) -> None:
    """Four figures, and below them where the money comes from and how long it took."""
    sign = "~" if totals.guessed else ""
    failed = f"{totals.failed:,} failed ({totals.error_rate:.1%})" if totals.failed else "none failed"
    cached = f"{totals.cached_tokens:,} cached" if totals.cached_tokens else ""
    thoughts = f"{totals.reasoning_tokens:,} of them thoughts" if totals.reasoning_tokens else ""
    cost = figures.usd(totals.known_cost, estimated=bool(totals.estimated))
    unpriced = f"{figures.counted(totals.unpriced, 'request')} unpriced" if totals.unpriced else ""
    cells = (
        ("Cost", cost, unpriced),
        ("Requests", f"{totals.requests:,}", failed),
        ("Tokens in", f"{sign}{totals.prompt_tokens:,}", cached),
        ("Tokens out", f"{sign}{totals.completion_tokens:,}", thoughts),
    )
    with st.container(horizontal=True, key="usage_summary"):
        for label, value, note in cells:
            with st.container(width=165, gap=None):
                st.metric(label, value)
                st.caption(note)
    st.caption(" · ".join((*_money(totals), *_times(totals))))


def _money(totals: Totals) -> list[str]:
    origins = (
        ("billed by servers", totals.billed, False),
        ("computed from prices", totals.computed, False),
        ("estimated", totals.estimated, True),
    )
    return [f"{figures.usd(amount, estimated=guess)} {words}" for words, amount, guess in origins if amount]


def _times(totals: Totals) -> list[str]:
    return [
        f"{words} {figures.seconds(percentile(times, 0.5))}, slowest twentieth over {figures.seconds(slow)}"
        for words, times in (("first token", totals.first_token), ("whole answer", totals.total))
        if (slow := percentile(times, 0.95)) is not None
    ]
