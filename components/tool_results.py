"""Where a person plays the tool: the results of the calls that a model asked for."""

import re
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from playground.messages import ToolCall


def tool_results(turn_id: str, calls: Sequence[ToolCall], on_send: Callable[[Mapping[str, str]], None]) -> None:
    """A box for each call's result; `on_send` gets them all by the id of the call."""
    keys = {call.id: f"result-{turn_id}-{number}" for number, call in enumerate(calls)}
    with st.container(border=True, key="tool_results"):
        for call in calls:
            st.text_area(
                f"Result of {_read_aloud(call.name)}",
                key=keys[call.id],
                height=80,
                placeholder="What the tool would answer: text or JSON",
            )
        st.button(
            "Send results",
            key="send_results",
            type="primary",
            icon=":material/send:",
            on_click=lambda: on_send({id_: st.session_state[key] for id_, key in keys.items()}),
        )


def _read_aloud(name: str) -> str:
    """A tool's name for a label: without what Markdown would take for itself, and without escapes, which are read."""
    return re.sub(r"[^\w.-]+", " ", name)[:64]
