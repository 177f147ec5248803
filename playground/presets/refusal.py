"""Why something is no preset, in words."""

from typing import Any

from pydantic import ValidationError

from playground.conversation.formats import FormatError
from playground.presets.template import TemplateError


class PresetError(ValueError):
    """A preset that cannot be used as it is: what is wrong (`message`), and what to do where that is not plain."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def refused(error: ValidationError) -> PresetError:
    """A sentence for each field that is wrong."""
    return PresetError("; ".join(dict.fromkeys(_said(detail) for detail in error.errors())))


def _said(detail: Any) -> str:
    """An error of pydantic in words."""
    where = str(detail["loc"][0])[:60] if detail["loc"] else ""
    match detail["type"]:
        case "extra_forbidden":
            return f"a preset has no {where!r}"
        case "missing":
            return f"{where} is missing"
        case "model_type":
            return "a preset is an object"
    if "recursion" in detail["msg"].lower():
        return f"{where}: nested too deeply"
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, FormatError | TemplateError):
        return f"{where}: {str(cause).rstrip('.')}"
    words = str(cause) if isinstance(cause, ValueError) else detail["msg"].lower()
    return f"{where}: {words}" if where else words
