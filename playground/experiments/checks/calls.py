"""Checks of the tools that an answer calls."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, JsonValue

from playground import json_schema
from playground.experiments.checks.seen import RuleCheck, Seen, Told, UntoldError
from playground.experiments.part import ShortName
from playground.messages import ToolCall
from playground.presets.template import TemplateError
from playground.text.cleaning import line
from playground.text.json_value import read_json


class ToolCallCheck(RuleCheck):
    """A tool is called that there is, with arguments that fit its schema, and with these."""

    check: Literal["tool_call"]
    tool: ShortName = Field("", description="Which tool; without it any.")
    arguments: dict[str, JsonValue] = Field(
        default_factory=dict, description="Arguments that the call has; texts with {{expected}} and variables."
    )
    exact: bool = Field(False, description="The call has no other arguments.")

    @property
    def label(self) -> str:
        return f"calls {self.tool or 'a tool'}"

    def told(self, seen: Seen) -> Told:
        calls = [call for call in seen.answer.tool_calls if self.tool in ("", call.name)]
        if not calls:
            return Told(False, note=f"no call of {self.tool}" if self.tool else "no tool is called")
        wanted = _filled(self.arguments, seen)
        notes = []
        for call in calls:
            note = _misfit(call, seen.tools) or self._difference(call, wanted)
            if not note:
                return Told(True)
            notes.append(note)
        return Told(False, note=line(notes[0]))

    def _difference(self, call: ToolCall, wanted: Any) -> str:
        if not wanted and not self.exact:
            return ""
        there = read_json(call.arguments or "{}")
        if not isinstance(there, dict):
            return "its arguments are no object"
        for name, value in wanted.items():
            if name not in there:
                return f"{name} is missing"
            if there[name] != value or isinstance(there[name], bool) != isinstance(value, bool):
                return f"{name} is {line(str(there[name]), 80)}"
        more = [name for name in there if name not in wanted]
        return f"{line(more[0], 60)} is there too" if self.exact and more else ""


def _misfit(call: ToolCall, tools: tuple[Mapping[str, Any], ...]) -> str:
    """Why a call is not valid, "" where it is. Raises UntoldError."""
    if call.kind == "custom":
        return ""
    try:
        read_json(call.arguments or "{}")
    except ValueError as error:
        return f"its arguments are not JSON: {error}"
    if not tools:
        return ""
    known = {tool["function"]["name"]: tool["function"] for tool in tools if isinstance(tool.get("function"), Mapping)}
    if call.name not in known:
        return f"there is no tool {line(call.name, 60)}"
    try:
        wrong = json_schema.format_error(call.arguments or "{}", known[call.name].get("parameters") or {})
    except json_schema.UncheckedError as error:
        raise UntoldError(f"its arguments could not be checked: {error}") from None
    return f"its arguments do not fit: {wrong}" if wrong else ""


def _filled(value: Any, seen: Seen) -> Any:
    """The value with the row's values in its texts."""
    if isinstance(value, str):
        try:
            return seen.filled(value)
        except TemplateError:
            return value
    if isinstance(value, Mapping):
        return {name: _filled(item, seen) for name, item in value.items()}
    return [_filled(item, seen) for item in value] if isinstance(value, list) else value
