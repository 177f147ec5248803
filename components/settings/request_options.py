"""How a message is sent: as chat or bare prompt, with tools, with the format its answer must have."""

import streamlit as st

from components.frame.controls import control
from components.frame.session import Offer, Session, session
from components.settings.json_box import json_box
from playground.conversation.formats import (
    EXAMPLE_SCHEMA,
    EXAMPLE_TOOLS,
    LLAMA_3_TEMPLATE,
    read_format_schema,
    read_tools,
)
from playground.conversation.setup import takes
from playground.models.catalog import ModelCard

FORMS = {"messages": "Chat", "prompt": "Prompt", "raw": "Raw prompt"}
FORMATS = {"text": "Text", "json_object": "JSON object", "json_schema": "JSON schema"}


def request_options(here: Session, card: ModelCard) -> None:
    """Controls for the options that this model takes; changes are saved with the conversation."""
    setup = here.setup
    count = bool(setup.tools) + bool(setup.response_format) + (setup.form != "messages") + setup.reject_if_busy
    label = "Tools and format" + (f" · {count} set" if count else "")
    with st.expander(label, icon=":material/build:", key="request_options"):
        _form(here, card)
        if takes(card, setup.form, "tools"):
            json_box(
                "Tools",
                "tools",
                setup.tools,
                lambda text: here.change(tools=read_tools(text) if text else ()),
                {"Example": EXAMPLE_TOOLS},
            )
        if takes(card, setup.form, "response_format"):
            _format(here)
        if card.hosted:
            toggle = control("reject_if_busy", setup.reject_if_busy)
            st.toggle(
                "Reject if busy",
                setup.reject_if_busy,
                key=toggle.key,
                help="An error at once where the service would queue the request",
                on_change=toggle.changed(lambda now: here.change(reject_if_busy=now)),
            )


def _form(here: Session, card: ModelCard) -> None:
    offered = [form for form in ("messages", "prompt") if form in card.schemas]
    if takes(card, "prompt", "raw"):
        offered.append("raw")
    if len(offered) < 2:
        return
    chosen = "raw" if here.setup.raw else here.setup.form
    choice = control("form", chosen)

    def changed(now: str | None) -> None:
        form = now or "messages"
        here.change(form="messages" if form == "messages" else "prompt", raw=form == "raw")
        here.use_model(card)

    st.segmented_control(
        "Input",
        offered,
        default=chosen,
        format_func=FORMS.__getitem__,
        key=choice.key,
        on_change=choice.changed(changed),
    )
    if chosen != "messages":
        st.caption("Each message is sent alone: without the system prompt and without what was said before.")
    if chosen == "raw":
        st.button("Start from Llama 3's template", key="llama_template", type="tertiary", on_click=_offer_template)


def _offer_template() -> None:
    session().offer = Offer(LLAMA_3_TEMPLATE)


def _format(here: Session) -> None:
    response_format = here.setup.response_format
    kind = response_format["type"] if response_format else "text"
    choice = control("response_format", kind)

    def changed(now: str) -> None:
        match now:
            case "json_object":
                here.change(response_format={"type": "json_object"})
            case "json_schema":
                here.change(response_format={"type": "json_schema", "json_schema": EXAMPLE_SCHEMA})
            case _:
                here.change(response_format=None)

    st.selectbox(
        "Answer as",
        FORMATS,
        [*FORMATS].index(kind),
        format_func=FORMATS.__getitem__,
        key=choice.key,
        on_change=choice.changed(changed),
    )
    if response_format and kind == "json_schema":
        json_box(
            "JSON schema",
            "json_schema",
            response_format["json_schema"],
            lambda text: here.change(response_format={"type": "json_schema", "json_schema": read_format_schema(text)}),
        )
