"""Nothing is offered that is paid for and cannot be seen."""

import json
from typing import Any

import pytest

from playground.batch.items import batch_specs
from playground.models.catalog import ModelCard, listed_card, local_card, shipped
from playground.parameters import clamp, specs
from playground.parameters.authoring import SchemaError, editable, read_parameter_schema
from playground.parameters.overview import overview
from playground.parameters.unshown import UNSHOWN, UNSHOWN_IN_BATCHES

CARDS = (*shipped(), local_card("local", "Local"), listed_card("served"))
SHOWN = {"n", "logprobs", "top_logprobs", "web_search_options", "prediction"}
WITH_CHOICES = next(card for card in shipped() if card.family == "openai")


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_no_panel_offers_what_cannot_be_shown(card: ModelCard) -> None:
    for schema in card.schemas.values():
        assert not {spec.name for spec in specs(schema)} & {*UNSHOWN, "stream", "stream_options"}
    assert not {spec.name for spec in batch_specs(card)} & {*UNSHOWN, *UNSHOWN_IN_BATCHES}


def test_what_is_shown_is_offered() -> None:
    assert {spec.name for spec in specs(WITH_CHOICES.schemas["messages"])} >= SHOWN


def test_the_table_of_a_model_still_holds_everything_it_takes() -> None:
    assert {"audio", "modalities", "store"} <= {line.name for line in overview(WITH_CHOICES.schemas)}


@pytest.mark.parametrize("name", UNSHOWN)
def test_what_an_import_or_a_preset_sets_is_left_out_with_the_reason(name: str) -> None:
    for form in ("messages", "prompt"):
        kept, notes = clamp({name: ["text", "audio"], "n": 2}, specs(WITH_CHOICES.schemas[form]), "small")
        assert kept == {"n": 2}
        assert notes == (f"{name} left out: {UNSHOWN[name]}",)


@pytest.mark.parametrize("name", UNSHOWN)
def test_a_schema_of_ones_own_cannot_offer_it_either(name: str) -> None:
    with pytest.raises(SchemaError, match=f"Take {name} out"):
        read_parameter_schema(json.dumps({"properties": {name: {"type": "string"}}}))
    assert name not in editable(WITH_CHOICES.schemas["messages"])["properties"]


@pytest.mark.parametrize(
    ("schema", "offered"),
    [
        ({"type": "array", "items": {"type": "string", "enum": ["text", "image"]}}, True),
        ({"anyOf": [{"type": "array", "items": {"enum": ["image"]}}, {"type": "null"}]}, True),
        ({"type": "string", "enum": ["text"]}, True),
        ({"type": "array", "items": {"type": "string", "enum": ["text", "image", "audio"]}}, False),
        ({"type": "array", "items": {"type": "string"}}, False),
        ({}, False),
    ],
)
def test_modalities_are_offered_where_all_of_them_can_be_seen(schema: dict[str, Any], offered: bool) -> None:
    assert bool(specs({"properties": {"messages": {}, "modalities": schema}})) == offered
