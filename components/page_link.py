"""A link to another page of the app."""

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from components.markdown import plain


def page_link(name: str, label: str, icon: str) -> None:
    """Lead to the page of that name; also where a page runs on its own, without the router."""
    try:
        st.page_link(f"pages/{name}.py", label=label, icon=icon)
    except StreamlitPageNotFoundError:
        st.markdown(f"{icon} [{plain(label)}](/{name})")
