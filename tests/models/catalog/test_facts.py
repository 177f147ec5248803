"""Cards in words."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playground.models.catalog import local_card, shipped
from playground.models.catalog.documents import documents
from playground.models.catalog.facts import Claim, Fact, contrasts, facts, parameter_contrasts
from playground.parameters import specs

TODAY = date(2026, 11, 20)
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SHIPPED = shipped()


def fact(model: str, name: str) -> Fact:
    card = SHIPPED.get(SHIPPED.complete(model))
    assert card is not None
    return next(one for one in facts(card, TODAY) if one.name == name)


def test_every_value_stands_with_its_source_where_sources_disagree() -> None:
    price = fact(LLAMA, "Price")
    assert price.disputed
    assert price.claims == (
        Claim(
            "$0.293 in / $2.253 out per M tokens",
            "https://developers.cloudflare.com/workers-ai/platform/pricing/",
            date(2026, 8, 28),
        ),
        Claim(
            "$0.29 in / $2.25 out per M tokens",
            "https://developers.cloudflare.com/workers-ai/models/llama-3.3-70b-instruct-fp8-fast/",
        ),
    )
    assert price.value == price.claims[0].value


def test_what_nobody_says_is_not_known_and_a_price_unpriced() -> None:
    assert fact("apertus-v1.5-8b", "Price").value == "unpriced"
    assert fact(LLAMA, "LoRA").value == "not known"
    assert fact(LLAMA, "Vision").value == "no"


def test_a_cached_price_is_said() -> None:
    assert fact("glm-5.3", "Price").value == "$1.4 in / $0.26 cached / $4.4 out per M tokens"


def test_a_retired_model_names_its_successor() -> None:
    retired = fact("kimi-k2.5", "Lifecycle")
    assert retired.value == "retired 2026-05-30, successor @cf/moonshotai/kimi-k2.6"
    assert retired.claims[0].source.startswith("https://developers.cloudflare.com/changelog/")


def test_a_local_model_has_no_plan_and_no_limits() -> None:
    said = {one.name: one.value for one in facts(local_card("local/x", "x"), TODAY)}
    assert said["Price"] == "local, $0"
    assert said["Paid plan"] == said["Requests per minute"] == "–"


def test_every_card_that_ships_can_be_told_and_all_have_the_same_facts() -> None:
    told = [[one.name for one in facts(card, TODAY)] for card in SHIPPED]
    assert all(names == told[0] for names in told)
    assert len(set(told[0])) == len(told[0])


def test_models_side_by_side_differ_where_their_words_do() -> None:
    cards = [card for name in (LLAMA, "@cf/zai-org/glm-5.3") if (card := SHIPPED.get(name))]
    by_name = {row.name: row for row in contrasts(cards, TODAY)}
    assert by_name["Task"].values == ("Text Generation", "Text Generation")
    assert not by_name["Task"].differs
    assert by_name["Context window"].values == ("24,000 tokens", "1,310,720 tokens")
    assert by_name["Context window"].differs


def test_parameters_side_by_side_say_who_does_not_take_them() -> None:
    cards = [card for name in (LLAMA, "@cf/zai-org/glm-5.3") if (card := SHIPPED.get(name))]
    by_name = {row.name: row for row in parameter_contrasts(cards)}
    assert by_name["temperature"].values == ("number, 0 to 5, default 0.6", "number or null, 0 to 2, default 1")
    assert by_name["top_k"].values == ("integer, 1 to 50", "–")
    assert by_name["stop"].values[0] == "–"
    assert contrasts([], TODAY) == parameter_contrasts([]) == ()


def test_the_schemas_of_a_model_are_documents_with_what_is_not_documented_said() -> None:
    card = SHIPPED.get(LLAMA)
    assert card is not None
    found = {document.title: document for document in documents(card)}
    assert list(found) == [
        "Synchronous input, messages",
        "Synchronous input, prompt",
        "Synchronous output",
        "Streaming input, messages",
        "Streaming input, prompt",
        "Streaming output",
        "Batch input, one item",
        "Batch output",
    ]
    assert found["Synchronous input, prompt"].schema == card.schemas["prompt"]
    assert found["Synchronous input, prompt"].stem == "synchronous-input-prompt"
    assert '"stream": true' in found["Streaming input, prompt"].note
    response, streamed = found["Synchronous output"].schema, found["Streaming output"].schema
    assert response is not None
    assert "response" in response["properties"]
    assert streamed == {"type": "string", "contentType": "text/event-stream", "format": "binary"}


def test_undocumented_schemas_are_not_invented() -> None:
    guard = SHIPPED.get("@cf/meta/llama-guard-3-8b")
    assert guard is not None
    found = {document.title: document for document in documents(guard)}
    for title in ("Synchronous output", "Streaming output", "Streaming input, messages"):
        assert found[title].schema is None
        assert found[title].note.startswith("Not documented.")


def test_a_single_output_schema_is_the_synchronous_one() -> None:
    plain = local_card("local/x", "x").model_copy(update={"output_schema": {"type": "object"}})
    assert {one.title: one.schema for one in documents(plain)}["Synchronous output"] == {"type": "object"}


def test_every_parameter_of_every_model_has_a_row() -> None:
    for card in SHIPPED:
        rows = {row.name for row in parameter_contrasts([card])}
        assert {spec.name for spec in specs(card.schemas["messages"])} <= rows


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("oneOf", "anyOf", "properties", "contentType", "request_id")), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(("oneOf", "anyOf", "properties", "contentType")), JSON))
def test_any_output_schema_that_a_service_gives_can_be_shown(schema: dict[str, Any]) -> None:
    card = local_card("local/x", "x").model_copy(update={"output_schema": schema})
    assert "Synchronous output" in {document.title for document in documents(card)}
