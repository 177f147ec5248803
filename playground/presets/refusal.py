"""Errors of presets."""

from typing import Any

from pydantic import ValidationError

from playground.conversation.formats import FormatError
from playground.presets.template import TemplateError


class PresetError(ValueError):
    """An invalid preset: what is wrong (`message`), and what to do (`hint`), which may be empty."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def refused(error: ValidationError) -> PresetError:
    """The error with a sentence for each invalid field."""
    return PresetError("; ".join(dict.fromkeys(_sentence(detail) for detail in error.errors())))


def _sentence(detail: Any) -> str:
    """The sentence for one error of pydantic."""
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
    problem = str(cause) if isinstance(cause, ValueError) else detail["msg"].lower()
    return f"{where}: {problem}" if where else problem
