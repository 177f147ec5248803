"""One column of a comparison: a model, its settings, what it said, its Stop and its meter."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from components import compare_actions as actions
from components.answer import answer
from components.copy_button import copy_button
from components.live_answer import LiveAnswer
from components.markdown import plain
from components.meter import meter
from components.model_picker import model_picker
from components.parameter_panel import Links, link_button, parameter_panel
from components.request_preview import request_preview
from components.session import chat
from playground import replies
from playground.blind import scrubbed
from playground.catalog import ModelCard
from playground.comparison import PROMPT, SYSTEM_PROMPT, Pane
from playground.messages import Message
from playground.setup import Setup
from playground.store import Reply, Turn

MENU = {
    "Run again": actions.again,
    "Duplicate": actions.duplicate,
    "Move left": lambda pane_id: actions.move(pane_id, -1),
    "Move right": lambda pane_id: actions.move(pane_id, 1),
    "Settings for all": actions.same_for_all,
    "Raw text": actions.toggle_raw,
    "Own prompt": lambda pane_id: actions.toggle_link(pane_id, PROMPT),
    "Look at it alone": actions.focus,
    "Continue in chat": actions.promote,
    "Remove": actions.remove,
}


@dataclass(frozen=True, slots=True)
class PaneView:
    """What a pane shows. `name` is what it is called while names may be seen, a letter while they may not."""

    number: int
    pane: Pane
    name: str
    card: ModelCard | None
    setup: Setup
    notes: Sequence[str]
    path: Sequence[Turn]
    live: Sequence["replies.Reply"]
    hidden: bool
    raw: bool
    drawn_before: int


def pane(view: PaneView) -> list[LiveAnswer]:
    """Draw a pane; its answer on the way is laid out, for the caller to watch."""
    number, pane_id = view.number, view.pane.id
    with st.container(key=f"pane-{number}", border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
            st.markdown(f"**{plain(view.name)}**", width="stretch")
            st.button(
                "Stop",
                key=f"stop-{number}",
                icon=":material/stop_circle:",
                type="tertiary",
                disabled=not view.live,
                on_click=actions.stop,
                args=(pane_id,),
            )
            key = f"menu-{number}"
            st.menu_button(
                "",
                tuple(MENU),
                key=key,
                icon=":material/more_horiz:",
                type="tertiary",
                help="More",
                on_click=lambda: MENU[st.session_state[key]](pane_id),
            )
        if not view.hidden:
            _settings(view)
        for note in view.notes:
            st.caption(f":material/tune: {plain(note)}")
        watched = _turns(view)
        if PROMPT in view.pane.unlinked:
            _own_composer(view)
    return watched


def _settings(view: PaneView) -> None:
    number, pane_id, roster = view.number, view.pane.id, chat().roster
    model_picker(
        tuple(roster.catalog),
        view.pane.model,
        roster.obstacle,
        lambda card: actions.choose_model(pane_id, card),
        key=f"model-{number}",
    )
    own = len(view.pane.unlinked - {PROMPT})
    label = f"Settings · {len(view.setup.parameters)} set" + (f", {own} own" if own else "")
    with st.expander(label, icon=":material/tune:", on_change="rerun", key=f"settings-{number}") as box:
        if not box.open or view.card is None:
            return
        links = Links(view.pane.unlinked, lambda name: actions.toggle_link(pane_id, name))
        key = f"system_prompt-{number}"
        if st.session_state.get(key) != view.setup.system_prompt:
            st.session_state[key] = view.setup.system_prompt
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom", wrap=False):
            st.text_area(
                "System prompt",
                key=key,
                height=80,
                placeholder="None is sent",
                on_change=lambda: actions.set_system_prompt(pane_id, st.session_state[key]),
            )
            link_button(SYSTEM_PROMPT, links, key=f"{key}-link")
        parameter_panel(
            chat().controls(view.card, None, view.setup),
            view.setup.parameters,
            lambda name, value: actions.set_parameter(pane_id, name, value),
            lambda: actions.reset_parameters(pane_id),
            key=f"parameters-{number}",
            links=links,
        )
        request_preview(chat(), view.path, view.setup, key=f"request_preview-{number}")


def _turns(view: PaneView) -> list[LiveAnswer]:
    watched: list[LiveAnswer] = []
    live = {reply.id: reply for reply in view.live}
    for turn in view.path:
        last = turn is view.path[-1]
        with st.container(gap="small"):
            if turn.message.role == "user":
                st.caption(plain(_short(turn.message)))
            elif turn.id in live:
                hide = partial(scrubbed, card=view.card) if view.hidden and view.card else None
                watched.append(LiveAnswer(live[turn.id], seen=hide))
            elif turn.reply is None:
                st.text(turn.message.text)
            else:
                answer(_seen(turn.reply, view), lambda: None, raw=view.raw and last)
                if not view.hidden:
                    _footer(turn, turn.reply, view, last=last)
    for _ in range(view.drawn_before - len(view.path)):
        st.empty()
    if len(live) > len(watched):
        st.caption(f":shimmer[{len(live) - len(watched)} more repetitions are on their way]")
    return watched


def _seen(reply: Reply, view: PaneView) -> Reply:
    """The reply for the eye: while names are hidden, without what would give the model away."""
    if not view.hidden or view.card is None:
        return reply
    return replace(
        reply, text=scrubbed(reply.text, view.card), reasoning=scrubbed(reply.reasoning, view.card), notes=()
    )


def _footer(turn: Turn, reply: Reply, view: PaneView, *, last: bool) -> None:
    number = view.number
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        meter(reply, key=f"meter-{number}" if last else f"meter-{number}-{turn.id}")
        if not last:
            return
        if len(turn.siblings) > 1:
            st.caption(f"{turn.siblings.index(turn.id) + 1} of {len(turn.siblings)} answers", width="content")
        if reply.text:
            copy_button(reply.text, key=f"copy-{number}")
        if reply.error:
            st.button(
                "Retry",
                key=f"retry-{number}",
                icon=":material/refresh:",
                type="tertiary",
                on_click=actions.again,
                args=(view.pane.id,),
            )


def _own_composer(view: PaneView) -> None:
    key = f"composer-{view.number}"

    def submitted() -> None:
        text = st.session_state[key]
        if text and text.strip():
            actions.send_to(view.pane.id, Message("user", text))

    st.chat_input("To this pane alone", key=key, on_submit=submitted)


def _short(message: Message) -> str:
    text = message.text
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text):,} characters)"
