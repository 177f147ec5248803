"""What the admin page does when somebody presses something. Each looks up anew who presses it."""

import streamlit as st

from components.frame.process import admission, visitor
from components.frame.session import shows_errors
from playground.access.admission import NotAdmittedError, Visitor
from playground.answers.request_switch import request_switch
from playground.channel.pages import open_pages
from playground.errors import ModelPermissionError
from playground.owner import Owner
from playground.store import GivenRole

AS_LISTED = "listed"
"""The choice to leave a role to secrets.toml."""


def _administrator() -> Visitor:
    """Who presses it. Raises ModelPermissionError for anybody who is no administrator."""
    now = visitor()
    if not now.may_administer:
        raise ModelPermissionError("This is for administrators.", hint="Ask one of them.")
    return now


@shows_errors
def stop_all_requests(reason_key: str) -> None:
    """Refuse all requests, stop those on their way, and have all open pages say so."""
    request_switch().stop_all(_administrator().owner, st.session_state.get(reason_key, ""))
    _run_open_pages()


@shows_errors
def allow_requests() -> None:
    """Allow requests again."""
    request_switch().allow(_administrator().owner)
    _run_open_pages()


@shows_errors
def give_role(owner: Owner, key: str) -> None:
    """Give a user the role that is chosen in a select box, or leave it to secrets.toml."""
    chosen = st.session_state[key]
    role: GivenRole | None = None if chosen == AS_LISTED else chosen
    try:
        admission().give_role(owner, role, _administrator())
    except NotAdmittedError:
        raise ModelPermissionError("Nobody changes their own role.", hint="Another administrator can.") from None


@shows_errors
def sign_out_everywhere(owner: Owner) -> None:
    """End all sign-ins of a user."""
    admission().end_all(owner, _administrator())


def _run_open_pages() -> None:
    for page in open_pages():
        page.run_soon()
