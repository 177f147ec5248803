"""The code that makes the same call outside the app."""

import streamlit as st

from components.frame.copy_button import copy_button
from playground.conversation.chat import Chat
from playground.conversation.requests import PLACEHOLDER
from playground.errors import ProviderError
from playground.messages import ChatRequest, Message
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.providers import Connection
from playground.snippets import languages, snippet
from playground.text.markdown import plain

LONGEST_SHOWN_CODE = 20_000
TALLEST = 480
"""Pixels; longer code scrolls."""
EXAMPLE = (Message("system", "You are a friendly assistant"), PLACEHOLDER)


def code_button(chat: Chat, request: ChatRequest, model: ModelCard, *, has_messages: bool, key: str = "code") -> None:
    """A button for the code of a request to a model; without messages its message is a placeholder."""
    opened = f"{key}-open"
    st.button(
        "Code",
        key=key,
        icon=":material/code:",
        width="stretch",
        on_click=lambda: st.session_state.update({opened: True}),
    )
    if st.session_state.get(opened):
        dialog = st.dialog(
            "Code", width="large", icon=":material/code:", on_dismiss=lambda: st.session_state.pop(opened, None)
        )
        dialog(_code)(chat, request, model, f"{key}-panel", has_messages=has_messages)


def _code(chat: Chat, request: ChatRequest, model: ModelCard, key: str, *, has_messages: bool) -> None:
    if not has_messages:
        st.caption("No message yet; an example is used. All else is as it is set.")
    code_panel(request, chat.connection_for(model.id), chat.roster, key=key)


def model_code(chat: Chat, card: ModelCard) -> None:
    """The code that asks a model something, for its card."""
    code_panel(example(card), chat.connection_for(card.id), chat.roster, key="model_code")


def example(card: ModelCard) -> ChatRequest:
    """A first request to a model; one that knows no chat gets the bare question."""
    if "messages" in card.schemas or not card.schemas:
        return ChatRequest(card.wire_id, EXAMPLE)
    return ChatRequest(card.wire_id, prompt=EXAMPLE[-1].text)


def code_panel(request: ChatRequest, connection: Connection, roster: Roster, *, key: str) -> None:
    """The code for `request` in a language to choose, streaming or not, through AI Gateway or not."""
    offered = languages(connection, request)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        language = st.selectbox(
            "Language",
            offered,
            format_func=lambda language: language.label,
            key=f"{key}-language",
            label_visibility="collapsed",
            width=200,
        )
        stream = st.toggle("Streaming", request.stream, key=f"{key}-stream")
        gateway = connection.gateway is not None
        if connection.traits.cloudflare:
            gateway = st.toggle("AI Gateway", gateway, key=f"{key}-gateway")
    try:
        catalog = roster.workers_ai
        code = snippet(language, request, connection, stream=stream, gateway=gateway, catalog=catalog)
    except ProviderError as error:
        st.caption(f"{plain(error.message)} {plain(error.hint)}")
        return
    st.code(
        code.text[:LONGEST_SHOWN_CODE],
        language=code.highlight,
        height=TALLEST if _long(code.text) else "content",
    )
    if len(code.text) > LONGEST_SHOWN_CODE:
        st.caption(f"The first {LONGEST_SHOWN_CODE:,} of {len(code.text):,} characters. Copy and download hold all.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        copy_button(code.text, key=f"{key}-copy", label="the code")
        st.download_button(
            "Download",
            code.text,
            code.filename,
            "text/plain",
            key=f"{key}-download",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def _long(text: str) -> bool:
    return text.count("\n") > TALLEST // 21
