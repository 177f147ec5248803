"""Every kind of value is read from a schema, kept where it fits, and named where it does not."""

from typing import Any, get_args

import pytest

from playground.parameters import clamp, specs
from playground.parameters.kinds import VALUE_KINDS, Control, ValueKind
from playground.parameters.overview import type_of

EXAMPLES: dict[ValueKind, tuple[dict[str, Any], Any, Any]] = {
    "number": ({"type": "number"}, 0.5, "half"),
    "integer": ({"type": "integer"}, 5, "five"),
    "boolean": ({"type": "boolean"}, True, "yes"),
    "enum": ({"enum": ["low", "high"]}, "low", "middling"),
    "text": ({"type": "string"}, "a word", 5),
    "text_list": ({"type": "array", "items": {"type": "string"}}, ["a word"], [5]),
    "json": ({"type": "object"}, {"a": [1]}, [1]),
}
"""A schema of each kind, a value that fits and one that does not."""


def test_every_kind_has_a_row_and_an_example() -> None:
    assert set(get_args(ValueKind)) == VALUE_KINDS.keys() == EXAMPLES.keys()
    assert {row.control for row in VALUE_KINDS.values()} | {"slider"} == set(get_args(Control))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_value_of_a_kind_is_kept_and_another_one_named(kind: ValueKind) -> None:
    schema, fitting, unfitting = EXAMPLES[kind]
    (spec,) = specs({"properties": {"knob": schema}})
    assert (spec.kind, spec.control) == (kind, VALUE_KINDS[kind].control)
    assert clamp({"knob": fitting}, [spec]) == ({"knob": fitting}, ())

    kept, (note,) = clamp({"knob": unfitting}, [spec])
    assert kept == {}
    takes = "low, high" if kind == "enum" else VALUE_KINDS[kind].takes
    assert note == f"knob dropped, this model takes {takes}"
    assert type_of(spec) == ("object" if kind == "json" else VALUE_KINDS[kind].type)


@pytest.mark.parametrize("kind", [kind for kind, row in VALUE_KINDS.items() if row.is_list])
def test_a_list_is_cut_to_its_length_and_one_value_stands_for_a_list_of_it(kind: ValueKind) -> None:
    schema, (item,), _ = EXAMPLES[kind]
    (spec,) = specs({"properties": {"knob": {**schema, "maxItems": 2}}})
    assert clamp({"knob": [item] * 3}, [spec]) == ({"knob": [item] * 2}, ("knob cut to 2, this model takes no more",))
    assert clamp({"knob": item}, [spec])[0] == {"knob": [item]}
