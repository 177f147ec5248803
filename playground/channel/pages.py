"""Open pages: what stands in their slots, who listens, and what they asked for."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Protocol
from weakref import WeakValueDictionary, ref

from playground.channel.clock import clock
from playground.channel.messages import Begun, BrowserRequest, Gauge, MeasureAgain, OneTimeMessage, RequestDone
from playground.channel.open_conversations import OpenConversation, open_conversation
from playground.channel.slots import Slot
from playground.channel.views.entries import Presenter
from playground.store import Store, Turn

MOST_SOCKETS = 4
"""Of one page; the oldest is let go for a new one."""
ANSWERS_KEPT = 200
TOGETHER_S = 0.2
"""Answers that end within so many seconds are one run of the page."""
BEGINNING_S = 0.3
"""How long a run waits for first tokens, which come before it."""


class Listener(Protocol):
    """An open socket of a page. Any thread may call."""

    def wake(self, urgent: bool) -> None:
        """There is news; with True it cannot wait."""

    def put(self, message: OneTimeMessage) -> None:
        """Tell this, once."""

    def replace(self) -> None:
        """Make room for a newer socket."""


Handler = Callable[["Page", BrowserRequest], Gauge | None]


class Page:
    """What one browser page shows. Its session holds it, and tells the token to its own browser alone."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self.slots: dict[str, Slot] = {}
        self.handler: Handler | None = None
        """Carries out what the browser asks for; called on a thread, one at a time, in order."""
        self.runs = 0
        """How often the page was to be run; a socket tells when this has gone up."""
        self.runs_done = 0
        """Of those, how many it has had; a new socket tells the rest, which the one before may have lost."""
        self._conversations: dict[str, OpenConversation] = {}
        self._listeners: list[Listener] = []
        self._lock = threading.RLock()
        self._answers: OrderedDict[int, RequestDone | None] = OrderedDict()
        self._highest = -1
        self._run_at: float | None = None
        with _lock:
            pages[self.token] = self

    def show(
        self,
        slot: str,
        conversation_id: str | None,
        presenter: Presenter,
        *,
        store: Store,
        path: Sequence[Turn] | None = None,
        stands: str = "",
        together: str = "",
    ) -> None:
        """Have a conversation stand in a slot; `path` is its path, where that has just been read anyway.

        `stands` is a mark of the conversation, `together` one of all that the slots show.
        """
        with self._lock:
            conversation = None if conversation_id is None else open_conversation(store, conversation_id)
            found = self.slots.get(slot)
            same = found is not None and (found.stands, found.together) == (stands, together)
            if found is None or not same or self._conversations.get(slot) is not conversation:
                if found is not None:
                    found.close()
                me = ref(self)
                found = Slot(
                    slot,
                    presenter,
                    lambda urgent: _wake(me, urgent),
                    lambda: _begun(me),
                    heard=lambda: _heard(me),
                    stands=stands,
                    together=together,
                )
                if conversation is not None:
                    self._conversations[slot] = conversation
                    conversation.watched(found)
                else:
                    self._conversations.pop(slot, None)
                    found.put((), busy=False, note="")
                self.slots = {**self.slots, slot: found}
            else:
                found.seen_as(presenter)
        if conversation is not None:
            if path is None:
                conversation.look()
            else:
                conversation.adopt(path)

    def begin(self, slot: str, conversation_id: str, *, store: Store, stands: str, address: str) -> None:
        """Have a conversation that has just been made stand in a slot, seen as the one before it was.

        The browser is told, and nothing of the page is drawn anew: a run would be in the way of the first tokens.
        """
        if (found := self.slots.get(slot)) is not None:
            self.show(slot, conversation_id, found.presenter, store=store, path=(), stands=stands)
            self.put(Begun(slot=slot, draft_key=conversation_id, address=address))

    def only(self, slots: Collection[str]) -> None:
        """Have no other slots than these."""
        with self._lock:
            for name in [name for name in self.slots if name not in slots]:
                self.slots[name].close()
                self.slots = {known: slot for known, slot in self.slots.items() if known != name}
                self._conversations.pop(name, None)
        self.wake(True)

    def shows(self, conversation_id: str) -> bool:
        """Whether the conversation stands in one of its slots."""
        return any(conversation.id == conversation_id for conversation in tuple(self._conversations.values()))

    def join(self, listener: Listener) -> None:
        """Have a socket hear of news."""
        with self._lock:
            self._listeners.append(listener)
            over = self._listeners[:-MOST_SOCKETS]
            slots = tuple(self.slots.values())
        for one in over:
            one.replace()
        for slot in slots:
            slot.listened()

    @property
    def heard(self) -> bool:
        """Whether any socket hears of news. A tab that was closed leaves its page behind for as long as its session."""
        return bool(self._listeners)

    def leave(self, listener: Listener) -> None:
        """A socket is closed."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def wake(self, urgent: bool = False) -> None:
        """There is news."""
        for listener in tuple(self._listeners):
            listener.wake(urgent)

    def first_time(self, number: int) -> bool:
        """Whether a request is to be carried out; one that came before is answered again, once it is done."""
        with self._lock:
            if number > self._highest:
                self._highest = number
                self._answers[number] = None
                while len(self._answers) > ANSWERS_KEPT:
                    self._answers.popitem(last=False)
                return True
            answer = self._answers.get(number, RequestDone(number=number))
        if answer is not None:
            self.put(answer)
        return False

    def answer(self, answer: RequestDone) -> None:
        """Tell that a request was carried out, or why not."""
        with self._lock:
            if answer.number in self._answers:
                self._answers[answer.number] = answer
        self.put(answer)

    def put(self, message: OneTimeMessage) -> None:
        """Tell something to all its sockets."""
        for listener in tuple(self._listeners):
            listener.put(message)

    def measure(self) -> None:
        """Have what stands in its composers measured again: settings that count have changed."""
        self.put(MeasureAgain())

    def run_soon(self, seconds: float = 0.0) -> None:
        """Have the page run by then; several that come together are one run."""
        with self._lock:
            at = time.monotonic() + seconds
            if self._run_at is not None and self._run_at <= at:
                return
            self._run_at = at
        me = ref(self)
        clock.after(seconds, lambda: _run(me, at))

    def run_after_first_tokens(self) -> None:
        """Have the page run when the answers that are asked for now have begun, which is to be seen first."""
        self.run_soon(BEGINNING_S)

    def begun(self) -> None:
        """The first token of an answer is there: when all are, a run that waits for them need wait no longer."""
        if self._run_at is not None and not any(slot.awaits for slot in self.slots.values()):
            self.run_soon()

    def ended(self) -> None:
        """An answer has ended."""
        busy = any(slot.shown is not None and slot.shown.busy for slot in self.slots.values())
        self.run_soon(TOGETHER_S if busy else 0.0)

    def has_run(self) -> None:
        """The page runs, and shows what there is now."""
        self.runs_done = self.runs

    def run_now(self, at: float) -> None:
        """Tell that the page is to be run, unless that was told for an earlier moment."""
        with self._lock:
            if self._run_at != at:
                return
            self._run_at = None
            self.runs += 1
        self.wake(True)


pages: WeakValueDictionary[str, Page] = WeakValueDictionary()
_lock = threading.Lock()


def showing(conversation_id: str) -> list[Page]:
    """The pages on which a conversation stands."""
    with _lock:
        known = list(pages.values())
    return [page for page in known if page.shows(conversation_id)]


def _wake(page: "ref[Page]", urgent: bool) -> None:
    if (found := page()) is not None:
        found.wake(urgent)


def _begun(page: "ref[Page]") -> None:
    if (found := page()) is not None:
        found.begun()


def _heard(page: "ref[Page]") -> bool:
    return (found := page()) is not None and found.heard


def _run(page: "ref[Page]", at: float) -> None:
    if (found := page()) is not None:
        found.run_now(at)
