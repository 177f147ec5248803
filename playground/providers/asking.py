"""One request that is asked otherwise as long as the server refuses it for something that can be changed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.errors import BadRequestError, ContextOverflowError, ProviderError
from playground.messages import ChatRequest
from playground.providers.answering import Post
from playground.providers.server_quirks import Key, ServerQuirks, known_quirks, remember_quirks, request_changes
from playground.providers.wire.requests import encode

Otherwise = Callable[[ChatRequest, Post, ProviderError], tuple[ChatRequest, str] | None]


def _nothing(request: ChatRequest, post: Post, refusal: ProviderError) -> None:
    return None


@dataclass(slots=True)
class Asking:
    """One request on its way through the refusals of a server: a `RequestStrategy` that tries each change once.

    `write` makes the request; `otherwise` is what the service itself knows to do about a refusal. What helped is
    learned when the answer begins, so that a change that does not help is not kept.
    """

    key: Key
    write: Callable[[ChatRequest, ServerQuirks], Post]
    otherwise: Otherwise = _nothing
    quirks: ServerQuirks = field(init=False)
    _refused: set[bytes] = field(default_factory=set)
    """What bodies that were refused come to."""

    def __post_init__(self) -> None:
        self.quirks = known_quirks(self.key)

    def post(self, request: ChatRequest) -> Post:
        """How to ask, as far as is known by now."""
        return self.write(request, self.quirks)

    def fallback(self, request: ChatRequest, post: Post, refusal: ProviderError) -> tuple[ChatRequest, str] | None:
        """The next change that may help against this refusal; None where there is none, or all were tried."""
        if (other := self.otherwise(request, post, refusal)) is not None:
            return other
        if not isinstance(refusal, BadRequestError) or isinstance(refusal, ContextOverflowError):
            return None
        self._refused.add(_digest(post))
        for quirks, note in request_changes(self.quirks, post.bare_body, refusal.message):
            if _digest(self.write(request, quirks)) not in self._refused:
                self.quirks = quirks
                return request, note
        return None

    def accepted(self) -> None:
        """The answer has begun."""
        if self.quirks != known_quirks(self.key):
            remember_quirks(self.key, self.quirks)


def _digest(post: Post) -> bytes:
    return hashlib.sha256(encode(post.body)).digest()
