"""Adding a connection: the choice of a service, its form, and the result of the check."""

import streamlit as st

from components.connections import actions
from components.connections import draft as drafts
from components.connections.connection_draft import ConnectionDraft
from components.connections.draft import CURL
from components.connections.more_settings import more_settings
from components.connections.work import Running, begin, check_result
from components.frame.controls import control
from components.frame.page_link import page_link
from components.frame.process import managed, own_connections, stores, visitor
from playground.connections.key_file import KeyFileError
from playground.connections.kinds import KINDS
from playground.connections.services import OTHER, SERVICES, first_model, service_at
from playground.models.catalog import ModelCard
from playground.models.roster import Roster, today
from playground.money import figures
from playground.money.budget import own_subject
from playground.providers import Connection
from playground.text.labels import visible
from playground.text.markdown import plain

_NAMES = {known.id: known.name for known in (*SERVICES, OTHER)} | {CURL: "Paste a curl command"}
_SPOKEN = {name: kind.label for name, kind in KINDS.items() if kind.connecting is not None}


def add_connection(running: Running) -> None:
    """The services to choose from, and the form of the one that is chosen."""
    st.markdown("## Add a connection")
    found = drafts.draft()
    adding = found if found is not None and not found.edits else None
    chosen = CURL if drafts.reading_curl() else adding.service.id if adding is not None else None
    services = control("service", chosen)
    st.pills(
        "Service",
        tuple(_NAMES),
        default=chosen,
        format_func=_NAMES.__getitem__,
        key=services.key,
        on_change=services.changed(drafts.choose_service),
        label_visibility="collapsed",
    )
    if chosen == CURL:
        _curl()
    elif adding is not None:
        connection_form(adding, running)
    else:
        _made()


def connection_form(draft: ConnectionDraft, running: Running) -> None:
    """The form of a connection, and the result of its check."""
    chosen = draft.service
    with st.container(border=not draft.edits, key="connection-form"):
        where = f" [Get a key]({chosen.keys_at})." if chosen.keys_at else ""
        st.markdown(f"{chosen.offers}{where}")
        if draft.note:
            st.info(plain(draft.note), icon=":material/info:")
        with st.form(draft.field("form"), border=False):
            _fields(draft)
            with st.container(horizontal=True, gap="small"):
                st.form_submit_button(
                    "Save" if draft.edits else "Connect",
                    key=draft.field("submit"),
                    icon=":material/check:" if draft.edits else ":material/add_link:",
                    type="primary",
                    on_click=drafts.check_form,
                    disabled=draft.checking,
                )
                st.form_submit_button("Cancel", key=draft.field("cancel"), on_click=drafts.close_form)
        _outcome(draft, running)


def _fields(draft: ConnectionDraft) -> None:
    chosen = draft.service
    if chosen is OTHER:
        st.segmented_control(
            "It speaks as", tuple(_SPOKEN), default=draft.kind, format_func=_SPOKEN.__getitem__, key=draft.field("kind")
        )
    st.text_input(
        "Address", draft.base_url, key=draft.field("base_url"), placeholder="https://api.example.com/v1", max_chars=2000
    )
    if KINDS[draft.kind].cloudflare:
        st.text_input("Account id", draft.account_id, key=draft.field("account_id"), max_chars=200, autocomplete="off")
    has_key = draft.key is not None or bool(draft.edits)
    st.text_input(
        "Key" if chosen.keys_at else "Key, where the server wants one",
        key=draft.field("key"),
        type="password",
        max_chars=10_000,
        placeholder="As it is: enter another one to change it" if has_key else f"{chosen.key_start}…",
        autocomplete="new-password",
    )
    if not draft.edits:
        st.text_input(
            "Name",
            draft.name,
            key=draft.field("name"),
            max_chars=100,
            help="Models and answers are named by it.",
        )
    _key_storage(draft)
    more_settings(draft)


def _key_storage(draft: ConnectionDraft) -> None:
    until = "Until the playground stops"
    try:
        on_disk = f"On this machine, {own_connections().key_location()}."
    except KeyFileError as error:
        st.warning(plain(error.message), icon=":material/key_off:")
        draft.key_storage = "memory"
        st.caption(f"{until}: in its memory, for all your tabs.")
        return
    labels = {"disk": "Until you remove it", "memory": until}
    st.radio(
        "Keep the key",
        ("disk", "memory"),
        index=("disk", "memory").index(draft.key_storage),
        format_func=labels.__getitem__,
        captions=(
            plain(on_disk),
            "In its memory alone, for all your tabs. The connection stays, and asks for the key.",
        ),
        key=draft.field("key_storage"),
    )


def _outcome(draft: ConnectionDraft, running: Running) -> None:
    if draft.problem:
        st.error(plain(draft.problem), icon=":material/error:")
    if draft.checking:
        begin(draft, running)
    elif failed := draft.failed:
        check_result(failed)
        st.button(
            "Save it as it is" if draft.edits else "Add it as it is",
            key=draft.field("anyway"),
            type="tertiary",
            help="For a server that is off just now, or one without a list of models",
            on_click=drafts.save_unchecked,
        )


def _curl() -> None:
    with st.container(border=True, key="connection-form"):
        st.markdown("As the documentation of a service shows it. Address, key and model are taken from it.")
        with st.form("connection-curl", border=False):
            st.text_area(
                "Command",
                key="connection-curl-text",
                height=150,
                max_chars=100_000,
                placeholder="curl https://api.example.com/v1/chat/completions -H 'Authorization: Bearer …' -d '…'",
            )
            with st.container(horizontal=True, gap="small"):
                st.form_submit_button(
                    "Read it",
                    key="connection-curl-read",
                    icon=":material/terminal:",
                    type="primary",
                    on_click=drafts.read_pasted,
                    args=("connection-curl-text",),
                )
                st.form_submit_button("Cancel", key="connection-curl-cancel", on_click=drafts.close_form)
        if problem := st.session_state.get("connection_curl_problem"):
            st.error(plain(problem), icon=":material/error:")


def chat_link(connection: Connection, model: str = "") -> None:
    """A link that begins a chat with a model of a connection; nothing where it has none."""
    roster = managed().roster
    cards = _cards(connection, roster)
    listed = next((card for card in cards if card.wire_id == model), None)
    named = None if listed is not None or not model else roster.card(f"{connection.name}/{model}")
    ids = {card.wire_id: card for card in cards}
    card = listed or named or ids.get(first_model(service_at(connection.base_url), ids))
    if card is not None:
        unlisted = ", which the server does not list" if listed is None and card == named and cards else ""
        page_link("chat", f"Chat with {roster.called(card)}{unlisted}", ":material/forum:", model=card.id)


def _cards(connection: Connection, roster: Roster) -> list[ModelCard]:
    return [card for card in roster.catalog if roster.where(card) == connection.name and not card.retired(today())]


def undo_removal() -> None:
    """Offer to bring back what was removed last."""
    name = st.session_state.get("connection_removed")
    if name:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{plain(visible(name))} removed, with its key and its prices.", width="content")
            st.button(
                "Undo",
                key="undo",
                icon=":material/undo:",
                type="tertiary",
                on_click=actions.restore_connection,
                args=(name,),
            )


def renamed_note() -> None:
    """Say what a connection is called now, and what does not follow it."""
    old, new = st.session_state.get("connection_renamed") or ("", "")
    if not old:
        return
    note = f"{visible(old)} is called {visible(new)} now. Answers stay named as they were asked; chats follow it."
    connection = managed().roster.connections.get(new)
    own = connection is not None and connection.paid_by_owner
    subject = ("own_connection", own_subject(old, visitor().owner.id)) if own else ("connection", old)
    if any((budget.scope, budget.subject) == subject for budget in stores().budgets()):
        note += f" The budget of the connection {visible(old)} does not count it: set one for {visible(new)} on Usage."
    st.caption(plain(note))


def _made() -> None:
    """What was connected last, and the way to a first chat."""
    name, model = st.session_state.get("connection_made") or ("", "")
    connection = managed().roster.connections.get(name)
    if connection is None:
        return
    with st.container(border=True, key="connection-made"):
        cards = _cards(connection, managed().roster)
        offers = f" and offers {figures.counted(len(cards), 'model')}" if cards else ""
        st.markdown(f":green[:material/check_circle:] **{plain(visible(name))} is connected{offers}.**")
        chat_link(connection, model)
