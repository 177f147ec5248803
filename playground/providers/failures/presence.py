"""Whether a frame or document that came with a good status is an error nonetheless."""

from collections.abc import Mapping
from typing import Any

_ANSWER_KEYS = ("choices", "response", "result", "tool_calls", "output", "output_text", "streamed_data")
"""The keys that hold an answer."""
_CODE_KEYS = (
    *("code", "status_code", "statusCode", "error_code", "errorCode", "errcode", "err_code"),
    *("internalCode", "httpCode", "http_code", "__type"),
)
_MESSAGE_KEYS = (
    *("message", "msg", "detail", "description", "title", "reason"),
    *("error_msg", "errorMessage", "error_message", "error_description", "errmsg", "err_msg", "status_msg"),
)
_EMPTY_WORDS = frozenset({"", "null", "none", "nil", "false", "undefined", "no error"})
_SUCCESS_WORDS = frozenset({"ok", "success", "successful", "succeeded", "succeed", "completed", "complete"})
_FAILURE_WORDS = frozenset({"error", "errored", "fail", "failed", "failure"})
_IGNORED_KEYS = frozenset(
    {"param", "params", "request_id", "requestid", "log_id", "trace_id", "sid", "id", "event_id", "timestamp", "time"}
)
"""Keys of an error object that do not show that there is an error."""
_DEEPEST = 6


def holds_error(value: Any) -> bool:
    """Whether a decoded frame, choice or document holds an error, in any form that servers use.

    `{"error": …}` (also as text, or in a list: Google), `{"type": "error"}` (Anthropic), `{"success": false}` and
    `errors` (Cloudflare), `base_resp` (https://platform.minimax.io/docs/api-reference/errorcode), and an error object
    without a key of its own: a message beside a code, or FastAPI's `detail`. An empty value, such as
    `{"message": "", "code": 0}`, `{}`, null or false, is no error, nor is a code for success: servers written in Go
    send these beside good answers.
    """
    return _holds(value, _DEEPEST)


def _holds(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        return bool(depth) and any(_holds(item, depth - 1) for item in value[:10])
    if not isinstance(value, Mapping):
        return False
    if (error := value.get("error")) and _is_failure_value(error, depth):
        return True
    if value.get("success") is False or value.get("type") == "error" or value.get("object") == "error":
        return True
    if (errors := value.get("errors")) and value.get("success") is not True and _is_failure_value(errors, depth):
        return True
    if isinstance(base := value.get("base_resp"), Mapping) and not _is_empty_or_success(base.get("status_code")):
        return True
    return not any(value.get(key) for key in _ANSWER_KEYS) and _is_error_object(value)


def _is_failure_value(error: Any, depth: int) -> bool:
    """Whether the value of `error` is neither empty nor a code for success."""
    match error:
        case list():
            return any(_is_failure_value(item, depth - 1) for item in error[:10]) if depth else bool(error)
        case Mapping():
            if _is_success(error.get("code")):
                return False
            values = (inner for key, inner in error.items() if str(key).lower() not in _IGNORED_KEYS)
            return any(_is_failure_value(inner, depth - 1) for inner in values) if depth else bool(error)
        case _:
            return not _is_empty_or_success(error)


def _is_error_object(value: Mapping[str, Any]) -> bool:
    """Whether an object has a message beside a code that is not for success, or a `detail`."""
    if not any(isinstance(value.get(key), str | list) and _is_failure_value(value[key], 2) for key in _MESSAGE_KEYS):
        return False
    codes = [value[key] for key in _CODE_KEYS if isinstance(value.get(key), str | int)]
    if any(not _is_empty_or_success(code) for code in codes) or _is_failure_status(value.get("status")):
        return True
    kind = value.get("type")
    return (isinstance(kind, str) and kind.lower().endswith(("error", "exception"))) or (
        bool(value.get("detail")) and not codes
    )


def _is_failure_status(status: Any) -> bool:
    if isinstance(status, str):
        return status.strip().lower() in _FAILURE_WORDS
    return isinstance(status, int) and status >= 400


def _is_success(code: Any) -> bool:
    """Whether a code, a status or a word stands for success: 200, "200", "Success"."""
    if isinstance(code, str):
        word = code.strip().strip(".!").lower()
        return word in _SUCCESS_WORDS or (len(word) == 3 and word.startswith("2") and word.isdecimal())
    return isinstance(code, int | float) and 200 <= code < 300


def _is_empty_or_success(code: Any) -> bool:
    """Whether a code, a status or a word is empty or stands for success: null, 0, "00000", "", 200, "ok"."""
    if code is None or code is False or _is_success(code):
        return True
    if isinstance(code, str):
        word = code.strip().lower()
        return word in _EMPTY_WORDS or not word.strip("0")
    return code is not True and code == 0
