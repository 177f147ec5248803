import json

import pytest

from playground.models.catalog import listed_card
from playground.parameters import NOT_PARAMETERS, specs
from playground.parameters.authoring import SchemaError, editable, read_parameter_schema, with_parameters

MESSAGES = listed_card("any").schemas["messages"]


def test_what_is_shown_is_what_is_read_back() -> None:
    shown = editable(MESSAGES)
    assert not NOT_PARAMETERS & shown["properties"].keys()
    assert read_parameter_schema(json.dumps(shown)) == shown
    assert specs(with_parameters(MESSAGES, shown)) == specs(MESSAGES)


def test_own_parameters_stand_beside_the_messages() -> None:
    own = read_parameter_schema('{"properties": {"mirostat": {"type": "integer", "minimum": 0, "maximum": 2}}}')
    merged = with_parameters(MESSAGES, own)
    assert "messages" in merged["properties"]
    assert [spec.name for spec in specs(merged)] == ["mirostat"]


def test_references_into_the_schema_itself_are_followed() -> None:
    own = read_parameter_schema(
        '{"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"type": "number", "maximum": 3}}}'
    )
    (spec,) = specs(with_parameters(MESSAGES, own))
    assert (spec.kind, spec.maximum) == ("number", 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Not JSON: Expecting value in line 1, column 1"),
        ('{\n "properties": {,', "in line 2, column 17"),
        ('{"properties": {"a": {"minimum": NaN}}}', "NaN is no number"),
        ("[" * 100_000, "Not JSON"),
        ("[]", "must be an object"),
        ("{}", 'must have "properties"'),
        ('{"properties": []}', 'must have "properties"'),
        ('{"properties": {"messages": {}, "model": {}}}', "a place of its own for messages, model"),
        ('{"properties": {"a": {"type": "numbr"}}}', "a.type: 'numbr' is not one of"),
        ('{"properties": {"a": 3}}', "a: 3 is not of type 'object', 'boolean'"),
        ('{"properties": {"a": {"type": "string", "pattern": "("}}}', "a.pattern: '(' is not a 'regex'"),
        ('{"properties": {"a": {"type": "number", "minimum": 5, "maximum": 1}}}', "at least 5 and at most 1"),
        ('{"properties": {"a": {"$ref": "https://example.com/x"}}}', "leads outside the schema"),
        ('{"properties": {"a": {"anyOf": [{"$ref": "file:///etc/passwd"}]}}}', "leads outside the schema"),
    ],
)
def test_what_is_wrong_is_said_and_where(text: str, said: str) -> None:
    with pytest.raises(SchemaError) as raised:
        read_parameter_schema(text)
    assert said in raised.value.message
