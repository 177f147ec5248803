"""What becomes of wanted values that a model takes, nearly takes, or does not take."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from playground.parameters import clamp, payload_parameters, specs

MODEL = specs(
    {
        "properties": {
            "temperature": {"type": "number", "minimum": 0, "maximum": 5},
            "top_p": {"type": "number", "minimum": 0.001, "maximum": 1},
            "top_k": {"type": "integer", "minimum": 1, "maximum": 50},
            "max_tokens": {"type": "integer", "default": 256},
            "reasoning_effort": {"type": ["string", "null"], "enum": ["low", "high", None]},
            "logprobs": {"type": "boolean"},
            "stop": {
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 4},
                ]
            },
            "lora": {"type": "string", "minLength": 2},
            "logit_bias": {"type": "object", "additionalProperties": {"type": "number"}},
            "words": {"type": "array", "items": {"type": "string"}},
            "sevens": {"type": "integer", "multipleOf": 7},
            "odd": {"type": "number", "minimum": 5, "maximum": 1},
            "answer": {"enum": [True, False, 2]},
        }
    }
)


def test_what_fits_stays_without_a_word() -> None:
    wanted = {"temperature": 0.7, "top_k": 40, "reasoning_effort": None, "logprobs": False, "stop": "END", "lora": "me"}
    assert clamp(wanted, MODEL, "small") == (wanted, ())
    assert clamp({"stop": ["END"]}, MODEL) == ({"stop": ["END"]}, ())


def test_one_value_that_does_not_fit_takes_no_other_with_it() -> None:
    wanted = {"unheard_of": 1, "best_of": 2, "top_p": 1.4, "logprobs": 1, "top_k": 40}
    kept, notes = clamp(wanted, MODEL)
    assert kept == {"top_p": 1.0, "top_k": 40}
    assert [note.partition(" ")[0] for note in notes] == ["unheard_of", "best_of", "top_p", "logprobs"]
    assert notes[0] == "unheard_of dropped, this model does not take it"


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
        ("max_tokens", Decimal(2**70 + 1), 2**70 + 1, None),
        ("sevens", 10, 7, "sevens 10 → 7, small allows whole numbers in steps of 7"),
        ("words", "one", ["one"], None),
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
        ("logprobs", 1, "logprobs dropped, small takes true or false"),
        ("stop", [], "stop dropped, small takes a list of texts"),
        ("stop", [1], "stop dropped, small takes a list of texts"),
        ("lora", "x", "lora dropped, small takes a text"),
        ("lora", "\ud800 alone", "lora dropped, small takes a text"),
        ("logit_bias", '{"5": NaN}', "logit_bias dropped, small takes JSON of another shape"),
        ("logit_bias", {"5": "much"}, "logit_bias dropped, small takes JSON of another shape"),
        ("logit_bias", {"5": object()}, "logit_bias dropped, small takes JSON of another shape"),
        ("logit_bias", {"5": math.nan}, "logit_bias dropped, small takes JSON of another shape"),
        ("odd", 1, "odd dropped, small allows 5–1"),
        ("answer", "yes", "answer dropped, small takes true, false, 2"),
    ],
)
def test_what_cannot_fit_is_dropped_and_said(name: str, value: Any, note: str) -> None:
    assert clamp({name: value}, MODEL, "small") == ({}, (note,))


@pytest.mark.parametrize("zero", [-0.0, Decimal("-0.0"), Decimal("-0")])
@pytest.mark.parametrize("knob", [{"type": "number"}, {"type": "number", "minimum": -0.0}, {"type": "integer"}])
def test_zero_has_no_sign_and_no_note(knob: dict[str, Any], zero: Any) -> None:
    kept, notes = clamp({"knob": zero}, specs({"properties": {"knob": knob}}))
    assert (str(kept["knob"]) in ("0", "0.0"), notes) == (True, ())


@pytest.mark.parametrize(
    ("knob", "wanted"),
    [
        ({"type": "number", "multipleOf": 0.5}, -0.1),
        ({"type": "number", "minimum": -1, "maximum": 1, "multipleOf": 0.5}, -0.1),
        ({"type": "number", "maximum": -0.0}, 3),
        ({"type": "number", "minimum": -0.0}, -3),
    ],
)
def test_what_becomes_zero_has_no_sign(knob: dict[str, Any], wanted: float) -> None:
    kept, (note,) = clamp({"knob": wanted}, specs({"properties": {"knob": knob}}))
    assert json.dumps(kept["knob"]) in ("0", "0.0")
    assert f"{wanted:g} → 0," in note


def test_true_is_not_one_among_choices() -> None:
    knob = specs({"properties": {"knob": {"enum": ["low", 1, True, 0]}}})
    for wanted in ("low", 1, True, 0):
        kept, notes = clamp({"knob": wanted}, knob)
        assert (repr(kept["knob"]), notes) == (repr(wanted), ())
    assert clamp({"knob": False}, knob)[0] == {}


@pytest.mark.parametrize(
    ("knob", "said"),
    [
        ({"minimum": 0, "maximum": 2}, "0–2"),
        ({"minimum": 0, "maximum": 2, "multipleOf": 0.5}, "0–2 in steps of 0.5"),
        ({"exclusiveMinimum": 0, "maximum": 2}, "0–2 without 0"),
        ({"minimum": 0, "exclusiveMaximum": 2}, "0–2 without 2"),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 2}, "0–2 without 0 and 2"),
        ({"maximum": 2}, "at most 2"),
        ({"exclusiveMaximum": 2}, "less than 2"),
        ({"multipleOf": 7}, "numbers in steps of 7"),
    ],
)
def test_the_note_says_what_the_model_allows(knob: dict[str, Any], said: str) -> None:
    _, (note,) = clamp({"knob": 99.0}, specs({"properties": {"knob": {"type": "number", **knob}}}), "small")
    assert note.endswith(f"small allows {said}")


@pytest.mark.parametrize(
    ("knob", "said"), [({"minimum": 0}, "at least 0"), ({"exclusiveMinimum": 0}, "more than 0"), ({}, "")]
)
def test_the_note_says_from_where_on(knob: dict[str, Any], said: str) -> None:
    _, notes = clamp({"knob": -99.0}, specs({"properties": {"knob": {"type": "number", **knob}}}), "small")
    assert [note.partition("small allows ")[2] for note in notes] == ([said] if said else [])


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


@settings(deadline=None)
@given(PROPERTIES, JSON_VALUES)
@example({"type": "number", "minimum": 5, "maximum": 1}, 3)
@example({"type": "integer", "minimum": 0.2, "maximum": 0.8}, 0)
@example({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0}, 0)
def test_any_value_under_any_schema_comes_out_legal_or_not_at_all(schema: dict[str, Any], value: Any) -> None:
    kept, notes = clamp({"knob": value}, specs({"properties": {"knob": schema}}))
    assert all(Draft202012Validator(schema).is_valid(one) for one in kept.values())
    assert kept or notes
    json.dumps(kept, allow_nan=False, ensure_ascii=False).encode()
