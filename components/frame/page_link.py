"""A link to another page of the app."""

from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from playground.text.markdown import plain


def page_link(name: str, label: str, icon: str = "", **query: str) -> None:
    """Lead to the page of that name with a query; also where a page runs on its own, without the router."""
    try:
        st.page_link(f"pages/{name}.py", label=plain(label), icon=icon or None, query_params=query or None)
    except StreamlitPageNotFoundError:
        st.markdown(f"{icon} [{plain(label)}]({page_url(name, **query)})".strip())


def page_url(name: str, **query: str) -> str:
    """The address of a page of this app, for where only text can lead."""
    path = "/" if name == "chat" else f"/{name}"
    return f"{path}?{urlencode(query, safe='@/:,')}" if query else path
