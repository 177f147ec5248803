"""Errors of vendors, each as its documents or public reports show its form: status, body, kind, whether to retry."""

from typing import Any, NamedTuple

from playground.errors import ErrorKind


class Refusal(NamedTuple):
    status: int
    body: Any
    kind: ErrorKind
    retryable: bool = False
    says: str = ""
    """What the message has to keep."""


def _openai(message: str, type_: str | None = None, code: Any = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": type_, "param": None, "code": code}}


def _anthropic(type_: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": type_, "message": message}, "request_id": "req_1"}


def _google(code: int, status: str, message: str, *details: Any) -> list[dict[str, Any]]:
    return [{"error": {"code": code, "message": message, "status": status, "details": list(details)}}]


def _quota(name: str, delay: str = "38s") -> tuple[dict[str, Any], dict[str, Any]]:
    return (
        {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": name}]},
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
    )


def _openrouter(code: int, message: str, **metadata: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "metadata": metadata}, "user_id": "u"}


VENDORS: dict[str, Refusal] = {
    # OpenAI: https://platform.openai.com/docs/guides/error-codes
    "OpenAI: wrong key": Refusal(
        401, _openai("Incorrect API key", "invalid_request_error", "invalid_api_key"), "authentication"
    ),
    "OpenAI: country": Refusal(
        403, _openai("Country not supported", "request_forbidden", "unsupported_country_region_territory"), "permission"
    ),
    "OpenAI: requests a minute": Refusal(
        429,
        _openai("Rate limit reached on requests per min. Try again in 20s.", "requests", "rate_limit_exceeded"),
        "rate_limited",
        True,
        "requests per min",
    ),
    "OpenAI: a request too large for a minute": Refusal(
        429,
        _openai("Request too large for gpt-x on tokens per min (TPM): Limit 100, Requested 200.", "tokens"),
        "rate_limited",
        False,
        "Limit 100",
    ),
    "OpenAI: no money": Refusal(
        429,
        _openai("You exceeded your current quota, check your plan.", "insufficient_quota", "insufficient_quota"),
        "quota_exhausted",
    ),
    "OpenAI: no money, by words alone": Refusal(
        429, _openai("You exceeded your current quota, please check your plan and billing details."), "quota_exhausted"
    ),
    "OpenAI: a prompt that was flagged": Refusal(
        400,
        _openai("The prompt was flagged: it may violate our usage policy.", None, "invalid_prompt"),
        "content_filter",
    ),
    "OpenAI: overloaded": Refusal(
        503, _openai("That model is currently overloaded.", "service_unavailable_error"), "capacity", True
    ),
    "OpenAI: the model is for verified organisations": Refusal(
        400, _openai("Your organization must be verified to use the model.", "invalid_request_error"), "permission"
    ),
    "OpenAI: a wrong path": Refusal(
        404, _openai("Invalid URL (POST /chat/completions)", "invalid_request_error"), "not_found"
    ),
    "Azure: no deployment": Refusal(
        404, {"error": {"code": "DeploymentNotFound", "message": "There is none."}}, "not_found"
    ),
    "Azure: filtered": Refusal(
        400,
        {
            "error": {
                "message": "The response was filtered",
                "code": "content_filter",
                "innererror": {"code": "ResponsibleAIPolicyViolation"},
            }
        },
        "content_filter",
    ),
    "GitHub Models: too long": Refusal(
        413, _openai("Request body too large. Max size: 8000 tokens.", None, "tokens_limit_reached"), "context_overflow"
    ),
    "GitHub Models: unknown": Refusal(400, _openai("Unknown model: x", None, "unknown_model"), "not_found"),
    # Anthropic: https://docs.claude.com/en/api/errors
    "Anthropic: key": Refusal(401, _anthropic("authentication_error", "invalid x-api-key"), "authentication"),
    "Anthropic: too long": Refusal(
        400, _anthropic("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"), "context_overflow"
    ),
    "Anthropic: balance": Refusal(
        400, _anthropic("invalid_request_error", "Your credit balance is too low to use the API"), "quota_exhausted"
    ),
    "Anthropic: a limit of one's own": Refusal(
        400, _anthropic("invalid_request_error", "You have reached your specified API usage limits."), "quota_exhausted"
    ),
    "Anthropic: billing": Refusal(402, _anthropic("billing_error", "no"), "quota_exhausted"),
    "Anthropic: overloaded": Refusal(529, _anthropic("overloaded_error", "Overloaded"), "capacity", True),
    "Anthropic: too large": Refusal(413, _anthropic("request_too_large", "no"), "bad_request"),
    "Anthropic: slow": Refusal(504, _anthropic("timeout_error", "no"), "timeout", True),
    # Google: https://ai.google.dev/gemini-api/docs/troubleshooting
    "Gemini: key": Refusal(
        400,
        _google(400, "INVALID_ARGUMENT", "API key not valid. Please pass another.", {"reason": "API_KEY_INVALID"}),
        "authentication",
    ),
    "Gemini: no key": Refusal(
        403, _google(403, "PERMISSION_DENIED", "Method does not allow unregistered callers."), "authentication"
    ),
    "Gemini: permission": Refusal(403, _google(403, "PERMISSION_DENIED", "no"), "permission"),
    "Gemini: credentials": Refusal(401, _google(401, "UNAUTHENTICATED", "no"), "authentication"),
    "Gemini: place": Refusal(
        400, _google(400, "FAILED_PRECONDITION", "User location is not supported for the API use."), "permission"
    ),
    "Gemini: requests a minute": Refusal(
        429,
        _google(
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota. Quota exceeded for metric: requests, limit: 15. Please retry in 38s.",
            *_quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"),
        ),
        "rate_limited",
        True,
        "PerMinute",
    ),
    "Gemini: requests a day": Refusal(
        429,
        _google(
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota. Quota exceeded for metric: requests, limit: 20. Please retry in 38s.",
            *_quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
        ),
        "quota_exhausted",
        False,
        "PerDay",
    ),
    "Gemini: overloaded": Refusal(503, _google(503, "UNAVAILABLE", "Try later."), "capacity", True),
    "Gemini: deadline": Refusal(504, _google(504, "DEADLINE_EXCEEDED", "no"), "timeout", True),
    "Gemini: internal": Refusal(500, _google(500, "INTERNAL", "no"), "server", True),
    "Gemini: argument": Refusal(400, _google(400, "INVALID_ARGUMENT", "no"), "bad_request"),
    "Gemini: model": Refusal(404, _google(404, "NOT_FOUND", "models/x is not found"), "not_found"),
    "Gemini: too long": Refusal(
        400, _google(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum (8)."), "context_overflow"
    ),
    # OpenRouter: https://openrouter.ai/docs/api/reference/errors-and-debugging
    "OpenRouter: credits": Refusal(402, _openrouter(402, "This request requires more credits."), "quota_exhausted"),
    "OpenRouter: moderation": Refusal(
        403,
        _openrouter(403, "Your chosen model requires moderation.", reasons=["violence"], provider_name="OpenAI"),
        "content_filter",
        False,
        "violence",
    ),
    "OpenRouter: slow": Refusal(408, _openrouter(408, "no"), "timeout", True),
    "OpenRouter: the provider is down": Refusal(502, _openrouter(502, "Provider returned error"), "server", True),
    "OpenRouter: the provider's limit": Refusal(
        429,
        _openrouter(
            429,
            "Provider returned error",
            raw="some/model:free is temporarily rate-limited upstream. Please retry shortly.",
            provider_name="Chutes",
        ),
        "rate_limited",
        True,
        "Chutes: some/model:free is temporarily rate-limited upstream",
    ),
    "OpenRouter: the provider's words as JSON": Refusal(
        400,
        _openrouter(
            400,
            "Provider returned error",
            raw='{"error":{"message":"This model\'s maximum context length is 8 tokens.","type":"invalid"}}',
            provider_name="Together",
        ),
        "context_overflow",
        False,
        "Together: This model's maximum context length",
    ),
    "OpenRouter: the provider's balance": Refusal(
        429,
        _openrouter(429, "Provider returned error", raw='{"error":{"message":"Insufficient balance"}}'),
        "quota_exhausted",
        False,
        "Insufficient balance",
    ),
    "OpenRouter: free requests a day": Refusal(
        429,
        _openrouter(429, "Rate limit exceeded: free-models-per-day. Add 10 credits for more.", headers={}),
        "quota_exhausted",
        False,
        "free-models-per-day",
    ),
    "OpenRouter: free requests a minute": Refusal(
        429,
        _openrouter(429, "Rate limit exceeded: free-models-per-min.", headers={"Retry-After": "7"}),
        "rate_limited",
        True,
        "free-models-per-min",
    ),
    "OpenRouter: no such model": Refusal(400, _openrouter(400, "a/b is not a valid model ID"), "not_found"),
    "OpenRouter: by its type": Refusal(503, _openrouter(503, "no", error_type="provider_overloaded"), "capacity", True),
    # xAI: https://docs.x.ai/docs/key-information/debugging
    "xAI: key": Refusal(
        400,
        {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xx***yy."},
        "authentication",
    ),
    "xAI: too long": Refusal(
        400,
        {
            "code": "Client specified an invalid argument",
            "error": "This model's maximum prompt length is 8 but the request contains 9 tokens.",
        },
        "context_overflow",
    ),
    "xAI: credits": Refusal(
        403, {"code": "The caller may not", "error": "Your team doesn't have any credits yet."}, "quota_exhausted"
    ),
    "xAI: argument": Refusal(
        400, {"code": "Client specified an invalid argument", "error": "temperature is wrong"}, "bad_request"
    ),
    # Mistral
    "Mistral: model": Refusal(
        400,
        {"object": "error", "message": "Invalid model: x", "type": "invalid_model", "param": None, "code": "1500"},
        "not_found",
    ),
    "Mistral: rate": Refusal(
        429,
        {"object": "error", "message": "Rate limit exceeded", "type": "rate_limited", "param": None, "code": "1300"},
        "rate_limited",
        True,
    ),
    "Mistral: capacity": Refusal(
        429,
        {
            "object": "error",
            "message": "Service tier capacity exceeded for this model.",
            "type": "service_tier_capacity_exceeded",
            "code": "3505",
        },
        "capacity",
        True,
    ),
    "Mistral: validation": Refusal(
        422, {"detail": [{"type": "float", "loc": ["body", "top_p"], "msg": "too big"}]}, "bad_request"
    ),
    # Groq: https://console.groq.com/docs/errors
    "Groq: no room in its flex tier": Refusal(
        498, _openai("capacity exceeded", None, "capacity_exceeded"), "capacity", True
    ),
    "Groq: tokens a day": Refusal(
        429,
        _openai(
            "Rate limit reached on tokens per day (TPD): Limit 100, Used 99. Please try again in 7m12.5s.",
            "tokens",
            "rate_limit_exceeded",
        ),
        "quota_exhausted",
        False,
        "tokens per day",
    ),
    "Groq: a request too large for a minute": Refusal(
        413,
        _openai("Request too large for model x on tokens per minute (TPM): Limit 6", "tokens", "rate_limit_exceeded"),
        "rate_limited",
    ),
    # DeepSeek: https://api-docs.deepseek.com/quick_start/error_codes
    "DeepSeek: balance": Refusal(402, _openai("Insufficient Balance", "unknown_error"), "quota_exhausted"),
    "DeepSeek: parameters": Refusal(422, _openai("no", "invalid_request_error"), "bad_request"),
    "DeepSeek: model": Refusal(400, _openai("Model Not Exist", "invalid_request_error"), "not_found"),
    "DeepSeek: busy": Refusal(
        503, _openai("Service is too busy. Switch for now.", "service_unavailable_error"), "capacity", True
    ),
    # Moonshot, Kimi: https://platform.kimi.ai/docs/api/errors
    "Kimi: content": Refusal(
        400, _openai("The request was rejected because it was considered high risk", "content_filter"), "content_filter"
    ),
    "Kimi: too long": Refusal(
        400, _openai("Your request exceeded model token limit: 8", "invalid_request_error"), "context_overflow"
    ),
    "Kimi: balance": Refusal(
        429, _openai("The account is suspended, check your plan", "exceeded_current_quota_error"), "quota_exhausted"
    ),
    "Kimi: busy": Refusal(429, _openai("The engine is overloaded", "engine_overloaded_error"), "capacity", True),
    "Kimi: rate": Refusal(429, _openai("max RPM: 3", "rate_limit_reached_error"), "rate_limited", True),
    "Kimi: key": Refusal(401, _openai("Invalid Authentication", "invalid_authentication_error"), "authentication"),
    # Z.AI: https://docs.z.ai/api-reference/api-code
    "Z.AI: content": Refusal(400, {"error": {"code": "1301", "message": "no"}}, "content_filter"),
    "Z.AI: balance": Refusal(429, {"error": {"code": "1113", "message": "no"}}, "quota_exhausted"),
    "Z.AI: rate": Refusal(429, {"error": {"code": "1302", "message": "no"}}, "rate_limited", True),
    "Z.AI: busy": Refusal(429, {"error": {"code": "1305", "message": "no"}}, "capacity", True),
    "Z.AI: key": Refusal(401, {"error": {"code": "1002", "message": "no"}}, "authentication"),
    "Z.AI: model": Refusal(400, {"error": {"code": "1211", "message": "no"}}, "not_found"),
    "Z.AI: too long": Refusal(400, {"error": {"code": "1261", "message": "no"}}, "context_overflow"),
    "Z.AI: the week's allowance": Refusal(429, {"error": {"code": "1310", "message": "no"}}, "quota_exhausted"),
    # Alibaba: https://www.alibabacloud.com/help/en/model-studio/error-code
    "Alibaba: content": Refusal(
        400, _openai("Input data may be wrong.", "data_inspection_failed", "data_inspection_failed"), "content_filter"
    ),
    "Alibaba: content, natively": Refusal(
        400, {"code": "DataInspectionFailed", "message": "no", "request_id": "r"}, "content_filter"
    ),
    "Alibaba: money": Refusal(
        400,
        _openai("Access denied, make sure your account is in good standing.", "Arrearage", "Arrearage"),
        "quota_exhausted",
    ),
    "Alibaba: rate": Refusal(429, {"code": "Throttling.RateQuota", "message": "no"}, "rate_limited", True),
    "Alibaba: free tier": Refusal(403, {"code": "AllocationQuota.FreeTierOnly", "message": "no"}, "quota_exhausted"),
    "Alibaba: key": Refusal(401, {"code": "InvalidApiKey", "message": "no"}, "authentication"),
    "Alibaba: too long": Refusal(
        400, _openai("Range of input length should be [1, 8]", "invalid_request_error"), "context_overflow"
    ),
    # MiniMax: https://platform.minimax.io/docs/api-reference/errorcode
    "MiniMax: tool arguments": Refusal(
        400, _anthropic("bad_request_error", "invalid params, invalid arguments (2013)"), "bad_request"
    ),
    "MiniMax: content": Refusal(500, _anthropic("api_error", "output new_sensitive (1027)"), "content_filter"),
    # Perplexity
    "Perplexity: too long": Refusal(
        400, _openai("All messages together are too long.", "too_many_prompt_tokens", 400), "context_overflow"
    ),
    "Perplexity: too much asked for": Refusal(400, _openai("no", "requested_too_many_tokens", 400), "context_overflow"),
    "Perplexity: model": Refusal(400, _openai("Invalid model 'x'.", "invalid_model", 400), "not_found"),
    "Perplexity: parameter": Refusal(
        400, _openai("max_tokens must be 16 or more", "invalid_parameter", 400), "bad_request"
    ),
    # Others
    "Cohere: too long": Refusal(
        400, {"message": "too many tokens: the prompt's total exceeds the limit of 8"}, "context_overflow"
    ),
    "Cohere: a month's calls": Refusal(
        429, {"message": "You are using a Trial key, which is limited to 1000 API calls / month."}, "quota_exhausted"
    ),
    "Cohere: a blocked prompt": Refusal(498, {"message": "blocked input"}, "content_filter"),
    "Bedrock: throttled": Refusal(
        429,
        {"__type": "ThrottlingException", "message": "Too many tokens, please wait before trying again."},
        "rate_limited",
        True,
    ),
    "Bedrock: access": Refusal(403, {"__type": "AccessDeniedException", "message": "no"}, "permission"),
    "Cerebras: a queue": Refusal(
        429,
        {"message": "We see high traffic.", "type": "too_many_requests_error", "code": "queue_exceeded"},
        "capacity",
        True,
    ),
    "Cerebras: requests a minute": Refusal(
        429,
        {
            "message": "Too many requests in a minute.",
            "type": "too_many_requests_error",
            "param": "quota",
            "code": "request_quota_exceeded",
        },
        "rate_limited",
        True,
    ),
    "Fireworks: a spending limit": Refusal(
        412, _openai("The account is suspended, perhaps for its monthly spending limit", "error"), "quota_exhausted"
    ),
    "Together: model": Refusal(
        404, _openai("Unable to access model x", "invalid_request_error", "model_not_available"), "not_found"
    ),
    "Hugging Face: loading": Refusal(
        503, {"error": "Model x is currently loading", "estimated_time": 20.0}, "capacity", True
    ),
    "iFlytek: content": Refusal(
        400, {"error": {"message": "no", "type": "api_error", "code": "10013"}}, "content_filter"
    ),
    "Volcengine: content": Refusal(
        400, _openai("no", "BadRequest", "InputTextSensitiveContentDetected"), "content_filter"
    ),
    "Volcengine: rate": Refusal(
        429, _openai("no", "TooManyRequests", "RateLimitExceeded.EndpointRPMExceeded"), "rate_limited", True
    ),
    "SiliconFlow: balance": Refusal(
        403, {"code": 30001, "message": "Sorry, your account balance is insufficient", "data": None}, "quota_exhausted"
    ),
    "new-api: quota": Refusal(
        403, _openai("用户额度不足", "new_api_error", "insufficient_user_quota"), "quota_exhausted"
    ),
    "new-api: token": Refusal(401, _openai("无效的令牌", "new_api_error"), "authentication"),
    "Portkey: guardrail": Refusal(446, {"error": {"message": "no"}}, "content_filter"),
    "LiteLLM: too long": Refusal(
        400, _openai("litellm.ContextWindowExceededError: litellm.BadRequestError: no", None, "400"), "context_overflow"
    ),
    "LiteLLM: budget": Refusal(
        400,
        _openai("Budget has been exceeded! Current cost: 2, Max budget: 1", "budget_exceeded", "400"),
        "quota_exhausted",
    ),
    "LiteLLM: content": Refusal(400, _openai("litellm.ContentPolicyViolationError: no", None, "400"), "content_filter"),
    # Servers of one's own
    "Ollama: model": Refusal(404, {"error": "model 'x' not found"}, "not_found"),
    "Ollama: too long": Refusal(
        400, {"error": "prompt too long; exceeded max context length by 4 tokens"}, "context_overflow"
    ),
    "Ollama: no path": Refusal(404, "404 page not found", "not_found"),
    "vLLM: too long": Refusal(
        400,
        {
            "object": "error",
            "message": "This model's maximum context length is 8.",
            "type": "BadRequestError",
            "code": 400,
        },
        "context_overflow",
    ),
    "SGLang: too long": Refusal(
        400,
        {"object": "error", "message": "The input (9 tokens) is longer than the model's context length (8 tokens)."},
        "context_overflow",
    ),
    "llama.cpp: too long": Refusal(
        400,
        {"error": {"code": 400, "message": "no", "type": "exceed_context_size_error", "n_ctx": 8}},
        "context_overflow",
    ),
    "llama.cpp: loading": Refusal(
        503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, "capacity", True
    ),
    "llama.cpp: not built in": Refusal(
        501, {"error": {"code": 501, "message": "no", "type": "not_supported_error"}}, "bad_request"
    ),
    "LM Studio: no path": Refusal(
        200, {"error": "Unexpected endpoint or method. (POST /chat/completions)"}, "not_found"
    ),
    "LM Studio: nothing loaded": Refusal(404, _openai("No models loaded.", "invalid_request_error"), "not_found"),
    "TGI: too long": Refusal(
        422,
        {"error": "`inputs` tokens + `max_new_tokens` must be <= 8", "error_type": "validation"},
        "context_overflow",
    ),
    "TGI: overloaded": Refusal(429, {"error": "Model is overloaded", "error_type": "overloaded"}, "capacity", True),
    "a method that is not allowed": Refusal(405, {"detail": "Method Not Allowed"}, "not_found"),
    # What stays a request to mend
    "an unknown parameter": Refusal(400, _openai("Unrecognized request argument supplied: foo"), "bad_request"),
    "max_tokens": Refusal(
        400,
        _openai("Unsupported parameter: 'max_tokens' is not supported with this model.", None, "unsupported_parameter"),
        "bad_request",
    ),
    "a timeout for a parameter": Refusal(400, _openai("timeout must be a number"), "bad_request"),
    "a word of Cloudflare's numbers": Refusal(400, _openai("at line 5007: no"), "bad_request"),
}
