"""What the codes and statuses of model servers mean: kinds of error, in plain words, with what to do.

Workers AI's own codes: https://developers.cloudflare.com/workers-ai/platform/errors/, and those that the service has
been seen to send beyond that page. Strings are codes or types of OpenAI's error object and of servers that imitate it.
"""

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
    """An error's class, its message (`{model}` and `{account}` are filled in) and, if not the class's, its hint."""

    error: type[ProviderError]
    message: str
    hint: str | None = None


DAILY_ALLOCATION_CODES = frozenset({"3036", "4006"})
"""The day's free neurons are spent: renewed at 00:00 UTC. The service sends 4006 where its documentation says 3036."""

_NO_MODEL = "The service has no model {model}."
_MODEL_HINT = "Choose another model; this name may be mistyped, or the model retired."
_DAY_SPENT = "The account's free allocation for today is spent."
_NOT_PRIVATE = "This account may not use the model {model}."
_PAID_HINT = "Add credits or a payment method at the provider, or choose another model."
_ACCOUNT_HINT = "Correct the account id of the connection: 32 hexadecimal digits, with nothing before or after them."

WORKERS_AI: dict[str, Meaning] = {
    "5007": Meaning(NotFoundError, _NO_MODEL, _MODEL_HINT),
    "3042": Meaning(NotFoundError, _NO_MODEL, _MODEL_HINT),
    "5004": Meaning(BadRequestError, "The request holds data that the service refuses."),
    "5006": Meaning(BadRequestError, "The model refuses part of the request."),
    "3003": Meaning(BadRequestError, "The request is incomplete."),
    "8001": Meaning(BadRequestError, "The model refuses part of the request."),
    "8006": Meaning(
        BadRequestError,
        "The model had no room left to call the tool that it was told to call.",
        "Raise max_tokens, lower the reasoning effort, or do not force the tool.",
    ),
    "3039": Meaning(BadRequestError, "The fine-tune lacks files that it needs.", "Upload the fine-tune again."),
    "5005": Meaning(
        BadRequestError, "The model {model} takes no LoRA.", "Unset lora, or choose a model that supports it."
    ),
    "5019": Meaning(BadRequestError, "The service no longer supports this form of request."),
    "3006": Meaning(BadRequestError, "The request is too large.", "Send fewer or smaller images and messages."),
    "5021": Meaning(ContextOverflowError, "The prompt and the longest answer asked for exceed the model's context."),
    "3030": Meaning(ContextOverflowError, "The prompt is longer than the model's context."),
    "5023": Meaning(BadRequestError, "JSON mode does not stream.", "Turn streaming off for answers in JSON."),
    "5024": Meaning(
        BadRequestError,
        "The model could not produce JSON that fits the schema.",
        "Simplify the schema, raise max_tokens, or ask for JSON in the prompt too.",
    ),
    "5025": Meaning(BadRequestError, "The model {model} has no JSON mode.", "Choose a model with JSON mode."),
    "5016": Meaning(
        ModelPermissionError,
        "The licence of the model {model} has not been accepted.",
        'Send the prompt "agree" to this model once; by that the account accepts its licence.',
    ),
    "5018": Meaning(ModelPermissionError, _NOT_PRIVATE),
    "3041": Meaning(ModelPermissionError, _NOT_PRIVATE),
    "3023": Meaning(
        ModelPermissionError, "The account is blocked.", "Ask Cloudflare's support, or use another account."
    ),
    "5035": Meaning(
        ModelPermissionError,
        "The model {model} needs the Workers Paid plan.",
        "Upgrade the account to Workers Paid, or choose another model.",
    ),
    "3036": Meaning(QuotaExhaustedError, _DAY_SPENT),
    "4006": Meaning(QuotaExhaustedError, _DAY_SPENT),
    "3040": Meaning(CapacityError, "The service has no capacity for this model just now."),
    "3007": Meaning(ModelTimeoutError, "The model took too long."),
    "3008": Meaning(ModelTimeoutError, "The service aborted the request."),
    "3046": Meaning(ModelTimeoutError, "The model took too long."),
    "4007": Meaning(ServerError, "The service had an internal error."),
    "5017": Meaning(ServerError, "The service could not read its own configuration."),
    "7009": Meaning(ServerError, "A service behind this one is unavailable."),
    # Cloudflare's API front door: https://developers.cloudflare.com/fundamentals/api/troubleshooting/
    "10000": Meaning(AuthenticationError, "Cloudflare did not accept the API token."),
    "9106": Meaning(
        AuthenticationError, "The request carried no credentials.", "Enter an API token under Connections."
    ),
    "9109": Meaning(AuthenticationError, "Cloudflare did not accept the API token."),
    "6003": Meaning(AuthenticationError, "The API token does not have the form of a token."),
    "7003": Meaning(NotFoundError, "Cloudflare knows no account {account}.", _ACCOUNT_HINT),
    "7000": Meaning(
        NotFoundError, "Cloudflare's API has no such address.", "Check the connection's address and account id."
    ),
    # AI Gateway: https://developers.cloudflare.com/ai-gateway/
    "2001": Meaning(NotFoundError, "The AI Gateway is not set up.", "Check the gateway's id under Connections."),
    "2008": Meaning(NotFoundError, "The AI Gateway does not find the model {model}.", _MODEL_HINT),
    "2009": Meaning(AuthenticationError, "The AI Gateway did not accept the token.", "Check the gateway's token."),
    "2014": Meaning(ModelTimeoutError, "The model did not answer the AI Gateway in time."),
    "2021": Meaning(QuotaExhaustedError, "The AI Gateway's credits are spent.", _PAID_HINT),
}

_OVERFLOW = Meaning(ContextOverflowError, "The request is longer than the model's context.")
_FILTERED = Meaning(ContentFilterError, "The service refused the content.")
_UNPAID = Meaning(QuotaExhaustedError, "The account's credits are spent.", _PAID_HINT)
_BAD_TOKEN = Meaning(AuthenticationError, "The server did not accept the API token.")
_NOT_ALLOWED = Meaning(ModelPermissionError, "The token may not do this.")
_NOT_FOUND = Meaning(NotFoundError, "The server has no model {model}, or not this address.")
_TOO_MANY = Meaning(RateLimitedError, "Too many requests in a short time.")
_BUSY = Meaning(CapacityError, "The server has no room just now.")
_FAILED = Meaning(ServerError, "The server failed.")
_REFUSED = Meaning(BadRequestError, "The server refuses the request.")
_TOO_SLOW = Meaning(ModelTimeoutError, "The model took too long.")

OPENAI: dict[str, Meaning] = {
    "context_length_exceeded": _OVERFLOW,
    "exceed_context_size_error": _OVERFLOW,
    "string_above_max_length": _OVERFLOW,
    "content_filter": _FILTERED,
    "content_policy_violation": _FILTERED,
    "insufficient_quota": _UNPAID,
    "billing_hard_limit_reached": _UNPAID,
    "invalid_api_key": _BAD_TOKEN,
    "authentication_error": _BAD_TOKEN,
    "permission_error": _NOT_ALLOWED,
    "model_not_found": _NOT_FOUND,
    "not_found_error": _NOT_FOUND,
    "rate_limit_exceeded": _TOO_MANY,
    "rate_limit_error": _TOO_MANY,
    "overloaded_error": _BUSY,
    "unavailable_error": _BUSY,
    "tool_use_failed": Meaning(
        BadRequestError,
        "The model called a tool in a form that the server could not read.",
        "Send again, simplify the tools, or choose another model.",
    ),
    "invalid_request_error": _REFUSED,
    "BadRequestError": _REFUSED,
    "server_error": _FAILED,
    "timeout": _TOO_SLOW,
}

WORDS: tuple[tuple[str, Meaning], ...] = (
    ("daily free allocation", WORKERS_AI["4006"]),
    ("capacity temporarily exceeded", WORKERS_AI["3040"]),
    ("maximum context length", _OVERFLOW),
    ("context length", _OVERFLOW),
    ("context size", _OVERFLOW),
    ("context window", _OVERFLOW),
    ("prompt is too long", _OVERFLOW),
    ("content management policy", _FILTERED),
)
"""For servers that give no code: phrases of an error's message, in lower case."""


def status_meaning(status: int) -> Meaning:
    """What an HTTP status says where nothing else does."""
    if status in _STATUSES:
        return _STATUSES[status]
    if 300 <= status < 400:
        hint = "Enter the address that the server really has; a redirect would carry the token to another place."
        return Meaning(ProtocolError, "The server redirects to another address, which is not followed.", hint)
    if status >= 500:
        return _FAILED
    return _REFUSED


_STATUSES: dict[int, Meaning] = {
    401: _BAD_TOKEN,
    402: _UNPAID,
    403: _NOT_ALLOWED,
    404: _NOT_FOUND,
    408: _TOO_SLOW,
    409: Meaning(ServerError, "The server was busy with a request that is in conflict with this one."),
    413: Meaning(BadRequestError, "The request is too large.", "Send fewer or smaller images and messages."),
    429: _TOO_MANY,
    504: _TOO_SLOW,
    524: _TOO_SLOW,
    529: _BUSY,
}
