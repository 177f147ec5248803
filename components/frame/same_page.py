"""Links of a page to itself: Streamlit runs it with their query, and leaves the browser's address as it was."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_KNOWN = "address_of_page"


def keep_address(*, stayed: bool) -> None:
    """Have the browser's address say what this run was asked for, where a link on the page itself led here.

    Else the next thing that is pressed would be sent with the address before. `stayed`: the last run was of this page.
    """
    asked = st.query_params.to_dict()
    then = st.session_state.get(_KNOWN, asked)
    st.session_state[_KNOWN] = asked
    context = get_script_run_ctx()
    if stayed and asked != then and not (context is not None and context.is_history_navigation):
        st.query_params.from_dict(asked)


def go_to_address(**query: str) -> None:
    """Have the address say something else from now on."""
    st.query_params.from_dict(query)
    st.session_state[_KNOWN] = query
