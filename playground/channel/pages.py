"""Open pages: their slots, their sockets, and the answers to their requests."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Protocol
from weakref import WeakValueDictionary, ref

from playground.channel.clock import clock
from playground.channel.messages import (
    Begun,
    BrowserRequest,
    Gauge,
    MeasureAgain,
    OneTimeMessage,
    Problem,
    Recorded,
    RequestDone,
    StageView,
)
from playground.channel.open_conversations import OpenConversation, open_conversation
from playground.channel.slots import Slot
from playground.channel.views.entries import Presenter, Row
from playground.store import Store, Turn

MOST_SOCKETS = 4
"""Of one page; the oldest is closed for a new one."""
ANSWERS_KEPT = 200
TOGETHER_S = 0.2
"""Answers that end within so many seconds are one run of the page."""
BEGINNING_S = 0.3
"""How long a run waits for first tokens, which are shown before it."""


class Listener(Protocol):
    """An open socket of a page. Thread-safe."""

    def wake(self, urgent: bool) -> None:
        """Send what has changed; at once where it is urgent."""

    def put(self, message: OneTimeMessage) -> None:
        """Send a message once."""

    def replace(self) -> None:
        """Close: a newer socket takes its place, or the page was closed."""


Handler = Callable[["Page", BrowserRequest], Gauge | Recorded | None]
Guard = Callable[[BrowserRequest | None], Problem | None]


class VisitorGoneError(Exception):
    """Whoever this page was made for is signed out, or has another role: the page is closed."""


class Page:
    """What one browser page shows. Its session holds it, and sends the token only to its own browser."""

    def __init__(self, sign_in: str = "", guard: Guard | None = None) -> None:
        """`sign_in` is that of its visitor, whose browser alone may open sockets; `guard` refuses requests with a
        problem, or raises VisitorGoneError, also where it is asked about none.
        """
        self.sign_in = sign_in
        self.guard = guard
        self.closed = False
        """Whether its visitor is gone: no token opens it any more."""
        self.token = secrets.token_urlsafe(24)
        self.slots: dict[str, Slot] = {}
        self.stage: StageView | None = None
        """What it shows around the turns in its slots where it presents them."""
        self.handler: Handler | None = None
        """Carries out the browser's requests; called on a thread, one at a time, in order."""
        self.runs = 0
        """How often the page was requested to run; sockets send a message when it increases."""
        self.runs_done = 0
        """How many of those runs were done; a new socket sends the rest, which the one before may have lost."""
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
        mark: str = "",
        shared_mark: str = "",
    ) -> None:
        """Show a conversation in a slot; `path` is its path, where the caller has just read it.

        Without a conversation the path is shown as it is; another one has another mark.

        `mark` is that of the conversation, `shared_mark` that of all slots together.
        """
        with self._lock:
            conversation = None if conversation_id is None else open_conversation(store, conversation_id)
            found = self.slots.get(slot)
            same = found is not None and (found.mark, found.shared_mark) == (mark, shared_mark)
            if found is None or not same or self._conversations.get(slot) is not conversation:
                if found is not None:
                    found.close()
                me = ref(self)
                found = Slot(
                    slot,
                    presenter,
                    lambda urgent: _wake(me, urgent),
                    lambda: _first_token_arrived(me),
                    has_listeners=lambda: _has_listeners(me),
                    mark=mark,
                    shared_mark=shared_mark,
                )
                if conversation is not None:
                    self._conversations[slot] = conversation
                    conversation.add_slot(found)
                else:
                    self._conversations.pop(slot, None)
                    found.put([Row(turn) for turn in path or ()], busy=False, note="")
                self.slots = {**self.slots, slot: found}
            else:
                found.set_presenter(presenter)
        if conversation is not None:
            if path is None:
                conversation.check()
            else:
                conversation.adopt(path)

    def begin(self, slot: str, conversation_id: str, *, store: Store, mark: str, address: str) -> None:
        """Show a new conversation in a slot, with the presenter of the one before.

        Only the browser is notified: a run of the page would delay the first tokens.
        """
        if (found := self.slots.get(slot)) is not None:
            self.show(slot, conversation_id, found.presenter, store=store, path=(), mark=mark)
            self.put(Begun(slot=slot, draft_key=conversation_id, address=address))

    def show_stage(self, view: StageView | None) -> None:
        """Show this around the turns in its slots, or nothing more."""
        if view != self.stage:
            self.stage = view
            self.wake(True)

    def only(self, slots: Collection[str]) -> None:
        """Close all slots but these."""
        with self._lock:
            for name in [name for name in self.slots if name not in slots]:
                self.slots[name].close()
                self.slots = {known: slot for known, slot in self.slots.items() if known != name}
                self._conversations.pop(name, None)
        self.wake(True)

    def shows(self, conversation_id: str) -> bool:
        """Whether one of its slots shows a conversation with this id."""
        return any(conversation.id == conversation_id for conversation in tuple(self._conversations.values()))

    def has(self, conversation: OpenConversation) -> bool:
        """Whether one of its slots shows this conversation of this owner."""
        return conversation in tuple(self._conversations.values())

    def join(self, listener: Listener) -> None:
        """Add a socket, which is notified of changes."""
        with self._lock:
            if self.closed:
                listener.replace()
                return
            self._listeners.append(listener)
            over = self._listeners[:-MOST_SOCKETS]
            slots = tuple(self.slots.values())
        for listener in over:
            listener.replace()
        for slot in slots:
            slot.listener_joined()

    @property
    def has_listeners(self) -> bool:
        """Whether there is any socket. The page of a closed tab remains as long as its session, without one."""
        return bool(self._listeners)

    def leave(self, listener: Listener) -> None:
        """Remove a closed socket."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def close(self) -> None:
        """Close all sockets for good: their browsers run the page, which then says why, and may get another token."""
        with self._lock:
            self.closed = True
            listeners, self._listeners = tuple(self._listeners), []
        with _lock:
            pages.pop(self.token, None)
        for listener in listeners:
            listener.replace()

    def look(self) -> bool:
        """Whether its visitor may still have it; where not, it is closed. Raises StoreError."""
        if self.guard is not None and not self.closed:
            try:
                self.guard(None)
            except VisitorGoneError:
                self.close()
        return not self.closed

    def wake(self, urgent: bool = False) -> None:
        """Notify the sockets of a change."""
        for listener in tuple(self._listeners):
            listener.wake(urgent)

    def is_new_request(self, number: int) -> bool:
        """Whether a request is to be carried out; a repeated one is answered again if it is done."""
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
        """Send the answer to a request."""
        with self._lock:
            if answer.number in self._answers:
                self._answers[answer.number] = answer
        self.put(answer)

    def put(self, message: OneTimeMessage) -> None:
        """Send a message to all sockets."""
        for listener in tuple(self._listeners):
            listener.put(message)

    def measure(self) -> None:
        """Have the drafts in its composers measured again, because settings have changed."""
        self.put(MeasureAgain())

    def run_soon(self, seconds: float = 0.0) -> None:
        """Have the page run after so many seconds at the latest; several calls are one run."""
        with self._lock:
            at = time.monotonic() + seconds
            if self._run_at is not None and self._run_at <= at:
                return
            self._run_at = at
        me = ref(self)
        clock.after(seconds, lambda: _run(me, at))

    def run_after_first_tokens(self) -> None:
        """Have the page run when the coming answers have begun, whose first tokens are to be shown first."""
        self.run_soon(BEGINNING_S)

    def first_token_arrived(self) -> None:
        """Note the first token of an answer; a run that waits for them is done when all have come."""
        if self._run_at is not None and not any(slot.awaits_first_token for slot in self.slots.values()):
            self.run_soon()

    def ended(self) -> None:
        """Have the page run because an answer has ended."""
        busy = any(slot.shown is not None and slot.shown.busy for slot in self.slots.values())
        self.run_soon(TOGETHER_S if busy else 0.0)

    def has_run(self) -> None:
        """Note that the page runs now."""
        self.runs_done = self.runs

    def run_now(self, at: float) -> None:
        """Request a run, unless it was moved to an earlier time."""
        with self._lock:
            if self._run_at != at:
                return
            self._run_at = None
            self.runs += 1
        self.wake(True)


pages: WeakValueDictionary[str, Page] = WeakValueDictionary()
_lock = threading.Lock()


def showing(conversation: OpenConversation) -> list[Page]:
    """The pages that show a conversation."""
    with _lock:
        known = list(pages.values())
    return [page for page in known if page.has(conversation)]


def open_pages() -> list[Page]:
    """All pages that have a socket."""
    with _lock:
        known = list(pages.values())
    return [page for page in known if page.has_listeners]


def _wake(page: "ref[Page]", urgent: bool) -> None:
    if (found := page()) is not None:
        found.wake(urgent)


def _first_token_arrived(page: "ref[Page]") -> None:
    if (found := page()) is not None:
        found.first_token_arrived()


def _has_listeners(page: "ref[Page]") -> bool:
    return (found := page()) is not None and found.has_listeners


def _run(page: "ref[Page]", at: float) -> None:
    if (found := page()) is not None:
        found.run_now(at)
