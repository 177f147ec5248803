"""What the form of a connection does that is being added or edited in this session.

A key that was typed or pasted is taken out of the form at once and held here, on the server: no run sends it back.
"""

from concurrent.futures import CancelledError

import streamlit as st
from pydantic import SecretStr

from components.connections import actions
from components.connections.connection_draft import GATEWAY_FIELDS, ConnectionDraft, described
from components.frame.process import managed, own_connections
from components.frame.session import shows_errors
from playground.answers.network import network
from playground.connections.key_file import KeyFileError
from playground.connections.own_connection import LIMITS, OwnConnection
from playground.connections.pasted import read_curl_connection
from playground.connections.services import OTHER, Service, service, service_at
from playground.connections.settings import SettingError
from playground.importing.imported import UnreadableError
from playground.providers.http.server_address import with_scheme
from playground.store import StoreError

CURL = "curl"
"""The choice to paste a command, beside the services."""


def draft() -> ConnectionDraft | None:
    """The draft of this session, None where no form is open."""
    current: ConnectionDraft | None = st.session_state.get("connection_draft")
    return current


def reading_curl() -> bool:
    """Whether a command is to be pasted."""
    return bool(st.session_state.get("connection_curl")) and draft() is None


def choose_service(choice: str | None) -> None:
    """Begin a connection to a service, or to paste a command; None closes the form."""
    st.session_state.connection_curl = choice == CURL
    st.session_state.connection_draft = None
    if choice is not None and choice != CURL:
        _begin(service(choice))


def begin_found(service_id: str) -> None:
    """Connect a server that was found on this machine: it is checked at once."""
    choose_service(service_id)
    check_entered()


def edit_connection(name: str) -> None:
    """Open the form of a connection that is there."""
    own = own_connections().get(name)
    if own is not None:
        connection = own.connection
        st.session_state.connection_curl = False
        st.session_state.connection_draft = ConnectionDraft(
            service_at(connection.base_url),
            connection.kind,
            name,
            connection.base_url,
            connection.account_id,
            own.key_storage,
            limits={limit: f"{getattr(connection, limit):.10g}" for limit in own.limits},
            api=connection.api,
            gateway={} if connection.gateway is None else connection.gateway.model_dump(exclude={"token"}),
            edits=name,
        )


def close_form() -> None:
    """Forget what was entered, and break off its check."""
    current = draft()
    if current is not None and current.work is not None:
        current.work.cancel()
    choose_service(None)


def read_pasted(key: str) -> None:
    """Take a connection from the command in a field, which is emptied: it may hold a key."""
    text, st.session_state[key] = st.session_state[key], ""
    try:
        pasted = read_curl_connection(text)
    except UnreadableError as error:
        st.session_state.connection_curl_problem = str(error)
        return
    st.session_state.pop("connection_curl_problem", None)
    known = service_at(pasted.base_url)
    current = _begin(known if known.kind == pasted.kind else OTHER)
    if current.service is OTHER:
        current.kind, current.base_url = pasted.kind, pasted.base_url
    current.account_id, current.key, current.model, current.note = (
        pasted.account_id,
        pasted.key,
        pasted.model,
        pasted.note,
    )
    if pasted.key is not None or known.local:
        check_entered()


def check_form() -> None:
    """Take what the form holds, and check it."""
    current = draft()
    if current is None or current.running:
        return
    written = st.session_state
    current.base_url = with_scheme(written.get(current.field("base_url"), current.base_url))
    current.kind = written.get(current.field("kind")) or current.kind
    current.account_id = written.get(current.field("account_id"), current.account_id).strip()
    current.name = written.get(current.field("name"), current.name).strip()
    current.key_storage = written.get(current.field("key_storage"), current.key_storage)
    current.key = _taken(current, "key") or current.key
    _take_settings(current)
    check_entered()


def _taken(current: ConnectionDraft, name: str) -> SecretStr | None:
    """The key that was typed into a field, which is emptied."""
    key = current.field(name)
    typed = st.session_state.get(key, "").strip()
    if key in st.session_state:
        st.session_state[key] = ""
    return SecretStr(typed) if typed else None


def _take_settings(current: ConnectionDraft) -> None:
    """Take timeouts, limits, endpoint and gateway, as far as the form has them."""
    written = st.session_state
    for limit in LIMITS:
        if (text := written.get(current.field(limit))) is not None:
            current.limits = {known: value for known, value in current.limits.items() if known != limit}
            current.limits |= {limit: text.strip()} if text.strip() else {}
    current.api = written.get(current.field("api")) or current.api
    for name, empty in GATEWAY_FIELDS.items():
        if (value := written.get(current.field(f"gateway-{name}"))) is not None:
            value = value.strip() if isinstance(value, str) else value
            current.gateway = {**current.gateway, name: empty if value in ("", None) else value}
    current.gateway_key = _taken(current, "gateway-token") or current.gateway_key


def check_entered() -> None:
    """Check what was entered, and use it where nothing is wrong with it."""
    current = draft()
    if current is None:
        return
    current.work, current.note = None, ""
    current.described, current.problem = described(current)
    if current.described is not None:
        current.work = network().submit(own_connections().check_and_put(current.described))


@shows_errors
def save_unchecked() -> None:
    """Use what was entered though something is wrong with it: a server may be off just now."""
    current = draft()
    if current is not None and current.described is not None:
        with actions.as_provider_errors():
            own_connections().put(current.described)
        _done(current, current.described)


def close_checked() -> None:
    """Close the form of a check that is over and well; at the beginning of a run, before anything is drawn."""
    current = draft()
    if current is None:
        return
    current.checking = current.running
    if current.work is None or current.checking:
        return
    try:
        error = current.work.exception()
    except CancelledError:
        current.work = None
        return
    if error is None:
        if not current.failed and current.described is not None:
            _done(current, current.described)
        return
    current.work = None
    if not isinstance(error, SettingError | KeyFileError | StoreError):
        raise error
    current.problem = f"Not saved. {error.message}"


def forget_made() -> None:
    """Say no longer what was connected or renamed last."""
    for said in ("connection_made", "connection_renamed"):
        st.session_state.pop(said, None)


def _begin(chosen: Service) -> ConnectionDraft:
    own = own_connections()
    begun = ConnectionDraft(chosen, chosen.kind, own.free_name(chosen.id), chosen.base_url)
    st.session_state.connection_draft = begun
    forget_made()
    return begun


def _done(current: ConnectionDraft, own: OwnConnection) -> None:
    choose_service(None)
    st.session_state.connection_made = (own.name, current.model)
    if own.connection.traits.listed:
        actions.watch_list(own.name, managed().roster.served.list(own.connection))
