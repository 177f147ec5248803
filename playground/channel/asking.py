"""The requests of a page: checked, and carried out in order on threads, each number once."""

import logging
import re
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

import orjson
from pydantic import TypeAdapter, ValidationError

from playground.channel.clock import Threads
from playground.channel.messages import BrowserRequest, ComposerDraft, Ping, Problem, RequestDone, Send, Stop
from playground.channel.pages import Page, VisitorGoneError
from playground.channel.room import Room
from playground.errors import ProviderError
from playground.money.budget import BudgetError
from playground.presets import PresetError
from playground.store import StoreError

LONGEST_REQUEST = 64_000_000
"""Characters of one request, with its pictures."""
ROOM_OF_A_PAGE, ROOM_OF_ALL = 96_000_000, 256_000_000
"""Characters of all requests that wait or are being carried out, of one page and of all pages."""
MOST_WAITING = 32
MOST_PAGES_AT_ONCE = 128
"""Requests that are carried out at the same time, one of each page."""

TOO_LONG = Problem(
    message=f"That is more than {LONGEST_REQUEST // 1_000_000} MB.", hint="Send fewer or smaller pictures at a time."
)
TOO_MUCH = Problem(message="Too much is waiting to be done.", hint="Try again in a moment.")
NOT_UNDERSTOOD = Problem(message="The server does not understand this page.", hint="Reload the page.")
FAILED_HERE = Problem(message="The playground itself failed at this.", hint="Try again; its log says why.")
SLOT_CHANGED = Problem(message="Not sent: another conversation is here now.")
STOPPED = Problem(message="Stopped before it was sent.")
SIGNED_OUT = Problem(message="Not done: you are signed out here.", hint="Sign in again.")
NOBODY = Problem(message="This page is not ready yet.", hint="Try again in a moment.")

requests, drafts, stops = Threads(MOST_PAGES_AT_ONCE, "requests"), Threads(4, "drafts"), Threads(4, "stops")
"""Requests may block on a store, a list or an answer that is being stopped, so drafts and stops have own threads."""

log = logging.getLogger(__name__)
_room_of_all = Room(ROOM_OF_ALL)
_NUMBER = re.compile(r'\s*\{\s*"number"\s*:\s*(\d{1,16})\s*[,}]')
_request_adapter: TypeAdapter[BrowserRequest] = TypeAdapter(BrowserRequest)


class MalformedRequestError(ValueError):
    """A message is not a request."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: BrowserRequest
    characters: int


class RequestQueue:
    """The queue of one page's requests; a Stop is carried out at once. Thread-safe."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._draft: _Waiting | None = None
        self._lock = threading.Lock()
        self._working = self._measuring = False
        self.room = Room(ROOM_OF_A_PAGE, _room_of_all)

    def take(self, page: Page, text: str) -> None:
        """Have a request carried out. Raises MalformedRequestError."""
        if len(text) > LONGEST_REQUEST:
            _refuse(page, number_of(text), TOO_LONG)
        elif not self.room.take(len(text)):
            _refuse(page, number_of(text), TOO_MUCH)
        else:
            queued = False
            try:
                queued = self._accept(page, text)
            finally:
                if not queued:
                    self.room.give_back(len(text))

    def _accept(self, page: Page, text: str) -> bool:
        """Whether a request was queued, and keeps its room."""
        try:
            request = read_request_message(text)
        except _RefusedError as refused:
            _refuse(page, refused.number, refused.problem)
            return False
        if not page.is_new_request(request.number):
            return False
        match request:
            case Ping():
                page.answer(RequestDone(number=request.number))
                return False
            case Stop():
                self._stop(page, request)
                return False
            case ComposerDraft():
                self._measure(page, _Waiting(request, len(text)))
                return True
            case _:
                return self._enqueue(page, _Waiting(request, len(text)))

    def _enqueue(self, page: Page, waiting: _Waiting) -> bool:
        with self._lock:
            full = len(self._waiting) >= MOST_WAITING
            if not full:
                self._waiting.append(waiting)
            start = not full and not self._working
            self._working = self._working or start
        if full:
            page.answer(RequestDone(number=waiting.request.number, problem=TOO_MUCH))
        if start:
            requests.soon(lambda: self._work(page))
        return not full

    def _work(self, page: Page) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._working = False
                    return
                waiting = self._waiting.popleft()
            self._carry_out(page, waiting)

    def _carry_out(self, page: Page, waiting: _Waiting) -> None:
        try:
            _carry_out(page, waiting.request)
        finally:
            self.room.give_back(waiting.characters)

    def _stop(self, page: Page, stop: Stop) -> None:
        """Drop the queued messages to a slot, and stop its coming answers at once."""
        with self._lock:
            stopped = [
                waiting
                for waiting in self._waiting
                if isinstance(waiting.request, Send) and stop.slot in (waiting.request.slot, "all")
            ]
            for waiting in stopped:
                self._waiting.remove(waiting)
        for waiting in stopped:
            self.room.give_back(waiting.characters)
            page.answer(RequestDone(number=waiting.request.number, problem=STOPPED))
        stops.soon(lambda: _carry_out(page, stop))

    def _measure(self, page: Page, draft: _Waiting) -> None:
        """Measure a draft beside the queue; of several only the newest is measured."""
        with self._lock:
            older, self._draft = self._draft, draft
            start, self._measuring = not self._measuring, True
        if older is not None:
            self.room.give_back(older.characters)
            page.answer(RequestDone(number=older.request.number))
        if start:
            drafts.soon(lambda: self._measure_all(page))

    def _measure_all(self, page: Page) -> None:
        while True:
            with self._lock:
                draft, self._draft = self._draft, None
                if draft is None:
                    self._measuring = False
                    return
            self._carry_out(page, draft)


def _refuse(page: Page, number: int, problem: Problem) -> None:
    if page.is_new_request(number):
        page.answer(RequestDone(number=number, problem=problem))


_queues: WeakKeyDictionary[Page, RequestQueue] = WeakKeyDictionary()
_queues_lock = threading.Lock()


def queue_of(page: Page) -> RequestQueue:
    """The one queue of a page."""
    with _queues_lock:
        return _queues.setdefault(page, RequestQueue())


class _RefusedError(Exception):
    """A request that has a number and is invalid."""

    def __init__(self, number: int, problem: Problem) -> None:
        super().__init__(problem.message)
        self.number, self.problem = number, problem


def number_of(text: str) -> int:
    """The number of a request, which is its first field, without reading all of it. Raises MalformedRequestError."""
    found = _NUMBER.match(text)
    if found is None:
        raise MalformedRequestError("no number at its beginning")
    return int(found[1])


def read_request_message(text: str) -> BrowserRequest:
    """A request from JSON. Raises MalformedRequestError where it has no number."""
    try:
        raw: Any = orjson.loads(text)
    except ValueError as error:
        raise MalformedRequestError("no JSON") from error
    number = raw.get("number") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise MalformedRequestError("no number")
    try:
        return _request_adapter.validate_python(raw)
    except ValidationError as error:
        long = any("too_long" in found["type"] for found in error.errors(include_input=False, include_url=False))
        raise _RefusedError(number, TOO_LONG if long else NOT_UNDERSTOOD) from None


def _carry_out(page: Page, request: BrowserRequest) -> None:
    problem: Problem | None = None
    try:
        if page.closed or page.handler is None:
            problem = NOBODY
        elif page.guard is not None and (refusal := page.guard(request)) is not None:
            problem = refusal
        elif (message := page.handler(page, request)) is not None:
            page.put(message)
    except RefusedError as refused:
        problem = refused.problem
    except VisitorGoneError:
        page.close()
        problem = SIGNED_OUT
    except (StoreError, ProviderError, PresetError) as error:
        problem = problem_of(error)
    except Exception:
        log.exception("%s failed", request.kind)
        problem = FAILED_HERE
    page.answer(RequestDone(number=request.number, problem=problem))


class RefusedError(Exception):
    """Raised by a handler that refuses a request, with the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refuse_if_slot_changed(request: BrowserRequest, *marks: str) -> None:
    """Raises RefusedError where a request was made for something that has none of these marks."""
    if not request.mark or request.mark not in marks:
        raise RefusedError(SLOT_CHANGED)


def problem_of(error: StoreError | ProviderError | PresetError) -> Problem:
    """An error as a problem to show."""
    code = getattr(error, "code", None)
    details = f"code {code}" if code else ""
    page: Literal["", "usage"] = "usage" if isinstance(error, BudgetError) else ""
    return Problem(message=error.message, hint=error.hint, details=details, page=page)
