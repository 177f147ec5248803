"""Experiments as YAML: read with the line and column of each mistake, and written."""

import json
from typing import Any

from playground.experiments.definition import Definition
from playground.text.marked_yaml import MistakenFileError, YamlPlace, read_marked, write_yaml

LONGEST_DEFINITION = 20_000_000
"""Characters."""


class DefinitionFileError(MistakenFileError):
    """A file is no experiment."""


def read_definition(text: str) -> Definition:
    """The experiment in a YAML file. Raises DefinitionFileError.

    Values of rows and texts of checks are what is written there: `no` and `1.10` need no quotes.
    """
    return read_marked(
        text,
        Definition,
        error=DefinitionFileError,
        begins="an experiment begins with `title:`",
        longest=LONGEST_DEFINITION,
        as_written=_as_written,
    )


def write_definition(definition: Definition) -> str:
    """The YAML of an experiment, without what is as it would be anyway; it reads as the same one."""
    packed = json.loads(definition.model_dump_json(by_alias=True, exclude_defaults=True))
    packed["models"] = [_short(model) for model in packed["models"]]
    if "judge" in packed:
        packed["judge"] = _short(packed["judge"])
    return write_yaml(packed)


def _short(model: dict[str, Any]) -> Any:
    """A model of which nothing but its id is said, as its id."""
    return model["id"] if set(model) == {"id"} else model


def _as_written(place: YamlPlace) -> bool:
    in_rows = place[:2] == ("dataset", "rows")
    if in_rows and place[3:4] != ("checks",):
        return True
    # Within checks: number, value; or number, values, number.
    check = place[4:] if in_rows else place[1:] if place[:1] == ("checks",) else ()
    return check[1:2] in (("value",), ("values",)) and len(check) <= 3
