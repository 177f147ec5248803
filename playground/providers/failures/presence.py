"""Whether what a server sent with a good status is an error all the same."""

from collections.abc import Mapping
from typing import Any

_ANSWERS = ("choices", "response", "result", "tool_calls", "output", "output_text", "streamed_data")
"""The keys that an answer stands under."""
_CODES = (
    *("code", "status_code", "statusCode", "error_code", "errorCode", "errcode", "err_code"),
    *("internalCode", "httpCode", "http_code", "__type"),
)
_WORDS = (
    *("message", "msg", "detail", "description", "title", "reason"),
    *("error_msg", "errorMessage", "error_message", "error_description", "errmsg", "err_msg", "status_msg"),
)
_NOTHING = frozenset({"", "null", "none", "nil", "false", "undefined", "no error"})
_WELL = frozenset({"ok", "success", "successful", "succeeded", "succeed", "completed", "complete"})
_BAD = frozenset({"error", "errored", "fail", "failed", "failure"})
_ASIDE = frozenset(
    {"param", "params", "request_id", "requestid", "log_id", "trace_id", "sid", "id", "event_id", "timestamp", "time"}
)
"""What may stand in an error object without telling of an error."""
_DEEPEST = 6


def holds_error(value: Any) -> bool:
    """Whether a decoded frame, choice or document says that something failed, in any form that servers use.

    `{"error": …}` (also as text, or in a list: Google), `{"type": "error"}` (Anthropic), `{"success": false}` and
    `errors` (Cloudflare), `base_resp` (https://platform.minimax.io/docs/api-reference/errorcode), and an error object
    without a key of its own: words beside a code, or FastAPI's `detail`. A value that says nothing, such as
    `{"message": "", "code": 0}`, `{}`, null or false, is no error, nor is a code for success: servers written in Go
    send such beside good answers.
    """
    return _holds(value, _DEEPEST)


def _holds(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        return bool(depth) and any(_holds(one, depth - 1) for one in value[:10])
    if not isinstance(value, Mapping):
        return False
    if (error := value.get("error")) and _tells(error, depth):
        return True
    if value.get("success") is False or value.get("type") == "error" or value.get("object") == "error":
        return True
    if (errors := value.get("errors")) and value.get("success") is not True and _tells(errors, depth):
        return True
    if isinstance(base := value.get("base_resp"), Mapping) and not _says_nothing(base.get("status_code")):
        return True
    return not any(value.get(key) for key in _ANSWERS) and _is_error_object(value)


def _tells(error: Any, depth: int) -> bool:
    """Whether what stands under `error` says anything."""
    match error:
        case list():
            return any(_tells(one, depth - 1) for one in error[:10]) if depth else bool(error)
        case Mapping():
            if _says_well(error.get("code")):
                return False
            told = (inner for key, inner in error.items() if str(key).lower() not in _ASIDE)
            return any(_tells(inner, depth - 1) for inner in told) if depth else bool(error)
        case _:
            return not _says_nothing(error)


def _is_error_object(value: Mapping[str, Any]) -> bool:
    """Words beside a code that is none of success; `detail` speaks for itself."""
    if not any(isinstance(value.get(key), str | list) and _tells(value[key], 2) for key in _WORDS):
        return False
    codes = [value[key] for key in _CODES if isinstance(value.get(key), str | int)]
    if any(not _says_nothing(code) for code in codes) or _says_bad(value.get("status")):
        return True
    kind = value.get("type")
    return (isinstance(kind, str) and kind.lower().endswith(("error", "exception"))) or (
        bool(value.get("detail")) and not codes
    )


def _says_bad(status: Any) -> bool:
    if isinstance(status, str):
        return status.strip().lower() in _BAD
    return isinstance(status, int) and status >= 400


def _says_well(code: Any) -> bool:
    """Whether a code, a status or a word says that all is well: 200, "200", "Success"."""
    if isinstance(code, str):
        word = code.strip().strip(".!").lower()
        return word in _WELL or (len(word) == 3 and word.startswith("2") and word.isdecimal())
    return isinstance(code, int | float) and 200 <= code < 300


def _says_nothing(code: Any) -> bool:
    """Whether a code, a status or a word is empty or says that nothing is wrong: null, 0, "00000", "", 200, "ok"."""
    if code is None or code is False or _says_well(code):
        return True
    if isinstance(code, str):
        word = code.strip().lower()
        return word in _NOTHING or not word.strip("0")
    return code is not True and code == 0
