"""A box for JSON, with the reason where its text cannot be read."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from components.frame.controls import control
from playground.conversation.formats import FormatError
from playground.text.markdown import plain


def json_box(
    label: str,
    key: str,
    value: Any,
    on_change: Callable[[str], None],
    examples: Mapping[str, Any] | None = None,
    *,
    height: int = 140,
) -> None:
    """A box that shows `value` as JSON; `on_change` gets the text, and may raise FormatError.

    Text that cannot be read stays in the box with the reason, and the last valid value goes on to be used. An empty box
    offers the `examples`, by name.
    """
    problem_key = f"{key}-wrong"

    def read(text: str) -> None:
        try:
            on_change(text.strip())
            st.session_state.pop(problem_key, None)
        except FormatError as error:
            st.session_state[problem_key] = (text, str(error))

    problem = st.session_state.get(problem_key)
    shown = problem[0] if problem else json.dumps(value, indent=1, ensure_ascii=False) if value else ""
    box = control(key, shown)
    st.text_area(label, shown, key=box.key, height=height, on_change=box.changed(read), placeholder="None are sent")
    if problem:
        st.caption(f":orange[:material/warning: {plain(problem[1])} Not sent.]")
    if examples and not value and not problem:
        with st.container(horizontal=True, gap="small"):
            for name, example in examples.items():
                st.button(
                    name,
                    key=f"{key}-{name.lower()}",
                    type="tertiary",
                    icon=":material/lightbulb:",
                    on_click=read,
                    args=(json.dumps(example),),
                )


def unread_reason(key: str) -> str | None:
    """Why the text in a box cannot be read; None where it can."""
    problem = st.session_state.get(f"{key}-wrong")
    return None if problem is None else str(problem[1])


def forget(key: str) -> None:
    """Drop the text in a box that cannot be read."""
    st.session_state.pop(f"{key}-wrong", None)
