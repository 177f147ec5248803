"""What the same tokens would have cost on one other model."""

import streamlit as st

from components.chat.cost_on_other_models import other_models_table
from playground.conversation.chat import Chat
from playground.metering import Usage
from playground.money.totals import Totals


def usage_elsewhere(chat: Chat, totals: Totals) -> None:
    """A table of all priced models, drawn when it is opened."""
    used = Usage(totals.prompt_tokens, totals.completion_tokens, totals.cached_tokens, estimated=True)
    with st.expander(
        "The same on one other model", icon=":material/payments:", on_change="rerun", key="usage_elsewhere"
    ) as box:
        if box.open:
            other_models_table(chat, used, "All of it")
