"""One column of a comparison: its model, settings and conversation; while names are hidden, the texts alone."""

from functools import partial

import streamlit as st

from components.chat.exchange_dialog import inspect
from components.compare import actions
from components.compare.pane_settings import pane_settings
from components.compare.pane_slots import slot_of
from components.compare.pane_view import PaneView
from components.experiments.add_row import add_row_of
from components.frame.channel import composer, transcript
from components.frame.found_turn import FoundTurn
from components.settings.model_question import model_question
from components.settings.parameter_panel import Links, link_button
from playground.channel.marks import mark_of
from playground.compare.comparison import PROMPT
from playground.conversation.chat import Chat
from playground.store import Store
from playground.text.markdown import plain


def pane_column(view: PaneView, chat: Chat, *, height: int | None = None, found: FoundTurn | None = None) -> None:
    """Draw a pane. With a `height` in pixels its conversation scrolls by itself, and other panes stay in view."""
    pane_id = view.pane.id
    with st.container(key=f"pane-{view.number}", border=True, gap="xsmall"):
        _head(view)
        if not view.hidden:
            pane_settings(view, chat.roster)
            model_question(
                view.meaning,
                chat.roster,
                lambda card: actions.choose_model(pane_id, card),
                key=f"pane_question-{view.number}",
            )
            if view.notes:
                st.caption("  \n".join(f":material/tune: {plain(note)}" for note in view.notes))
        transcript(slot_of(view.number), compact=True, height=height, found=found, act=partial(_act, chat.store, view))
        if PROMPT in view.pane.unlinked:
            _own_composer(view)


def _act(store: Store, view: PaneView, action: str, turn_id: str) -> None:
    if view.hidden:
        return
    if action == "inspect":
        inspect(store, turn_id, view.pane.conversation_id)
    elif action == "add_row":
        add_row_of(store, turn_id, view.pane.conversation_id)


def _head(view: PaneView) -> None:
    number, pane_id = view.number, view.pane.id
    preferred = view.vote is not None and view.vote.pane == pane_id
    chosen = ":material/trophy: " if preferred and not view.hidden else ""
    key = f"menu-{number}"
    choices = actions.menu(view.comparison, view.pane, answered=bool(view.path) and not view.busy, alone=view.alone)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"{chosen}**{plain(view.name)}**", width="stretch")
        st.menu_button(
            "",
            tuple(choices),
            key=key,
            icon=":material/more_horiz:",
            type="tertiary",
            help="More",
            on_click=lambda: choices[st.session_state[key]](pane_id),
        )


def _own_composer(view: PaneView) -> None:
    key = f"composer-{view.number}"
    links = Links(view.pane.unlinked, lambda name: actions.toggle_link(view.pane.id, name))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        composer(
            slot_of(view.number),
            key=key,
            placeholder="To this pane alone",
            draft_key=f"pane-{view.pane.id}",
            mark=mark_of(view.pane.conversation_id),
            context=view.context,
            vision=None if view.card is None or view.hidden else view.card.vision,
        )
        link_button(PROMPT, links, key=f"{key}-link")
