"""Your data: taken along, brought in, deleted, and how much room it takes."""

import streamlit as st

from components.connections.work import Running, watch
from components.data.database_facts import database_facts
from components.data.deletion import delete_much
from components.data.on_disk import on_disk
from components.data.snapshots import snapshots_of_visitor
from components.data.transfer import export_everything, import_everything
from components.frame.frame import lay_out
from components.frame.page_title import page_title
from components.frame.process import stores, visitor
from components.frame.session import session, show_last_error

session().page = "data"
lay_out("centered")
running: Running = []
now = visitor()
owner = now.owner

page_title("Data")
show_last_error()
export_everything(owner, running)
snapshots_of_visitor(may_change=now.may_ask)
if now.may_ask:
    import_everything(owner, running)
    delete_much(running)
if now.may_administer:
    on_disk(stores())
    st.caption(
        "A copy of the whole database, also while answers come: python -m playground backup. "
        "Back from it: python -m playground restore FILE"
    )
    database_facts(stores())

if running:
    watch(running)
    st.rerun()
