"""Links that set up a chat: followed once, and copied."""

import streamlit as st

from components.frame.copy_button import copy_button
from components.frame.process import chat
from components.frame.session import Offer, Session
from playground.conversation.setup import Setup
from playground.sharing.setup_link import NOT_SETTINGS, SetupLink, link_of, read_link, set_up_by

_FOLLOWED = "setup_links_followed"


def setup_in_address() -> SetupLink | None:
    """Take what a link sets out of the address, once: the browser may still send the old one."""
    query = st.query_params.to_dict()
    link = read_link(query)
    if link is None:
        return None
    st.query_params.from_dict({name: value for name, value in query.items() if name in NOT_SETTINGS})
    followed: set[frozenset[tuple[str, str]]] = st.session_state.setdefault(_FOLLOWED, set())
    asked = frozenset(query.items())
    if asked in followed:
        return None
    followed.add(asked)
    return link


def follow_setup_link(here: Session, link: SetupLink) -> None:
    """Set up a new chat as a link says, and put its message into the box; nothing is sent."""
    card = chat().roster.card(here.setup.model)
    here.setup, here.notes = set_up_by(link, here.setup.model, card)
    if (link.system or link.settings) and not here.read_only:
        here.keep()  # the address has the model alone from now on: a reload would forget the rest
    if link.message:
        here.offer = Offer(link.message)


def copy_link_button(setup: Setup) -> None:
    """A button that copies a link which sets up the same: model, system prompt, parameters and options."""
    link = link_of(setup)
    if link is None:
        st.caption("Too much is set for a link. A preset or a file holds all of it.")
    else:
        copy_button(f"?{link}", key="copy_link", label="link that sets this up", name="Copy link", address=True)
