"""Bytes of an answer to events, whatever dialect the server speaks: no I/O."""

from collections.abc import Callable
from typing import Any

from playground.errors import ProviderError
from playground.events import Event
from playground.metering import Usage


class AnswerReader:
    """Reads one answer (HTTP 200) as its bytes come. The way to use it:

        reader = AnswerReader(content_type=…, model=…, estimate=…)
        for chunk in chunks:
            for event in reader.feed(chunk): yield event
            if reader.error: raise reader.error     # what came before the error has been yielded
            if reader.done: break                   # [DONE] came: do not wait for the connection to close
        for event in reader.finish(): yield event   # the rest, UsageReported once, Finished once
        if reader.error: raise reader.error

    A call after an error raises that error.
    """

    error: ProviderError | None
    """The error that the answer holds, once it came."""
    done: bool
    """[DONE] came; nothing after it is read."""
    empty: bool
    """No text, thought or tool call came so far."""
    whole: bool
    """The body is one JSON document, not a stream."""

    def __init__(
        self,
        *,
        content_type: str = "text/event-stream",
        model: str = "",
        estimate: Callable[[], Usage] | None = None,
        on_frame: Callable[[str], None] | None = None,
        opens_in_thought: bool | None = None,
    ) -> None:
        raise NotImplementedError

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes."""
        raise NotImplementedError

    def finish(self) -> list[Event]:
        """At the end of the body: what was still held back, then UsageReported once and Finished once."""
        raise NotImplementedError

    def read_whole(self, body: bytes) -> list[Event]:
        """All events of a whole JSON answer, UsageReported and Finished included; error as in `feed`."""
        raise NotImplementedError

    def read_value(self, answer: Any) -> list[Event]:
        """The same of JSON that is decoded already, such as the result of a batch item."""
        raise NotImplementedError
