"""Presentations that are going on: each has a position, and windows that show it."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from playground.channel.asking import RefusedError
from playground.channel.clock import clock
from playground.channel.messages import BrowserRequest, Direct, Problem, Stop
from playground.channel.pages import Handler, Page
from playground.channel.views.recorded import recorded
from playground.conversation.chat import Chat
from playground.messages import Message
from playground.owner import Owner
from playground.presenting.kept_stage import KeptStage, keep_stage, kept_stage
from playground.presenting.position import Position
from playground.presenting.scene import Presentable, Scene
from playground.store import Store, StoreError
from playground.text.cleaning import clean

MOST_SHOWS = 200
"""Presentations whose positions are remembered, the last used."""

KEPT_AFTER_S = 0.3
TALLY_EVERY_S = 1.0
"""While the room votes."""

NOT_ON_STAGE = Problem(message="That cannot be done while presenting.", hint="Q leaves the presentation.")


@dataclass(frozen=True, slots=True)
class _Window:
    handler: Handler
    presenter: bool
    url: str


class Show:
    """A presentation of one owner. Its id cannot be guessed. Thread-safe."""

    def __init__(self, owner: Owner, subject: Presentable, show_id: str | None = None) -> None:
        self.id = show_id or secrets.token_urlsafe(24)
        self.owner, self.subject = owner, subject
        self.position = subject.begins_at()
        self._windows: WeakKeyDictionary[Page, _Window] = WeakKeyDictionary()
        self._began = time.time()
        self._pausing_at: Position | None = None
        self._is_counting = False
        self._is_keeping = False
        self._lock = threading.RLock()
        subject.follow(self._play)

    def join(
        self, page: Page, chat: Callable[[], Chat], url: str = "", *, may_ask: bool, presenter: bool = False
    ) -> bool:
        """Show it on a page, and let that direct it; False where what was presented is not there. Raises StoreError.

        `url` is the page's address, beside which an audience votes.
        A window of the `presenter` gets the notes and what comes next, which no other one is sent.
        """

        def handle(_: Page, request: BrowserRequest) -> None:
            self._handle(request, chat, may_ask=may_ask)

        with self._lock:
            page.handler = handle
            self._windows[page] = _Window(handle, presenter, url)
            scene = self._draw(chat(), may_ask=may_ask)
            if scene is not None:
                self._go_on_later(scene, chat, may_ask=may_ask)
                self._count_later(chat, may_ask=may_ask)
            return scene is not None

    def _handle(self, request: BrowserRequest, chat: Callable[[], Chat], *, may_ask: bool) -> None:
        """Carry out a request. Raises StoreError, ProviderError and RefusedError."""
        if isinstance(request, Stop):
            self.subject.stop(chat())
        elif isinstance(request, Direct):
            now = chat()
            self._direct(request, now, may_ask=may_ask)
            with self._lock:
                self._draw(now, may_ask=may_ask)
                self._keep_later(chat)
                self._count_later(chat, may_ask=may_ask)
        else:
            raise RefusedError(NOT_ON_STAGE)

    def _direct(self, request: Direct, chat: Chat, *, may_ask: bool) -> None:
        if request.do in ("run", "ask"):
            self._question(request, chat)
        elif request.do == "next" and may_ask and not self.subject.is_asked(chat, self.position):
            self._question(request.model_copy(update={"do": "run"}), chat)
        elif request.do in ("room", "reveal"):
            with self._lock:
                self._room(request, chat)
        else:
            with self._lock:
                self._move(request, chat)

    def _move(self, request: Direct, chat: Chat) -> None:
        before = self.position
        scene = self.subject.scene(chat, before)
        if scene is not None:
            if request.do == "names" and not scene.names:
                self.subject.show_names(chat)
            self.position = self.subject.arrived(moved(before, request, scene), before)

    def _room(self, request: Direct, chat: Chat) -> None:
        """Have the room vote, under letters on stage and phones alike, or show and hide that; or close the vote."""
        position = replace(self.position, room=True, verdict=False, blank=False)
        if request.do == "reveal":
            self.subject.close_room(chat, position)
            self.position = replace(position, names=True)
        elif self.subject.room(chat, position) is None:
            self.subject.ask_room(chat, position)
            self.position = replace(position, names=False)
        else:
            self.position = replace(position, room=not self.position.room)

    def _count_later(self, chat: Callable[[], Chat], *, may_ask: bool) -> None:
        """While the room votes, and that is on screen, draw the counts anew."""
        if self._is_counting or not self.position.room:
            return
        self._is_counting = True

        def count() -> None:
            with self._lock:
                self._is_counting = False
                if not (self.position.room and self._windows):
                    return
                with suppress(StoreError):
                    asked = self.subject.room(chat(), self.position)
                    self._draw(chat(), may_ask=may_ask)
                    if asked is not None and not asked.ballot.is_open:
                        return
                self._count_later(chat, may_ask=may_ask)

        clock.after(TALLY_EVERY_S, count)

    def _question(self, request: Direct, chat: Chat) -> None:
        """Without the lock: coming answers are waited for until they have stopped."""
        if request.do == "run":
            self.subject.run(chat, self.position)
        elif text := clean(request.text).strip():
            self.subject.ask(chat, Message("user", text))
        else:
            raise RefusedError(Problem(message="There is nothing to ask."))
        with self._lock:
            self.position, self._pausing_at = self.subject.after_asking(self.position), None

    def _go_on_later(self, scene: Scene, chat: Callable[[], Chat], *, may_ask: bool) -> None:
        """Go on by itself once the answers on screen have ended, where the step says so, unless a key comes first."""
        at, seconds = self.position, self.subject.pause(self.position)
        if seconds is None or scene.unasked or not scene.has_ended or self._pausing_at == at:
            return
        self._pausing_at = at

        def go_on() -> None:
            with self._lock:
                if self.position is at and self._windows:
                    self._move(Direct(number=0, slot="stage", do="next"), chat())
                    self._draw(chat(), may_ask=may_ask)
                    self._keep_later(chat)

        clock.after(seconds, go_on)

    def resume(self, stage: KeptStage) -> None:
        """Be where it was when this was kept."""
        self.position, self._began = stage.position, stage.began
        self.subject.resume(stage.asked)

    def _keep_later(self, chat: Callable[[], Chat]) -> None:
        """Keep where it is, for after a restart of the app; what comes within a moment is kept at once."""
        if self._is_keeping:
            return
        self._is_keeping = True

        def keep() -> None:
            with self._lock:
                self._is_keeping = False
                stage = KeptStage(self.subject.kept_as, self.position, self._began, self.subject.asked())
            with suppress(StoreError):  # who may only read keeps nothing
                keep_stage(chat().store, self.id, stage)

        clock.after(KEPT_AFTER_S, keep)

    def _play(self, chat: Chat, slot: str, turn: str) -> None:
        """Have all windows play a recording; where it is gone by now, its words are there all the same."""
        with self._lock:
            windows = [page for page, window in self._windows.items() if page.handler is window.handler]
        with suppress(RefusedError, StoreError):
            message = recorded(chat.store, slot, turn, play=True)
            for page in windows:
                page.put(message)

    def _draw(self, chat: Chat, *, may_ask: bool) -> Scene | None:
        """Show the screen in all windows."""
        scene = self.subject.scene(chat, self.position)
        if scene is None:
            return None
        for_presenter = {
            "presenter": True,
            "notes": scene.notes,
            "following": scene.following,
            "began_ms": int(self._began * 1000),
        }
        for page, window in list(self._windows.items()):
            if page.handler is window.handler:
                view = scene.view(self.position, window.url, may_ask=may_ask)
                scene.put_on(page, view.model_copy(update=for_presenter) if window.presenter else view, chat)
            else:  # something else is shown there by now
                del self._windows[page]
        return scene


def moved(position: Position, request: Direct, scene: Scene) -> Position:
    """The position after somebody directed it elsewhere."""
    match request.do:
        case "next":
            return position.next(scene.steps, has_verdict=scene.has_verdict)
        case "previous":
            return position.previous(scene.steps)
        case "start":
            return position.start()
        case "pane":
            return position.alone(request.value, len(scene.panes))
        case "verdict":
            return replace(position, verdict=not position.verdict and scene.has_verdict, room=False, blank=False)
        case "names":
            return replace(position, names=not scene.names)
        case "costs":
            return replace(position, costs=not position.costs)
        case "blank":
            return replace(position, blank=not position.blank)
        case "size":
            return position.larger(request.value)
        case _:
            return position


_shows: OrderedDict[str, Show] = OrderedDict()
_lock = threading.Lock()


def open_show(store: Store, subject: Presentable, show_id: str | None = None) -> Show:
    """The presentation with an id where it is one of the store's owner and that subject; otherwise a new one.

    One from before a restart of the app is where it was. Raises StoreError.
    """
    kept = None
    if show_id and show_id not in _shows:
        kept = kept_stage(store, show_id, subject.kept_as)
    with _lock:
        found = _shows.get(show_id or "")
        if found is None or (found.owner, found.subject) != (store.owner, subject):
            found = Show(store.owner, subject, show_id if kept is not None and found is None else None)
            if kept is not None:
                found.resume(kept)
            _shows[found.id] = found
        _shows.move_to_end(found.id)
        while len(_shows) > MOST_SHOWS:
            _shows.popitem(last=False)
        return found
