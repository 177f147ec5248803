"""Retries a request with changes as long as the server refuses it for something that can be changed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.errors import BadRequestError, ContextOverflowError, ProviderError
from playground.messages import ChatRequest
from playground.providers.answering import Post
from playground.providers.server_quirks import Key, ServerQuirks, known_quirks, remember_quirks, request_changes
from playground.providers.wire.requests import encode

Fallback = Callable[[ChatRequest, Post, ProviderError], tuple[ChatRequest, str] | None]


def _no_fallback(request: ChatRequest, post: Post, refusal: ProviderError) -> None:
    return None


@dataclass(slots=True)
class Asking:
    """A `RequestStrategy` that tries each change that a refusal suggests once.

    `write` makes the request; `service_fallback` handles refusals that only this service has. The quirks are learned
    when the answer begins, so that a change that did not help is not.
    """

    key: Key
    write: Callable[[ChatRequest, ServerQuirks], Post]
    service_fallback: Fallback = _no_fallback
    quirks: ServerQuirks = field(init=False)
    _refused: set[bytes] = field(default_factory=set)
    """Digests of the bodies that were refused."""

    def __post_init__(self) -> None:
        self.quirks = known_quirks(self.key)

    def post(self, request: ChatRequest) -> Post:
        """The HTTP request, by the quirks that are known so far."""
        return self.write(request, self.quirks)

    def fallback(self, request: ChatRequest, post: Post, refusal: ProviderError) -> tuple[ChatRequest, str] | None:
        """The next change that may help against this refusal; None where there is none, or all were tried."""
        if (change := self.service_fallback(request, post, refusal)) is not None:
            return change
        if not isinstance(refusal, BadRequestError) or isinstance(refusal, ContextOverflowError):
            return None
        self._refused.add(_digest(post))
        for quirks, note in request_changes(self.quirks, post.bare_body, refusal.message):
            if _digest(self.write(request, quirks)) not in self._refused:
                self.quirks = quirks
                return request, note
        return None

    def accepted(self) -> None:
        """Remember the quirks with which the answer has begun."""
        if self.quirks != known_quirks(self.key):
            remember_quirks(self.key, self.quirks)


def _digest(post: Post) -> bytes:
    return hashlib.sha256(encode(post.body)).digest()
