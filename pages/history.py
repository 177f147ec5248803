"""History: every conversation and comparison, to search, open, rename and delete."""

import streamlit as st

from components.compare.session import open_comparison
from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.frame.session import chat, session, show_last_error
from components.history import actions as history_actions
from components.history.row import comparison_row, conversation_row

here, store = session(), chat().store
here.page = "history"
PER_PAGE = 25
CHATS, COMPARISONS = "Chats", "Comparisons"

page_title("History")
show_last_error()
kind = st.segmented_control(
    "Show", [CHATS, COMPARISONS], default=CHATS, required=True, key="list", label_visibility="collapsed"
)
search = st.text_input(
    "Search", key="history_search", placeholder="Words in titles, messages and answers", label_visibility="collapsed"
)
asked = (kind, search)
start = st.session_state.get("history_start", 0) if asked == st.session_state.get("history_asked") else 0
st.session_state.history_asked, st.session_state.history_start = asked, start

history_actions.undo_deletion()
if kind == COMPARISONS:
    comparisons = store.comparisons(search, limit=PER_PAGE + 1, offset=start)
    for saved in comparisons[:PER_PAGE]:
        comparison_row(saved, current=saved.id == open_comparison())
    count = len(comparisons)
else:
    conversations = store.conversations(search, limit=PER_PAGE + 1, offset=start, spoken=True)
    for summary in conversations[:PER_PAGE]:
        conversation_row(summary, current=summary.id == here.conversation_id)
    count = len(conversations)
if not count:
    nothing = "No comparisons yet." if kind == COMPARISONS else "No conversations yet."
    st.caption("Nothing was found." if search or start else nothing)
    page_link("compare" if kind == COMPARISONS else "chat", "Start one", ":material/edit_square:")
if start or count > PER_PAGE:
    with st.container(horizontal=True):
        st.button("Newer", key="newer", disabled=start == 0, on_click=history_actions.turn_page, args=(-PER_PAGE,))
        st.button(
            "Older", key="older", disabled=count <= PER_PAGE, on_click=history_actions.turn_page, args=(PER_PAGE,)
        )
