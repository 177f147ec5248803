"""The switch that stops all requests, for the one owner where nobody signs in; elsewhere it is on the admin page."""

import streamlit as st

from components.admin.switch import switch
from components.frame.process import visitor
from playground.answers.request_switch import request_switch


def stop_of_all() -> None:
    """A fold with the switch, which is open while requests are stopped."""
    if visitor().sign_in:
        return
    if request_switch().stopped() is not None:
        switch()
        return
    with st.expander("Stop all requests", icon=":material/front_hand:", key="stop_of_all"):
        switch()
