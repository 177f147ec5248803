"""What can go wrong between us and a model, as data that is safe to show.

ProviderError
 ├ AuthenticationError    the token is missing, wrong or expired
 ├ ModelPermissionError   the token is good but may not do this
 ├ NotFoundError          no such model, account or route
 ├ BadRequestError        the request says something the model refuses
 │  └ ContextOverflowError   it is too long for the model
 ├ RateLimitedError       too many requests just now
 ├ QuotaExhaustedError    the allocation is spent until it is renewed
 ├ CapacityError          the service has no room just now
 ├ ModelTimeoutError      nothing came in time
 ├ ServerError            the service failed
 ├ NetworkError           the service could not be reached, or the connection broke
 ├ ProtocolError          the answer could not be understood
 │  └ OversizedError         it is longer than is read
 └ ContentFilterError     the service refused the content
"""

from typing import ClassVar, Literal

from playground.text.cleaning import clean, line

ErrorKind = Literal[
    "authentication",
    "permission",
    "not_found",
    "bad_request",
    "context_overflow",
    "rate_limited",
    "quota_exhausted",
    "capacity",
    "timeout",
    "server",
    "network",
    "protocol",
    "content_filter",
]

FIXABLE_KINDS: frozenset[ErrorKind] = frozenset(("authentication", "permission", "quota_exhausted"))
"""Kinds of errors that each further request would have too, until a person does something."""
NO_ROOM_KINDS: frozenset[ErrorKind] = frozenset(("rate_limited", "capacity"))
"""Kinds of errors of a service that has no room just now."""


class ProviderError(Exception):
    """A request that failed, with what happened (`message`) and what to do (`hint`), both safe to show.

    `code`, `server_message` (a part of the message), `request_id` and `retry_after_s` are the server's own, None or
    empty where it sent none.
    """

    kind: ErrorKind = "server"
    default_hint: ClassVar[str] = "Try again in a moment."
    default_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
        code: str | None = None,
        request_id: str | None = None,
        server_message: str = "",
    ) -> None:
        message = clean(message)
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else clean(hint)
        self.retryable = self.default_retryable if retryable is None else retryable
        self.retry_after_s = retry_after_s
        self.code = None if code is None else line(code)
        self.request_id = None if request_id is None else line(request_id)
        self.server_message = clean(server_message)


class AuthenticationError(ProviderError):
    """The token is missing, wrong or expired."""

    kind: ErrorKind = "authentication"
    default_hint: ClassVar[str] = (
        "Check the connection's API token where it is set: it may be mistyped, revoked or expired."
    )


class ModelPermissionError(ProviderError):
    """The token is good but may not do this."""

    kind: ErrorKind = "permission"
    default_hint: ClassVar[str] = "Give the token the permission it lacks, or use another account."


class NotFoundError(ProviderError):
    """No such model, account or route."""

    kind: ErrorKind = "not_found"
    default_hint: ClassVar[str] = "Check the model's name and the connection's address, or choose another model."


class BadRequestError(ProviderError):
    """The request says something that the model refuses."""

    kind: ErrorKind = "bad_request"
    default_hint: ClassVar[str] = "Change what the message names, then send again."


class ContextOverflowError(BadRequestError):
    """The request is too long for the model."""

    kind: ErrorKind = "context_overflow"
    default_hint: ClassVar[str] = "Shorten the conversation, lower max_tokens, or choose a model with a larger context."


class RateLimitedError(ProviderError):
    """Too many requests just now."""

    kind: ErrorKind = "rate_limited"
    default_hint: ClassVar[str] = "Wait a little, then try again."
    default_retryable: ClassVar[bool] = True


class QuotaExhaustedError(ProviderError):
    """The allocation is spent until it is renewed; waiting a moment does not help."""

    kind: ErrorKind = "quota_exhausted"
    default_hint: ClassVar[str] = (
        "Add credits or wait until the provider renews the allowance; until then use another model or connection."
    )


class CapacityError(ProviderError):
    """The service has no room just now."""

    kind: ErrorKind = "capacity"
    default_hint: ClassVar[str] = "Try again in a moment, or choose another model."
    default_retryable: ClassVar[bool] = True


class ModelTimeoutError(ProviderError):
    """Nothing came in time."""

    kind: ErrorKind = "timeout"
    default_hint: ClassVar[str] = "Try again, ask for a shorter answer, or raise the timeout of the connection."
    default_retryable: ClassVar[bool] = True


class ServerError(ProviderError):
    """The service failed."""

    kind: ErrorKind = "server"
    default_retryable: ClassVar[bool] = True


class NetworkError(ProviderError):
    """The service could not be reached, or the connection broke."""

    kind: ErrorKind = "network"
    default_hint: ClassVar[str] = "Check the network and the address of the connection, then try again."
    default_retryable: ClassVar[bool] = True


class ProtocolError(ProviderError):
    """The answer could not be understood."""

    kind: ErrorKind = "protocol"
    default_hint: ClassVar[str] = (
        "Check that the connection's address is that of a model server; the raw response shows what came."
    )


class OversizedError(ProtocolError):
    """The answer is longer than the connection reads."""


class ContentFilterError(ProviderError):
    """The service refused the content."""

    kind: ErrorKind = "content_filter"
    default_hint: ClassVar[str] = "Rephrase the prompt, or choose another model."
