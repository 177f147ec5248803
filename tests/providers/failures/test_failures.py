"""Whatever a server says went wrong, as one error that is safe to show."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import ErrorKind
from playground.providers.failures import read_embedded_error, read_error
from tests.providers.error_bodies import UUID, fail, openai, rest

BODIES: dict[str, tuple[int, Any, ErrorKind, str | None, str]] = {
    "REST": (
        429,
        rest(4006, f"AiError: AiError: you have used up your daily free allocation of 10,000 neurons. ({UUID})"),
        "quota_exhausted",
        "4006",
        "The account's free allocation for today is spent. The server said: you have used up your daily free "
        "allocation of 10,000 neurons.",
    ),
    "front door": (
        401,
        {"result": None, "success": False, "errors": [{"code": 10000, "message": "Authentication error"}]},
        "authentication",
        "10000",
        "Cloudflare did not accept the API token. The server said: Authentication error",
    ),
    "gateway host": (
        400,
        {
            "name": "AiError",
            "internalCode": 5007,
            "httpCode": 400,
            "message": f"AiError: No such model: No such model @cf/x or task ({UUID})",
            "description": "No such model @cf/x or task",
            "requestId": UUID,
        },
        "not_found",
        "5007",
        "The service has no model @cf/a/b. The server said: No such model: No such model @cf/x or task",
    ),
    "gateway's own": (
        401,
        {
            "success": False,
            "result": [],
            "messages": [],
            "error": [{"code": 2009, "message": "Unauthorized"}],
            "name": "AiGatewayError",
            "httpCode": 401,
            "internalCode": 2009,
            "message": "Unauthorized",
            "description": "Unauthorized",
        },
        "authentication",
        "2009",
        "The AI Gateway did not accept the token, or the model's provider did not accept its key. The server said: "
        "Unauthorized",
    ),
    "OpenAI": (
        401,
        openai("Incorrect API key provided.", type="invalid_request_error", code="invalid_api_key"),
        "authentication",
        "invalid_api_key",
        "The server did not accept the API token (HTTP 401). The server said: Incorrect API key provided.",
    ),
    "gateway in OpenAI's form": (
        402,
        openai("Insufficient balance; add money to your gateway or use BYOK", type="gateway_error"),
        "quota_exhausted",
        "gateway_error",
        "The account's credits are spent (HTTP 402). The server said: Insufficient balance; add money to your "
        "gateway or use BYOK",
    ),
    "responses endpoint": (
        400,
        {"error": {"code": "invalid_prompt", "message": f"AiError: AiError: 'NoneType' object ({UUID})"}},
        "bad_request",
        "invalid_prompt",
        "The server refuses the request (HTTP 400). The server said: 'NoneType' object",
    ),
    "a string": (404, {"error": "model 'x' not found"}, "not_found", None, "model 'x' not found"),
    "FastAPI": (404, {"detail": "Not Found"}, "not_found", None, "Not Found"),
    "FastAPI's validation": (
        422,
        {"detail": [{"loc": ["body", "temperature"], "msg": "must be a number", "type": "float_type"}]},
        "bad_request",
        "float_type",
        "body.temperature: must be a number",
    ),
    "vLLM of old": (
        400,
        {"object": "error", "message": "no", "type": "BadRequestError", "param": None, "code": 400},
        "bad_request",
        "400",
        "The server said: no",
    ),
    "plain text": (502, "Bad gateway", "server", None, "The server failed (HTTP 502). The server said: Bad gateway"),
    "a web page": (
        503,
        "<html><head><title>Just a\n moment&hellip;</title></head><body>x</body></html>",
        "server",
        None,
        "The server failed (HTTP 503). The server said: Just a moment…",
    ),
    "a web page without a title": (502, "<html>x", "server", None, "The server failed (HTTP 502)."),
    "nothing": (500, "", "server", None, "The server failed (HTTP 500)."),
    "null": (500, "null", "server", None, "The server failed (HTTP 500)."),
    "a list around it": (
        400,
        [{"error": {"code": 400, "message": "API key not valid", "status": "INVALID_ARGUMENT"}}],
        "authentication",
        "400",
        "The server said: API key not valid",
    ),
    "the front door to a token that may not": (
        403,
        rest(10000, "Authentication error"),
        "permission",
        "10000",
        "The token may not do this. The server said: Authentication error",
    ),
    "a known code in a sentence": (
        400,
        "InferenceUpstreamError: 5006: oneOf at '/' not met",
        "bad_request",
        "5006",
        "5006: oneOf at '/' not met",
    ),
    "numbers that are no codes": (400, "at 12:30: line 404: no", "bad_request", None, "at 12:30: line 404: no"),
}


@pytest.mark.parametrize(("status", "body", "kind", "code", "says"), BODIES.values(), ids=BODIES)
def test_body(status: int, body: Any, kind: ErrorKind, code: str | None, says: str) -> None:
    error = fail(status, body, model="@cf/a/b")
    assert (error.kind, error.code) == (kind, code)
    assert error.message.endswith(says)
    assert "<" not in error.message


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (302, "protocol", False),
        (400, "bad_request", False),
        (401, "authentication", False),
        (402, "quota_exhausted", False),
        (403, "permission", False),
        (404, "not_found", False),
        (408, "timeout", True),
        (409, "server", True),
        (413, "bad_request", False),
        (418, "bad_request", False),
        (422, "bad_request", False),
        (429, "rate_limited", True),
        (500, "server", True),
        (503, "server", True),
        (504, "timeout", True),
        (529, "capacity", True),
    ],
)
def test_status_without_words(status: int, kind: ErrorKind, retryable: bool) -> None:
    error = fail(status)
    assert (error.kind, error.retryable, error.code) == (kind, retryable, None)
    assert f"HTTP {status}" in error.message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, openai("too long", code="context_length_exceeded"), "context_overflow"),
        (400, openai("the request exceeds the context", type="exceed_context_size_error"), "context_overflow"),
        (400, openai("This model's maximum context length is 8192 tokens."), "context_overflow"),
        (429, openai("You exceeded your current quota", code="insufficient_quota"), "quota_exhausted"),
        (404, openai("no such model", code="model_not_found"), "not_found"),
        (400, openai("filtered", code="content_filter"), "content_filter"),
        (429, openai("slow down", type="invalid_request_error"), "rate_limited"),
        (429, {"error": "Capacity temporarily exceeded, please try again."}, "capacity"),
        (429, {"error": "you have used up your daily free allocation"}, "quota_exhausted"),
        (403, rest(10000, "Authentication error"), "permission"),
    ],
)
def test_more_telling_than_the_status(status: int, body: Any, kind: ErrorKind) -> None:
    error = fail(status, body)
    assert error.kind == kind
    assert error.retryable == (kind in ("rate_limited", "capacity"))


def test_a_spent_allocation_comes_back_at_midnight_utc() -> None:
    error = fail(429, rest(4006), {"Retry-After": "5"})
    assert error.retry_after_s == 8.5 * 3600
    assert "00:00 UTC" in error.hint
    just_before = datetime(2026, 12, 31, 23, 59, 30, tzinfo=UTC)
    body = json.dumps(rest(3036)).encode()
    assert read_error(429, {}, body, account_id="of-mine", now=just_before).retry_after_s == 30


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("Fri, 20 Nov 2026 15:31:00 GMT", 60),
        ("Fri, 20 Nov 2026 15:00:00 GMT", 0),
        ("Fri, 20 Nov 2026 15:31:00", 60),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert fail(429, "", {"Retry-After": value}).retry_after_s == seconds
    assert fail(503, "", {"retry-after": value}).retry_after_s == seconds


def test_retry_after_in_milliseconds_is_finer() -> None:
    assert fail(429, "", {"retry-after-ms": "1500", "retry-after": "2"}).retry_after_s == 1.5
    for odd in ("soon", "nan", ""):
        assert fail(429, "", {"retry-after-ms": odd, "retry-after": "2"}).retry_after_s == 2
    assert fail(429, "", {"retry-after-ms": "250"}).retry_after_s == 0.25


def test_secrets_stand_in_no_part_of_an_error() -> None:
    error = fail(401, openai("no: tok-1", code="tok-1"), {"cf-ray": "tok-1"}, secrets=("tok-1", ""))
    assert "tok-1" not in f"{error.message} {error.hint} {error.code} {error.request_id}"
    assert "[hidden]" in error.message


def test_request_id_is_found() -> None:
    headers = {"X-Request-Id": "x", "CF-Ray": "ray", "cf-ai-req-id": "req"}
    body = rest(5007, f"AiError: no ({UUID})")
    assert fail(400, body, headers).request_id == "req"
    assert fail(400, body, {"CF-Ray": "ray"}).request_id == "ray"
    assert fail(400, body).request_id == UUID
    assert fail(400, {"message": "no", "requestId": "r"}).request_id == "r"


def test_names_what_was_asked_for() -> None:
    assert "account abc" in fail(404, rest(7003), account_id="abc").message
    assert "@cf/a/b" in fail(400, rest(5007), model="@cf/a/b").message
    assert "Workers Paid" in fail(403, rest(5035)).hint


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        ({"error": {"message": "Compute error."}, "message": "Compute error."}, "server", True),
        ({"error": "no"}, "server", True),
        ({"error": {"code": 429, "message": "slow"}}, "rate_limited", True),
        ({"error": {"code": 401, "message": "no"}}, "authentication", False),
        ({"error": {"status_code": 400, "message": "no"}}, "bad_request", False),
        ({"success": False, "errors": [{"code": 3040, "message": "full"}]}, "capacity", True),
        ({"success": False, "errors": [{"code": 4006, "message": "spent"}]}, "quota_exhausted", False),
        ({"success": False, "errors": []}, "server", True),
        ({"code": 500, "message": "no", "type": "server_error"}, "server", True),
        ({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "no"}}}, "server", True),
        ({"finish_reason": "error", "delta": {}}, "server", True),
        ("overloaded", "capacity", True),
        (None, "server", True),
    ],
)
def test_error_inside_an_answer(error: Any, kind: ErrorKind, retryable: bool) -> None:
    found = read_embedded_error(error, account_id="of-mine")
    assert (found.kind, found.retryable) == (kind, retryable)


@given(st.integers(300, 599), st.binary(), st.dictionaries(st.sampled_from(["Retry-After", "cf-ray"]), st.text()))
def test_no_bytes_raise(status: int, body: bytes, headers: dict[str, str]) -> None:
    assert read_error(status, headers, body).message.encode()


_keys = st.sampled_from(
    ["error", "errors", "code", "message", "type", "detail", "loc", "status", "internalCode", "response"]
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@given(st.integers(300, 599), _values)
def test_no_json_raises(status: int, value: Any) -> None:
    assert read_error(status, {}, json.dumps(value).encode()).message.encode()
    assert read_embedded_error(value).message.encode()
