"""Who is signed in, at the top of every page, with the way out and, for administrators, the way to their page."""

import streamlit as st

from components.frame.page_link import page_link
from components.frame.process import visitor
from components.frame.sign_in_watch import watch_sign_in
from playground.access.admission import NotAdmittedError
from playground.connections.settings import SettingError
from playground.store import StoreError
from playground.text.markdown import plain


def account_menu(title: str) -> None:
    """Draw it in the corner that the style sheet keeps free for it, where somebody is signed in.

    `title` is that of the page, which is run when they are signed out elsewhere.
    """
    try:
        now = visitor()
    except (NotAdmittedError, StoreError, SettingError):
        return
    if not now.sign_in:
        return
    account = st.container(key="account")
    with account, st.popover(plain(now.shown_name), icon=":material/account_circle:"):
        st.text(now.shown_name)
        if now.may_administer:
            page_link("admin", "Admin", ":material/admin_panel_settings:")
        page_link("sign_out", "Sign out", ":material/logout:")
    with account:
        watch_sign_in(title)
