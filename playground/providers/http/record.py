"""Records a request and its answer in an exchange, with every secret masked."""

from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from playground.answers.exchange import Exchange
from playground.providers.failures.safe_text import hide
from playground.text.cleaning import clean

_SECRET_HEADERS = frozenset(
    {"authorization", "cf-aig-authorization", "api-key", "x-api-key", "x-auth-key", "set-cookie"}
)
_SECRET_PARAMS = frozenset({"key", "api_key", "api-key", "apikey", "token", "access_token"})
MASKED_SECRET = "***"


def record_request(exchange: Exchange, request: httpx.Request, body: Any, secrets: Iterable[str] = ()) -> None:
    """Record a request, in place of the attempt before it."""
    exchange.method = request.method
    exchange.url = hide(masked_url(request.url), secrets)
    exchange.request_headers = masked_headers(request.headers.items(), secrets)
    exchange.request_body = body
    exchange.status = None
    exchange.response_headers = {}
    exchange.request_id = None
    exchange.cached = False
    exchange.frames.clear()
    exchange.frames_left_out = 0
    exchange.assumes_thought = False


def record_answer(exchange: Exchange, response: httpx.Response, secrets: Iterable[str] = ()) -> None:
    """Record the status and headers of an answer."""
    exchange.status = response.status_code
    exchange.response_headers = masked_headers(response.headers.items(), secrets)
    exchange.request_id = request_id(exchange.response_headers)
    exchange.cached = response.headers.get("cf-aig-cache-status", "").upper() == "HIT"


def request_id(headers: Mapping[str, str]) -> str | None:
    """The server's id of a request; None where it sent none."""
    return (
        headers.get("cf-ai-req-id") or headers.get("cf-ray") or headers.get("x-request-id") or headers.get("request-id")
    )


def masked_headers(headers: Iterable[tuple[str, str]], secrets: Iterable[str] = ()) -> dict[str, str]:
    """Headers with masked secrets; the scheme of an Authorization header stays."""
    return {
        clean(name): _masked(value) if name.lower() in _SECRET_HEADERS else clean(hide(value, secrets))
        for name, value in headers
    }


def masked_url(url: httpx.URL) -> str:
    """A URL without passwords and keys."""
    params = [
        (name, MASKED_SECRET if name.lower() in _SECRET_PARAMS else value) for name, value in url.params.multi_items()
    ]
    return str(url.copy_with(username=None, password=None, params=params or None))


def _masked(value: str) -> str:
    scheme, separator, _ = value.partition(" ")
    return f"{scheme} {MASKED_SECRET}" if separator and scheme in ("Bearer", "Basic") else MASKED_SECRET
