"""How to set up a connection: what to write where, ready to be copied."""

import streamlit as st

from playground.connections.kinds import KINDS, Connecting


def connecting(*, expanded: bool) -> None:
    """Each kind of connection that can be set up, by the environment or by secrets.toml."""
    for name, kind in KINDS.items():
        if kind.connecting is not None:
            _way(name, kind.connecting, expanded=expanded)


def _way(name: str, way: Connecting, *, expanded: bool) -> None:
    with st.expander(way.title, expanded=expanded, icon=way.icon, key=f"connect-{name}"):
        st.markdown(way.instructions)
        _two_ways(way.environment, way.secrets)


def _two_ways(environment: str, secrets: str) -> None:
    st.caption("In the environment")
    st.code(environment, language="bash")
    st.caption("Or in .streamlit/secrets.toml; any number of connections, each with a name of its own")
    st.code(secrets, language="toml")
    st.caption("Then restart. Keys stay on the server: they are never shown, logged or stored.")
