"""Answers on their way: laid out first, then drawn as they come, any number at once."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import streamlit as st

from components import page_load
from components.markdown import LiveMarkdown, plain
from components.places import all_drawn
from playground.replies import Reply, live
from playground.waiting import FIRST_TOKEN, PATIENCE_S, waiting_for

TICK_S = 0.05
FULL_PACE = 2.5
"""So many answers are drawn every TICK_S, more of them in proportion less often: the browser has one thread for all."""
SHORT_TICK_S = 0.01
"""How often it is looked in between whether a first token has come, or a click."""
PLACES = 5
"""An answer that has ended may take so many: thoughts, text, notes, results of tools, meter."""
QUICK_S = 0.05
"""After a message was sent to up to four models; to more of them in proportion longer."""
LEAD_S = 0.012
"""What the browser gets to receive and draw it before more comes."""
LINGER_S = 0.2
"""How long answers that end together are waited for, so that the page is drawn anew once and not for each."""
LAST_FRAME_S = 0.03
"""What the browser gets to show the last words, before it has the whole page to draw anew."""
LOADING_S = (0.5, 1, 2, 4, 8)
"""How long a page that is being loaded is left in peace between updates."""
_WAITING = f":shimmer[{FIRST_TOKEN}]"


class Watched(Protocol):
    """Something on its way: `draw` shows what is new and says whether it has ended."""

    def draw(self) -> bool:
        """Draw what has been added; True once it has ended and all of it is drawn."""

    @property
    def begun(self) -> bool:
        """Whether there is something to see, or never will be."""

    def wait(self, seconds: float) -> None:
        """Wait that long, or until there is news that cannot wait."""


class Unseen:
    """Something on its way that is not on screen: only its end is noticed."""

    begun = True

    def __init__(self, ended: Callable[[], bool]) -> None:
        self.draw = ended
        self.wait = time.sleep


def unsaved(conversation_id: str | None) -> list[Watched]:
    """The ended answers of a conversation that are not saved yet: the note at them goes when they are."""
    return [] if conversation_id is None else [Unseen(reply.saved.is_set) for reply in live.unsaved(conversation_id)]


class LiveAnswer:
    """One answer on its way, and the places in which it is drawn."""

    def __init__(self, reply: Reply, *, seen: Callable[[str], str] | None = None, raw: bool = False) -> None:
        """Lay it out and draw what there is.

        `seen` is what the eye gets of a piece of text, where that is not all; `raw` shows it as the model writes it.
        """
        self.reply = reply
        self._seen = seen
        self._raw = raw
        self._thoughts_place, self._text_place = st.empty(), st.empty()
        self._text: LiveMarkdown | None = None
        self._thoughts: LiveMarkdown | None = None
        self._drawn = self._thought = 0
        self._moved = reply.moved
        self._said = ""
        self.draw()

    def complete(self) -> None:
        """Hide what else an answer that was there before has left; to be called where it stands."""
        for _ in range(PLACES - 2):
            st.empty()

    def draw(self) -> bool:
        """Draw what has been added; True once it has ended and all of it is drawn."""
        reply = self.reply
        ended = reply.ended.is_set()  # read before the parts, or the last of them could be missed
        if self._moved != reply.moved:
            self._begin_anew()
        parts, thoughts = len(reply.parts), len(reply.reasoning_parts)
        if thoughts > self._thought:
            if self._thoughts is None:
                self._say("")
                box = self._thoughts_place.status(":shimmer[Thinking]", type="compact")
                self._thoughts = LiveMarkdown(box.empty(), self._seen)
            self._thoughts.update("".join(reply.reasoning_parts[self._thought : thoughts]))
            self._thought = thoughts
        if parts > self._drawn and self._raw:
            text = reply.text
            self._text_place.code(self._seen(text) if self._seen else text, language=None, wrap_lines=True)
            self._drawn = parts
        elif parts > self._drawn:
            if self._text is None:
                self._text = LiveMarkdown(self._text_place, self._seen)
            self._text.update("".join(reply.parts[self._drawn : parts]))
            self._drawn = parts
        elif not self._drawn and not self._thought and not ended:
            waited_s = reply.age_s
            self._say(_waiting(reply, waited_s) if self._seen is None else _WAITING if waited_s > PATIENCE_S else "")
        return ended

    @property
    def begun(self) -> bool:
        """Whether its first token is there, or will never be."""
        return self.reply.first_token_s is not None or self.reply.ended.is_set()

    def wait(self, seconds: float) -> None:
        """Wait for the first token, or for the end, but not longer than that."""
        weight = self._text.weight if self._text is not None else 1
        (self.reply.ended if self.begun else self.reply.arrived).wait(seconds * weight)

    def _begin_anew(self) -> None:
        """Draw all of it again: what was taken for text was thought, or the other way round."""
        self._moved = self.reply.moved
        self._text = self._thoughts = None
        self._drawn = self._thought = 0
        self._thoughts_place.empty()
        self._text_place.empty()

    def _say(self, words: str) -> None:
        if words != self._said:
            if words:
                self._text_place.caption(words)
            else:
                self._text_place.empty()
            self._said = words


def await_quick(replies: Sequence[Reply]) -> None:
    """Wait a moment for the first tokens of quick models, so that they are drawn together with the places for them."""
    for reply in replies:
        reply.arrived.wait(max(QUICK_S * max(1, len(replies) / 4) - reply.age_s, 0))


def lead(answers: Sequence[Watched]) -> None:
    """Have the browser draw what there is of answers before what is sent next."""
    if answers:
        for answer in answers:
            answer.draw()
        time.sleep(LEAD_S)


def watch(answers: Sequence[Watched]) -> bool:
    """Draw answers as they come, until one has ended and those that end with it; then the page is to be drawn anew.

    False where there are none. A rerun or a page change breaks this off, and the answers go on.
    """
    all_drawn()
    if not answers:
        page_load.controls_are_there()
        return False
    if not page_load.has_controls():
        _draw_rarely(answers)
    first_end: float | None = None
    while True:
        ended = [answer.draw() for answer in answers]
        if any(ended):
            first_end = first_end or time.monotonic()
            if all(ended) or time.monotonic() - first_end > LINGER_S:
                time.sleep(LAST_FRAME_S)
                return True
        _give_way()
        if len(answers) == 1:
            answers[0].wait(TICK_S)
        else:
            _pause(answers)


def _pause(answers: Sequence[Watched]) -> None:
    """Until several answers are to be drawn again: earlier where a first token comes, and a click is let in at once."""
    until = time.monotonic() + TICK_S * max(1.0, len(answers) / FULL_PACE)
    waiting = [answer for answer in answers if not answer.begun]
    while (left := until - time.monotonic()) > 0 and not any(answer.begun for answer in waiting):
        _give_way()
        time.sleep(min(SHORT_TICK_S, left))


def _draw_rarely(answers: Sequence[Watched]) -> None:
    """Until the page that was just loaded has its controls: with pauses that grow, for nobody knows how slow it is."""
    page_load.await_controls()
    for pause_s in LOADING_S:
        if any([answer.draw() for answer in answers]):
            break
        until = time.monotonic() + pause_s
        while time.monotonic() < until:
            _give_way()
            time.sleep(TICK_S)
    page_load.controls_are_there()


def _give_way() -> None:
    """Let a rerun that was asked for begin; without it such a loop cannot be interrupted."""
    st.session_state.get("session")


def _waiting(reply: Reply, waited_s: float) -> str:
    """Why there is nothing to see yet, as Markdown; empty for the first second."""
    words = plain(waiting_for(reply, waited_s))
    if reply.exchange.wait is None:
        return f":shimmer[{words}]" if words else ""
    return f":material/hourglass_top: {words}"
