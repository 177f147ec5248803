"""History: every chat, comparison, batch and experiment, to search, filter, open, name, tag, put away and delete."""

import streamlit as st

from components.compare.session import open_comparison
from components.frame.page_link import page_link
from components.frame.page_title import page_title
from components.frame.process import chat
from components.frame.session import session, show_last_error
from components.history import actions as history_actions
from components.history.entry_dialog import edited_entry
from components.history.entry_list import entry_list
from components.history.filters import (
    filter_in_address,
    go_to,
    history_controls,
    history_filter,
    order_control,
    place_in_address,
)

here, store = session(), chat().store
here.page = "history"

page_title("History")
show_last_error()
query, place = filter_in_address(), place_in_address()
history_controls(query)
history_actions.undo_deletion()
page = store.history(history_filter(query), after=place.get("after", ""), before=place.get("before", ""))
order_control(query, few=page.few and bool(page.entries))
if unindexed := store.unindexed():
    st.caption(f"{unindexed:,} entries are still being indexed: a search does not find all of their words yet.")
chosen = history_actions.picked(page.entries)
if chosen:
    history_actions.selection_bar(chosen)
votes = store.votes_on([entry.id for entry in page.entries if entry.kind == "compare"])
if page.entries:
    entry_list(page.entries, votes, current=(here.conversation_id, open_comparison()))
if page.unfinished:
    st.caption("This is what was found among the newest; there may be more further back.")
elif not page.entries:
    st.caption("Nothing was found." if query or place else "No conversations yet.")
    page_link("chat", "Start one", ":material/edit_square:")
if place or page.after:
    with st.container(horizontal=True):
        for label, next_place in (
            ("Newest", {} if place else None),
            ("Newer", page.before and {"before": page.before}),
            ("Older", page.after and {"after": page.after}),
        ):
            st.button(label, key=label.lower(), disabled=next_place is None, on_click=go_to, args=(next_place,))
edited_entry()
