"""Falls back from an answer to its recording: where the model fails, is refused, or says nothing for too long.

def show(placed: Placed) -> None:
    page.put(recorded(store, slot, placed.turn, play=True))

RecordedFallback(chat, recording, show, patience_s=10).watch(reply)
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.answers.live_reply import LiveReply
from playground.channel.clock import clock
from playground.conversation.chat import Chat
from playground.conversation.copying import copy_reply
from playground.messages import Message
from playground.presenting.presenter import REASONS
from playground.presenting.recordings import Recording, sign

STEP_PATIENCE_S = 10.0
"""Seconds without a piece of the answer before it falls back."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A recording in a conversation: the id of its turn, and why it is there, in a sentence."""

    turn: str
    recording: Recording
    reason: str


@dataclass(eq=False)
class RecordedFallback:
    """Watches one answer, and puts a recording in its place at most once; a person's Stop is none of the reasons.

    What failed stays as another version. An audience is told why in our words: those of a server may hold addresses.

    `on_fall` is called on a thread of the clock when the recording is in its place; the pages are told afterwards.
    """

    chat: Chat
    recording: Recording
    on_fall: Callable[[Placed], None]
    patience_s: float = STEP_PATIENCE_S
    _last: float = field(default_factory=time.monotonic)
    _fallen: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(self, reply: LiveReply) -> None:
        """Watch an answer that was just asked for, also one that has failed by now. Returns at once."""
        self._last = time.monotonic()
        reply.watch(self, lambda first: self._heard())
        reply.on_end(lambda ended: clock.soon(lambda: self._ended(ended)))
        if reply.ended.is_set():
            clock.soon(lambda: self._ended(reply))
        else:
            clock.after(self.patience_s, lambda: self._look(reply))

    def _heard(self) -> None:
        self._last = time.monotonic()

    def _look(self, reply: LiveReply) -> None:
        """Fall back where nothing has come for too long; otherwise look again when that may be."""
        if reply.state != "live" or self._fallen:
            return
        left = self._last + self.patience_s - time.monotonic()
        if left > 0:
            clock.after(left, lambda: self._look(reply))
            return
        silent = "no word of it came" if reply.first_token_s is None else "it fell silent"
        self._fall(reply, f"{silent} for {self.patience_s:g} s")
        reply.stop()

    def _ended(self, reply: LiveReply) -> None:
        if reply.state == "failed":
            kind = None if reply.error is None else reply.error.kind
            self._fall(reply, "the model failed" if kind not in REASONS else REASONS[kind].rstrip("."))

    def _fall(self, reply: LiveReply, reason: str) -> None:
        with self._lock:
            if self._fallen:
                return
            self._fallen = True
        store = self.chat.store
        turn = store.turn(reply.id)
        if turn is not None:
            # The pages are told after who is to have it played: they play it as it appears.
            why = f"The model's answer is not shown. {reason[0].upper()}{reason[1:]}."
            notes = (sign(self.recording, why),)
            placed = copy_reply(store, self.recording.reply, turn.conversation_id, turn.parent_id, notes=notes)
            self.on_fall(Placed(placed, self.recording, why))
            self.chat.screens.changed(turn.conversation_id)


def place_recording(
    chat: Chat, conversation_id: str, parent_id: str | None, recording: Recording, why: str = ""
) -> str:
    """Put a copy of a recorded answer after a turn of a conversation, as its head; returns the id of its turn.

    Its notes say that it is a recording, of when and from which model, and `why` it is there. Raises StoreError.
    """
    turn = copy_reply(chat.store, recording.reply, conversation_id, parent_id, notes=(sign(recording, why),))
    chat.screens.changed(conversation_id)
    return turn


def say_recorded(chat: Chat, conversation_id: str, message: Message, recording: Recording, why: str = "") -> str:
    """Say a message at the end of a conversation and have a recording answer it; returns the id of the answer's turn.

    No model is asked. Raises StoreError.
    """
    path = chat.store.path(conversation_id)
    question = chat.store.add_turn(conversation_id, path[-1].id if path else None, message)
    return place_recording(chat, conversation_id, question.id, recording, why)
