"""From a JSON Schema to controls, and from controls to what is sent."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.parameters import ParameterSpec, clamp, forms, specs
from playground.parameters.steps import slider_step


def spec(schema: dict[str, Any], name: str = "knob") -> ParameterSpec:
    [only] = specs({"properties": {name: schema}})
    return only


def nullable(**schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


# Reading


def test_a_bounded_number_is_a_slider_with_both_ends() -> None:
    temperature = spec({"type": "number", "default": 0.6, "minimum": 0, "maximum": 5, "description": "Heat."})
    assert (temperature.kind, temperature.control) == ("number", "slider")
    assert (temperature.minimum, temperature.maximum, temperature.step) == (0.0, 5.0, 0.05)
    assert (temperature.default, temperature.rest, temperature.description) == (0.6, 0.6, "Heat.")


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 2}, {"type": "null"}], "default": 1},
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 2, "default": 1}, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, {"type": "number", "minimum": 0, "maximum": 2}], "default": 1},
        {"type": ["number", "null"], "minimum": 0, "maximum": 2, "default": 1},
        {"allOf": [{"type": ["number", "null"]}, {"minimum": 0, "maximum": 2}], "default": 1},
    ],
)
def test_nullable_numbers_read_the_same_however_they_are_written(schema: dict[str, Any]) -> None:
    found = spec(schema)
    assert (found.kind, found.minimum, found.maximum) == ("number", 0.0, 2.0)
    assert (found.default, found.nullable) == (1.0, True)


@pytest.mark.parametrize(
    ("schema", "kind", "control"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 50}, "integer", "slider"),
        ({"type": "integer", "minimum": 1, "maximum": 9999999999}, "integer", "number"),
        ({"type": "integer"}, "integer", "number"),
        ({"type": "number", "minimum": 0}, "number", "number"),
        ({"minimum": 0, "maximum": 1}, "number", "slider"),
        ({"type": "boolean"}, "boolean", "toggle"),
        ({"type": "string"}, "text", "text"),
        ({"type": "string", "enum": ["low", "high"]}, "enum", "select"),
        ({"const": "fixed"}, "enum", "select"),
        ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, "text_list", "list"),
        ({"type": "object"}, "json", "json"),
        ({"type": "array", "items": {"type": "object"}}, "json", "json"),
        ({}, "json", "json"),
        ({"type": "a type of the future"}, "json", "json"),
        ({"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["auto"]}]}, "integer", "number"),
        ({"$ref": "#/$defs/elsewhere"}, "json", "json"),
    ],
)
def test_every_type_has_a_control(schema: dict[str, Any], kind: str, control: str) -> None:
    assert (spec(schema).kind, spec(schema).control) == (kind, control)


def test_an_enum_offers_null_only_where_null_is_legal() -> None:
    assert spec({"enum": ["low", "high", None]}).choices == ("low", "high", None)
    assert spec(nullable(type="string", enum=["low", "high"])).choices == ("low", "high", None)
    assert spec({"type": "string", "enum": ["low", None]}).choices == ("low",)
    assert spec({"type": ["string", "null"], "enum": ["low"]}).choices == ("low",)


def test_excluded_bounds_are_kept_out_of_the_control_but_not_what_lies_close_to_them() -> None:
    found = spec({"type": "number", "exclusiveMinimum": 0, "maximum": 1})
    assert (found.minimum, found.maximum, found.above) == (0.01, 1.0, 0)
    assert clamp({"knob": 0.001}, [found])[0] == {"knob": 0.001}
    assert clamp({"knob": 0}, [found]) == ({"knob": 0.01}, ("knob 0 → 0.01, this model allows 0–1 without 0",))
    draft_4 = spec({"type": "integer", "minimum": 0, "exclusiveMinimum": True, "maximum": 10})
    assert draft_4.minimum == 1


def test_multiples_stay_multiples() -> None:
    found = spec({"type": "integer", "minimum": 10, "maximum": 4096, "multipleOf": 64})
    assert (found.minimum, found.maximum, found.snap(100)) == (64, 4096, 128)
    assert clamp({"knob": 100}, [found])[0] == {"knob": 128}


def test_what_a_request_has_other_places_for_is_no_parameter() -> None:
    content = ("messages", "prompt", "tools", "functions", "response_format", "stream", "stream_options", "raw")
    schema = {"properties": {name: {"type": "string"} for name in (*content, "image", "model", "lora")}}
    assert [found.name for found in specs(schema)] == ["lora"]


def test_the_order_is_that_of_a_panel() -> None:
    names = ("presence_penalty", "new_thing", "seed", "top_p", "temperature", "max_tokens", "repetition_penalty")
    found = specs({"properties": {name: {"type": "number"} for name in names}})
    assert [f"{one.group} {one.name}" for one in found] == [
        "length max_tokens",
        "sampling temperature",
        "sampling top_p",
        "penalties repetition_penalty",
        "penalties presence_penalty",
        "reproducibility seed",
        "advanced new_thing",
    ]


def test_references_within_the_schema_are_followed() -> None:
    found = specs(
        {"$defs": {"unit": {"type": "number", "maximum": 1}}, "properties": {"knob": {"$ref": "#/$defs/unit"}}}
    )
    assert [(one.kind, one.maximum) for one in found] == [("number", 1.0)]


# Input forms

PROMPT = {"title": "Anything", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}
MESSAGES = {"properties": {"messages": {"type": "array"}, "knob": {"type": "boolean"}}, "required": ["messages"]}
BATCH = {"title": "Prompt", "properties": {"requests": {"type": "array", "items": PROMPT}}}


def test_forms_are_told_apart_by_content_at_any_depth() -> None:
    flat = forms({"type": "object", "oneOf": [PROMPT, MESSAGES, BATCH]})
    nested = forms({"anyOf": [{"type": "object", "oneOf": [PROMPT, MESSAGES]}, BATCH]})
    assert flat.keys() == nested.keys() == {"prompt", "messages", "batch"}
    assert flat["messages"] == {"type": "object", **MESSAGES}
    assert flat["batch"] == PROMPT


def test_a_schema_of_one_form_is_that_form() -> None:
    assert forms(MESSAGES) == {"messages": MESSAGES}
    assert forms({"properties": {"input": {"type": "string"}}}) == {}


def test_variants_share_what_stands_around_them() -> None:
    split = forms(
        {
            "properties": {"prompt": {}, "messages": {}, "seed": {"type": "integer"}},
            "oneOf": [{"required": ["prompt"]}, {"required": ["messages"]}],
        }
    )
    assert [list(form["required"]) for form in (split["prompt"], split["messages"])] == [["prompt"], ["messages"]]
    assert [found.name for found in specs(split["prompt"])] == ["seed"]


def test_a_batch_item_of_several_forms_may_hold_what_any_of_them_may() -> None:
    items = {"oneOf": [PROMPT, MESSAGES]}
    split = forms({"properties": {"requests": {"type": "array", "items": items}}})
    assert split["batch"]["properties"].keys() == {"prompt", "messages", "knob"}


# Steps


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [(0, 5, 0.05), (0, 2, 0.02), (0, 1, 0.01), (-2, 2, 0.05), (0.001, 1, 0.001), (0, math.pi, None), (1, 1, None)],
)
def test_steps_are_nice_and_reach_both_ends(low: float, high: float, step: float | None) -> None:
    assert slider_step(low, high) == step


@settings(deadline=None)
@given(st.integers(-500, 500), st.integers(1, 500), st.sampled_from([Decimal(1), Decimal("0.1"), Decimal("0.001")]))
def test_a_slider_of_any_range_ends_where_the_range_ends(start: int, length: int, unit: Decimal) -> None:
    low, high = float(start * unit), float((start + length) * unit)
    found = spec({"type": "number", "minimum": low, "maximum": high})
    assume(found.control == "slider")
    assert found.step is not None
    count = round((high - low) / found.step)
    positions = [found.snap(low + index * found.step) for index in range(count + 1)]
    assert 20 <= count <= 1000
    assert (positions[0], positions[-1]) == (low, high)
    assert positions == sorted(set(positions))
    assert all(len(repr(value)) <= 8 for value in positions)


def test_positions_are_clean_decimals() -> None:
    temperature = spec({"type": "number", "minimum": 0, "maximum": 2})
    assert repr(temperature.snap(0.1 + 0.2)) == "0.3"
    assert (temperature.snap(-7), temperature.snap(7)) == (0.0, 2.0)
    with pytest.raises(ValueError, match="cannot be nan"):
        temperature.snap(math.nan)
