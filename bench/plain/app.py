"""Two pages with next to nothing on them: what going from one to the other takes at least in Streamlit."""

import streamlit as st


def first() -> None:
    """A page to come from."""
    st.title("First")
    st.text_input("Message", key="message")


def history() -> None:
    """A page with one line."""
    st.title("History")
    with st.container(key="entry-1"):
        st.text("One line")


st.navigation([st.Page(first, title="First"), st.Page(history, title="History")], position="top").run()
