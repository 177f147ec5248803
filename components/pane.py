"""One column of a comparison: what its model said, its Stop and its meter; while names are hidden, the words alone."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import compare_actions as actions
from components.answer import answer
from components.composer import written
from components.copy_button import copy_button
from components.live_answer import LiveAnswer, Unseen, Watched
from components.markdown import plain
from components.meter import meter
from components.model_question import model_question
from components.pane_settings import pane_settings
from components.pane_view import PaneView
from components.parameter_panel import Links, link_button
from components.picture import message_picture
from components.places import Places, left_out
from components.session import chat
from playground.comparison import PROMPT
from playground.messages import Message
from playground.replies import Reply
from playground.store import Turn

LONG = 300
FEW = 3
"""As many panes leave room for a title beside its buttons."""
NEWEST = 2
"""A question and its answer."""


class Column:
    """A pane in two steps, so that the newest words of all panes are on screen before the controls of the first."""

    def __init__(self, view: PaneView, *, height: int | None = None) -> None:
        """Lay it out and draw the newest turns; what is on its way there is in `watched`.

        With a `height` in pixels what is said scrolls by itself, so that Stop and the other panes stay in view.
        """
        self.view = view
        with st.container(key=f"pane-{view.number}", border=True, gap="small"):
            self._head = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
            # What an earlier run drew stays in a container until it is drawn again, and goes at once with an empty.
            self._settings = st.empty() if view.hidden else st.container(gap="small")
            self._said = st.container(height=height or "content", border=False, autoscroll=height is not None)
            with self._said:
                self._turns = _places(view)
                drawn = [_draw(turn, place, view) for turn, place in self._turns[-NEWEST:]]
            self._coming = drawn[-1] if drawn else None
            self._below = st.container() if PROMPT in view.pane.unlinked else None
            if self._below is None:
                st.empty()

    @property
    def watched(self) -> list[Watched]:
        """What is on its way here: the answer on screen, and what is seen only at its end."""
        return [*([self._coming] if self._coming else []), *unseen(self.view, but=self.view.coming)]

    def complete(self) -> None:
        """Draw the rest."""
        view = self.view
        with self._head:
            _head(view)
        if not view.hidden:
            with self._settings:
                pane_settings(view)
                with st.container():
                    pane_id = view.pane.id
                    model_question(
                        view.meaning,
                        chat().roster,
                        lambda card: actions.choose_model(pane_id, card),
                        key=f"pane_question-{view.number}",
                    )
                if view.notes:
                    st.caption("  \n".join(f":material/tune: {plain(note)}" for note in view.notes))
        for turn, place in self._turns[:-NEWEST]:
            _draw(turn, place, view)
        if self._coming is not None:
            turn, place = self._turns[-1]
            with place:
                self._coming.complete()
                _branches(turn, view)
        with self._said, st.empty():
            if others := len(view.live) - (view.coming is not None):
                st.caption(f":shimmer[{others} more on the way]")
        if self._below is not None:
            with self._below:
                _own_composer(view)


def unseen(view: PaneView, *, but: Reply | None = None) -> list[Watched]:
    """What is on its way in a pane that is not drawn, or in one that is drawn beside what is seen there."""
    replay = view.replay
    waiting: list[Watched] = [Unseen(reply.ended.is_set) for reply in view.live if reply is not but]
    waiting += view.unsaved
    if replay is not None and not view.live:
        waiting.append(Unseen(lambda: not replay.between))
    return waiting


def _head(view: PaneView) -> None:
    number, pane_id = view.number, view.pane.id
    chosen = ":material/trophy: " if not view.hidden and view.comparison.chosen == pane_id else ""
    wide = view.alone or len(view.comparison.panes) <= FEW
    st.markdown(f"{chosen}**{plain(view.name)}**", width="stretch" if wide else "content")
    st.button(
        "Stop",
        key=f"stop-{number}",
        icon=":material/stop_circle:",
        type="tertiary",
        disabled=not view.busy,
        on_click=actions.stop,
        args=(pane_id,),
    )
    key = f"menu-{number}"
    choices = actions.menu(
        view.comparison, view.pane, answered=bool(view.path) and not view.busy, raw=view.raw, alone=view.alone
    )
    st.menu_button(
        "",
        tuple(choices),
        key=key,
        icon=":material/more_horiz:",
        type="tertiary",
        help="More",
        on_click=lambda: choices[st.session_state[key]](pane_id),
    )


def _places(view: PaneView) -> list[tuple[Turn, DeltaGenerator]]:
    """A place for each turn that is shown."""
    earlier = left_out(len(view.path), view.shown)
    if earlier:
        st.button(f"Show {earlier} earlier", key=f"earlier-{view.number}", on_click=actions.show_earlier)
    else:
        st.empty()
    places = Places(f"turns-{view.number}")
    laid_out = []
    for turn in view.path[earlier:]:
        place = places.next(turn.id)
        bare = turn.reply is None and isinstance(turn.message.content, str)
        laid_out.append((turn, place.empty() if bare else place.container(gap="small")))
    places.end()
    return laid_out


def _draw(turn: Turn, place: DeltaGenerator, view: PaneView) -> LiveAnswer | None:
    """Draw a turn; one on its way is laid out, to be watched."""
    last = turn is view.path[-1]
    with place:
        if last and view.coming is not None:
            return LiveAnswer(view.coming, seen=view.scrub, raw=view.raw)
        if turn.reply is not None:
            answer(view.seen(turn.reply), lambda: None, raw=view.raw and last)
            _foot(turn, view, last=last)
            for _ in range(2):
                st.empty()  # in place of what stood under the answer while it came
        else:
            _question(turn.message)
    return None


def _question(message: Message) -> None:
    text = message.text
    st.caption(plain(text if len(text) <= LONG else f"{text[:LONG]}… ({len(text):,} characters)"))
    for picture in message.pictures:
        message_picture(picture, width=160)


def _foot(turn: Turn, view: PaneView, *, last: bool) -> None:
    number, reply = view.number, turn.reply
    if reply is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        # What is left out leaves a place: what an earlier run drew there would stay while the next answer comes.
        if view.hidden:
            st.empty()
        else:
            meter(reply, key=f"meter-{number}" if last else None)
        _branches(turn, view)
        if last and reply.text:
            copy_button(view.seen(reply).text, key=f"copy-{number}")
        else:
            st.empty()
        if last:
            st.button(
                "Retry" if reply.error else "Regenerate",
                key=f"retry-{number}",
                icon=":material/refresh:",
                type="tertiary",
                on_click=actions.again,
                args=(view.pane.id,),
            )
        else:
            st.empty()


def _branches(turn: Turn, view: PaneView) -> None:
    """Which of several answers to a prompt this is, and the way to the others, where there are any."""
    if len(turn.siblings) < 2:
        return
    at = turn.siblings.index(turn.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        for name, by, icon in (("Earlier", -1, "left"), ("Later", 1, "right")):
            there = 0 <= at + by < len(turn.siblings)
            if by > 0:
                st.caption(f"{at + 1} / {len(turn.siblings)}", width="content")
            st.button(
                "",
                key=f"{name.lower()}-{view.number}-{turn.id}",
                icon=f":material/chevron_{icon}:",
                help=f"{name} answer",
                type="tertiary",
                disabled=not there,
                on_click=actions.look_at,
                args=(turn.siblings[at + by] if there else turn.id,),
            )


def _own_composer(view: PaneView) -> None:
    key = f"composer-{view.number}"

    def submitted() -> None:
        if (message := written(st.session_state[key])) is not None:
            actions.send_to(view.pane.id, message)

    links = Links(view.pane.unlinked, lambda name: actions.toggle_link(view.pane.id, name))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.chat_input("To this pane alone", key=key, on_submit=submitted)
        link_button(PROMPT, links, key=f"{key}-link")
