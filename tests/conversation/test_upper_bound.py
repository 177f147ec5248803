"""The most that a request can cost: never less than what it costs, whatever it says and whatever comes back."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.conversation import tokens
from playground.conversation.upper_bound import NO_CONTEXT, NO_LENGTH, NO_PRICE, most_of, most_of_batch
from playground.messages import ChatRequest, Message, ToolCall
from playground.metering import USD_PER_NEURON, Usage, cost
from playground.models.catalog import ModelCard, shipped
from playground.models.catalog.card import ContextWindow, PriceQuote
from playground.models.listing_server import OWN_SCHEMA
from playground.money.budget import Most
from playground.providers import Connection

SERVER = Connection(kind="openai_compatible", name="server", base_url="http://127.0.0.1:1/v1")
ANTHROPIC = Connection(kind="anthropic", name="anthropic")
WORKERS = Connection(kind="workers_ai", name="cloudflare", account_id="0" * 32)
PRICED = next(card for card in shipped() if card.price is not None and card.hosted)
HELLO = (Message("user", "Hello"),)
LONG = (Message("user", "x" * 60_000),)
PRICES = (PriceQuote(input=Decimal(2), output=Decimal(10), cached_input=Decimal("0.2"), source="a test"),)
WINDOW = (ContextWindow(tokens=50_000, source="a test"),)


def card(**facts: Any) -> ModelCard:
    known = {"id": "server/m", "name": "m", "author": "", "provider": "openai_compatible", "connection": "server"}
    return ModelCard(**known | {"prices": PRICES, "context_windows": WINDOW} | facts)


def most(card: ModelCard, messages: tuple[Message, ...] = HELLO, **parameters: Any) -> Most:
    return most_of(card, ChatRequest(card.wire_id, messages, parameters), SERVER)


def amount(card: ModelCard, messages: tuple[Message, ...] = HELLO, **parameters: Any) -> Decimal:
    found = most(card, messages, **parameters).amount
    assert found is not None
    return found


def test_the_answer_is_as_long_as_it_may_get() -> None:
    short, long = amount(card(), LONG, max_tokens=100), amount(card(), LONG, max_tokens=1100)
    assert long - short == Decimal(1000) * 10 / 1_000_000
    assert amount(card(), LONG, max_tokens=100, n=3) - short == Decimal(200) * 10 / 1_000_000


def test_without_a_cap_the_context_is_one() -> None:
    assert amount(card(), LONG) - amount(card(), LONG, max_tokens=1) == Decimal(49_999) * 10 / 1_000_000
    assert most(card(context_windows=())) == Most(None, NO_LENGTH)
    assert amount(card(context_windows=()), max_tokens=1)


@pytest.mark.parametrize("length", [-10_000_000, 0, "1", 1.0, True, [1]])
def test_what_is_no_cap_is_none(length: object) -> None:
    assert amount(card(), LONG, max_tokens=length) == amount(card(), LONG)
    assert most_of_batch(card(), [{"prompt": "x" * 60_000, "max_tokens": length}], SERVER) == most(card(), LONG)


def test_of_two_caps_the_server_may_take_the_higher_one() -> None:
    assert amount(card(), LONG, max_tokens=1, max_completion_tokens=9) == amount(card(), LONG, max_tokens=9)


def own_schema(*names: str) -> ModelCard:
    """A card of a model whose parameters somebody described themselves, as also those of other vendors are named."""
    properties = {name: {"type": "integer"} for name in names}
    schemas: Any = {"messages": {"type": "object", "properties": properties}}
    return card(schemas=schemas, family_source=OWN_SCHEMA)


@pytest.mark.parametrize("name", ["max_output_tokens", "max_new_tokens", "num_predict", "extra_body"])
def test_a_cap_of_which_the_dialect_knows_nothing_is_no_bound(name: str) -> None:
    asked = most(own_schema("max_tokens", name), LONG, max_tokens=1, **{name: 100_000})
    assert asked == Most(None, f"Leave {name} out: how long an answer gets by it is not known.")
    batch = {"prompt": "Hello", "max_tokens": 1, name: 100_000}
    assert most_of_batch(PRICED, [batch], WORKERS).amount is None
    assert most_of_batch(PRICED, [{**batch, name: None}], WORKERS).amount


def test_what_is_documented_or_means_the_same_everywhere_is_no_cap() -> None:
    known = {"temperature": 1, "top_k": 5, "logit_bias": {}, "stop": ["x"], "seed": 3}
    assert amount(own_schema("max_tokens", *known), LONG, max_tokens=1, **known)
    assert amount(own_schema("max_tokens"), LONG, max_tokens=5, min_tokens=9) > amount(card(), LONG, max_tokens=8)


def test_a_name_of_another_dialect_is_none() -> None:
    claude = card(id="anthropic/claude-haiku-4-5", connection="anthropic", provider="anthropic", context_windows=())
    request = ChatRequest(claude.wire_id, HELLO, {"max_completion_tokens": 1})
    assert most_of(claude, request, ANTHROPIC).amount is None


def test_how_many_answers_come_is_not_guessed() -> None:
    assert most(card(), LONG, max_tokens=1, n="5") == Most(None, NO_LENGTH)


def test_a_model_of_anthropics_has_a_longest_answer_of_its_own() -> None:
    claude = card(id="anthropic/claude-haiku-4-5", connection="anthropic", provider="anthropic", context_windows=())
    found = most_of(claude, ChatRequest(claude.wire_id, HELLO), ANTHROPIC).amount
    assert found is not None
    assert found > Decimal(64_000) * 10 / 1_000_000


def test_what_has_no_price_has_no_bound_and_what_is_free_costs_nothing() -> None:
    assert most(card(prices=())) == Most(None, NO_PRICE)
    free = PriceQuote(input=Decimal(0), output=Decimal(0), source="this machine", free=True)
    assert most(card(prices=(free,), context_windows=())) == Most(Decimal(0))


@pytest.mark.parametrize("name", ["web_search_options", "plugins", "service_tier"])
def test_what_is_priced_apart_has_no_bound(name: str) -> None:
    request = ChatRequest("m", HELLO, {"max_tokens": 5, name: {}})
    assert most_of(card(), request, SERVER) == Most(None, f"Leave {name} out: what it costs is not known.")


def test_pictures_are_as_long_as_the_context() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    seen = (Message("user", ({"type": "text", "text": "What is this?"}, picture)),)
    assert amount(card(), seen, max_tokens=1) == (Decimal(50_000) * 2 + 10) / 1_000_000
    assert most(card(context_windows=()), seen, max_tokens=1) == Most(None, NO_CONTEXT)


def test_no_prompt_is_longer_than_the_context() -> None:
    assert amount(card(), LONG, max_tokens=1) == (Decimal(50_000) * 2 + 10) / 1_000_000


@pytest.mark.parametrize(("ttl", "times"), [({}, Decimal("1.25")), ({"ttl": "1h"}, Decimal(2))])
def test_what_is_asked_to_be_cached_is_written_first(ttl: dict[str, str], times: Decimal) -> None:
    cached = amount(card(), LONG, max_tokens=1, cache_control={"type": "ephemeral"} | ttl)
    assert cached == (Decimal(50_000) * 2 * times + 10) / 1_000_000


TEXTS = st.text(st.characters(), max_size=300)


@given(words=TEXTS, system=TEXTS, arguments=TEXTS, output=st.integers(0, 64))
def test_an_answer_never_costs_more(words: str, system: str, arguments: str, output: int) -> None:
    call = Message("assistant", "", (ToolCall("1", "look", arguments),), reasoning=words)
    messages = (Message("system", system), Message("user", words), call, Message("tool", words, tool_call_id="1"))
    bound = amount(card(), messages, max_tokens=64)
    counted = tokens.count(messages, card()).value
    paid = cost(Usage(counted, output, cached_tokens=counted // 2), card().price)
    assert paid is not None
    assert paid <= bound


@pytest.mark.parametrize("hosted", [known for known in shipped() if known.hosted and known.prices], ids=lambda c: c.id)
def test_neurons_never_cost_more_though_prices_are_rounded(hosted: ModelCard) -> None:
    """Prices are those of the neurons, rounded to a thousandth: by half of that they may be below."""
    price = hosted.price
    assert price is not None
    connection = Connection(kind="workers_ai", name="cloudflare", account_id="a")
    request = ChatRequest(hosted.wire_id, HELLO, {"max_tokens": 100})
    found = most_of(hosted, request, connection).amount
    assert found is not None
    neurons = (price.output + Decimal("0.0005")) * 100 / 1_000_000 / USD_PER_NEURON
    assert neurons * USD_PER_NEURON < found


def test_a_batch_costs_what_its_requests_do() -> None:
    item = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 100}
    one, three = (most_of_batch(card(), [item] * count, SERVER).amount for count in (1, 3))
    assert one is not None
    assert three == one * 3
    assert most_of_batch(card(context_windows=()), [item, {"prompt": "x"}], SERVER) == Most(None, NO_LENGTH)
