"""From a JSON Schema to controls, and from controls to what is sent."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from playground.parameters import ParameterSpec, clamp, forms, payload_parameters, specs
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


# Clamping

MODEL = specs(
    {
        "properties": {
            "temperature": {"type": "number", "minimum": 0, "maximum": 5},
            "top_p": {"type": "number", "minimum": 0.001, "maximum": 1},
            "top_k": {"type": "integer", "minimum": 1, "maximum": 50},
            "max_tokens": {"type": "integer", "default": 256},
            "reasoning_effort": nullable(type="string", enum=["low", "high"]),
            "store": {"type": "boolean"},
            "stop": {
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4},
                ]
            },
            "lora": {"type": "string", "minLength": 2},
            "logit_bias": {"type": "object", "additionalProperties": {"type": "number"}},
        }
    }
)


def test_what_fits_stays_without_a_word() -> None:
    wanted = {"temperature": 0.7, "top_k": 40, "reasoning_effort": None, "store": False, "stop": "END", "lora": "me"}
    assert clamp(wanted, MODEL, "small") == (wanted, ())


@pytest.mark.parametrize(
    ("name", "value", "kept", "note"),
    [
        ("top_p", 1.4, 1.0, "top_p 1.4 → 1, small allows 0.001–1"),
        ("top_p", 0, 0.001, "top_p 0 → 0.001, small allows 0.001–1"),
        ("top_k", 2.5, 3, "top_k 2.5 → 3, small allows whole numbers"),
        ("top_k", 99, 50, "top_k 99 → 50, small allows 1–50"),
        ("top_k", 3.0, 3, None),
        ("max_tokens", 0, 1, "max_tokens 0 → 1, small allows at least 1"),
        ("temperature", Decimal("0.3"), 0.3, None),
        ("stop", ["a", "b", "c", "d", "e"], ["a", "b", "c", "d"], "stop cut to 4, small takes no more"),
        ("logit_bias", '{"5": 1}', {"5": 1}, None),
    ],
)
def test_what_nearly_fits_is_brought_into_range(name: str, value: Any, kept: Any, note: str | None) -> None:
    assert clamp({name: value}, MODEL, "small") == ({name: kept}, (note,) if note else ())


@pytest.mark.parametrize(
    ("name", "value", "note"),
    [
        ("repetition_penalty", 1.1, "repetition_penalty dropped, small does not take it"),
        ("reasoning_effort", "max", "reasoning_effort dropped, small takes low, high"),
        ("reasoning_effort", ["low"], "reasoning_effort dropped, small takes low, high"),
        ("temperature", math.nan, "temperature dropped, small takes a number"),
        ("temperature", math.inf, "temperature dropped, small takes a number"),
        ("temperature", True, "temperature dropped, small takes a number"),
        ("temperature", "0.7", "temperature dropped, small takes a number"),
        ("temperature", None, "temperature dropped, small does not take null for it"),
        ("max_tokens", 10**400, "max_tokens dropped, small takes a whole number"),
        ("store", 1, "store dropped, small takes true or false"),
        ("stop", [], "stop dropped, small takes a list of texts"),
        ("stop", [1], "stop dropped, small takes a list of texts"),
        ("lora", "x", "lora dropped, small takes a text"),
        ("lora", "\ud800 alone", "lora dropped, small takes a text"),
        ("logit_bias", '{"5": NaN}', "logit_bias dropped, small takes JSON of another shape"),
        ("logit_bias", {"5": "much"}, "logit_bias dropped, small takes JSON of another shape"),
        ("logit_bias", {"5": object()}, "logit_bias dropped, small takes JSON of another shape"),
    ],
)
def test_what_cannot_fit_is_dropped_and_said(name: str, value: Any, note: str) -> None:
    assert clamp({name: value}, MODEL, "small") == ({}, (note,))


def test_what_is_left_of_the_context_caps_the_answer() -> None:
    assert clamp({"max_tokens": 9000, "top_k": 5}, MODEL, "small", max_tokens=4096) == (
        {"max_tokens": 4096, "top_k": 5},
        ("max_tokens 9000 → 4096, all that is left of the context of small",),
    )
    assert clamp({"max_tokens": 9000}, MODEL, "small", max_tokens=-3)[0] == {"max_tokens": 1}


def test_what_is_unset_is_not_sent() -> None:
    assert payload_parameters({}, MODEL) == {}


def test_the_payload_holds_what_is_set_in_the_order_of_the_panel() -> None:
    wanted = {"stop": ["END"], "top_p": 0.9, "max_tokens": 64.0, "unknown": 1}
    payload = payload_parameters(wanted, MODEL)
    assert json.dumps(payload) == '{"max_tokens": 64, "stop": ["END"], "top_p": 0.9}'


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=6,
)
BOUND = st.integers(-1000, 1000) | st.floats(-1000, 1000)
PROPERTIES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["number", "integer"])},
        optional={"minimum": BOUND, "maximum": BOUND, "exclusiveMinimum": BOUND, "exclusiveMaximum": BOUND},
    ),
    st.fixed_dictionaries({"enum": st.lists(st.none() | st.booleans() | st.integers() | st.text(), min_size=1)}),
    st.fixed_dictionaries({"type": st.just("string")}, optional={"maxLength": st.integers(0, 5)}),
    st.fixed_dictionaries(
        {"type": st.just("array"), "items": st.just({"type": "string"})}, optional={"maxItems": st.integers(0, 3)}
    ),
    st.sampled_from([{"type": "boolean"}, {"type": "object"}, {}, {"type": ["boolean", "null"]}]),
).flatmap(lambda schema: st.sampled_from([schema, {"anyOf": [schema, {"type": "null"}], "default": 0}]))


@given(PROPERTIES, JSON_VALUES)
@example({"type": "number", "minimum": 5, "maximum": 1}, 3)
@example({"type": "integer", "minimum": 0.2, "maximum": 0.8}, 0)
@example({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0}, 0)
def test_any_value_under_any_schema_comes_out_legal_or_not_at_all(schema: dict[str, Any], value: Any) -> None:
    kept, notes = clamp({"knob": value}, [spec(schema)])
    assert all(Draft202012Validator(schema).is_valid(one) for one in kept.values())
    assert kept or notes
    json.dumps(kept, allow_nan=False, ensure_ascii=False).encode()
