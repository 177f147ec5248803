"""Meanings of Cloudflare's own codes: of Workers AI, of Cloudflare's API and of AI Gateway.

Workers AI: https://developers.cloudflare.com/workers-ai/platform/errors/, and codes that the service sent and the page
does not list.
"""

from playground.errors import (
    AuthenticationError,
    BadRequestError,
    CapacityError,
    ContentFilterError,
    ContextOverflowError,
    ModelPermissionError,
    ModelTimeoutError,
    NotFoundError,
    QuotaExhaustedError,
    RateLimitedError,
    ServerError,
)
from playground.providers.failures.meanings import MODEL_HINT, PAID_HINT, Meaning
from playground.providers.http.credentials import CLOUDFLARE_CREDENTIALS

_NO_MODEL = "The service has no model {model}."
_DAY_SPENT = Meaning(
    QuotaExhaustedError,
    "The account's free allocation for today is spent.",
    "The free allocation is renewed at 00:00 UTC. Until then use a local model or a paid plan.",
)
_NOT_PRIVATE = "This account may not use the model {model}."
_REPHRASE = "Rephrase the prompt, or change the rules under Guardrails in the gateway's settings."
_ACCOUNT_HINT = "Correct the account id of the connection: 32 hexadecimal digits, with nothing before or after them."

CODES: dict[str, Meaning] = {
    "5007": Meaning(NotFoundError, _NO_MODEL, MODEL_HINT),
    "3042": Meaning(NotFoundError, _NO_MODEL, MODEL_HINT),
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
    "3036": _DAY_SPENT,  # which the service sends as 4006
    "4006": _DAY_SPENT,
    "3040": Meaning(CapacityError, "The service has no capacity for this model just now."),
    "3007": Meaning(ModelTimeoutError, "The model took too long."),
    "3008": Meaning(ModelTimeoutError, "The service aborted the request."),
    "3046": Meaning(ModelTimeoutError, "The model took too long."),
    "4007": Meaning(ServerError, "The service had an internal error."),
    "5017": Meaning(ServerError, "The service could not read its own configuration."),
    "7009": Meaning(ServerError, "A service behind this one is unavailable."),
    # Cloudflare's API front door: https://developers.cloudflare.com/fundamentals/api/troubleshooting/
    "10000": Meaning(AuthenticationError, "Cloudflare did not accept the API token."),
    "10001": Meaning(AuthenticationError, "Cloudflare did not accept the API token."),
    "9106": Meaning(AuthenticationError, "The request carried no credentials.", CLOUDFLARE_CREDENTIALS),
    "9109": Meaning(AuthenticationError, "Cloudflare did not accept the API token."),
    "6003": Meaning(AuthenticationError, "The API token does not have the form of a token."),
    "7003": Meaning(NotFoundError, "Cloudflare knows no account {account}.", _ACCOUNT_HINT),
    "7000": Meaning(
        NotFoundError, "Cloudflare's API has no such address.", "Check the connection's address and account id."
    ),
    # AI Gateway: https://developers.cloudflare.com/ai-gateway/features/guardrails/set-up-guardrail/
    "2001": Meaning(NotFoundError, "The AI Gateway is not set up.", "Check the gateway's id (CLOUDFLARE_GATEWAY_ID)."),
    "2003": Meaning(
        RateLimitedError,
        "The AI Gateway's own limit of requests is reached.",
        "Wait a little, or raise the limit in the gateway's settings.",
    ),
    "2005": Meaning(ServerError, "The AI Gateway got no answer from the model's provider."),
    "2008": Meaning(NotFoundError, "The AI Gateway does not find the model {model}.", MODEL_HINT),
    # Since 2026-10-06 also for a provider's key: changelog, "Standardize provider credential error responses".
    "2009": Meaning(
        AuthenticationError,
        "The AI Gateway did not accept the token, or the model's provider did not accept its key.",
        "Check the gateway's token (CLOUDFLARE_GATEWAY_TOKEN) and the connection's; for a model of another provider "
        "check the provider's own key that is stored in the gateway.",
    ),
    "2014": Meaning(ModelTimeoutError, "The model did not answer the AI Gateway in time."),
    "2016": Meaning(ContentFilterError, "The AI Gateway's guardrails blocked the prompt.", _REPHRASE),
    "2017": Meaning(ContentFilterError, "The AI Gateway's guardrails blocked the prompt or the answer.", _REPHRASE),
    "2021": Meaning(QuotaExhaustedError, "The AI Gateway's credits are spent.", PAID_HINT),
    # https://developers.cloudflare.com/ai-gateway/features/spend-limits/; the code was seen, not documented.
    "2045": Meaning(
        QuotaExhaustedError,
        "A spending limit of the AI Gateway is reached.",
        "Wait until the limit's window ends, or raise the limit under Spend limits in the gateway's settings.",
    ),
    "7013": Meaning(
        ServerError,
        "The AI Gateway's guardrails could not check the content.",
        "Try again in a moment; the content itself was not judged.",
    ),
}
