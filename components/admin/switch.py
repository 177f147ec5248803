"""The switch that stops all requests."""

import streamlit as st

from components.admin import actions
from playground.answers.request_switch import LONGEST_STOP_REASON, request_switch

REASON = "stop_reason"


def switch() -> None:
    """What it does, and the one button that is of use now."""
    with st.container(key="switch", border=True):
        if request_switch().stopped() is not None:
            st.markdown(
                "Nothing is sent to any model: chats, comparisons and batches are refused, for everybody. Lists of "
                "models and checks of connections, which ask no model and cost nothing, are still done."
            )
            st.button(
                "Allow requests again",
                key="allow_requests",
                icon=":material/play_arrow:",
                type="primary",
                on_click=actions.allow_requests,
            )
            return
        st.markdown("Stops every answer and batch that is on its way, and refuses all that come, until it is undone.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Reason, which all pages show", key=REASON, max_chars=LONGEST_STOP_REASON, width=420)
            st.button(
                "Stop all requests",
                key="stop_requests",
                icon=":material/front_hand:",
                on_click=actions.stop_all_requests,
                args=(REASON,),
            )
