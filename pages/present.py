"""Present: a chat, a comparison or a scripted demo for an audience, over all of the window; and the demos there are."""

import streamlit as st

from components.frame.channel import stage
from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.frame.presented import become_presenter, put_on_stage, subject_in_address
from components.frame.same_page import keep_address
from components.frame.session import session, show_last_error
from components.present.demos import demo_list
from components.present.editor import demo_editor

here = session()
keep_address(stayed=here.page == "present")
if (way_back := st.session_state.pop("left_stage", None)) is not None:
    name, query = way_back
    st.switch_page(f"pages/{name}.py", query_params=query)
if (edited := st.session_state.pop("demo_edited", None)) is not None:
    st.query_params["edit"] = edited


def left() -> None:
    """Go back to what is presented."""
    asked = st.query_params
    if "chat" in asked:
        st.session_state.left_stage = ("chat", {"c": asked["chat"]})
    elif "comparison" in asked:
        st.session_state.left_stage = ("compare", {"id": asked["comparison"]})
    else:
        st.session_state.left_stage = ("present", {})


with here.lock:
    here.page = "present"
    subject = subject_in_address(here)
    is_there = subject is not None and put_on_stage(here, subject)

page_title("Present", hidden=is_there)
if is_there:
    stage(left=left, doubled=become_presenter)
elif "edit" in st.query_params:
    show_last_error()
    demo_editor(here, st.query_params["edit"])
else:
    show_last_error()
    if any(name in st.query_params for name in ("chat", "comparison", "snapshot", "demo")):
        st.warning("There is nothing to present at this address.", icon=":material/link_off:")
    st.markdown("A chat or a comparison for an audience: open one, and press **Present** above it, or **F8**.")
    with st.container(horizontal=True, gap="small"):
        page_link("chat", "Chat", ":material/chat:")
        page_link("compare", "Compare", ":material/view_column:")
        page_link("history", "History", ":material/history:")
    demo_list(here)
