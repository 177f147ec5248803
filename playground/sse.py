"""Bytes to server-sent events: a push parser without I/O."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event: its name ("message" where the stream gives none) and its data lines joined by newlines."""

    event: str
    data: str


class EventDecoder:
    """Push parser: bytes as the network cuts them in, whole events out."""

    remainder: bytes
    """After `flush`: what came of an event that broke off."""

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events that `chunk` completes, in order."""
        raise NotImplementedError

    def flush(self) -> list[ServerSentEvent]:
        """The last event where the stream ended without a blank line after it, if it is whole (JSON or [DONE])."""
        raise NotImplementedError
