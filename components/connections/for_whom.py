"""Whose connections the page is about, where an administrator may choose."""

import streamlit as st

from components.connections import draft


def for_whom() -> None:
    """A switch between their own and everybody's; each time the page is opened it is about their own."""
    st.toggle(
        "Connections for everybody",
        key="for_everybody",
        on_change=draft.close_form,
        help="What is added here is there for all users, with its key. Nobody sees the key.",
    )
    if st.session_state.for_everybody:
        st.info("What is added, changed and removed here is so for all users.", icon=":material/groups:")
