from collections.abc import Mapping
from typing import Any

import pytest

from playground.models.catalog import Catalog, ModelCard, shipped
from playground.models.catalog.shape import shape_of

ENVELOPE = {
    "anyOf": [
        {"properties": {"type": {"const": "json_object"}}},
        {"properties": {"type": {"const": "json_schema"}, "json_schema": {"properties": {"name": {}, "schema": {}}}}},
        {"type": "null"},
    ]
}
BARE = {"properties": {"type": {"enum": ["json_object", "json_schema"]}, "json_schema": {}}}
TYPES = {"anyOf": [{"properties": {"type": {"enum": ["text", "json_object", "json_schema"]}}}]}
CHOICES = {"oneOf": [{"type": "object", "properties": {"choices": {}}}, {"type": "string"}]}
RESPONSE = {"oneOf": [{"type": "object", "properties": {"response": {}}}, {"type": "string"}]}


def card(id_: str, response_format: Any = None, output: Mapping[str, Any] | None = None, family: str = "") -> ModelCard:
    properties = {} if response_format is None else {"response_format": response_format}
    schemas: Any = {"messages": {"properties": properties}}
    return ModelCard(
        id=id_, name="", author="", provider="workers_ai", schemas=schemas, output_schema=output, family=family
    )


@pytest.mark.parametrize(
    ("response_format", "output", "family", "shape"),
    [
        (ENVELOPE, None, "", "openai"),
        (ENVELOPE, RESPONSE, "classic", "openai"),
        (TYPES, None, "", "openai"),
        (BARE, None, "", "native"),
        (BARE, None, "openai", "native"),
        (None, CHOICES, "", "openai"),
        (None, RESPONSE, "", "native"),
        (None, None, "openai", "openai"),
        (None, None, "guided", "native"),
        (None, None, "", "native"),
        ("odd", {"oneOf": 5, "properties": []}, "", "native"),
    ],
)
def test_the_model_s_own_schemas_tell_before_its_family(
    response_format: Any, output: Any, family: str, shape: str
) -> None:
    model = "@cf/new/model"
    assert shape_of(model, Catalog([card(model, response_format, output, family)])) == shape


def test_a_silent_card_or_none_is_like_its_author_s_others() -> None:
    catalog = Catalog([card("@cf/new/silent"), card("@cf/new/told", ENVELOPE), card("@cf/newer/one", BARE)])
    assert shape_of("@cf/new/silent", catalog) == "openai"
    assert shape_of("@cf/new/unheard-of", catalog) == "openai"
    assert shape_of("@cf/newer/two", catalog) == "native"
    assert shape_of("@cf/nobody/nothing", catalog) == "native"


def test_every_shipped_model_is_as_its_family_is() -> None:
    for one in shipped():
        assert shape_of(one.id, shipped()) == ("openai" if one.family == "openai" else "native"), one.id
