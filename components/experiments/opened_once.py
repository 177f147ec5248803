"""What a press of a button made and opened: a second press, before the page has followed, opens the same."""

import secrets
from collections.abc import Callable

import streamlit as st

_MADE = "experiment_made_by_press"


def new_press() -> str:
    """What tells a press of a button that is drawn now from one of a button that was drawn before."""
    return secrets.token_hex(8)


def open_once(key: str, press: str, make: Callable[[], str]) -> None:
    """Have the session open, under `key`, what `make` makes; for a press that made something already, that."""
    made, opened = st.session_state.get(_MADE, ("", ""))
    if made != press:
        opened = make()
        st.session_state[_MADE] = (press, opened)
    st.session_state[key] = opened
