"""One exchange with a model server as it was sent and received: written by a provider, read by anybody.

A provider fills it in as things happen, on the network's thread; readers on other threads only look. Tokens never enter
it: the provider masks them before it writes a header.
"""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Wait:
    """Why nothing is being sent just now; `until` is a time.monotonic() or None where it cannot be known."""

    reason: Literal["queued", "retrying"]
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
    notes: list[str] = field(default_factory=list)
    wait: Wait | None = None
    attempts: int = 0
    sent_at: float | None = None
    """time.perf_counter() when the last attempt went out."""
    cached: bool = False
    """A gateway answered from its cache: nothing was charged."""
