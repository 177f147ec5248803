"""Every code that Workers AI, its front door and its gateway are known to send."""

import json

import pytest

from playground.errors import ErrorKind
from tests.providers.error_bodies import fail, rest

CODES: dict[int, tuple[int, ErrorKind, bool]] = {
    5007: (400, "not_found", False),
    5004: (400, "bad_request", False),
    3039: (400, "bad_request", False),
    3003: (400, "bad_request", False),
    5018: (403, "permission", False),
    5016: (403, "permission", False),
    3023: (403, "permission", False),
    3041: (403, "permission", False),
    5035: (403, "permission", False),
    5019: (405, "bad_request", False),
    5005: (405, "bad_request", False),
    3042: (404, "not_found", False),
    3006: (413, "bad_request", False),
    3007: (408, "timeout", True),
    3008: (408, "timeout", True),
    3036: (429, "quota_exhausted", False),
    3040: (429, "capacity", True),
    4006: (429, "quota_exhausted", False),
    5006: (400, "bad_request", False),
    5021: (413, "context_overflow", False),
    3030: (400, "context_overflow", False),
    5023: (400, "bad_request", False),
    5024: (400, "bad_request", False),
    5025: (400, "bad_request", False),
    3046: (408, "timeout", True),
    4007: (500, "server", True),
    5017: (500, "server", True),
    8001: (400, "bad_request", False),
    8006: (400, "bad_request", False),
    10000: (401, "authentication", False),
    9106: (400, "authentication", False),
    7003: (404, "not_found", False),
    7000: (400, "not_found", False),
    7009: (503, "server", True),
    2001: (400, "not_found", False),
    2008: (400, "not_found", False),
    2009: (401, "authentication", False),
    2014: (504, "timeout", True),
    2016: (424, "content_filter", False),
    2017: (422, "content_filter", False),
    2021: (402, "quota_exhausted", False),
    2003: (429, "rate_limited", True),
    2045: (429, "quota_exhausted", False),
    7013: (503, "server", True),
}


@pytest.mark.parametrize("code", CODES)
def test_code_of_workers_ai(code: int) -> None:
    status, kind, retryable = CODES[code]
    for body in (rest(code), rest(str(code)), f"{code}: words", json.dumps(f"AiError: {code}: words")):
        error = fail(status, body)
        assert (error.kind, error.code, error.retryable) == (kind, str(code), retryable)
        assert error.message.endswith("The server said: words")
        assert error.hint
