"""Where a person plays the tool: the results of the calls that a model asked for."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.markdown import plain
from playground.messages import ToolCall


def tool_results(turn_id: str, calls: Sequence[ToolCall], on_send: Callable[[Mapping[str, str]], None]) -> None:
    """A box for each call's result; `on_send` gets them all by the id of the call."""
    keys = {call.id: f"result-{turn_id}-{number}" for number, call in enumerate(calls)}
    with st.container(border=True, key="tool_results"):
        for call in calls:
            st.text_area(
                f"Result of {plain(call.name)}",
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
