"""One exchange with a model server as it was sent and received.

A provider fills it in on the network's thread; other threads only read it. It never holds API tokens: the provider
masks them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

LONGEST_FRAMES = 2_000_000
"""Characters of all frames of an answer that are kept."""


_BETWEEN = frozenset((502, 504, *range(520, 528)))
"""Statuses of what stands between us and the server: it heard nothing from there, where the answer may be under way."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a request is not sent yet; `until` is a time.monotonic() or None where it is not known.

    It is `queued`, `retrying` after a pause, or waits for `fetching` or `loading` a model of this machine.
    """

    reason: Literal["queued", "retrying", "fetching", "loading"]
    until: float | None = None
    attempt: int = 0
    message: str = ""


@dataclass(slots=True)
class Exchange:
    """What was sent and received for one request, of several attempts the last.

    `frames` are (seconds since the request was sent, data of the event as text). `notes` are sentences for people
    about what was sent differently ("JSON mode does not stream: asked without streaming").
    """

    method: str = "POST"
    url: str = ""
    request_headers: dict[str, str] = field(default_factory=dict)
    request_body: Any = None
    status: int | None = None
    response_headers: dict[str, str] = field(default_factory=dict)
    request_id: str | None = None
    frames: list[tuple[float, str]] = field(default_factory=list)
    frames_left_out: int = 0
    """The number of frames that came after those that are kept."""
    notes: list[str] = field(default_factory=list)
    wait: Wait | None = None
    waited: dict[str, float] = field(default_factory=dict)
    """Seconds before the last attempt was sent, by their reason: those of `Wait`, and `failed`."""
    attempts: int = 0
    requests: int = 0
    """Of all attempts, those that began to be written to the server: what it cannot have heard of is none."""
    sent_at: float | None = None
    """`clock()` when the current or last attempt was sent; None before the first and after a failed one."""
    written: bool = False
    """Whether the current or last attempt began to be written to the server: before that nothing can be billed."""
    lost: int = 0
    """Attempts before it that were written and never answered: whether they were billed is not known."""
    cached: bool = False
    """A gateway answered from its cache: nothing was charged."""
    background: bool = False
    """Nobody waits for it, as in an experiment: it comes after the requests that somebody waits for."""
    assumes_thought: bool = False
    """The thoughts so far may be the answer itself, as in `AnswerReader.assumes_thought`."""
    clock: Callable[[], float] = time.perf_counter
    _waits_since: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether the answer came as one document and not as events, whatever its content type."""
        labels = (value for name, value in self.response_headers.items() if name.lower() == "content-type")
        return not any("event-stream" in label for label in labels) and len(self.frames) <= 1

    @property
    def failed_there(self) -> bool:
        """Whether the server itself said that it failed, by an HTTP status: it answers nothing, and bills nothing."""
        return self.status is not None and self.status >= 500 and self.status not in _BETWEEN

    def begin_wait(self, wait: Wait) -> None:
        """Begin to wait, until `end_wait`; ends the wait before it."""
        self.end_wait()
        self._waits_since = self.clock()
        self.wait = wait

    def end_wait(self) -> None:
        """End the current wait, if there is one, and count its seconds."""
        if self.wait is not None:
            self._count(self.wait.reason, self.clock() - self._waits_since)
            self.wait = None

    def sending(self) -> None:
        """Note that an attempt is sent now."""
        self.attempts += 1
        self.sent_at = self.clock()
        self.written = False

    def begin_to_write(self) -> None:
        """Note that the current attempt begins to be written to the server; again has no effect."""
        if not self.written:
            self.written = True
            self.requests += 1

    def failed(self) -> None:
        """Note that the current attempt failed and another will be made."""
        if self.written and (self.status is None or self.status in _BETWEEN):
            self.lost += 1
        self.written = False  # what is to be said of that attempt is said
        if self.sent_at is not None:
            self._count("failed", self.clock() - self.sent_at)
            self.sent_at = None

    def _count(self, reason: str, seconds: float) -> None:
        self.waited[reason] = self.waited.get(reason, 0.0) + seconds
