"""`/?snapshot=ID`: a snapshot that can be opened as a chat or comparison of one's own."""

import streamlit as st

from components.frame.process import chat, stores, visitor
from components.frame.session import Session, session
from playground.sharing.copying import Copied, copy_to, data_of_page
from playground.sharing.data import PageData, UnreadablePageError
from playground.store import StoreError
from playground.text.markdown import plain

_OFFERED, _SEEN, _PROBLEM, _TARGET = "snapshot_offered", "snapshots_seen", "snapshot_problem", "snapshot_comparison"
NOT_OPEN = "There is no snapshot at this address. It may have expired, or its owner has taken it back."


def snapshot_in_address() -> None:
    """Take the snapshot out of the address, to be offered once; and lead to a comparison that was made of one."""
    if (target := st.session_state.pop(_TARGET, None)) is not None:
        st.switch_page("pages/compare.py", query_params={"id": target})
    asked = st.query_params.get("snapshot")
    if asked is None:
        return
    del st.query_params["snapshot"]
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    if asked not in seen:  # the browser may still send the old address
        seen.add(asked)
        st.session_state[_OFFERED] = asked


def offered_snapshot() -> None:
    """Offer to make a copy of the snapshot that the address named; nothing is kept until it is wanted."""
    if (problem := st.session_state.pop(_PROBLEM, None)) is not None:
        st.error(plain(problem), icon=":material/error:")
    offered: str | None = st.session_state.get(_OFFERED)
    if offered is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="snapshot_offer"):
        try:
            data = snapshot_data(offered)
        except (UnreadablePageError, StoreError) as error:
            st.warning(plain(str(error)), icon=":material/link_off:")
        else:
            title = data.title or "Untitled"
            st.info(f"A snapshot of a {data.kind}: **{plain(title)}**", icon=":material/share:")
            if visitor().may_ask and data.kind != "usage":
                st.button("Make a copy", key="snapshot_copy", icon=":material/content_copy:", on_click=_copy)
        st.button("", key="snapshot_seen", icon=":material/close:", type="tertiary", help="Dismiss", on_click=_dismiss)


def snapshot_data(snapshot_id: str) -> PageData:
    """The data of a snapshot that whoever has come in may read. Raises UnreadablePageError and StoreError."""
    page = stores().open_page(snapshot_id, ("link", "signed in"))
    if page is None:
        raise UnreadablePageError(NOT_OPEN)
    return data_of_page(page)


def _dismiss() -> None:
    st.session_state.pop(_OFFERED, None)


def _copy() -> None:
    offered: str | None = st.session_state.pop(_OFFERED, None)
    if offered is None:
        return
    try:
        with session().lock:
            open_copy(session(), snapshot_data(offered))
    except (UnreadablePageError, StoreError) as error:
        st.session_state[_PROBLEM] = f"{error} {getattr(error, 'hint', '')}".strip()


def open_copy(here: Session, data: PageData) -> None:
    """Keep what a page holds as one's own, and turn to it. Raises UnreadablePageError and StoreError."""
    copied: Copied = copy_to(chat().store, data)
    if copied.kind == "chat":
        here.open(copied.id)
    else:
        st.session_state[_TARGET] = copied.id
