"""What an answer, or a whole chat, took: tokens, time and money."""

import streamlit as st

from components.markdown import plain
from playground import figures, metering
from playground.store import Reply, Spent


def meter(reply: Reply, *, key: str | None) -> None:
    """One line under an answer; one without a key, of an earlier answer, is drawn with as little as can be."""
    if key is None:
        st.caption(plain(meter_text(reply)), width="content")
        return
    with st.container(key=key):
        st.caption(plain(meter_text(reply)), help=_sources(reply), width="content")


def meter_text(reply: Reply) -> str:
    """Tokens in and out, cost, time to the first token, total, speed, time in a queue; what is unknown is left out."""
    usage, timings, parts = reply.usage, reply.timings, []
    if usage is not None:
        cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
        parts.append(f"{figures.tokens(usage.prompt_tokens, estimated=usage.estimated)} in{cached}")
        parts.append(f"{figures.tokens(usage.completion_tokens, estimated=usage.estimated)} out")
        parts.append(_money(reply))
    if timings.first_token_s is not None:
        parts.append(f"first token {figures.seconds(timings.first_token_s)}")
    if timings.total_s:
        parts.append(f"total {figures.seconds(timings.total_s)}")
    if usage is not None and (speed := metering.tokens_per_second(usage, timings)) is not None:
        parts.append(f"{'~' if usage.estimated else ''}{speed:.0f} tok/s")
    if timings.queued_s is not None and timings.queued_s >= metering.WORTH_SAYING_S:
        parts.append(f"queued {figures.seconds(timings.queued_s)}")
    return " · ".join(parts)


def _money(reply: Reply) -> str:
    if reply.cached:
        return "$0 cached"
    if reply.price is not None and reply.price.free:
        return "$0 local"
    return figures.usd(reply.cost, estimated=reply.usage is not None and reply.usage.estimated)


def _sources(reply: Reply) -> str | None:
    usage, price = reply.usage, reply.price
    if usage is None:
        return None
    told = ["Counted by us: an estimate." if usage.estimated else "Tokens as the server counted them."]
    if usage.neurons is not None:
        told.append(f"{usage.neurons:g} neurons at $0.011 per 1,000, as the service metered them.")
    elif price is not None and not price.free:
        dated = f", {price.as_of:%Y-%m-%d}" if price.as_of else ""
        told.append(f"{figures.unit_price(price)} ({price.source}{dated}).")
    elif price is None:
        told.append("No price is known for this model.")
    if reply.cost:
        told.append(f"Exactly {figures.usd_exactly(reply.cost)}.")
    return plain(" ".join(told))


def session_meter(spent: Spent, *, of: str = "This chat, every branch") -> None:
    """What a chat, or all panes of a comparison, have taken so far."""
    with st.container(key="session_meter", width="content"):
        money = figures.usd(spent.cost, estimated=spent.estimated)
        if spent.unpriced:
            money = f"{money} + {spent.unpriced} unpriced" if spent.cost else "unpriced"
        sign = "~" if spent.estimated else ""
        cached = f" · {spent.cached_tokens:,} cached" if spent.cached_tokens else ""
        words = f"{sign}{spent.prompt_tokens:,} in{cached} · {sign}{spent.completion_tokens:,} out · {money}"
        st.caption(
            plain(words),
            help=f"{of} and every attempt included: what is spent is spent",
            width="content",
        )
