"""What a page is called: its one heading of the first level, and the title of the browser's tab."""

import streamlit as st

from playground.text.markdown import plain

HIDDEN = "hidden_page_title"
"""The container whose heading is for those who cannot see where they are; `browser/styles/frame.css` hides it."""


def page_title(title: str, *, hidden: bool = False) -> None:
    """The heading of the page in plain words; `hidden` where everybody else sees without it where they are."""
    if hidden:
        with st.container(key=HIDDEN):
            st.title(plain(title), anchor=False)
    else:
        st.title(plain(title), anchor=False)
