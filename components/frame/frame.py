"""The pages there are, and the frame around them."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.PageConfig_pb2 import PageConfig
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.frame.process import visitor
from components.frame.whole_actions import keep_actions_whole
from playground.access.admission import NotAdmittedError, Visitor
from playground.connections.settings import SettingError
from playground.store import StoreError
from playground.system.places import ROOT

PAGES = (
    ("chat", "Chat"),
    ("compare", "Compare"),
    ("experiments", "Experiments"),
    ("models", "Models"),
    ("presets", "Presets"),
    ("history", "History"),
    ("usage", "Usage"),
    ("connections", "Connections"),
    ("standings", "Standings"),
    ("batch", "Batch"),
    ("data", "Data"),
)
"""By name, with their titles; beside a sidebar the last few are behind "more", without icons as few as can be."""

PRESENT = "Present"
"""The page that is reached from what it presents, and has no navigation while it does."""

PRESENTED = ("chat", "comparison", "demo")
"""What it presents, as its address names it."""

FOR_USERS = ("compare", "presets", "connections", "experiments", "batch")
"""Pages for those who ask and change; who may only read has the others."""


def frame() -> Page:
    """The navigation on top of every page; answers with the page to run, after which comes `framed`."""
    keep_actions_whole()
    st.session_state.setdefault("framed", None)
    now = _admitted()
    pages = [
        st.Page(f"pages/{name}.py", title=title)
        for name, title in PAGES
        if now is None or now.may_ask or name not in FOR_USERS
    ]
    pages.append(st.Page("pages/present.py", title=PRESENT, visibility="hidden"))
    if _page() is None or st.session_state.framed != _page():
        # Each time it is sent, the browser draws the whole page again.
        st.session_state.layout = "wide"
        st.set_page_config(
            page_title=f"{_title(pages)} · LLM playground",
            layout="wide",
            initial_sidebar_state=330,
        )
        _set_icon()
    # After it: by itself it has the browser fetch the page's icon from another host.
    if now is None or is_presenting(_title(pages)):
        return st.navigation(pages, position="hidden")
    return st.navigation([*pages, *(_account_pages(now) if now.sign_in else ())], position="top")


def is_presenting(title: str) -> bool:
    """Whether the page of that title is shown to an audience, which is nothing told of who is signed in."""
    return title == PRESENT and any(name in st.query_params for name in PRESENTED)


def _admitted() -> Visitor | None:
    """Who looks at the page; None for who is not signed in, or while that is not known."""
    try:
        return visitor()
    except (NotAdmittedError, StoreError, SettingError):
        return None


def _account_pages(now: Visitor) -> list[Page]:
    """What stands in the account menu alone: in the list it would be behind "more", or need sections."""
    admin = st.Page("pages/admin.py", title="Admin", visibility="hidden")
    out = st.Page("pages/sign_out.py", title="Sign out", url_path="sign-out", visibility="hidden")
    return [*([admin] if now.may_administer else []), out]


def _set_icon() -> None:
    """Tell the browser the icon; `st.set_page_config` imports NumPy and Pillow for it, a third of a first run."""
    context = get_script_run_ctx()
    if context is not None:
        context.enqueue(icon_message())


def icon_message() -> ForwardMsg:
    """What tells the browser the icon, and nothing else: layout and sidebar stay as they are."""
    icon = b64encode((ROOT / "assets" / "icon.svg").read_bytes()).decode()
    message = ForwardMsg()
    message.page_config_changed.layout = PageConfig.LAYOUT_UNSET
    message.page_config_changed.initial_sidebar_state = PageConfig.SIDEBAR_UNSET
    message.page_config_changed.favicon = f"data:image/svg+xml;base64,{icon}"
    return message


def _title(pages: Sequence[Page]) -> str:
    """That of the page that a link on a page led to, or that the address names, or of the first one."""
    context = get_script_run_ctx()
    named = None if context is None else context.pages_manager.intended_page_name
    return next(
        (page.title for page in pages if page._script_hash == _page() or (named and page.url_path == named)),
        pages[0].title,
    )


def framed() -> None:
    """Note that the browser has the frame of this page: what a run that is stopped has sent may never get there."""
    st.session_state.framed = _page()


def _page() -> str | None:
    """The page that was asked for; after `st.navigation`, the one that a link led to."""
    context = get_script_run_ctx()
    return None if context is None else context.page_script_hash


def lay_out(layout: Literal["wide", "centered"]) -> None:
    """Let this page take the whole width, or a column of it."""
    if st.session_state.get("layout") != layout:
        st.session_state.layout = layout
        st.set_page_config(layout=layout)


def ensure_frame() -> None:
    """Begin again through the router where a link opened this page before anybody opened the first one.

    A folder called `pages/` makes Streamlit 1.67 run such a page alone until `st.navigation` was called once.
    """
    context = get_script_run_ctx()
    main_script = Path(context.main_script_path).name if context is not None else ""
    if "framed" not in st.session_state and main_script == "router.py":
        frame()
        st.rerun()
