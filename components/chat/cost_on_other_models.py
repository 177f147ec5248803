"""What this conversation would have cost on the other models."""

import streamlit as st

from playground.conversation.chat import Chat
from playground.metering import Usage
from playground.models.roster import today
from playground.money import figures
from playground.store import Spent
from playground.text.markdown import markdown_table


def cost_on_other_models(chat: Chat, spent: Spent) -> None:
    """A table behind a button: this chat's tokens at every known price, cheapest first."""
    used = Usage(spent.prompt_tokens, spent.completion_tokens, spent.cached_tokens, estimated=spent.estimated)
    with st.popover(
        "Cost elsewhere", icon=":material/payments:", type="tertiary", on_change="rerun", key="elsewhere"
    ) as box:
        if box.open:
            other_models_table(chat, used, "This chat")


def other_models_table(chat: Chat, used: Usage, title: str) -> None:
    """The cost of these tokens at every known price, cheapest first, under `title`."""
    st.caption(
        f"The {used.prompt_tokens:,} tokens in and {used.completion_tokens:,} out on other models. "
        "Their tokenizers count a little differently, so take these as estimates."
    )
    rows = []
    for card, amount in chat.cost_on_other_models(used):
        name = chat.roster.called(card)
        label = f"{name}, retired" if card.retired(today()) else name
        rows.append((label, figures.usd(amount, estimated=bool(amount)), figures.unit_price(card.price)))
    st.markdown(markdown_table(("Model", title, "Unit price"), rows, numbers=True))
