"""Share: what goes in and what does not, what looks like a secret, and the page that comes of it."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import streamlit as st

from components.frame.copy_button import copy_button
from components.frame.process import chat, visitor
from components.frame.secrets_file import signs_in
from components.frame.session import shows_errors
from playground.connections.settings import snapshots_are_public
from playground.exporting.file_names import dated_name
from playground.exporting.html_page import as_page
from playground.providers.http.credentials import secrets_of
from playground.sharing.data import PageData
from playground.sharing.data_of_document import data_of
from playground.sharing.digest import Sealed
from playground.sharing.document import Document
from playground.sharing.findings import Finding, Hiding, findings
from playground.sharing.included import PARTS, Included, no_more_than
from playground.store import NewSnapshot, Readers
from playground.store.database.database import now
from playground.text.markdown import code_span, plain

DocumentMaker = Callable[[Included], Document]
EXPIRIES = {"a day": 1, "a week": 7, "30 days": 30, "a year": 365, "no end": 0}
"""Days."""
READERS: dict[Readers, str] = {"link": "Whoever has the address", "signed in": "Who signs in here"}
_AT_FIRST = ("settings", "costs", "names")
_OPEN, _MADE = "share_open", "share_made"


def share_button(make: DocumentMaker, *, key: str, most: Included | None = None, disabled: bool = False) -> None:
    """The button that opens the dialog, and the dialog while it is open; no more goes in than `most`."""
    st.button(
        "Share", key=key, icon=":material/share:", type="tertiary", disabled=disabled, on_click=_open, args=(key,)
    )
    if st.session_state.get(_OPEN) == key and not disabled:
        _dialog(make, most or Included())


def _open(key: str) -> None:
    st.session_state[_OPEN] = key
    st.session_state.pop(_MADE, None)


def _close() -> None:
    for name in (_OPEN, _MADE):
        st.session_state.pop(name, None)


@st.dialog("Share", width="large", icon=":material/share:", on_dismiss=_close)
def _dialog(make: DocumentMaker, most: Included) -> None:
    if _OPEN not in st.session_state:
        st.rerun()
    st.caption("A copy of what is here now. It never changes, and still reads when this is deleted.")
    document = make(_included(most))
    made = data_of(document)
    keys = connection_keys()
    hiding = _hiding(findings(made, keys), keys)
    data = hiding.applied(made)
    if st.toggle("Preview", key="share_preview"):
        st.iframe(as_page(data).page, height=420, alt="What will be shared")
    if visitor().may_ask:
        _snapshot(data)
    _files(data)


def _included(most: Included) -> Included:
    offered = [part.name for part in fields(Included) if getattr(most, part.name) and part.name != "times"]
    chosen = st.pills(
        "What goes in",
        offered,
        selection_mode="multi",
        default=[name for name in _AT_FIRST if name in offered],
        format_func=lambda name: PARTS[name][:1].upper() + PARTS[name][1:],
        key="share_parts",
    )
    if not most.names:
        st.caption("Names are hidden from you, and stay hidden: what would tell them does not go in.")
    return no_more_than(Included(**{name: name in chosen for name in offered}), most)


def connection_keys() -> tuple[str, ...]:
    """The keys of all connections that the visitor may use."""
    found = [key for connection in chat().roster.connections.values() for key in secrets_of(connection)]
    return tuple(dict.fromkeys(found))


def _hiding(found: list[Finding], keys: tuple[str, ...]) -> Hiding:
    """What was found, and the choice of what of it is hidden."""
    if not found:
        return Hiding(keys)
    words = {"key": "a key of a connection", "look-alike": "looks like a key", "address": "an e-mail address"}
    with st.container(key="share_findings"):
        st.warning("There is something in it that may be secret.", icon=":material/key:")
        st.markdown(
            "\n".join(
                f"- {code_span(one.shown)} {words[one.kind]}: {plain(', '.join(one.places[:4]))}"
                f"{f' and {len(one.places) - 4} more' if len(one.places) > 4 else ''}"
                for one in found
            )
        )
        kinds = {one.kind for one in found}
        if "key" in kinds:
            st.caption("Keys of connections are always replaced by [hidden].")
        alike = "look-alike" not in kinds or st.checkbox("Hide what looks like a key", True, key="share_hide_keys")
        addresses = "address" not in kinds or st.checkbox("Hide e-mail addresses", True, key="share_hide_addresses")
    return Hiding(keys, look_alikes=alike, addresses=addresses)


def _snapshot(data: PageData) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("It can be read for", list(EXPIRIES), index=2, key="share_expiry", width=180)
        if signs_in() and snapshots_are_public():
            names = list(READERS)
            st.selectbox("By", names, index=1, format_func=READERS.__getitem__, key="share_readers", width=260)
        st.button(
            "Make snapshot",
            key="share_make",
            type="primary",
            icon=":material/link:",
            on_click=_make,
            args=(data,),
        )
    made: str | None = st.session_state.get(_MADE)
    if made is not None:
        readers = (
            "who signs in here" if st.session_state.get(f"{_MADE}_for") == "signed in" else "whoever has its address"
        )
        st.success(f"The snapshot can be read by {readers}. Data has a list of all.", icon=":material/link:")
        snapshot_links(made)
    show_share_error()


def show_share_error() -> None:
    """Say in the dialog why nothing came of it."""
    if (error := st.session_state.pop("last_error", None)) is not None:
        st.error(f"**{plain(error[0])}** {plain(error[1])}", icon=":material/error:")


def snapshot_links(snapshot_id: str) -> None:
    """A link to a snapshot, and its address to copy."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.link_button("Open", f"s/{snapshot_id}", icon=":material/open_in_new:", key=f"snapshot-open-{snapshot_id}")
        copy_button(
            f"s/{snapshot_id}", key=f"snapshot-copy-{snapshot_id}", label="address", name="Copy address", address=True
        )


def _files(data: PageData) -> None:
    title = data.title or data.kind
    with st.container(horizontal=True):
        st.download_button(
            "Save as a file",
            lambda: as_page(data).page,
            dated_name(title, data.made_at, "html"),
            "text/html",
            key="share_file",
            icon=":material/download:",
            on_click="ignore",
            help="The same page, to open without this app. Import reads it back.",
        )
        st.download_button(
            "JSON",
            lambda: data.model_dump_json(indent=1),
            dated_name(title, data.made_at, "json"),
            "application/json",
            key="share_data",
            icon=":material/data_object:",
            on_click="ignore",
            help="Its data alone, for programs. Import reads it back.",
        )


@shows_errors
def _make(data: PageData) -> None:
    days = EXPIRIES[st.session_state.get("share_expiry", "30 days")]
    public = not signs_in() or (snapshots_are_public() and st.session_state.get("share_readers") == "link")
    readers: Readers = "link" if public else "signed in"
    sealed: Sealed = as_page(data)
    new = NewSnapshot(
        kind=data.kind,
        title=data.title,
        page=sealed.page,
        digest=sealed.digest,
        readers=readers,
        expires_at=now() + timedelta(days=days) if days else None,
    )
    st.session_state[_MADE] = chat().store.create_snapshot(new).id
    st.session_state[f"{_MADE}_for"] = readers
