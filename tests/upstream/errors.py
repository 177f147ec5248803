"""The service's errors in each of the shapes they come in.

https://developers.cloudflare.com/workers-ai/platform/errors/
"""

from typing import Any

from tests.upstream.answer import Answer

REQUEST_ID = "768f15b7-4928-498e-906d-45b0f1a2c3d4"

ERRORS: dict[int, tuple[int, str]] = {
    2001: (400, "Please configure AI Gateway in the Cloudflare dashboard"),
    2008: (400, "Model not found"),
    2009: (401, "Unauthorized"),
    2014: (504, "Provider request timeout"),
    2021: (402, "Insufficient credits for unified billing"),
    3003: (400, "AiError: Incomplete request"),
    3006: (413, "AiError: Request too large"),
    3007: (408, "AiError: Timeout"),
    3008: (408, "AiError: Aborted"),
    3023: (403, "AiError: Account blocked"),
    3030: (400, "AiError: Sequence too long: 9000 > 8192"),
    3036: (429, "AiError: You have used up your daily free allocation of 10,000 neurons"),
    3039: (400, "AiError: Finetune missing required files"),
    3040: (429, "AiError: Capacity temporarily exceeded, please try again."),
    3041: (403, "AiError: Account not allowed for private model"),
    3042: (404, "AiError: Invalid model ID"),
    3046: (408, "AiError: Request timeout"),
    4006: (
        429,
        "AiError: AiError: you have used up your daily free allocation of 10,000 neurons, please upgrade to "
        "Cloudflare's Workers Paid plan if you would like to continue usage.",
    ),
    4007: (500, "AiError: An internal server error occurred"),
    5004: (400, "AiError: Invalid data"),
    5005: (405, "AiError: LoRA is not supported by this model"),
    5006: (400, "AiError: Bad input: Error: '/temperature' must be <= 5"),
    5007: (400, "AiError: No such model"),
    5016: (403, "AiError: Model agreement required"),
    5017: (500, "AiError: Configuration error: Failed to fetch configuration"),
    5018: (403, "AiError: Account not allowed for private model"),
    5019: (405, "AiError: Deprecated SDK version"),
    5021: (413, "AiError: The estimated number of input and maximum output tokens exceeds this model's context window"),
    5023: (400, "AiError: JSON Schema mode is not supported with stream mode"),
    5024: (400, "AiError: JSON Mode couldn't be met"),
    5025: (400, "AiError: This model doesn't support JSON Schema"),
    5035: (403, "AiError: Model requires Workers Paid plan"),
    7000: (400, "No route for that URI"),
    7003: (404, "Could not route to /accounts/…, perhaps your object identifier is invalid?"),
    7009: (502, "Upstream service unavailable"),
    8001: (400, "AiError: 8001: Invalid input"),
    8006: (400, "AiError: 8006: max_tokens too small for a forced tool"),
    9106: (400, "Missing X-Auth-Key, X-Auth-Email or Authorization headers"),
    10000: (401, "Authentication error"),
}
_HTML = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"


def error(code: int, body: str = "", retry_after_s: float = -1, message: str = "") -> Answer:
    """The answer for a code of the service, or for a plain HTTP status below 600, in the shape named by `body`."""
    status, text = ERRORS.get(code, (code if 400 <= code < 600 else 500, f"AiError: error {code}"))
    text = message or text
    headers = {"cf-ai-req-id": REQUEST_ID}
    if retry_after_s >= 0:
        headers["retry-after"] = f"{retry_after_s:g}"
    if body == "text" or (not body and code not in ERRORS and code >= 500):
        return Answer((_HTML.encode(),), status, "text/html", headers)
    return Answer.json(_body(body or "rest", code, status, text), status, headers=headers)


def _body(shape: str, code: int, status: int, text: str) -> dict[str, Any]:
    match shape:
        case "gateway":
            return {
                "name": "AiError",
                "internalCode": code,
                "httpCode": status,
                "message": text,
                "description": text,
                "requestId": REQUEST_ID,
            }
        case "aig":
            return {
                "success": False,
                "result": [],
                "messages": [],
                "error": [{"code": code, "message": text}],
                "name": "AiGatewayError",
                "httpCode": status,
                "internalCode": code,
            }
        case "openai":
            kind = "server_error" if status >= 500 else "invalid_request_error"
            return {"error": {"message": text, "type": kind, "param": None, "code": code}}
        case _:
            front_door = code in (7000, 7003, 9106, 10000)
            suffix = "" if front_door else f" ({REQUEST_ID})"
            return {
                "errors": [{"message": text + suffix, "code": code}],
                "success": False,
                "result": None if front_door else {},
                "messages": [],
            }
