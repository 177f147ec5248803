"""What a dialect is: one module that says how a request is written and how an answer is read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from playground.events import Event
from playground.messages import ChatRequest
from playground.providers.wire.answer_builder import AnswerBuilder
from playground.providers.wire.earlier_answers import Recipient

Read = Callable[[Mapping[str, Any], str, list[Event]], None]
"""Reads one decoded frame and appends its events; the text is the JSON it was decoded from, or empty."""


class Reading(Protocol):
    """The reading of one answer, frame by frame."""

    def read_usual(self, frame: Mapping[str, Any], events: list[Event]) -> bool:
        """Read a frame of the most frequent form, which holds no error; False, with nothing read, for any other."""
        return False

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append the events of `frame`; `raw` is the JSON it was decoded from, or empty."""
        ...


class Dialect(Protocol):
    """How an answer is read."""

    def speaks(self, frame: Mapping[str, Any]) -> bool:
        """Whether a frame, or a whole answer, is of this dialect and no other."""
        ...

    def reading(self, answer: AnswerBuilder, read_inner: Read) -> Reading:
        """A reading that adds to `answer`; `read_inner` reads an answer that is inside a frame."""
        ...


class AskedDialect(Dialect, Protocol):
    """A dialect that requests are written in too."""

    PATH: str
    """The path of the endpoint, below the address of the API."""
    HEADERS: Mapping[str, str]
    """The headers of every request."""
    LISTED_AT: str
    """The path of the list of models, below the same address."""
    LISTING: Mapping[str, str]
    """The query parameters of the request for the list of models."""
    LENGTHS: Sequence[str]
    """The parameters that cap an answer. Where several are sent, it is not known which one the server takes."""
    VERSIONED: bool
    """Whether base URLs are given without the `/v1` that requests go to, as the vendor's own programs have them."""

    def body(self, request: ChatRequest, recipient: Recipient) -> dict[str, Any]:
        """The body of `request`. Raises BadRequestError for what the dialect has no form for."""
        ...
