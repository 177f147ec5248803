"""A reply: one answer on its way. It lives on the network's loop, outside whoever asked for it or watches it.

Any thread may read a live reply: parts are appended, or replaced by new lists where all that was said was something
else; the rest are single assignments. Whoever sees `ended` set reads the whole answer from the store too, which gives
what it could not write yet from memory; once it has written it, `saved` is set.
"""

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal, Protocol

from playground.answers.exchange import Exchange
from playground.answers.extras import ChoiceDelta, Extra, ExtrasBuilder
from playground.answers.live_replies import live_replies
from playground.answers.network import network
from playground.answers.saving import Saving
from playground.conversation.tokens import estimate
from playground.errors import ProviderError, ServerError
from playground.events import (
    Event,
    Finished,
    FinishReason,
    Noted,
    ReasoningDelta,
    Reclassified,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from playground.messages import ChatRequest, Given, ToolCall, ToolKind
from playground.metering import Timings, Usage
from playground.models.catalog import Catalog, shipped
from playground.providers import Connection
from playground.providers.http.server_address import server_of
from playground.store import ReplyState

SHORT_PIECE = 12
"""A piece of so many characters is mostly one token."""

log = logging.getLogger(__name__)


class Recorder(Protocol):
    """Where a reply is kept. What writes is called on threads, never twice at once for a reply, and again if it raises.

    Raises MissingError where the reply is gone.
    """

    def partial(self, reply: "LiveReply") -> None:
        """Write what has arrived so far."""

    def hold(self, reply: "LiveReply", why: str | None) -> None:
        """Show the reply as it ended to whoever reads it, with `why` it is not written; None ends that. Never waits."""

    def finished(self, reply: "LiveReply") -> None:
        """Write the reply as it ended."""


@dataclass(slots=True, eq=False)
class _CallOnItsWay:
    """A tool call whose arguments are still coming."""

    id: str
    name: str
    kind: ToolKind
    arguments: list[str] = field(default_factory=list)

    @property
    def so_far(self) -> ToolCall:
        return ToolCall(self.id, self.name, "".join(self.arguments), self.kind)


@dataclass(slots=True, eq=False)
class LiveReply:
    """One answer: what was asked, what has arrived, how it stands."""

    request: ChatRequest
    connection: Connection
    recorder: Recorder | None = None
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    catalog: Callable[[], Catalog] = shipped
    """The models of Workers AI as they are known at the moment."""
    prompt_tokens: int | None = None
    """What the prompt was counted as before it was sent, for an answer that ends without a count."""
    tokens_so_far: int = 0
    """About how many tokens have come, whatever they were."""
    thought_s: float | None = None
    """Seconds from the first token to the first that was no thought; None while that has not come."""
    state: ReplyState = "live"
    parts: list[str] = field(default_factory=list)
    reasoning_parts: list[str] = field(default_factory=list)
    moved: int = 0
    """How often everything said so far turned out to be something else: whoever draws the parts begins anew then."""
    extras: ExtrasBuilder = field(default_factory=ExtrasBuilder)
    usage: Usage | None = None
    finish_reason: FinishReason | None = None
    truncated: bool = False
    error: ProviderError | None = None
    exchange: Exchange = field(default_factory=Exchange)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    first_token_s: float | None = None
    total_s: float | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set when the first piece of the answer is there, or when there will be none."""
    ended: threading.Event = field(default_factory=threading.Event)
    saved: threading.Event = field(default_factory=threading.Event)
    """Set when nothing is left to be saved."""
    _watchers: dict[object, Callable[[bool], None]] = field(default_factory=dict)
    _watching: threading.Lock = field(default_factory=threading.Lock)
    _on_end: tuple[Callable[["LiveReply"], None], ...] = ()
    _calls: dict[int, "_CallOnItsWay"] = field(default_factory=dict)
    _started: float = field(default_factory=time.perf_counter)
    _finished: Finished | None = None
    _version: int = 0
    _saving: Saving | None = None
    _pumping: "asyncio.Task[None] | None" = None
    _stop_asked: bool = False
    _waited: bool = False
    """Stopped while it waited for its turn or for another try: nothing was being answered, so nothing is charged."""

    @property
    def text(self) -> str:
        """The answer so far."""
        return "".join(self.parts)

    @property
    def reasoning(self) -> str:
        """What the model thought so far."""
        return "".join(self.reasoning_parts)

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls that the model asked for so far."""
        given = {} if self._finished is None else self._finished.given_with_calls
        return tuple(replace(call.so_far, given=given.get(at)) for at, call in sorted(self._calls.items()))

    @property
    def given(self) -> Given | None:
        """What the server gave with the answer; None where that is words alone."""
        given = self._finished.given if self._finished is not None else None
        if given is None and not (self.reasoning_parts or self._calls):
            return None
        return replace(given or Given(), server=server_of(self.connection), model=self.request.model)

    @property
    def size(self) -> int:
        """About how many characters it holds, once it has ended."""
        said = (*self.parts, *self.reasoning_parts, *(data for _, data in self.exchange.frames))
        return sum(map(len, said)) + sum(map(len, map(str, self.request.messages))) + len(self.request.prompt or "")

    @property
    def timings(self) -> Timings:
        """Seconds to the first token and to the end, and those that were waited before the request was sent.

        When the first token of an answer was made that came whole, nobody can say.
        """
        first = None if self.exchange.whole else self.first_token_s
        return Timings(
            first, self.total_s, dict(self.exchange.waited), None if first is None else self._thought_s(first)
        )

    def _thought_s(self, first_token_s: float) -> float | None:
        """Seconds of thoughts: of one that has ended without an answer, all there were."""
        if self.thought_s is not None or not self.reasoning_parts or self.total_s is None:
            return self.thought_s
        return self.total_s - first_token_s

    @property
    def age_s(self) -> float:
        """Seconds since it was asked for."""
        return time.perf_counter() - self._started

    def _elapsed_s(self) -> float:
        """Seconds since the attempt that is under way was sent; none where none is."""
        sent_at = self.exchange.sent_at
        return 0.0 if sent_at is None else self.exchange.clock() - sent_at

    def watch(self, who: object, news: Callable[[bool], None]) -> None:
        """Have `news` called with each piece that comes; on the network's loop, so it never waits.

        With True it is the first one, or nothing more comes: whoever gathers pieces need not wait for others.

        Once for each `who`, until the answer ends. What `news` raises is logged.
        """
        with self._watching:
            if who not in self._watchers and not self.ended.is_set():
                self._watchers = {**self._watchers, who: news}

    def unwatch(self, who: object) -> None:
        """Undo `watch`."""
        with self._watching:
            self._watchers = {known: news for known, news in self._watchers.items() if known is not who}

    def on_end(self, told: Callable[["LiveReply"], None]) -> None:
        """Have it called when the answer has ended, and when it is saved later than that; it never waits."""
        self._on_end = (*self._on_end, told)

    def start(self) -> "LiveReply":
        """Send the request; returns at once."""
        live_replies.add(self)
        network().submit(self._run())
        return self

    def refuse(self, error: ProviderError) -> "LiveReply":
        """End without having been sent, because of `error`. Not to be called on the network's loop."""
        self.error, self.state, self.total_s = error, "failed", 0.0
        live_replies.add(self)
        network().submit(self._end()).result()
        return self

    def stop(self) -> None:
        """Break off: closes the connection to the model at once, keeps what has arrived. Safe from any thread."""
        network().loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        self._stop_asked = True
        self._waited = self._waited or self.exchange.wait is not None  # Stop may be pressed twice
        if self._pumping is not None:
            self._pumping.cancel()

    async def _run(self) -> None:
        self._pumping = asyncio.create_task(self._pump())
        if self._stop_asked:
            self._pumping.cancel()
        self._saving = self._new_saving()
        if self._saving is not None:
            self._saving.start()
        state: ReplyState = "done"
        try:
            await self._pumping
        except asyncio.CancelledError:
            state = "stopped"
        except ProviderError as error:
            state, self.error = "failed", error
        except Exception as error:
            log.exception("reply %s failed unexpectedly", self.id)
            state, self.error = "failed", ServerError(f"The playground itself failed: {type(error).__name__}.")
        self.total_s = self._elapsed_s()
        self._tell_watchers(True)  # nothing more comes: the last words need not wait for more
        if self.exchange.assumes_thought:
            self._reclassify("text")
        if self.usage is None and (self._version or (state == "stopped" and not self._waited)):
            self.usage = self._estimated_usage()
        self.state = state
        await self._end()

    async def _end(self) -> None:
        """Have the end saved, or at least readable, and say that it has ended."""
        self.finished_at = datetime.now(UTC)
        saving = self._saving or self._new_saving()
        if saving is None:
            self.saved.set()
        else:
            await saving.end(self._is_saved)
        self.arrived.set()
        with self._watching:
            self.ended.set()
            self._watchers = {}
        self._tell_end()

    def _is_saved(self) -> None:
        self.saved.set()
        if self.ended.is_set():
            self._tell_end()

    def _tell_end(self) -> None:
        for told in self._on_end:
            told(self)

    def _new_saving(self) -> Saving | None:
        recorder = self.recorder
        if recorder is None:
            return None
        return Saving(
            f"reply {self.id}",
            partial=partial(recorder.partial, self),
            finish=partial(recorder.finished, self),
            hold=partial(recorder.hold, self),
        )

    async def _pump(self) -> None:
        provider = await network().provider(self.connection, self.catalog)
        stream = provider.stream(self.request, self.exchange)
        async for event in stream:
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case UsageReported(usage):
                self.usage = usage
            case Finished(reason, truncated):
                self.finish_reason, self.truncated = reason, truncated
                self._finished = event
            case Noted(note):
                self.exchange.notes.append(note)
            case _:
                self._take_content(event)

    def _take_content(self, event: TextDelta | ReasoningDelta | ToolCallDelta | Reclassified | Extra) -> None:
        self.tokens_so_far += _tokens(event)
        match event:
            case TextDelta(text):
                self._thoughts_end()
                self.parts.append(text)
            case ReasoningDelta(text):
                self.reasoning_parts.append(text)
            case ToolCallDelta(index, id_, name, arguments, kind):
                self._thoughts_end()
                if index not in self._calls:
                    self._calls[index] = _CallOnItsWay(id_ or "", name or "", kind)
                self._calls[index].arguments.append(arguments)
            case Reclassified(to):
                self._reclassify(to)
            case _:
                self.extras.add(event)
        self._version += 1
        if self._saving is not None:
            self._saving.changed()
        first = self.first_token_s is None
        if first:
            self.first_token_s = self._elapsed_s()
            self.arrived.set()
        self._tell_watchers(first)

    def _tell_watchers(self, first: bool) -> None:
        for news in self._watchers.values():
            try:
                news(first)
            except Exception:  # whoever watches must not break an answer that others see, and that is paid for
                log.exception("a watcher of reply %s failed", self.id)

    def _reclassify(self, to: Literal["thought", "text"]) -> None:
        """Move all that was said; new lists, for others may be reading the old ones."""
        said = [*self.reasoning_parts, *self.parts]
        if to == "thought":
            self.reasoning_parts, self.parts = said, []
        else:
            self.parts, self.reasoning_parts = said, []
        self.thought_s = None
        self.moved += 1

    def _thoughts_end(self) -> None:
        if self.thought_s is None and self.reasoning_parts:
            self.thought_s = self._elapsed_s() - (self.first_token_s or 0.0)

    @property
    def usage_so_far(self) -> Usage:
        """About how many tokens were used while the answer comes: quick, however long it is."""
        return Usage(self._prompt_tokens(), self.tokens_so_far, estimated=True)

    def _prompt_tokens(self) -> int:
        if self.prompt_tokens is None:
            said = self.request.prompt or "\n".join(message.text for message in self.request.messages)
            self.prompt_tokens = estimate(said)
        return self.prompt_tokens

    def _estimated_usage(self) -> Usage:
        prompt = self._prompt_tokens()
        calls = (call.arguments for call in self.tool_calls)
        answered = "".join((self.text, self.reasoning, *calls, *self.extras.built().choices.values()))
        return Usage(prompt, estimate(answered), estimated=True)


def _tokens(event: Event) -> int:
    """About how many tokens a piece of an answer is: mostly one a piece."""
    match event:
        case TextDelta(text) | ReasoningDelta(text) | ChoiceDelta(_, text):
            piece = text
        case ToolCallDelta():
            piece = event.arguments
        case _:
            return 0
    return estimate(piece) if len(piece) > SHORT_PIECE else bool(piece)
