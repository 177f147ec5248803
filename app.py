"""Router and frame: which pages there are. Each page stands on its own as well, because a link may open it first."""

import streamlit as st

st.set_page_config(page_title="LLM playground", page_icon="assets/icon.svg", layout="wide", initial_sidebar_state=330)
st.navigation(
    [
        st.Page("pages/chat.py", title="Chat", icon=":material/forum:", default=True),
        st.Page("pages/compare.py", title="Compare", icon=":material/view_column_2:"),
        st.Page("pages/history.py", title="History", icon=":material/history:"),
        st.Page("pages/batch.py", title="Batch", icon=":material/stacks:"),
        st.Page("pages/connections.py", title="Connections", icon=":material/hub:"),
    ],
    position="top",
).run()
