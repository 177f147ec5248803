"""The request as it would be sent now."""

import json
from collections.abc import Sequence

import streamlit as st

from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.errors import ProviderError
from playground.store import Turn
from playground.text.markdown import plain


def request_preview(chat: Chat, path: Sequence[Turn], setup: Setup, *, key: str = "request_preview") -> None:
    """The body that would be sent for the conversation now, without the message in the composer."""
    with st.expander("Request preview", icon=":material/data_object:", on_change="rerun", key=key) as box:
        if not box.open:
            return
        try:
            body = chat.preview(path, setup)
        except ProviderError as error:
            st.caption(f"{plain(error.message)} {plain(error.hint)}")
            return
        st.code(json.dumps(body, indent=2, ensure_ascii=False), language="json", wrap_lines=True)
