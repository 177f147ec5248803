"""What the process opens once for all sessions, and what of it is the visitor's."""

from contextlib import suppress

import streamlit as st

from components.frame.secrets_file import secrets_table, signs_in
from components.frame.sign_in import rules, sign_in_cookie
from playground.access.admission import SOLE_VISITOR, Admission, Visitor
from playground.access.guard import watch_pages
from playground.answers.request_switch import request_switch
from playground.archive.disk import EXPORTS
from playground.archive.exports import remove_old_exports
from playground.batch.runner import BatchRunner, BatchRunners
from playground.channel.feed import Feed
from playground.connections import configured, settings
from playground.connections.own import OwnConnections
from playground.connections.rosters import EVERYBODY, Models, Rosters
from playground.conversation.chat import Chat
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER, Owner
from playground.store import StoreError, Stores, open_stores
from playground.store.upkeep.housekeeping import Housekeeping
from playground.text.labels import visible

LIST_PATIENCE_S = 1.0
"""How long a page waits for servers' lists of models before it says that it does."""


@st.cache_resource(show_spinner=False)
def stores() -> Stores:
    """The stores of all owners, opened once for the process. Raises StoreError and SettingError."""
    secrets_table("connections")  # reading it also puts its top level into the environment
    settings.open_data_dir()
    opened = open_stores(settings.database_url())
    exports = settings.data_dir() / EXPORTS
    Housekeeping(opened, also=lambda: remove_old_exports(exports)).start()
    request_switch().follow(opened)
    return opened


@st.cache_resource(show_spinner=False)
def admission() -> Admission:
    """What lets people in and out, where they sign in. Raises StoreError and SettingError."""
    made = Admission(stores(), rules)
    watch_pages(made)()
    return made


@st.cache_resource(show_spinner=False)
def _rosters() -> Rosters:
    """The models of all owners. Raises StoreError and SettingError."""
    secrets = secrets_table("connections") or {}
    rosters = Rosters(
        configured.connections(secrets), configured.connection_problems(secrets), stores(), settings.data_dir()
    )
    # Or the first page of all would offer no server's models.
    rosters.of(EVERYBODY if signs_in() else DEFAULT_OWNER).roster.await_lists(LIST_PATIENCE_S)
    return rosters


def models_of(owner: Owner) -> Models:
    """The models of an owner. Raises StoreError and SettingError."""
    return _rosters().of(owner)


def roster_of(owner: Owner) -> Roster:
    """The roster of an owner. Raises StoreError and SettingError."""
    return models_of(owner).roster


def own_connections() -> OwnConnections:
    """The connections that the connections page is about. Raises StoreError, SettingError and NotAdmittedError."""
    return managed().own


def managed() -> Models:
    """What the connections page is about: the visitor's models, or everybody's where an administrator chose that."""
    now = visitor()
    everybodys = now.sign_in and now.may_administer and st.session_state.get("for_everybody")
    return _rosters().of(EVERYBODY if everybodys else now.owner)


@st.cache_resource(show_spinner=False)
def _batch_runners() -> BatchRunners:
    """The asynchronous batches of the process; those that an earlier one left are asked after again."""
    return BatchRunners(stores(), roster_of).resume()


def visitor() -> Visitor:
    """Who looks at this page; for page runs alone. Raises NotAdmittedError where people sign in and this one may not
    come in, StoreError and SettingError.
    """
    if not signs_in():
        return SOLE_VISITOR
    return admission().visitor(sign_in_cookie(st.context.cookies))


def chat() -> Chat:
    """The chat of whoever looks at this page; for page runs alone. Raises as `visitor` does."""
    now = visitor()
    return chat_of(now.owner, read_only=not now.may_ask)


def chat_of(owner: Owner, *, read_only: bool = False) -> Chat:
    """The chat of an owner. Raises StoreError and SettingError."""
    return Chat(stores().of(owner, read_only=read_only), roster_of(owner), Feed(owner))


def batch_runner() -> BatchRunner:
    """The asynchronous batches of whoever looks at this page. Raises as `visitor` does."""
    now = visitor()
    return _batch_runners().of(now.owner, read_only=not now.may_ask)


def open_early() -> None:
    """Open the store and the models before anybody comes; where that fails, each page tries again and says so."""
    with suppress(StoreError, settings.SettingError):
        _rosters()
        if signs_in():
            admission()  # before batches go on: who may not ask sends none
        _batch_runners()
        if stores().running_experiments():
            from components.experiments.runners import experiment_runners  # takes a while, which few starts need

            experiment_runners()


def called(model: str) -> str:
    """The short name of a model by its id, which no other has; the id of one that is not known."""
    card = chat().roster.card(model)
    return visible(model) if card is None else chat().roster.called(card)
