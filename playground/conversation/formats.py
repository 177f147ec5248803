"""Tools and response formats as people write them, and whether an answer is what its format asked for."""

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
    """What is wrong with a text that should be tools or a schema, in words for the person who wrote it."""


def read_tools(text: str) -> tuple[dict[str, Any], ...]:
    """Tools from JSON: one or a list, flat or in OpenAI's `function` form, which is what comes back.

    Raises FormatError; `functions` with code, which Cloudflare has deprecated, are named in it.
    """
    return as_tools(_json(text))


def as_tools(given: Any) -> tuple[dict[str, Any], ...]:
    """Tools from a JSON value, as `read_tools` reads them. Raises FormatError."""
    return tuple(_tool(entry, number) for number, entry in enumerate(given if isinstance(given, list) else [given], 1))


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


def as_schema(given: Any) -> dict[str, Any]:
    """A JSON Schema from a JSON value, as `read_schema` reads it. Raises FormatError."""
    given = _bare(given)
    _check_schema(given, "The schema")
    return dict(given)


def _bare(given: Any) -> Any:
    """A schema out of its envelope."""
    enveloped = isinstance(given, Mapping) and isinstance(given.get("schema"), Mapping) and "type" not in given
    return given["schema"] if enveloped else given


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether an answer is what its format asked for, and why not; `fits` is None where that could not be checked."""

    fits: bool | None
    why: str = ""

    def words(self, response_format: Mapping[str, Any]) -> str:
        """The same in words, under an answer."""
        if self.fits is None:
            return f"could not be checked: {self.why}"
        if not self.fits:
            return f"does not fit its format: {self.why}"
        return "fits its JSON schema" if "json_schema" in response_format else "is JSON"


def judge(text: str, response_format: Mapping[str, Any]) -> Judgement:
    """Whether an answer is what its format asked for. Raises nothing, takes bounded time, and fetches nothing."""
    schema = _bare(response_format.get("json_schema"))
    try:
        wrong = json_schema.format_error(text, schema if isinstance(schema, Mapping) else _ANY_JSON)
    except json_schema.UncheckedError as error:
        return Judgement(None, str(error))
    return Judgement(wrong is None, wrong or "")


_ANY_JSON = {"type": ["object", "array"]}


def _json(text: str) -> Any:
    try:
        return read_json(text)
    except ValueError as error:
        raise FormatError(f"Not JSON: {error}.") from error


def _check_schema(schema: Any, what: str) -> None:
    if not isinstance(schema, Mapping):
        raise FormatError(f"{what} must be an object.")
    try:
        problem = json_schema.schema_error(schema)
    except json_schema.UncheckedError:
        return  # its server may know better; the answer's badge says that it could not be checked
    if problem is not None:
        raise FormatError(f"{what} is no JSON Schema: {problem.message}.")
