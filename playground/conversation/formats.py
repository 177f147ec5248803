"""Reads tools and response formats as people write them, and checks answers against their format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground import json_schema
from playground.text.json_value import read_json

LLAMA_3_TEMPLATE = (
    "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
    "You are a friendly assistant<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\n"
    "Why is the sea salty?<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n"
)
"""Llama 3's chat template, https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-3/."""

EXAMPLE_TOOLS: tuple[dict[str, Any], ...] = (
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city just now",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "description": "The city's name"}},
                "required": ["city"],
            },
        },
    },
)
EXAMPLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "capital": {"type": "string"}},
    "required": ["name", "capital"],
}


class FormatError(ValueError):
    """A message for the person who wrote tools or a schema, about what is wrong with them."""


def read_tools(text: str) -> tuple[dict[str, Any], ...]:
    """Tools in OpenAI's `function` form, from JSON text of one or a list, flat or in that form.

    Raises FormatError, also for `functions` with code, which Cloudflare has deprecated.
    """
    return as_tools(_json(text))


def as_tools(value: Any) -> tuple[dict[str, Any], ...]:
    """Tools from a JSON value, as `read_tools` reads them. Raises FormatError."""
    return tuple(_tool(entry, number) for number, entry in enumerate(value if isinstance(value, list) else [value], 1))


def _tool(entry: Any, number: int) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        raise FormatError(f"Tool {number} is not an object.")
    if "code" in entry:
        raise FormatError(f"Tool {number} holds code: such `functions` are deprecated. Describe it by its parameters.")
    function = entry.get("function") if "function" in entry else {k: v for k, v in entry.items() if k != "type"}
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str) or not function["name"]:
        raise FormatError(f"Tool {number} has no name.")
    parameters = function.get("parameters", {"type": "object", "properties": {}})
    _check_schema(parameters, f"The parameters of {function['name']}")
    return {"type": "function", "function": {**function, "parameters": parameters}}


def read_format_schema(text: str) -> dict[str, Any]:
    """A JSON Schema, taken out of OpenAI's `{name, schema}` envelope if it is in one. Raises FormatError."""
    return as_schema(_json(text))


def as_schema(schema: Any) -> dict[str, Any]:
    """A JSON Schema from a JSON value, as `read_format_schema` reads it. Raises FormatError."""
    schema = _without_envelope(schema)
    _check_schema(schema, "The schema")
    return dict(schema)


def _without_envelope(schema: Any) -> Any:
    """A schema without OpenAI's envelope."""
    enveloped = isinstance(schema, Mapping) and isinstance(schema.get("schema"), Mapping) and "type" not in schema
    return schema["schema"] if enveloped else schema


@dataclass(frozen=True, slots=True)
class FormatCheck:
    """Whether an answer fits its format, and why not; `fits` is None where that could not be checked."""

    fits: bool | None
    reason: str = ""

    def description(self, response_format: Mapping[str, Any]) -> str:
        """The result in a few words, for a badge under the answer."""
        if self.fits is None:
            return f"could not be checked: {self.reason}"
        if not self.fits:
            return f"does not fit its format: {self.reason}"
        return "fits its JSON schema" if "json_schema" in response_format else "is JSON"


def check_format(text: str, response_format: Mapping[str, Any]) -> FormatCheck:
    """Check an answer against its format; never raises, takes bounded time, and fetches nothing."""
    schema = _without_envelope(response_format.get("json_schema"))
    try:
        problem = json_schema.format_error(text, schema if isinstance(schema, Mapping) else _ANY_JSON)
    except json_schema.UncheckedError as error:
        return FormatCheck(None, str(error))
    return FormatCheck(problem is None, problem or "")


_ANY_JSON = {"type": ["object", "array"]}


def _json(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError as error:
        raise FormatError(f"Not JSON: {error}.") from error


def _check_schema(schema: Any, subject: str) -> None:
    if not isinstance(schema, Mapping):
        raise FormatError(f"{subject} must be an object.")
    try:
        problem = json_schema.schema_error(schema)
    except json_schema.UncheckedError:
        return  # the server may take it; the badge of the answer then says that it could not be checked
    if problem is not None:
        raise FormatError(f"{subject} is no JSON Schema: {problem.message}.")
