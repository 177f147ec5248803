"""The tokens and the money that a whole chat took."""

import streamlit as st

from playground.money import figures
from playground.money.meter import spent_money
from playground.store import Spent
from playground.text.markdown import plain


def session_meter(spent: Spent, *, scope: str = "This chat, every branch") -> None:
    """The tokens and the money of a chat, or of all panes of a comparison; `scope` names which in the help."""
    with st.container(key="session_meter", width="content"):
        sign = "~" if spent.estimated else ""
        cached = f" · {spent.cached_tokens:,} cached" if spent.cached_tokens else ""
        text = (
            f"{sign}{spent.prompt_tokens:,} in{cached} · {sign}{spent.completion_tokens:,} out · {spent_money(spent)}"
        )
        billed = f" {figures.usd(spent.billed)} of it is what servers billed themselves." if spent.billed else ""
        st.caption(
            plain(text),
            help=plain(f"{scope} and every attempt included: what is spent is spent.{billed}"),
            width="content",
        )
