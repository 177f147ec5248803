"""The exchange of one reply in the form in which it is stored: without secrets, and bounded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from playground.answers.exchange import LONGEST_FRAMES, Exchange
from playground.text.cleaning import clean


@dataclass(frozen=True, slots=True)
class Trace:
    """A request and its answer. `frames` are (seconds since it was sent, data of the event, or the whole body).

    `left_out` is the number of frames after these that are not stored. `status` is None where no answer came.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    status: int | None
    response_headers: Mapping[str, str]
    request_id: str | None
    frames: tuple[tuple[float, str], ...]
    left_out: int = 0
    attempts: int = 1

    @classmethod
    def of(cls, exchange: Exchange) -> Self | None:
        """The trace of an exchange so far; None where nothing was sent."""
        if not exchange.url:
            return None
        frames = [(at, clean(data)) for at, data in exchange.frames]
        frames_kept = tuple(_within(frames, LONGEST_FRAMES))
        return cls(
            method=exchange.method,
            url=exchange.url,
            request_headers=dict(exchange.request_headers),
            status=exchange.status,
            response_headers=dict(exchange.response_headers),
            request_id=exchange.request_id,
            frames=frames_kept,
            left_out=len(frames) - len(frames_kept) + exchange.frames_left_out,
            attempts=exchange.attempts,
        )

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The trace that `as_json` wrote."""
        return cls(**{**value, "frames": tuple((at, data) for at, data in value["frames"])})

    def as_json(self) -> dict[str, Any]:
        """The trace as JSON, with times in microseconds' precision."""
        return {
            "method": self.method,
            "url": self.url,
            "request_headers": self.request_headers,
            "status": self.status,
            "response_headers": self.response_headers,
            "request_id": self.request_id,
            "frames": [(round(at, 6), data) for at, data in self.frames],
            "left_out": self.left_out,
            "attempts": self.attempts,
        }

    @property
    def streamed(self) -> bool:
        """Whether the answer came as events, whatever its content type."""
        return "event-stream" in self.header("content-type") or len(self.frames) > 1

    @property
    def body(self) -> str:
        """The body of the answer, as far as it is stored."""
        if not self.streamed:
            return "".join(data for _, data in self.frames)
        return "".join("".join(f"data: {line}\n" for line in data.split("\n")) + "\n" for _, data in self.frames)

    def header(self, name: str) -> str:
        """A header of the answer, "" where it has none of that name."""
        return next((value for known, value in self.response_headers.items() if known.lower() == name), "")

    def headers_of_interest(self) -> dict[str, str]:
        """The headers of the answer that are about it, and not about its transport."""
        return {name: value for name, value in self.response_headers.items() if name.lower().startswith(_OF_INTEREST)}


_OF_INTEREST = (
    *("cf-ai", "cf-cache", "cf-ray", "content-type", "date", "openai-", "ratelimit", "retry-after", "server"),
    *("x-ratelimit", "x-request-id"),
)


def _within(frames: Iterable[tuple[float, str]], length: int) -> Iterable[tuple[float, str]]:
    for frame in frames:
        length -= len(frame[1])
        if length < 0:
            return
        yield frame
