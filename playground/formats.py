"""Tools and response formats as people write them, and whether an answer is what its format asked for."""

import json
from collections.abc import Mapping
from typing import Any

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


def read_schema(text: str) -> dict[str, Any]:
    """A JSON Schema, taken out of OpenAI's `{name, schema}` envelope if it is in one. Raises FormatError."""
    return as_schema(_json(text))


def as_schema(given: Any) -> dict[str, Any]:
    """A JSON Schema from a JSON value, as `read_schema` reads it. Raises FormatError."""
    if isinstance(given, Mapping) and isinstance(given.get("schema"), Mapping) and "type" not in given:
        given = given["schema"]
    _check_schema(given, "The schema")
    return dict(given)


def misfit(text: str, response_format: Mapping[str, Any]) -> str | None:
    """Why an answer is not what its format asked for; None where it is."""
    try:
        value = json.loads(text)
    except ValueError as error:
        return f"not JSON: {error}"
    schema = response_format.get("json_schema")
    if not isinstance(schema, Mapping):
        return None if isinstance(value, dict | list) else "not a JSON object"
    from jsonschema import exceptions, validators  # type: ignore[import-untyped]

    worst = exceptions.best_match(validators.validator_for(schema)(schema).iter_errors(value))
    if worst is None:
        return None
    where = "".join(f"[{part!r}]" for part in worst.absolute_path)
    return f"{worst.message[:200]}{f' at {where}' if where else ''}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise FormatError(f"Not JSON: {error}.") from error


def _check_schema(schema: Any, what: str) -> None:
    from jsonschema import exceptions, validators

    if not isinstance(schema, Mapping):
        raise FormatError(f"{what} must be an object.")
    try:
        validators.validator_for(schema).check_schema(schema)
    except exceptions.SchemaError as error:
        raise FormatError(f"{what} is no JSON Schema: {error.message[:200]}.") from error
