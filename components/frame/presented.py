"""What the page that presents is about, by its address."""

from functools import partial

import streamlit as st

from components.frame.channel import page
from components.frame.process import chat_of
from components.frame.session import Session
from components.share.copying import snapshot_data
from playground.presenting.demo_library import DemoLibrary
from playground.presenting.presented_chat import PresentedChat
from playground.presenting.presented_comparison import PresentedComparison
from playground.presenting.presented_demo import PresentedDemo
from playground.presenting.presented_snapshot import PresentedSnapshot
from playground.presenting.scene import Presentable
from playground.presenting.show import open_show
from playground.sharing.data import UnreadablePageError
from playground.sharing.document_of_data import read_document

WINDOW, PRESENTERS = "window", "presenter"
"""What the address of the presenter's window has beside that of the audience's."""
SHOW = "show"
"""The name of the presentation in the address, by which a reload finds where it was."""


def subject_in_address(here: Session) -> Presentable | None:
    """What the address names; None where it names nothing."""
    if conversation_id := st.query_params.get("chat"):
        return PresentedChat(conversation_id)
    if comparison_id := st.query_params.get("comparison"):
        return PresentedComparison(comparison_id)
    if snapshot_id := st.query_params.get("snapshot"):
        return _snapshot(snapshot_id)
    name = st.query_params.get("demo")
    known = DemoLibrary(here.chat.store).find(name) if name else None
    return None if known is None or known.demo is None else PresentedDemo(known.name, known.demo)


def _snapshot(snapshot_id: str) -> Presentable | None:
    """A snapshot that the visitor may read; None where there is none with something to present."""
    try:
        document = read_document(snapshot_data(snapshot_id))
    except UnreadablePageError:
        return None
    return PresentedSnapshot(snapshot_id, document) if document.panes else None


def put_on_stage(here: Session, subject: Presentable) -> bool:
    """Present it on this page, where it was before a reload; False where it is not there. Raises StoreError."""
    shown = page()
    shown.has_run()
    requested = st.query_params.get(SHOW)
    show = open_show(here.chat.store, subject, requested)
    chat = partial(chat_of, here.owner, read_only=here.read_only)
    presenter = st.query_params.get(WINDOW) == PRESENTERS
    if not show.join(shown, chat, st.context.url or "", may_ask=not here.read_only, presenter=presenter):
        return False
    if requested != show.id:
        st.query_params[SHOW] = show.id
    return True


def become_presenter() -> None:
    """Make this the presenter's window: the audience's was just opened beside it."""
    st.query_params[WINDOW] = PRESENTERS
