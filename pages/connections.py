"""Connections: which model servers are set up, whether they work, and what they offer."""

import streamlit as st

from components.connections.card import connection_card, unusable
from components.connections.connecting import connecting
from components.connections.database_facts import database_facts
from components.connections.work import Running, watch
from components.frame.page_title import page_title
from components.frame.session import chat, session, show_last_error

session().page = "connections"
roster = chat().roster
running: Running = []

page_title("Connections")
st.caption("Model servers, as the environment and .streamlit/secrets.toml set them up when the playground started.")
show_last_error()
for name, problem in roster.problems.items():
    if name not in roster.connections:
        unusable(name, problem)
if len(roster.connections) == 1:
    st.info(
        "Only the model on this machine is connected. It needs nothing; for others, choose below.",
        icon=":material/hub:",
    )
for connection in reversed(roster.connections.values()):
    connection_card(connection, roster.problems.get(connection.name), running)
connecting(expanded=len(roster.connections) == 1)
database_facts(chat().store)

if running:
    watch(running)
    st.rerun()
