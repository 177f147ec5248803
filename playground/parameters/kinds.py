"""The kinds of parameter values in one table: their controls and names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ValueKind = Literal["number", "integer", "boolean", "enum", "text", "text_list", "json"]
Control = Literal["slider", "number", "toggle", "select", "text", "list", "json"]


@dataclass(frozen=True, slots=True)
class KindOfValue:
    """`type` is its name in a table of properties, `takes` the text of a note about a value of another kind.

    A number with a minimum and a maximum gets a slider in place of its `control`. Lists are cut to the longest that
    the model takes; a single value counts as a list of one.
    """

    control: Control
    type: str
    takes: str
    is_list: bool = False


VALUE_KINDS: Mapping[ValueKind, KindOfValue] = {
    "number": KindOfValue("number", "number", "a number"),
    "integer": KindOfValue("number", "integer", "a whole number"),
    "text_list": KindOfValue("list", "list of texts", "a list of texts", is_list=True),
    "text": KindOfValue("text", "text", "a text"),
    "enum": KindOfValue("select", "one of", "one of its choices"),
    "boolean": KindOfValue("toggle", "true or false", "true or false"),
    "json": KindOfValue("json", "JSON", "JSON of another shape"),
}
"""A property that takes values of several kinds gets the control of that which stands first here."""
