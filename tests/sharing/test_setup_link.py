"""Links that set up a chat: what they set is what the model takes, and each thing that it does not is named."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.conversation.setup import Setup, fit
from playground.models.catalog import ModelCard
from playground.models.catalog.snapshot import shipped
from playground.sharing.setup_link import LONGEST_VALUE, SetupLink, link_of, read_link, set_up_by

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.fixture(scope="module")
def card() -> ModelCard:
    found = shipped().get(LLAMA)
    assert found is not None
    return found


def linked(query: dict[str, str]) -> SetupLink:
    found = read_link(query)
    assert found is not None
    return found


def test_it_sets_what_the_model_takes(card: ModelCard) -> None:
    link = linked({"model": LLAMA, "temperature": "0.2", "seed": "7", "system": "Be brief.", "prompt": "Why?"})
    assert (link.system, link.message) == ("Be brief.", "Why?")
    setup, notes = set_up_by(link, LLAMA, card)
    assert setup == Setup(LLAMA, "Be brief.", {"temperature": 0.2, "seed": 7})
    assert notes == ()


@pytest.mark.parametrize(
    ("name", "value", "note"),
    [
        ("temperature", "warm", "temperature dropped"),
        ("temperature", "9", "temperature 9 → 5"),
        ("temperature", "NaN", "temperature dropped"),
        ("temperature", "1e999", "temperature dropped"),
        ("seed", "1.5", "seed"),
        ("unheard", "1", "unheard dropped"),
        ("raw", "perhaps", "raw dropped"),
        ("form", "poem", "form dropped"),
        ("tools", "{}", "tools dropped"),
        ("response_format", "[]", "response_format dropped"),
        ("temperature", "[" * 1_000, "temperature dropped"),
        ("system", "x" * (LONGEST_VALUE + 1), "system dropped"),
        ("messages", '[{"role":"user"}]', "messages"),
        ("stream", "false", "stream"),
    ],
)
def test_what_the_model_does_not_take_is_named(card: ModelCard, name: str, value: str, note: str) -> None:
    _, notes = set_up_by(linked({name: value}), LLAMA, card)
    assert [told for told in notes if told.startswith(note)] != [], notes


def test_an_address_that_names_a_chat_or_sets_nothing_is_no_such_link() -> None:
    assert read_link({}) is None
    assert read_link({"model": LLAMA}) is None
    assert read_link({"c": "chat", "temperature": "1"}) is None


def test_a_link_of_a_setup_sets_the_same(card: ModelCard) -> None:
    tool = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
    setup, notes = fit(
        Setup(
            LLAMA,
            "Be & brief? #1\n+äöü",
            {"temperature": 0.1 + 0.2, "max_tokens": 100},
            tools=(tool,),
            response_format={"type": "json_object"},
        ),
        card,
    )
    query = link_of(setup)
    assert query is not None
    assert set_up_by(linked(dict(parse_qsl(query))), LLAMA, card) == (setup, ())
    assert notes == ()


def test_what_is_too_long_for_a_link_has_none() -> None:
    assert link_of(Setup(LLAMA, "x" * 9_000)) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5
)


@given(
    st.dictionaries(st.text(max_size=8) | st.sampled_from(["temperature", "tools", "raw", "seed"]), JSON, max_size=5)
)
def test_whatever_is_in_a_link_what_comes_of_it_can_be_sent(card: ModelCard, values: dict[str, object]) -> None:
    query = {name: json.dumps(value) for name, value in values.items()}
    link = read_link(query)
    if link is not None:
        setup, _ = set_up_by(link, LLAMA, card)
        assert fit(setup, card) == (setup, ())
