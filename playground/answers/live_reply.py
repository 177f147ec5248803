"""A reply: one answer while it arrives. It runs on the network's loop, independent of the pages that watch it.

Any thread may read a live reply: parts are only appended, or replaced by new lists when they are reclassified; all else
are single assignments. Once `ended` is set, the store returns the whole answer, from memory until `saved` is set.
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
from typing import Protocol

from playground.answers.answer_so_far import AnswerSoFar
from playground.answers.live_replies import live_replies
from playground.answers.network import network
from playground.answers.request_switch import request_switch
from playground.answers.saving import Saving
from playground.conversation.tokens import estimate
from playground.errors import ProviderError, ServerError
from playground.events import (
    Event,
)
from playground.messages import ChatRequest, ProviderMetadata
from playground.metering import Usage
from playground.models.catalog import Catalog, shipped
from playground.owner import Owner
from playground.providers import Connection
from playground.providers.http.server_address import server_of
from playground.store import ReplyState

log = logging.getLogger(__name__)


class Recorder(Protocol):
    """Saves a reply. Writing methods run on threads, one at a time for a reply, and are retried if they raise.

    They raise MissingError where the reply was deleted.
    """

    def partial(self, reply: "LiveReply") -> None:
        """Write what has arrived so far."""

    def hold(self, reply: "LiveReply", reason: str | None) -> None:
        """Have the ended reply read from memory, with the reason why it is not saved; None ends that. Never blocks."""

    def finished(self, reply: "LiveReply") -> None:
        """Write the reply as it ended."""


@dataclass(slots=True, eq=False)
class LiveReply(AnswerSoFar):
    """One answer: its request, what has arrived, and its state."""

    request: ChatRequest
    connection: Connection
    recorder: Recorder | None = None
    owner: Owner = field(kw_only=True)
    """The owner, who alone may read or stop it."""
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    catalog: Callable[[], Catalog] = shipped
    """Returns the current models of Workers AI."""
    prompt_tokens: int | None = None
    """The prompt's tokens as counted before it was sent, for an answer without usage."""
    state: ReplyState = "live"
    error: ProviderError | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished_at: datetime | None = None
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set when the first piece of the answer has come, or the answer ended without one."""
    ended: threading.Event = field(default_factory=threading.Event)
    saved: threading.Event = field(default_factory=threading.Event)
    """Set when everything is saved."""
    _watchers: dict[object, Callable[[bool], None]] = field(default_factory=dict)
    _watchers_lock: threading.Lock = field(default_factory=threading.Lock)
    _on_end: tuple[Callable[["LiveReply"], None], ...] = ()
    _started: float = field(default_factory=time.perf_counter)
    _version: int = 0
    _saving: Saving | None = None
    _receiving: "asyncio.Task[None] | None" = None
    _stop_requested: bool = False
    _stopped_while_waiting: bool = False
    """Stopped while it was queued or waited for a retry: there was no answer to charge for."""

    @property
    def provider_metadata(self) -> ProviderMetadata | None:
        """What is to be sent back to the server with this answer; None where that is its text alone."""
        metadata = self._finished.provider_metadata if self._finished is not None else None
        if metadata is None and not (self.reasoning_parts or self._calls):
            return None
        return replace(metadata or ProviderMetadata(), server=server_of(self.connection), model=self.request.model)

    @property
    def size(self) -> int:
        """About how many characters it holds, once it has ended."""
        texts = (*self.parts, *self.reasoning_parts, *(data for _, data in self.exchange.frames))
        return sum(map(len, texts)) + sum(map(len, map(str, self.request.messages))) + len(self.request.prompt or "")

    @property
    def age_s(self) -> float:
        """Seconds since it was requested."""
        return time.perf_counter() - self._started

    def watch(self, watcher: object, callback: Callable[[bool], None]) -> None:
        """Have `callback` called for each piece, until the answer ends; on the network's loop, so it must not block.

        Its argument is True for the first piece and when the last has come. A watcher is added once. Exceptions are
        logged.
        """
        with self._watchers_lock:
            if watcher not in self._watchers and not self.ended.is_set():
                self._watchers = {**self._watchers, watcher: callback}

    def unwatch(self, watcher: object) -> None:
        """Undo `watch`."""
        with self._watchers_lock:
            self._watchers = {known: callback for known, callback in self._watchers.items() if known is not watcher}

    def on_end(self, callback: Callable[["LiveReply"], None]) -> None:
        """Have `callback` called when the answer has ended, and again if it is saved later; it must not block."""
        self._on_end = (*self._on_end, callback)

    def start(self) -> "LiveReply":
        """Send the request; returns at once."""
        live_replies.add(self)
        network().submit(self._run())
        return self

    def refuse(self, error: ProviderError) -> "LiveReply":
        """End with `error` without sending. Not to be called on the network's loop."""
        self.error, self.state, self.total_s = error, "failed", 0.0
        live_replies.add(self)
        network().submit(self._end()).result()
        return self

    def stop(self) -> None:
        """Stop the answer: closes the connection to the model at once and keeps what has arrived. Thread-safe."""
        network().loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        self._stop_requested = True
        if self.exchange.wait is not None:  # and stays so if Stop is pressed again
            self._stopped_while_waiting = True
        if self._receiving is not None:
            self._receiving.cancel()

    async def _run(self) -> None:
        self._receiving = asyncio.create_task(self._receive())
        if self._stop_requested:
            self._receiving.cancel()
        self._saving = self._new_saving()
        if self._saving is not None:
            self._saving.start()
        state: ReplyState = "done"
        try:
            await self._receiving
        except asyncio.CancelledError:
            state = "stopped"
        except ProviderError as error:
            state, self.error = "failed", error
        except Exception as error:
            log.exception("reply %s failed unexpectedly", self.id)
            state, self.error = "failed", ServerError(f"The playground itself failed: {type(error).__name__}.")
        self.total_s = self.elapsed_s()
        self._notify_watchers(True)
        if self.exchange.assumes_thought:
            self.reclassify("text")
        if self.usage is None and (self._version or (state == "stopped" and not self._stopped_while_waiting)):
            self.usage = self._estimated_usage()
        self.state = state
        await self._end()

    async def _end(self) -> None:
        """Save the end, or have it read from memory, then set `ended`."""
        self.finished_at = datetime.now(UTC)
        saving = self._saving or self._new_saving()
        if saving is None:
            self.saved.set()
        else:
            await saving.end(self._is_saved)
        self.arrived.set()
        with self._watchers_lock:
            self.ended.set()
            self._watchers = {}
        self._notify_end()

    def _is_saved(self) -> None:
        self.saved.set()
        if self.ended.is_set():
            self._notify_end()

    def _notify_end(self) -> None:
        for callback in self._on_end:
            callback(self)

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

    async def _receive(self) -> None:
        async with request_switch().request(self._stop_by_administrator, self.owner):
            provider = await network().provider(self.connection, self.catalog)
            stream = provider.stream(self.request, self.exchange)
            async for event in stream:
                self._arrive(event)

    def _stop_by_administrator(self, why: str) -> None:
        if not self._stop_requested:
            self.exchange.notes.append(why)
        self._cancel()

    def _arrive(self, event: Event) -> None:
        if not self.add(event):
            return
        self._version += 1
        if self._saving is not None:
            self._saving.changed()
        first = self.first_token_s is None
        if first:
            self.first_token_s = self.elapsed_s()
            self.arrived.set()
        self._notify_watchers(first)

    def _notify_watchers(self, first: bool) -> None:
        for callback in self._watchers.values():
            try:
                callback(first)
            except Exception:  # a watcher must not break the answer
                log.exception("a watcher of reply %s failed", self.id)

    @property
    def usage_so_far(self) -> Usage:
        """The estimated usage so far; fast, however long the answer is."""
        return Usage(self._prompt_tokens(), self.tokens_so_far, estimated=True)

    def _prompt_tokens(self) -> int:
        if self.prompt_tokens is None:
            prompt = self.request.prompt or "\n".join(message.text for message in self.request.messages)
            self.prompt_tokens = estimate(prompt)
        return self.prompt_tokens

    def _estimated_usage(self) -> Usage:
        prompt = self._prompt_tokens()
        calls = (call.arguments for call in self.tool_calls)
        output = "".join((self.text, self.reasoning, *calls, *self.extras.built().choices.values()))
        return Usage(prompt, estimate(output), estimated=True)
