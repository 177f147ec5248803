"""What a page asks for over its sockets: checked, carried out in order on threads, each number once."""

import logging
import re
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from pydantic import TypeAdapter, ValidationError

from playground.channel.clock import Threads
from playground.channel.messages import BrowserRequest, ComposerDraft, Ping, Problem, RequestDone, Send, Stop
from playground.channel.pages import Page
from playground.channel.room import Room
from playground.errors import ProviderError
from playground.presets import PresetError
from playground.store import StoreError

LONGEST_REQUEST = 64_000_000
"""Characters of one request, with its pictures."""
ROOM_OF_A_PAGE, ROOM_OF_ALL = 96_000_000, 256_000_000
"""Characters of all that waits, or is being done, for one page and for all pages."""
MOST_WAITING = 32
MOST_PAGES_AT_ONCE = 128
"""Pages for which something is done at the same time; a page has one request at a time carried out, in order."""

TOO_LONG = Problem(
    message=f"That is more than {LONGEST_REQUEST // 1_000_000} MB.", hint="Send fewer or smaller pictures at a time."
)
TOO_MUCH = Problem(message="Too much is waiting to be done.", hint="Try again in a moment.")
NOT_UNDERSTOOD = Problem(message="The server does not understand this page.", hint="Reload the page.")
FAILED_HERE = Problem(message="The playground itself failed at this.", hint="Try again; its log says why.")
SLOT_CHANGED = Problem(message="Not sent: another conversation stands here now.")
STOPPED = Problem(message="Stopped before it was sent.")
NOBODY = Problem(message="This page is not ready yet.", hint="Try again in a moment.")

requests, drafts, stops = Threads(MOST_PAGES_AT_ONCE, "requests"), Threads(4, "drafts"), Threads(4, "stops")
"""Requests may wait for a store, a list or an answer that is being stopped; nothing else waits for their threads."""

log = logging.getLogger(__name__)
_room_of_all = Room(ROOM_OF_ALL)
_NUMBER = re.compile(r'\s*\{\s*"number"\s*:\s*(\d{1,16})\s*[,}]')
_asked: TypeAdapter[BrowserRequest] = TypeAdapter(BrowserRequest)


class MalformedRequestError(ValueError):
    """What came is no request at all."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    request: BrowserRequest
    characters: int


class RequestQueue:
    """Where the requests of one page wait for their turn, but a Stop, which waits for nobody. Any thread may call."""

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
            kept = False
            try:
                kept = self._hear(page, text)
            finally:
                if not kept:
                    self.room.give_back(len(text))

    def _hear(self, page: Page, text: str) -> bool:
        """Whether it waits, and goes on to take room."""
        try:
            asked = read_request_message(text)
        except _RefusedError as refused:
            _refuse(page, refused.number, refused.problem)
            return False
        if not page.first_time(asked.number):
            return False
        match asked:
            case Ping():
                page.answer(RequestDone(number=asked.number))
                return False
            case Stop():
                self._stop(page, asked)
                return False
            case ComposerDraft():
                self._measure(page, _Waiting(asked, len(text)))
                return True
            case _:
                return self._line_up(page, _Waiting(asked, len(text)))

    def _line_up(self, page: Page, waiting: _Waiting) -> bool:
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
        """What waits to be sent in the slot is not sent, and what is on its way there is broken off at once."""
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
        """Drafts are beside the line, and the newest one alone is measured."""
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
    if page.first_time(number):
        page.answer(RequestDone(number=number, problem=problem))


_queues: WeakKeyDictionary[Page, RequestQueue] = WeakKeyDictionary()
_queues_lock = threading.Lock()


def queue_of(page: Page) -> RequestQueue:
    """The one queue of a page."""
    with _queues_lock:
        return _queues.setdefault(page, RequestQueue())


class _RefusedError(Exception):
    """A request with a number that cannot be carried out."""

    def __init__(self, number: int, problem: Problem) -> None:
        super().__init__(problem.message)
        self.number, self.problem = number, problem


def number_of(text: str) -> int:
    """The number of a request that is not read, which is the first thing in it. Raises MalformedRequestError."""
    found = _NUMBER.match(text)
    if found is None:
        raise MalformedRequestError("no number at its beginning")
    return int(found[1])


def read_request_message(text: str) -> BrowserRequest:
    """A request. Raises MalformedRequestError where it has not even a number."""
    try:
        raw: Any = orjson.loads(text)
    except ValueError as error:
        raise MalformedRequestError("no JSON") from error
    number = raw.get("number") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise MalformedRequestError("no number")
    try:
        return _asked.validate_python(raw)
    except ValidationError as error:
        long = any("too_long" in found["type"] for found in error.errors(include_input=False, include_url=False))
        raise _RefusedError(number, TOO_LONG if long else NOT_UNDERSTOOD) from None


def _carry_out(page: Page, asked: BrowserRequest) -> None:
    problem: Problem | None = None
    try:
        if page.handler is None:
            problem = NOBODY
        elif (told := page.handler(page, asked)) is not None:
            page.put(told)
    except RefusedError as refused:
        problem = refused.problem
    except (StoreError, ProviderError, PresetError) as error:
        problem = problem_of(error)
    except Exception:
        log.exception("%s failed", asked.kind)
        problem = FAILED_HERE
    page.answer(RequestDone(number=asked.number, problem=problem))


class RefusedError(Exception):
    """A handler does not do what it was asked for, and says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refuse_if_slot_changed(asked: BrowserRequest, *marks: str) -> None:
    """Raises RefusedError where a request was meant for something else than what has one of these marks."""
    if not asked.stands or asked.stands not in marks:
        raise RefusedError(SLOT_CHANGED)


def problem_of(error: StoreError | ProviderError | PresetError) -> Problem:
    """An error for the eye."""
    code = getattr(error, "code", None)
    return Problem(message=error.message, hint=error.hint, details=f"code {code}" if code else "")
