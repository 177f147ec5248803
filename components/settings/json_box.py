"""A box for JSON, which says what cannot be read."""

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
    kept: Any,
    on_change: Callable[[str], None],
    examples: Mapping[str, Any] | None = None,
    *,
    height: int = 140,
) -> None:
    """A box that shows `kept` as JSON; `on_change` gets the text, and may raise FormatError.

    What cannot be read stays in it with the reason, and what was valid before goes on to hold. An empty box offers
    the `examples`, by name.
    """
    wrong_key = f"{key}-wrong"

    def read(text: str) -> None:
        try:
            on_change(text.strip())
            st.session_state.pop(wrong_key, None)
        except FormatError as error:
            st.session_state[wrong_key] = (text, str(error))

    wrong = st.session_state.get(wrong_key)
    shown = wrong[0] if wrong else json.dumps(kept, indent=1, ensure_ascii=False) if kept else ""
    box = control(key, shown)
    st.text_area(label, shown, key=box.key, height=height, on_change=box.changed(read), placeholder="None are sent")
    if wrong:
        st.caption(f":orange[:material/warning: {plain(wrong[1])} Not sent.]")
    if examples and not kept and not wrong:
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
    """Why what stands in a box cannot be read; None where it can."""
    wrong = st.session_state.get(f"{key}-wrong")
    return None if wrong is None else str(wrong[1])


def forget(key: str) -> None:
    """Let go of what cannot be read in a box."""
    st.session_state.pop(f"{key}-wrong", None)
