"""The kinds of errors that vendors' documents show, and what is said of Cloudflare to whom."""

import json
from typing import Any

import pytest

from playground.providers import Connection
from playground.providers.failures import holds_error, read_embedded_error
from playground.providers.http.credentials import CLOUDFLARE_CREDENTIALS, SERVER_CREDENTIALS, cloudflare_account
from tests.providers.error_bodies import elsewhere, fail, openai, rest
from tests.providers.vendor_errors import VENDORS, Refusal

CLOUDFLARES_WORDS = ("Cloudflare", "CLOUDFLARE", "account id", "00:00 UTC", "gateway", "Workers")


@pytest.mark.parametrize("refusal", VENDORS.values(), ids=VENDORS)
def test_kind(refusal: Refusal) -> None:
    if refusal.status == 200:
        assert holds_error(refusal.body)
        error = read_embedded_error(refusal.body)
    else:
        error = elsewhere(refusal.status, refusal.body)
    assert (error.kind, error.retryable) == (refusal.kind, refusal.retryable), error.message
    assert refusal.says in error.message
    assert not any(word in error.hint for word in CLOUDFLARES_WORDS), error.hint


BY_STATUS = (200, 402, 405, 446, 451, 498, 501)
"""Statuses that alone say what is wrong: without them nothing does."""
TOLD = {name: one for name, one in VENDORS.items() if not (isinstance(one.body, str) or one.status in BY_STATUS)}


@pytest.mark.parametrize("refusal", TOLD.values(), ids=TOLD)
def test_kind_is_the_same_at_status_200(refusal: Refusal) -> None:
    """As servers send it that had begun to answer; a status that the body repeats is as good as one of HTTP."""
    body = refusal.body if isinstance(refusal.body, list) else {**refusal.body, "http_code": refusal.status}
    assert holds_error(body)
    assert read_embedded_error(body).kind == refusal.kind


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Please try again in 7m12.5s.", 432.5),
        ("Please retry in 33.7s.", 33.7),
        ("Try again in 20s", 20),
        ("try again in 350ms", 0.35),
        ("Please retry after 6 seconds.", 6),
        ("Wait for 2 minutes", 120),
        ("try again in 1h2m", 3720),
        ("try again in a moment", None),
        ("try again in 5 models", None),
    ],
)
def test_a_wait_that_words_ask_for(words: str, seconds: float | None) -> None:
    assert elsewhere(429, openai(f"Rate limit reached. {words}")).retry_after_s == seconds
    assert elsewhere(400, openai(f"no. {words}")).retry_after_s is None


def test_a_wait_of_headers_and_details() -> None:
    body = VENDORS["Gemini: requests a minute"].body
    assert elsewhere(429, body).retry_after_s == 38
    assert elsewhere(429, body, {"Retry-After": "5"}).retry_after_s == 5
    assert elsewhere(429, VENDORS["Gemini: requests a day"].body).retry_after_s is None
    assert elsewhere(429, VENDORS["OpenRouter: free requests a minute"].body).retry_after_s == 7


@pytest.mark.parametrize("code", [4006, 9106, 10000, 7003, 7000, 2001, 2009, 2016, 3023, 5016, 5035])
@pytest.mark.parametrize(
    "shape",
    [
        rest,
        lambda code: {"error": {"code": code, "message": "words"}},
        lambda code: {"name": "AiError", "internalCode": code, "httpCode": 429, "message": "AiError: words"},
        lambda code: f"{code}: words",
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 503])
def test_hints_speak_of_cloudflare_only_to_those_who_asked_it(code: int, shape: Any, status: int) -> None:
    error = elsewhere(status, shape(code))
    assert error.hint
    assert not any(word in error.hint for word in CLOUDFLARES_WORDS), error.hint
    assert error.retry_after_s is None


def test_guardrails_of_the_gateway() -> None:
    def blocked(status: int, code: int) -> Any:
        own = {"success": False, "result": [], "error": [{"code": code, "message": "Blocked by security settings"}]}
        return fail(status, {**own, "name": "AiGatewayError", "httpCode": status, "internalCode": code})

    for status, code in ((424, 2016), (424, 2017), (422, 2017)):
        error = blocked(status, code)
        assert (error.kind, error.retryable) == ("content_filter", False)
        assert "Rephrase" in error.hint
    assert (blocked(503, 7013).kind, blocked(503, 7013).retryable) == ("server", True)
    assert blocked(402, 2021).kind == "quota_exhausted"
    refused = blocked(401, 2009)
    assert refused.kind == "authentication"
    assert "gateway's token" in refused.hint
    assert "provider's own key" in refused.hint


def test_a_spending_limit_of_the_gateway_is_no_rate_limit() -> None:
    body = {"error": [{"code": 2045, "message": "Spend limit exceeded: rule 'r'"}], "internalCode": 2045}
    error = fail(429, {**body, "name": "AiGatewayError", "success": False})
    assert (error.kind, error.retryable) == ("quota_exhausted", False)
    assert "window" in error.hint
    assert fail(429, rest(1, "spend limit exceeded")).kind == "quota_exhausted"
    assert fail(429, rest(2003, "Rate limited")).kind == "rate_limited"


def test_a_missing_token_is_said_to_be_missing() -> None:
    assert elsewhere(401, openai("no")).hint == SERVER_CREDENTIALS
    assert "mistyped" in elsewhere(401, openai("no"), secrets=["s"]).hint
    assert fail(400, rest(9106)).hint == CLOUDFLARE_CREDENTIALS


@pytest.mark.parametrize(
    ("settings", "account"),
    [
        ({"kind": "workers_ai", "account_id": "abc"}, "abc"),
        ({"base_url": "https://api.cloudflare.com/client/v4/accounts/abc/ai/v1"}, "abc"),
        ({"base_url": "https://gateway.ai.cloudflare.com/v1/abc/default/compat"}, "abc"),
        ({"base_url": "https://api.cloudflare.com"}, "of the address"),
        ({"base_url": "https://notcloudflare.com/accounts/abc"}, ""),
        ({"base_url": "http://localhost:11434/v1"}, ""),
        ({"base_url": "http://[::1"}, ""),
    ],
)
def test_whose_errors_are_cloudflares(settings: dict[str, Any], account: str) -> None:
    assert cloudflare_account(Connection(**{"kind": "openai_compatible", **settings})) == account


def test_words_of_any_length_and_depth_raise_nothing() -> None:
    deep: Any = "end"
    for _ in range(200):
        deep = {"error": {"metadata": {"raw": json.dumps(deep) if len(json.dumps(deep)) < 9_999 else deep}}}
    assert elsewhere(429, deep).kind == "rate_limited"
    assert elsewhere(400, {"error": "context " * 500_000}).kind == "bad_request"
