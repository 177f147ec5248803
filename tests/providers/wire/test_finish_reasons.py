import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.errors import ErrorKind
from playground.providers.failures import read_embedded_error
from playground.providers.failures.vendors import generally_named, named
from playground.providers.wire import finish_reasons
from playground.providers.wire.finish_reasons import End, read_finish_reason
from tests.providers.heard import hear

REASONS: dict[str, tuple[str, ...]] = {
    "stop": (
        "stop",
        "STOP",
        "end_turn",
        "stop_sequence",
        "eos",
        "eos_token",
        "COMPLETE",
        "complete",
        "FINISH_REASON_STOP",
    ),
    "length": (
        *("length", "max_tokens", "MAX_TOKENS", "maxTokens", "model_length", "model_context_window_exceeded"),
        *("ERROR_LIMIT", "max_output_tokens", "REASON_MAX_LEN", "contextLengthReached", "pause_turn"),
    ),
    "tool_calls": ("tool_calls", "tool_use", "function_call", "TOOL_CALL", "tool-calls", "toolUse"),
    "content_filter": (
        *("content_filter", "content-filter", "refusal", "REFUSAL", "sensitive", "SAFETY", "RECITATION", "SPII"),
        *("PROHIBITED_CONTENT", "BLOCKLIST", "LANGUAGE", "IMAGE_SAFETY", "image-safety", "guardrail_intervened"),
        *("content_filtered", "ERROR_TOXIC", "content_filter: PROHIBITED_CONTENT"),
    ),
    "unknown": ("tuesday", "unknown", "compaction"),
}

FAILURES: dict[str, tuple[ErrorKind, bool]] = {
    "insufficient_system_resource": ("capacity", True),
    "INSUFFICIENT-SYSTEM-RESOURCE": ("capacity", True),
    "network_error": ("server", True),
    "error": ("server", True),
    "ERROR": ("server", True),
    "failed": ("server", True),
    "OTHER": ("server", True),
    "abort": ("server", True),
    "TIMEOUT": ("timeout", True),
    "MALFORMED_FUNCTION_CALL": ("bad_request", False),
    "function_call_filter: MALFORMED_FUNCTION_CALL": ("bad_request", False),
    "function_call_filter: UNEXPECTED_TOOL_CALL": ("bad_request", False),
    "malformed_model_output": ("server", True),
    "rate_limit_exceeded": ("rate_limited", True),
    "overloaded": ("capacity", True),
}


@pytest.mark.parametrize(("end", "reason"), [(end, reason) for end, reasons in REASONS.items() for reason in reasons])
def test_reason(end: End, reason: str) -> None:
    assert read_finish_reason(reason) == end


@pytest.mark.parametrize("nothing", [None, "", "null", "NONE", "FINISH_REASON_UNSPECIFIED", 0])
def test_no_reason_yet(nothing: object) -> None:
    assert read_finish_reason(nothing) is None


@pytest.mark.parametrize("reason", FAILURES)
def test_a_reason_that_means_failure_is_one_and_keeps_the_text(reason: str) -> None:
    kind, retryable = FAILURES[reason]
    frames = (
        {"choices": [{"index": 0, "delta": {"content": "Half an "}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {"content": "answer"}, "finish_reason": reason}]},
    )
    stream = "".join(f"data: {json.dumps(frame)}\n\n" for frame in frames) + "data: [DONE]\n\n"
    whole = {"choices": [{"index": 0, "message": {"content": "Half an answer"}, "finish_reason": reason}]}
    for heard in (hear(stream), hear(json.dumps(whole), content_type="application/json")):
        assert heard.text == "Half an answer"
        assert heard.error is not None
        assert (heard.error.kind, heard.error.retryable) == (kind, retryable)
        assert heard.error.code == reason


def test_the_reason_of_the_model_behind_the_server_says_more() -> None:
    choice = {"finish_reason": "error", "native_finish_reason": "MALFORMED_FUNCTION_CALL", "delta": {}}
    assert "called a tool" in read_embedded_error(choice).message


def test_vendors_agree_on_what_their_words_mean() -> None:
    seen: dict[str, str] = {}
    for vendor in finish_reasons._VENDORS.values():
        for end, reasons in vendor.items():
            for reason in reasons.split():
                assert seen.setdefault(reason.lower(), end) == end, reason


def test_every_reason_that_means_failure_has_a_meaning() -> None:
    failing = [reason for vendor in finish_reasons._VENDORS.values() for reason in vendor.get("error", "").split()]
    assert failing
    for reason in failing:
        assert named(reason) or generally_named(reason), reason


@given(st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()))
def test_any_value_is_read(value: object) -> None:
    assert read_finish_reason(value) in (None, "error", "stop", "length", "tool_calls", "content_filter", "unknown")
