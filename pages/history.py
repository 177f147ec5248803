"""History: every conversation, to search, open, rename and delete."""

import streamlit as st

from components import history_actions
from components.conversation_row import conversation_row
from components.page_link import page_link
from components.session import chat, session, trouble

here = session()
here.page = "history"
PER_PAGE = 25

st.markdown("### History")
trouble()
search = st.text_input(
    "Search", key="history_search", placeholder="Words in titles, messages and answers", label_visibility="collapsed"
)
start = st.session_state.get("history_start", 0) if search == st.session_state.get("history_searched") else 0
found = chat().store.conversations(search, limit=PER_PAGE + 1, offset=start, spoken=True)
st.session_state.history_searched, st.session_state.history_start = search, start

history_actions.undo_deletion()
if not found:
    st.caption("Nothing was found." if search or start else "No conversations yet.")
    page_link("chat", "Start one", ":material/edit_square:")
for summary in found[:PER_PAGE]:
    conversation_row(summary, current=summary.id == here.conversation_id)
if start or len(found) > PER_PAGE:
    with st.container(horizontal=True):
        st.button("Newer", key="newer", disabled=start == 0, on_click=history_actions.turn_page, args=(-PER_PAGE,))
        st.button(
            "Older", key="older", disabled=len(found) <= PER_PAGE, on_click=history_actions.turn_page, args=(PER_PAGE,)
        )
