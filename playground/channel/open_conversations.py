"""The conversations that pages show: their current paths, kept in memory."""

import logging
import threading
from collections.abc import Iterable, Sequence
from functools import partial
from weakref import WeakSet, WeakValueDictionary

from playground.answers.live_replies import live_replies
from playground.answers.live_reply import LiveReply
from playground.channel.clock import Threads, clock
from playground.channel.slots import Slot
from playground.channel.views.entries import Row
from playground.compare.replay import replay_of
from playground.owner import Owner
from playground.store import Store, StoreError, Turn

READ_AGAIN_S = 2.0
"""The pause before a failed read is retried."""
TRIES = 5

reads = Threads(8, "reads")
"""Threads for reads alone: a store that does not answer blocks nothing else."""

log = logging.getLogger(__name__)


class OpenConversation:
    """One conversation, and the slots that show it. Thread-safe."""

    def __init__(self, store: Store, conversation_id: str) -> None:
        self.id = conversation_id
        self.owner = store.owner
        self.slots: WeakSet[Slot] = WeakSet()
        self._store = store
        self._lock = threading.RLock()
        self._rows: tuple[Row, ...] | None = None
        self._change = 0
        """Counts the changes, so that a path that was read before one is not taken for the current one."""
        self._puts = 0
        self._reading = False

    @property
    def path(self) -> Sequence[Turn] | None:
        """The path that is shown; None where it was not read yet."""
        rows = self._rows
        return None if rows is None else tuple(row.turn for row in rows)

    def add_slot(self, slot: Slot) -> None:
        """Show the conversation in a slot from now on."""
        with self._lock:
            self.slots.add(slot)
            rows, number = self._rows, self._puts
        if rows is not None:
            slot.put(rows, busy=self._busy(), note=self._note(rows), number=number)

    def adopt(self, path: Sequence[Turn]) -> None:
        """Take a path that the caller has just read; if one is known already, check whether it has changed."""
        with self._lock:
            known = self._rows
            if known is None:
                self._take(path)
        if known is None:
            self._put()
            reads.soon(self._compare)
            if any(turn.reply is not None and turn.reply.state == "live" and self._has_ended(turn.id) for turn in path):
                self.changed()
        elif [_state(row.turn) for row in known] != [_state(turn) for turn in path]:
            self.changed()

    def check(self) -> None:
        """Check whether the path has changed in the store."""
        if self._rows is None:
            self.changed()
        else:
            reads.soon(self._compare)

    def question_asked(self, path: Sequence[Turn], new: Sequence[Turn], reply: LiveReply) -> None:
        """Add the turns of a question after a path; the last of `new` is that of the coming answer."""
        with self._lock:
            self._change += 1
            known = {row.turn.id: row for row in self._rows or ()}
            rows = [known.get(turn.id) or Row(turn) for turn in path]
            self._rows = (*rows, *(Row(turn) for turn in new[:-1]), Row(new[-1], live=reply))
        self._put(quick=True)

    def count(self) -> None:
        """Count another coming answer that is not shown."""
        self._put()

    def ended(self, reply: LiveReply) -> None:
        """Read the turn of an answer that has ended or was saved."""
        try:
            turn = self._store.turn(reply.id)
        except StoreError as error:
            log.warning("how an answer ended could not be read: %s", error)
            if self._is_shown():
                clock.after(READ_AGAIN_S, lambda: reads.soon(partial(self.ended, reply)))
            return
        with self._lock:
            self._change += 1
            if self._rows is not None and turn is not None:
                ended_reply = reply if turn.reply is None or turn.reply.state != "live" else None
                self._rows = tuple(
                    Row(turn, ended_reply=ended_reply) if row.turn.id == turn.id else row for row in self._rows
                )
        self._put(quick=True)

    def changed(self) -> None:
        """Read the path again, on a thread."""
        with self._lock:
            self._change += 1
            if self._reading:
                return
            self._reading = True
        reads.soon(self._read)

    def _read(self) -> None:
        again: float | None = READ_AGAIN_S
        try:
            again = self._read_now()
        except StoreError as error:
            log.warning("a conversation could not be read: %s", error)
        finally:
            if again is not None:
                self._read_later(again)
        if again is None:
            self._put()

    def _read_later(self, seconds: float) -> None:
        with self._lock:
            if not self._is_shown():
                self._reading, self._rows = False, None  # the next slot has it read
                return
        clock.after(seconds, lambda: reads.soon(self._read))

    def _read_now(self) -> float | None:
        """Read the path; returns None, or the seconds until a retry where it changed during each read."""
        for _ in range(TRIES):
            with self._lock:
                change = self._change
            path = self._store.path(self.id)
            with self._lock:
                if change == self._change:
                    self._take(path)
                    self._reading = False
                    return None
        return 0.1

    def _is_shown(self) -> bool:
        """Whether an open slot shows it."""
        return any(not slot.closed for slot in tuple(self.slots))

    def _compare(self) -> None:
        """Read the path again if the head has moved since."""
        found = self._store.conversation(self.id)
        with self._lock:
            last = self._rows[-1].turn.id if self._rows else None
        if found is not None and found.head != last:
            self.changed()

    def _take(self, path: Sequence[Turn]) -> None:
        known = {row.turn.id: row for row in self._rows or ()}
        self._rows = tuple(_row(turn, known.get(turn.id), live_replies.get(self.owner, turn.id)) for turn in path)

    def _put(self, *, quick: bool = False) -> None:
        with self._lock:
            self._puts += 1
            rows, slots, number = self._rows, tuple(self.slots), self._puts
        if rows is None:
            return
        busy, note = self._busy(), self._note(rows)
        for slot in slots:
            slot.put(rows, busy=busy, note=note, number=number, quick=quick)

    def _has_ended(self, reply_id: str) -> bool:
        reply = live_replies.get(self.owner, reply_id)
        return reply is not None and reply.ended.is_set()

    def _busy(self) -> bool:
        return bool(live_replies.of(self.owner, self.id)) or replay_of(self.owner, self.id) is not None

    def _note(self, rows: Iterable[Row]) -> str:
        shown = {row.turn.id for row in rows}
        others = sum(reply.id not in shown for reply in live_replies.of(self.owner, self.id))
        return f"{others} more on the way" if others else ""


def _row(turn: Turn, known: Row | None, live: LiveReply | None) -> Row:
    """The row of a turn that was read; the known one if nothing has changed."""
    if live is not None and live.ended.is_set():
        live = None
    if known is not None and known.live is live:
        same = known.turn == turn if live is None else known.turn.siblings == turn.siblings
        if same:
            return known
    return Row(turn, live, None if known is None else known.ended_reply or (known.live if live is None else None))


def _state(turn: Turn) -> tuple[str, str]:
    return turn.id, "" if turn.reply is None else turn.reply.state


def path_on_screen(store: Store, conversation_id: str | None) -> Sequence[Turn]:
    """The current path of a conversation, from memory if a page shows it. Raises StoreError."""
    if conversation_id is None:
        return ()
    known = known_path(store.owner, conversation_id)
    return store.path(conversation_id) if known is None else known


def known_path(owner: Owner, conversation_id: str) -> Sequence[Turn] | None:
    """The current path of a conversation if a page of its owner shows it; None otherwise."""
    conversation = open_conversations.get((owner, conversation_id))
    return None if conversation is None else conversation.path


open_conversations: WeakValueDictionary[tuple[Owner, str], OpenConversation] = WeakValueDictionary()
"""By owner and id, so that an id opens no conversation of another owner."""
_lock = threading.Lock()


def open_conversation(store: Store, conversation_id: str) -> OpenConversation:
    """The one `OpenConversation` of a conversation."""
    with _lock:
        key = store.owner, conversation_id
        found = open_conversations.get(key)
        if found is None:
            found = open_conversations[key] = OpenConversation(store, conversation_id)
        return found
