"""What a model would cost: tokens of a call times calls of a day."""

from decimal import Decimal

import streamlit as st

from playground.models.catalog import ModelCard
from playground.money import figures
from playground.money.pricing import DAYS_PER_MONTH, FREE_NEURONS_PER_DAY, MOST_TOKENS, Bill, Load, bill
from playground.text.markdown import markdown_table, plain

_FIELDS = (
    ("Tokens in per call", "models_tokens_in", 1000, MOST_TOKENS),
    ("of them cached", "models_tokens_cached", 0, MOST_TOKENS),
    ("Tokens out per call", "models_tokens_out", 300, MOST_TOKENS),
    ("Calls per day", "models_calls", 1000, 1_000_000_000),
)


def price_calculator(card: ModelCard) -> None:
    """Four numbers, and what they come to per call, day and month."""
    with st.container(horizontal=True, gap="small"):
        tokens_in, cached, tokens_out, calls = (
            st.number_input(label, 0, most, value, key=key, width=170, persist_state="session")
            for label, key, value, most in _FIELDS
        )
    total = bill(Load(calls, tokens_in, tokens_out, cached), card.price)
    if total is None:
        st.caption("Unpriced: no source names a price for this model.")
        return
    _amounts(total, neurons=card.hosted)
    notes = []
    if cached > tokens_in:
        notes.append("No more tokens can be cached than come in.")
    if total.estimated:
        notes.append("~ No price of cached tokens is known; they are counted like all others.")
    if card.hosted:
        notes.append(
            f"{FREE_NEURONS_PER_DAY:,} neurons a day are free for an account, all its models together; 1,000 more cost "
            "$0.011. What is left to pay holds where nothing else uses them."
        )
    notes.append(f"A month is {DAYS_PER_MONTH} days.")
    st.caption(plain(" ".join(notes)))


def _amounts(total: Bill, *, neurons: bool) -> None:
    def written(amount: Decimal) -> str:
        return ("~" if total.estimated and amount else "") + figures.usd_exactly(amount)

    rows = [("Cost", written(total.per_call), written(total.per_day), written(total.per_month))]
    if neurons:
        of_a_day = total.neurons_per_day
        rows.append(("Neurons", "", _neurons(of_a_day), _neurons(of_a_day * DAYS_PER_MONTH)))
        rows.append(
            ("Left to pay after the free neurons", "", written(total.due_per_day), written(total.due_per_month))
        )
    with st.container(key="bill"):
        st.markdown(markdown_table(("", "Per call", "Per day", "Per month"), rows, numbers=True))


def _neurons(count: Decimal) -> str:
    return f"{count:,.0f}" if count >= 100 or count == 0 else f"{count:.3g}"
