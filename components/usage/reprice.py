"""What was used, at today's prices."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from components.frame.process import called
from playground.conversation.chat import Chat
from playground.metering import Price
from playground.money import figures
from playground.money.repricing import Repriced, repriced_models
from playground.money.totals import Totals
from playground.text.markdown import markdown_table


def usage_repriced(chat: Chat, models: Mapping[str, Totals]) -> None:
    """A table of what each model cost then and at today's prices, drawn when it is opened. It changes nothing."""
    with st.expander("Reprice", icon=":material/currency_exchange:", on_change="rerun", key="usage_reprice") as box:
        if not box.open:
            return
        st.caption(
            "The same tokens at the prices that are known today. What an answer cost stays what it was: its price is "
            "kept with it."
        )

        def price_of(model: str) -> Price | None:
            card = chat.roster.card(model)
            return None if card is None else card.price

        found = repriced_models(models, price_of)
        both = [one for one in found.values() if one.known]
        rows = [_row(called(model), one) for model, one in found.items()]
        total = Repriced(
            sum((one.then or Decimal(0) for one in both), Decimal(0)),
            sum((one.today or Decimal(0) for one in both), Decimal(0)),
            any(one.estimated_then for one in both),
        )
        left_out = len(found) - len(both)
        label = "Together" if not left_out else f"Together, without {figures.counted(left_out, 'unpriced model')}"
        st.markdown(markdown_table(("Model", "Then", "Today"), [*rows, _row(label, total)], numbers=True))


def _row(name: str, repriced: Repriced) -> tuple[str, str, str]:
    return (
        name,
        figures.usd(repriced.then, estimated=repriced.estimated_then and repriced.then is not None),
        figures.usd(repriced.today, estimated=repriced.today not in (repriced.then, None, 0)),
    )
