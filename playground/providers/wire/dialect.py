"""What a dialect is: one module that says how a request is written and how an answer is read."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from playground.events import Event
from playground.messages import ChatRequest
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.spoken import Spoken

Read = Callable[[Mapping[str, Any], str, list[Event]], None]
"""Reads one decoded frame: appends what it says; the text is the JSON it came as, where there is one."""


class Reading(Protocol):
    """The reading of one answer, frame by frame."""

    def read_usual(self, frame: Mapping[str, Any], events: list[Event]) -> bool:
        """Read one of those frames that most of a stream consists of and that hold no error; False for any other."""
        return False

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says; `raw` is the JSON it came as, where there is one."""
        ...


class Dialect(Protocol):
    """How an answer is read."""

    def speaks(self, frame: Mapping[str, Any]) -> bool:
        """Whether a frame, or a whole answer, is of this dialect and no other."""
        ...

    def reading(self, spoken: Spoken, inner: Read) -> Reading:
        """What reads an answer into `spoken`; `inner` reads what a frame holds that is an answer itself."""
        ...


class AskedDialect(Dialect, Protocol):
    """A dialect that requests are written in too."""

    PATH: str
    """Where it is asked, below the address of the API."""
    HEADERS: Mapping[str, str]
    """What goes with each request."""
    LISTING: Mapping[str, str]
    """How its list of models is asked for."""
    VERSIONED: bool
    """Addresses are written without the `/v1` that is asked below, as the vendor's own programs have them."""

    def body(self, request: ChatRequest, to: Recipient) -> dict[str, Any]:
        """The body that says `request`. Raises BadRequestError for what cannot be said in it."""
        ...
