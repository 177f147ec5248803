"""Meanings of codes, statuses and phrases of model servers: a kind of error, a message and what to do."""

from typing import NamedTuple

from playground.errors import (
    AuthenticationError,
    BadRequestError,
    CapacityError,
    ContentFilterError,
    ContextOverflowError,
    ModelPermissionError,
    ModelTimeoutError,
    NotFoundError,
    ProtocolError,
    ProviderError,
    QuotaExhaustedError,
    RateLimitedError,
    ServerError,
)


class Meaning(NamedTuple):
    """An error's class, its message (with `{model}` and `{account}` to fill in), and its hint, None for the class's.

    `retryable` is None where status and kind decide it.
    """

    error: type[ProviderError]
    message: str
    hint: str | None = None
    retryable: bool | None = None


PAID_HINT = "Add credits or a payment method at the provider, or choose another model."
MODEL_HINT = "Choose another model; this name may be mistyped, or the model retired."

OVERFLOW = Meaning(ContextOverflowError, "The request is longer than the model's context.")
FILTERED = Meaning(ContentFilterError, "The service refused the content.")
UNPAID = Meaning(QuotaExhaustedError, "The account's credits are spent.", PAID_HINT)
SPENT = Meaning(
    QuotaExhaustedError,
    "The account's allowance is used up.",
    "Wait until the provider renews it, raise the limit there, or choose another model.",
)
SPENT_TODAY = Meaning(
    QuotaExhaustedError,
    "The allowance for a day is used up.",
    "Wait until the provider renews it, raise the limit there, or choose another model.",
)
BAD_TOKEN = Meaning(AuthenticationError, "The server did not accept the API token.")
NOT_ALLOWED = Meaning(ModelPermissionError, "The token may not do this.")
NO_PLACE = Meaning(
    ModelPermissionError,
    "The provider does not serve the country that this request comes from.",
    "Choose a model of another provider.",
)
NOT_FOUND = Meaning(NotFoundError, "The server has no model {model}, or not this address.")
NO_MODEL = Meaning(NotFoundError, "The server has no model {model}.", MODEL_HINT)
NO_ADDRESS = Meaning(NotFoundError, "The server takes no such request at this address.")
TOO_MANY = Meaning(RateLimitedError, "Too many requests in a short time.")
TOO_LARGE_FOR_A_MINUTE = Meaning(
    RateLimitedError,
    "The request alone holds more tokens than the account may use in a minute.",
    "Shorten the conversation, lower max_tokens, or raise the account's limit: to wait does not help.",
    retryable=False,
)
BUSY = Meaning(CapacityError, "The server has no room just now.")
BUSY_TIER = Meaning(CapacityError, "The server has no room just now.", retryable=True)
FAILED = Meaning(ServerError, "The server failed.")
REFUSED = Meaning(BadRequestError, "The server refuses the request.")
TOO_SLOW = Meaning(ModelTimeoutError, "The model took too long.")
TOO_LARGE = Meaning(BadRequestError, "The request is too large.", "Send fewer or smaller images and messages.")
BAD_TOOL_CALL = Meaning(
    BadRequestError,
    "The model called a tool in a form that the server could not read.",
    "Send again, simplify the tools, or choose another model.",
)

_STATUSES: dict[int, Meaning] = {
    401: BAD_TOKEN,
    402: UNPAID,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    405: NO_ADDRESS,
    408: TOO_SLOW,
    409: Meaning(ServerError, "The server was busy with a request that is in conflict with this one."),
    413: TOO_LARGE,
    424: FAILED,
    429: TOO_MANY,
    446: FILTERED,  # https://portkey.ai/docs/api-reference/inference-api/error-codes
    451: FILTERED,
    498: BUSY_TIER,  # https://console.groq.com/docs/flex-processing
    501: Meaning(BadRequestError, "The server cannot do what the request asks for."),
    504: TOO_SLOW,
    524: TOO_SLOW,
    529: BUSY,
}


def status_meaning(status: int) -> Meaning:
    """The meaning of an HTTP status, for errors without a known code or phrase."""
    if status in _STATUSES:
        return _STATUSES[status]
    if 300 <= status < 400:
        hint = "Enter the address that the server really has; a redirect would carry the token to another place."
        return Meaning(ProtocolError, "The server redirects to another address, which is not followed.", hint)
    if status >= 500:
        return FAILED
    return REFUSED
