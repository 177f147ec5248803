"""On all pages: that all requests are stopped, and by whom."""

import streamlit as st

from components.frame.page_link import page_link
from components.frame.process import stores, visitor
from components.frame.reader_zone import reader_zone
from playground.access.admission import NotAdmittedError
from playground.answers.request_switch import request_switch
from playground.connections.settings import SettingError
from playground.store import StoreError
from playground.text.markdown import plain


def stopped_notice() -> None:
    """Say it, where it is so, to whoever may see the page."""
    try:
        now = visitor()
        stores()  # which the switch follows once it is open
    except (NotAdmittedError, StoreError, SettingError):
        return
    stopped = request_switch().stopped()
    if stopped is None:
        return
    since = stopped.at.astimezone(reader_zone())
    why = f" {plain(stopped.reason)}" if stopped.reason else ""
    who = " by an administrator" if now.sign_in else ""
    with st.container(key="stopped_notice"):
        st.error(f"**All requests are stopped**{who} since {since:%Y-%m-%d %H:%M}.{why}", icon=":material/front_hand:")
        if now.may_administer:
            page_link("admin" if now.sign_in else "usage", "Allow requests again", ":material/play_arrow:")
