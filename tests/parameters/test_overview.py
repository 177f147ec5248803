"""Input forms in words, and where they differ."""

from typing import Any

import pytest

from playground.parameters import specs
from playground.parameters.overview import Line, default_of, overview, range_of, type_of


def form(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def by_name(lines: tuple[Line, ...]) -> dict[str, Line]:
    return {line.name: line for line in lines}


def test_forms_that_are_alike_share_a_line() -> None:
    same = {"type": "number", "minimum": 0, "maximum": 5, "default": 0.6, "description": "How bold."}
    (line,) = overview({"messages": form(temperature=same), "prompt": form(temperature=same)})
    (variant,) = line.variants
    assert (line.differs, line.missing, variant.forms) == (False, (), ("messages", "prompt"))
    assert variant.summary == "number, 0 to 5, default 0.6"
    assert variant.description == "How bold."


def test_a_difference_between_forms_is_two_variants() -> None:
    lines = overview(
        {
            "messages": form(top_p={"type": "number", "minimum": 0.001, "maximum": 1}),
            "prompt": form(top_p={"type": "number", "minimum": 0, "maximum": 2}),
        }
    )
    assert lines[0].differs
    assert [(variant.forms, variant.range) for variant in lines[0].variants] == [
        (("messages",), "0.001 to 1"),
        (("prompt",), "0 to 2"),
    ]


def test_being_required_is_a_difference_and_other_words_are_not() -> None:
    said, otherwise = {"type": "string", "description": "a"}, {"type": "string", "description": "b"}
    assert overview({"messages": form("user", user=said), "prompt": form(user=said)})[0].differs
    assert not overview({"messages": form(user=said), "prompt": form(user=otherwise)})[0].differs


def test_a_form_without_it_is_named() -> None:
    lines = by_name(overview({"messages": form("messages", messages={"type": "array"}), "prompt": form(lora={})}))
    assert lines["messages"].missing == ("prompt",)
    assert lines["messages"].variants[0].summary == "list, required"
    assert lines["lora"].missing == ("messages",)


def test_content_comes_before_parameters() -> None:
    lines = overview(
        {"messages": form(seed={"type": "integer"}, stream={"type": "boolean"}, messages={"type": "array"})}
    )
    assert [line.name for line in lines] == ["stream", "messages", "seed"]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9_999_999_999}, ("integer", "1 to 9,999,999,999", "")),
        ({"type": "integer", "minimum": 0}, ("integer", "at least 0", "")),
        ({"type": "number", "maximum": 2, "default": 1}, ("number", "at most 2", "1")),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1}, ("number", "more than 0, at most 1", "")),
        ({"type": "number", "minimum": 0, "exclusiveMaximum": 1}, ("number", "at least 0, less than 1", "")),
        ({"type": "integer", "minimum": 0, "maximum": 64, "multipleOf": 8}, ("integer", "0 to 64 in steps of 8", "")),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, ("number or null", "", "")),
        ({"type": "boolean", "default": False}, ("true or false", "", "false")),
        ({"enum": ["low", "high", None], "default": "low"}, ("one of", "low, high, null", '"low"')),
        ({"type": "string", "minLength": 1}, ("text", "at least 1 character", "")),
        ({"type": "string", "minLength": 1, "maxLength": 131072}, ("text", "1 to 131,072 characters", "")),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 4}, ("list of texts", "at most 4 items", "")),
        ({"type": "array", "items": {"type": "object"}}, ("list", "", "")),
        ({"type": "object"}, ("object", "", "")),
        ({"oneOf": [{"type": "object"}, {"type": "array"}]}, ("JSON", "", "")),
    ],
    ids=str,
)
def test_a_property_in_words(schema: dict[str, Any], said: tuple[str, str, str]) -> None:
    (spec,) = specs(form(x=schema))
    assert (type_of(spec), range_of(spec), default_of(spec)) == said
