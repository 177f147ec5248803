"""Connections: which model servers there are, whether they work, what they offer, and the way to one more."""

import streamlit as st

from components.connections import draft
from components.connections.card import connection_card, idle_card, unusable
from components.connections.connecting import connecting
from components.connections.for_whom import for_whom
from components.connections.form import add_connection, renamed_note, undo_removal
from components.connections.found import found_servers
from components.connections.work import Running, watch
from components.frame.page_title import page_title
from components.frame.process import managed, own_connections, visitor
from components.frame.session import session, show_last_error

here = session()
opened, here.page = here.page != "connections", "connections"
if opened:
    draft.forget_made()
draft.close_checked()
roster, added = managed().roster, own_connections()
if opened:
    added.take_up()
connections, problems, own = roster.connections, roster.problems, added.all()
running: Running = []
now = visitor()

page_title("Connections")
st.caption("Model servers that can be asked, and the way to more. No restart is needed; a key never comes back here.")
show_last_error()
if now.sign_in and now.may_administer:
    for_whom()
add_connection(running)
if now.may_administer:  # what runs beside the server is nobody else's
    found_servers(running, anew=opened)
undo_removal()
renamed_note()
for name, problem in problems.items():
    if name not in connections and added.configured(name):
        unusable(name, problem)
for known in reversed(own):
    if not known.usable:
        idle_card(known, running)
    elif known.name in connections:
        connection_card(connections[known.name], None, running, known)
for connection in reversed(tuple(connections.values())):
    if added.configured(connection.name):
        connection_card(connection, problems.get(connection.name), running)
if len(connections) == 1:
    st.info("Only the model on this machine is connected. It needs nothing.", icon=":material/hub:")
st.markdown("## Set up by the environment or secrets.toml")
connecting(expanded=False)

if running:
    watch(running)
    st.rerun()
