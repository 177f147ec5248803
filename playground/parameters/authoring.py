"""Parameter schemas that a person edits: written as text, read back, and checked."""

from collections.abc import Iterator, Mapping
from typing import Any

from playground import json_schema
from playground.parameters.forms import Schema
from playground.parameters.reading import NOT_PARAMETERS, specs
from playground.parameters.unshown import UNSHOWN, is_offered
from playground.text.json_value import read_json


class SchemaError(Exception):
    """A sentence about what is wrong with a schema, and where."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def editable(schema: Schema) -> dict[str, Any]:
    """The part of an input form's schema with the parameters, which a person may edit."""
    known = {spec.name for spec in specs(schema)}
    properties = {name: part for name, part in schema.get("properties", {}).items() if name in known}
    definitions = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
    return {"type": "object", "properties": properties, **definitions}


def with_parameters(schema: Schema, parameters: Schema) -> dict[str, Any]:
    """The schema of an input form with other parameters; messages, tools and the like stay."""
    content = {name: part for name, part in schema.get("properties", {}).items() if name in NOT_PARAMETERS}
    return {**schema, **parameters, "properties": {**content, **parameters["properties"]}}


def read_parameter_schema(text: str) -> dict[str, Any]:
    """The schema in a text: a JSON object whose `properties` are the parameters. Raises SchemaError."""
    try:
        schema = read_json(text)
    except ValueError as error:
        raise SchemaError(f"Not JSON: {error}.") from None
    if not isinstance(schema, dict):
        raise SchemaError('The schema must be an object: {"type": "object", "properties": {…}}.')
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        raise SchemaError('The schema must have "properties", an object with an entry for each parameter.')
    if taken := sorted(NOT_PARAMETERS & properties.keys()):
        raise SchemaError(f"A request has a place of its own for {', '.join(taken)}: take it out.")
    _check(schema)
    for name, part in properties.items():
        if isinstance(part, dict) and not is_offered(name, part):
            raise SchemaError(f"Take {name} out: {UNSHOWN[name]}.")
    for spec in specs(schema):
        if spec.minimum is not None and spec.maximum is not None and spec.minimum > spec.maximum:
            raise SchemaError(f"{spec.name}: no value is at least {spec.minimum:g} and at most {spec.maximum:g}.")
    return schema


def _check(schema: Schema) -> None:
    """Raises SchemaError where the schema is invalid, or refers to another document."""
    if outside := next((reference for reference in _references(schema) if not reference.startswith("#")), None):
        raise SchemaError(f"$ref {outside!r} leads outside the schema: write what it means in its place.")
    try:
        problem = json_schema.schema_error(schema)
    except json_schema.UncheckedError as error:
        raise SchemaError(f"The schema could not be checked: {error}.") from None
    if problem is not None:
        where = problem.where.removeprefix("properties.")
        raise SchemaError(f"{where}: {problem.message}." if where else f"{problem.message}.")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("$ref", "$dynamicRef", "$recursiveRef") and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
