"""One column of a comparison: its model and settings, and what is said in it; of hidden names, the words alone."""

from functools import partial

import streamlit as st

from components.chat.exchange_dialog import inspect
from components.compare import actions
from components.compare.pane_settings import pane_settings
from components.compare.pane_slots import slot_of
from components.compare.pane_view import PaneView
from components.frame.channel import composer, transcript
from components.frame.session import chat
from components.settings.model_question import model_question
from components.settings.parameter_panel import Links, link_button
from playground.channel.marks import mark_of
from playground.compare.comparison import PROMPT
from playground.text.markdown import plain

FEW_PANES = 3
"""As many panes leave room for a title beside its buttons."""


def pane_column(view: PaneView, *, height: int | None = None) -> None:
    """Draw a pane. With a `height` in pixels what is said scrolls by itself, so that the other panes stay in view."""
    pane_id = view.pane.id
    with st.container(key=f"pane-{view.number}", border=True, gap="xsmall"):
        _head(view)
        if not view.hidden:
            pane_settings(view)
            model_question(
                view.meaning,
                chat().roster,
                lambda card: actions.choose_model(pane_id, card),
                key=f"pane_question-{view.number}",
            )
            if view.notes:
                st.caption("  \n".join(f":material/tune: {plain(note)}" for note in view.notes))
        transcript(slot_of(view.number), compact=True, height=height, act=partial(_act, view))
        if PROMPT in view.pane.unlinked:
            _own_composer(view)


def _act(view: PaneView, what: str, turn_id: str) -> None:
    if what == "inspect" and not view.hidden:
        inspect(turn_id, view.pane.conversation_id)


def _head(view: PaneView) -> None:
    number, pane_id = view.number, view.pane.id
    chosen = ":material/trophy: " if not view.hidden and view.comparison.chosen == pane_id else ""
    wide = view.alone or len(view.comparison.panes) <= FEW_PANES
    key = f"menu-{number}"
    choices = actions.menu(view.comparison, view.pane, answered=bool(view.path) and not view.busy, alone=view.alone)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f"{chosen}**{plain(view.name)}**", width="stretch" if wide else "content")
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
            stands=mark_of(view.pane.conversation_id),
            context=view.context,
            vision=None if view.card is None or view.hidden else view.card.vision,
        )
        link_button(PROMPT, links, key=f"{key}-link")
