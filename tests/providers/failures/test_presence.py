"""Errors that come with a good status, and what looks like one and is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.providers.failures import holds_error

WHOLE = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Low water"}, "finish_reason": "stop"}]}

ERRORS: dict[str, Any] = {
    "OpenAI's": {"error": {"message": "no", "type": "server_error", "param": None, "code": None}},
    "a text": {"error": "model crashed"},
    "a number": {"error": 500, "message": "no"},
    "a flag with words": {"error": True, "message": "no"},
    "only a code": {"error": {"code": 503}},
    "only a type": {"error": {"message": "", "type": "overloaded_error", "code": None}},
    "under a name of its own": {"error": {"reason": "full"}},
    "Anthropic's": {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
    "the Responses API's": {"type": "error", "code": "server_error", "message": "no", "param": None},
    "Google's list": [{"error": {"code": 503, "message": "no", "status": "UNAVAILABLE"}}],
    "a list that begins well": [WHOLE, {"error": {"message": "no"}}],
    "the gateway's list": {"error": [{"code": 2009, "message": "Unauthorized"}]},
    "beside choices": {**WHOLE, "error": {"code": 429, "message": "no"}},
    "beside an empty list of choices": {"choices": [], "code": 10013, "message": "no"},
    "Cloudflare's": {"success": False, "errors": [], "result": None},
    "Cloudflare's errors": {"errors": [{"code": 5007, "message": "no"}], "result": {}},
    "MiniMax's": {"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
    "MiniMax's, its code a text": {"choices": [], "base_resp": {"status_code": "1002", "status_msg": "rate limit"}},
    "code and message": {"code": 10013, "message": "no", "sid": "x"},
    "code and msg": {"code": -1, "msg": "no"},
    "a code in words": {"code": "DataInspectionFailed", "message": "no", "request_id": "x"},
    "Baidu's": {"error_code": 336003, "error_msg": "no"},
    "errcode": {"errcode": 40001, "errmsg": "no"},
    "an API gateway's": {"name": "AiError", "internalCode": 3040, "httpCode": 429, "message": "no"},
    "AWS's": {"__type": "ThrottlingException", "message": "no"},
    "vLLM's of old": {"object": "error", "message": "no", "code": 400},
    "FastAPI's": {"detail": "Engine is dead"},
    "FastAPI's list": {"detail": [{"loc": ["body"], "msg": "no"}]},
    "a problem document": {"type": "about:blank", "title": "Too many requests", "status": 429},
    "a status in words": {"status": "error", "message": "no"},
    "a type in words": {"type": "invalid_request_error", "message": "no"},
}

GOOD: dict[str, Any] = {
    "an answer": WHOLE,
    "null": {**WHOLE, "error": None},
    "an empty object": {**WHOLE, "error": {}},
    "an empty text": {**WHOLE, "error": ""},
    "a text that says none": {**WHOLE, "error": "none"},
    "false": {**WHOLE, "error": False},
    "zero": {**WHOLE, "error": 0},
    "an empty list": {**WHOLE, "error": []},
    "a list of empty objects": {**WHOLE, "error": [{}]},
    "Go's zero value": {**WHOLE, "error": {"message": "", "type": "", "param": "", "code": None}},
    "Go's zero value with a number": {**WHOLE, "error": {"message": "", "code": 0}},
    "Go's zero value with a request id": {**WHOLE, "error": {"message": "", "code": "", "request_id": "r-1"}},
    "an object of nulls": {**WHOLE, "error": {"message": None, "code": None, "details": {"reason": None}}},
    "success for an error": {**WHOLE, "error": {"code": 0, "message": "Success"}},
    "success with a code of its own": {**WHOLE, "error": {"code": "200", "message": "request processed"}},
    "code 0": {"code": 0, "message": "Success", "sid": "x", "usage": {"total_tokens": 6}},
    "code 200": {"code": 200, "message": "done"},
    "code 200 as text": {"code": "200", "message": "done"},
    "code 00000": {"code": "00000", "msg": "done"},
    "code success": {"code": "Success", "message": "all done"},
    "code ok beside an answer": {**WHOLE, "code": "ok", "message": "OK"},
    "a code beside an answer": {**WHOLE, "code": 1, "message": "from the cache"},
    "a status code of HTTP": {**WHOLE, "status_code": 200, "message": "OK"},
    "MiniMax's success": {**WHOLE, "base_resp": {"status_code": 0, "status_msg": ""}},
    "MiniMax's success alone": {"base_resp": {"status_code": 0, "status_msg": "success"}},
    "no errors": {**WHOLE, "errors": []},
    "an envelope": {"success": True, "errors": [], "messages": [], "result": {"response": "Low water"}},
    "an envelope with a warning": {"success": True, "errors": [{"code": 1, "message": "late"}], "result": {}},
    "words alone": {"message": "warming up"},
    "progress": {"status": "processing", "message": "warming up"},
    "a native frame": {"response": "Low", "p": "abc"},
    "Ollama's": {"model": "m", "message": {"role": "assistant", "content": "Low"}, "done": False},
    "a text": "error",
    "nothing": None,
    "nothing at all": {},
}


@pytest.mark.parametrize("value", ERRORS.values(), ids=ERRORS)
def test_an_error(value: Any) -> None:
    assert holds_error(value)


@pytest.mark.parametrize("value", GOOD.values(), ids=GOOD)
def test_no_error(value: Any) -> None:
    assert not holds_error(value)


_nothing = st.recursive(
    st.sampled_from([None, False, 0, 0.0, "", "null", " ", "0", "ok", 200]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(_nothing)
def test_a_value_that_says_nothing_is_never_an_error(nothing: Any) -> None:
    assert not holds_error({**WHOLE, "error": nothing})


@given(st.text(min_size=1).filter(lambda text: any(c.isalpha() for c in text) and len(text) > 12))
def test_words_are_always_an_error(words: str) -> None:
    for error in (words, {"message": words}, [{"message": words}], {"code": 0, "message": words}):
        assert holds_error({**WHOLE, "error": error})
