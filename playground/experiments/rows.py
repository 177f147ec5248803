"""Rows of a dataset: the variables of a prompt, what is expected, and checks of their own."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import ConfigDict, Field, field_validator, model_serializer, model_validator

from playground.experiments.checks.check import Check
from playground.experiments.part import LONGEST_PROSE, DefinitionPart, ShortName
from playground.presets.template import name_of
from playground.text.cleaning import clean, line

MOST_DATASET_ROWS = 100_000
MOST_COLUMNS = 200
EXPECTED = "expected"
"""The name by which checks speak of what is expected."""
OWN_FIELDS = ("variables", EXPECTED, "checks", "tags", "split")
"""What a row has beside variables: a variable of such a name is written under `variables`."""


def variable_name(name: str) -> str:
    """A name of a variable in normal form. Raises ValueError for what is none."""
    written = name_of(name)
    if not (written[:1].isalpha() or written[:1] == "_") or len(written) > 80 or set(written) & set("{}\r\n"):
        raise ValueError(f"{line(name, 60)!r} is no name of a variable: begin with a letter, without braces")
    if written == EXPECTED:
        raise ValueError("a variable cannot be called expected")
    return written


class DataRow(DefinitionPart):
    """One row: values of variables by their names, written beside `expected`, `checks`, `tags` and `split`."""

    model_config = ConfigDict(
        json_schema_extra={"additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
    )

    variables: Annotated[dict[str, Annotated[str, Field(max_length=LONGEST_PROSE)]], Field(max_length=MOST_COLUMNS)] = (
        Field(default_factory=dict)
    )
    expected: Annotated[str, Field(max_length=LONGEST_PROSE)] | None = None
    checks: Annotated[tuple[Check, ...], Field(max_length=50)] = Field(
        (), description="For this row, beside those of the experiment."
    )
    tags: Annotated[tuple[ShortName, ...], Field(max_length=50)] = ()
    split: ShortName = ""

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, written: Any) -> Any:
        """Variables that are written beside the other fields, gathered; numbers and so on become text.

        A null is no value, and its variable not there; an empty text is one.
        """
        if not isinstance(written, Mapping):
            return written
        fields = {name: value for name, value in written.items() if name in OWN_FIELDS}
        variables = fields.get("variables", {})
        if not isinstance(variables, Mapping):
            return written
        beside = {name: value for name, value in written.items() if name not in OWN_FIELDS}
        given = {**variables, **beside}
        values = {name: _text(value) for name, value in given.items() if value is not None}
        expected = fields.get(EXPECTED)
        tags = fields.get("tags", ())
        return {
            **fields,
            "variables": values,
            EXPECTED: None if expected is None else _text(expected),
            "tags": [tag.strip() for tag in tags.split(",") if tag.strip()] if isinstance(tags, str) else tags,
        }

    @field_validator("variables")
    @classmethod
    def _named(cls, variables: dict[str, str]) -> dict[str, str]:
        return {variable_name(name): value for name, value in variables.items()}

    @model_serializer(mode="plain")
    def _written(self) -> dict[str, Any]:
        beside = {name: value for name, value in self.variables.items() if name not in OWN_FIELDS}
        under = {name: value for name, value in self.variables.items() if name in OWN_FIELDS}
        checks = [check.model_dump(mode="json", by_alias=True, exclude_defaults=True) for check in self.checks]
        expected = {} if self.expected is None else {EXPECTED: self.expected}
        more = {"variables": under, "checks": checks, "tags": list(self.tags), "split": self.split}
        return {**beside, **expected, **{name: value for name, value in more.items() if value}}

    @cached_property
    def id(self) -> str:
        """What it is known by in any version of a dataset: a hash of its variables and of what is expected."""
        written = json.dumps([sorted(self.variables.items()), self.expected], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(clean(written).encode()).hexdigest()[:16]

    @property
    def values(self) -> dict[str, str]:
        """Its variables and what is expected, as checks speak of them."""
        return self.variables if self.expected is None else {**self.variables, EXPECTED: self.expected}


def _text(value: Any) -> Any:
    """A value of a row as text; lists and mappings as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return value


def digest(rows: Iterable[DataRow]) -> str:
    """What a version of a dataset is known by: a hash of all that its rows say, in their order."""
    sums = hashlib.sha256()
    for row in rows:
        sums.update(json.dumps(row.model_dump(mode="json"), ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return sums.hexdigest()
