"""What an answer, or a whole chat, took: tokens, time and money."""

import streamlit as st

from playground.money import figures
from playground.money.meter import spent_money
from playground.store import Spent
from playground.text.markdown import plain


def session_meter(spent: Spent, *, of: str = "This chat, every branch") -> None:
    """What a chat, or all panes of a comparison, have taken so far."""
    with st.container(key="session_meter", width="content"):
        sign = "~" if spent.estimated else ""
        cached = f" · {spent.cached_tokens:,} cached" if spent.cached_tokens else ""
        words = (
            f"{sign}{spent.prompt_tokens:,} in{cached} · {sign}{spent.completion_tokens:,} out · {spent_money(spent)}"
        )
        billed = f" {figures.usd(spent.billed)} of it is what servers billed themselves." if spent.billed else ""
        st.caption(
            plain(words),
            help=plain(f"{of} and every attempt included: what is spent is spent.{billed}"),
            width="content",
        )
