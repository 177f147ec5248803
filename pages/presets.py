"""Presets: a person's own and the examples, to look for, use, write, import and export."""

import streamlit as st

from components.frame.page_title import page_title
from components.frame.session import session, show_last_error
from components.presets import draft as drafts
from components.presets.actions import enter, preset_library
from components.presets.editor import preset_editor
from components.presets.exchange import preset_export, preset_import, problems
from components.presets.picker import last_action
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
own = [entry for entry in found if entry.own]
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
    preset_export(own)
with st.container():
    last_action()
    problems()

if not found:
    st.caption("Nothing was found.")
elif not own and not search:
    st.caption("None of your own yet. Use an example, or save what a chat is set to.")
for entry in own:
    preset_row(entry)
examples = [entry for entry in found if not entry.own]
if examples:
    st.markdown("## Examples")
for entry in examples:
    preset_row(entry)
