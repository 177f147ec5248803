"""One exchange with a model server as it was sent and received: written by a provider, read by anybody.

A provider fills it in as things happen, on the network's thread; readers on other threads only look. Tokens never enter
it: the provider masks them before it writes a header.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

LONGEST_FRAMES = 2_000_000
"""Characters of an answer's frames that are kept, all together."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Why nothing is being sent just now; `until` is a time.monotonic() or None where it cannot be known.

    `queued` for its turn, `retrying` in the pause before another attempt, `fetching` or `loading` a model of this
    machine.
    """

    reason: Literal["queued", "retrying", "fetching", "loading"]
    until: float | None = None
    attempt: int = 0
    message: str = ""


@dataclass(slots=True)
class Exchange:
    """What went over the wire for one request, the last attempt where there were several.

    `frames` are (seconds since the request was sent, data of the event as text). `notes` are sentences for people
    about what was done differently from what was asked ("JSON mode does not stream: asked for it whole").
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
    """Frames that came after as many as are kept."""
    notes: list[str] = field(default_factory=list)
    wait: Wait | None = None
    waited: dict[str, float] = field(default_factory=dict)
    """Seconds that passed before the last attempt went out, by what they went into: those of `Wait`, and `failed`."""
    attempts: int = 0
    sent_at: float | None = None
    """`clock()` when the attempt that is under way went out, or the last one; None where nothing is under way yet."""
    cached: bool = False
    """A gateway answered from its cache: nothing was charged."""
    assumes_thought: bool = False
    """What has come as thought is only taken for it: it is the answer if nothing more comes."""
    clock: Callable[[], float] = time.perf_counter
    _waits_since: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether the answer came as one document and not as events, whatever its label says."""
        labels = (value for name, value in self.response_headers.items() if name.lower() == "content-type")
        return not any("event-stream" in label for label in labels) and len(self.frames) <= 1

    def pause(self, wait: Wait) -> None:
        """Nothing is sent until `go_on`, because of this; what was waited for until now is over."""
        self.go_on()
        self._waits_since = self.clock()
        self.wait = wait

    def go_on(self) -> None:
        """Whatever was waited for is over, and counted; without effect where nothing was."""
        if self.wait is not None:
            self._count(self.wait.reason, self.clock() - self._waits_since)
            self.wait = None

    def sending(self) -> None:
        """An attempt goes out now."""
        self.attempts += 1
        self.sent_at = self.clock()

    def failed(self) -> None:
        """The attempt under way came to nothing, and another will be made."""
        if self.sent_at is not None:
            self._count("failed", self.clock() - self.sent_at)
            self.sent_at = None

    def _count(self, what: str, seconds: float) -> None:
        self.waited[what] = self.waited.get(what, 0.0) + seconds
