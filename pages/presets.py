"""Presets: a person's own and the examples, to look for, use, write, import and export."""

import streamlit as st

from components.frame.page_title import page_title
from components.frame.session import session, show_last_error
from components.presets import draft as drafts
from components.presets.actions import enter, preset_library
from components.presets.editor import preset_editor
from components.presets.exchange import preset_import, problems, send_out
from components.presets.picker import last_done
from components.presets.row import preset_row

enter(session())
draft = drafts.preset_draft()
# A place of its own: what comes and goes must not move the boxes that somebody writes in.
with st.container():
    show_last_error()
if draft is not None:
    preset_editor(draft)
    st.stop()

page_title("Presets")
search = st.text_input(
    "Search", key="preset_search", placeholder="Words in names, prompts and settings", label_visibility="collapsed"
)
found = preset_library().presets(search)
own = [kept for kept in found if kept.own]
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.button("New", key="preset_new", icon=":material/add:", on_click=drafts.begin_draft)
    st.button(
        "New from this chat",
        key="preset_new_from_chat",
        icon=":material/bookmark_add:",
        help="Begins with what the chat page is set to",
        on_click=drafts.begin_with_chat,
    )
    preset_import()
    send_out(own)
with st.container():
    last_done()
    problems()

if not found:
    st.caption("Nothing was found.")
elif not own and not search:
    st.caption("None of your own yet. Use an example, or save what a chat is set to.")
for kept in own:
    preset_row(kept)
examples = [kept for kept in found if not kept.own]
if examples:
    st.markdown("## Examples")
for kept in examples:
    preset_row(kept)
