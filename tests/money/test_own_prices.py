"""Prices that a person sets: read exactly, or refused in words."""

import datetime
import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.connections import configured
from playground.conversation.chat import Chat
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.metering import Price
from playground.models.roster import Roster
from playground.money.own_prices import MOST_PRICES, PriceError, price_of, prices_as_json, read_price, read_prices
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import open_stores
from tests.databases import new_database
from tests.upstream import Upstream

ENTRY = {"input": "0.15", "output": "0.60", "as_of": "2026-11-01"}


def test_a_price_is_read_with_every_digit() -> None:
    name, quote = read_price(" gpt-x ", {**ENTRY, "input": "0.123456789012", "cached_input": " $0.075 "})
    assert name == "gpt-x"
    assert quote.price() == Price(
        Decimal("0.123456789012"), Decimal("0.60"), "set by you", date(2026, 11, 1), Decimal("0.075")
    )
    assert not quote.official


@pytest.mark.parametrize("amount", [0.15, Decimal("0.15"), "0.15", "00.15", "$0.15"])
def test_numbers_are_taken_too(amount: Any) -> None:
    assert read_price("m", {**ENTRY, "input": amount})[1].input == Decimal("0.15")


@pytest.mark.parametrize("as_of", ["2026-11-01", " 2026-11-01 ", date(2026, 11, 1)])
def test_dates(as_of: Any) -> None:
    assert read_price("m", {**ENTRY, "as_of": as_of})[1].as_of == date(2026, 11, 1)


def test_what_is_free_is_free_and_nothing_is_no_price() -> None:
    assert read_price("m", {**ENTRY, "input": "0", "output": 0})[1].output == 0
    assert read_price("m", {**ENTRY, "cached_input": " "})[1].cached_input is None
    for field in ("input", "output"):
        with pytest.raises(PriceError, match=f"m: the {field} price is missing, in USD"):
            read_price("m", {**ENTRY, field: ""})


TEXTS = [
    "NaN",
    "inf",
    "1e400",
    "1e-3",
    "0,15",
    "free",
    "0x1",
    "1_0",
    "\u0663",
    ".5",
    "5.",
    "1 000",
    "12345678",
    "1" * 5000,
]
VALUES = [math.nan, math.inf, 1e400, 10**5000, True, [], {}, Decimal("sNaN"), Decimal("1e400"), "0.1234567890123"]


@pytest.mark.parametrize("field", ["input", "output", "cached_input"])
@pytest.mark.parametrize("number", range(len(TEXTS + VALUES)))
def test_what_is_no_amount_is_refused(field: str, number: int) -> None:
    with pytest.raises(PriceError, match=r"^m: the .* is no amount such as 0\.15") as refused:
        read_price("m", {**ENTRY, field: [*TEXTS, *VALUES][number]})
    assert len(refused.value.message) < 300


@pytest.mark.parametrize("amount", ["-1", "-0.5", "\N{MINUS SIGN}1", -1, -0.5, Decimal(-1)])
def test_what_is_negative_is_refused(amount: Any) -> None:
    with pytest.raises(PriceError, match="is below zero"):
        read_price("m", {**ENTRY, "output": amount})


@pytest.mark.parametrize("as_of", [None, "", "  "])
def test_a_price_without_its_date_is_refused(as_of: Any) -> None:
    with pytest.raises(PriceError, match="the date is missing"):
        read_price("m", {**ENTRY, "as_of": as_of})
    with pytest.raises(PriceError, match="the date is missing"):
        read_price("m", {name: value for name, value in ENTRY.items() if name != "as_of"})


@pytest.mark.parametrize(
    "as_of", ["yesterday", "01.11.2026", "2026-13-01", "20261101", 20261101, datetime.datetime(2026, 11, 1), True]
)
def test_what_is_no_date_is_refused(as_of: Any) -> None:
    with pytest.raises(PriceError, match="is none such as 2026-11-01"):
        read_price("m", {**ENTRY, "as_of": as_of})


@pytest.mark.parametrize(
    ("model", "entry", "said"),
    [
        ("", ENTRY, "The model is missing"),
        (None, ENTRY, "The model is missing"),
        ("a\nb", ENTRY, "no model's id has such characters"),
        ("\ud800", ENTRY, "no model's id has such characters"),
        ("m" * 301, ENTRY, "or so many"),
        ("m", "0.15", "a price is {input"),
        ("m", {**ENTRY, "inptu": 1}, "m: 'inptu' is no part of a price"),
    ],
)
def test_other_mistakes(model: Any, entry: Any, said: str) -> None:
    with pytest.raises(PriceError) as refused:
        read_price(model, entry)
    assert said in refused.value.message


@pytest.mark.parametrize("table", [None, [], "x", {str(number): ENTRY for number in range(MOST_PRICES + 1)}])
def test_what_is_no_table_or_too_large_a_one(table: Any) -> None:
    with pytest.raises(PriceError):
        read_prices(table)


def test_the_most_exact_name_counts() -> None:
    names = ("*", "gpt-*", "gpt-5*", "gpt-5-mini")
    prices = read_prices({name: {**ENTRY, "input": number} for number, name in enumerate(names)})
    found = {model: price_of(model, prices) for model in ("gpt-5-mini", "gpt-5-max", "gpt-4", "other", "gpt-")}
    assert [quote and quote.input for quote in found.values()] == [3, 2, 1, 0, 1]
    assert price_of("other", {name: quote for name, quote in prices.items() if name != "*"}) is None
    assert price_of("x", {}) is None


AMOUNTS = st.decimals(0, 9_999_999, places=6, allow_nan=False, allow_infinity=False)


@given(st.dictionaries(st.text("abc/-*", min_size=1, max_size=9), st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, st.dates())))
def test_what_is_kept_is_read_back_exactly(given_prices: dict[str, tuple[Decimal, Decimal, Decimal, date]]) -> None:
    prices = read_prices(
        {
            name: {"input": amount, "output": out, "cached_input": cached, "as_of": as_of}
            for name, (amount, out, cached, as_of) in given_prices.items()
        }
    )
    assert read_prices(prices_as_json(prices)) == prices


def test_prices_of_the_secrets_file() -> None:
    entry = {"kind": "openai_compatible", "base_url": "http://host/v1", "prices": {"gpt*": {**ENTRY, "input": 0.15}}}
    home = configured.connections({"home": entry})["home"]
    assert home.prices["gpt*"].price() == Price(
        Decimal("0.15"), Decimal("0.60"), "set by you, in secrets.toml", date(2026, 11, 1)
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"prices": {"m": {**ENTRY, "input": "s3cret"}}}, "Connection 'bad': prices: m: the input price is no amount"),
        ({"prices": {"m": {**ENTRY, "input": "-1"}}}, "the input price '-1' is below zero."),
        ({"prices": "s3cret"}, "Prices are a table"),
        ({"prices": {"Big": {}}}, "prices: Big: the input price is missing"),
        (
            {"kind": "workers_ai", "account_id": "a", "api_token": "t"},
            "for servers of the kinds openai_compatible and anthropic alone",
        ),
    ],
)
def test_wrong_prices_of_the_secrets_file_are_explained(changed: dict[str, Any], said: str) -> None:
    entry = {"kind": "openai_compatible", "base_url": "http://host/v1", "prices": {"m": ENTRY}, **changed}
    problem = configured.connection_problems({"bad": entry})["bad"]
    assert said in problem
    assert "s3cret" not in problem


@pytest.fixture
def chat(upstream: Upstream, tmp_path: Path) -> Iterator[Chat]:
    """A server whose secrets.toml says that everything costs $1 in and $2 out."""
    entry = {"*": {"input": "1", "output": "2", "as_of": "2026-11-01"}}
    home = Connection.model_validate(
        {"kind": "openai_compatible", "name": "home", "base_url": upstream.openai_url, "prices": entry}
    )
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        yield Chat(store, Roster({"home": home}, preferences=store))


def test_a_price_is_that_of_the_moment_and_later_ones_change_nothing(chat: Chat) -> None:
    served = chat.roster.served
    setup = Setup("home/some/model")
    conversation = chat.store.create_conversation(model=setup.model).id

    def say() -> Any:
        reply = chat.send(conversation, Message("user", "Hello upstream: tokens=10"), setup)
        assert reply.ended.wait(20)
        return chat.store.reply(reply.id)

    first = say()
    assert first.cost == (first.usage.prompt_tokens + 2 * first.usage.completion_tokens) / Decimal(1_000_000)
    assert first.price.source == "set by you, in secrets.toml"

    served.set_price("home", *read_price("some/*", {"input": "100", "output": "200", "as_of": "2026-11-20"}))
    assert chat.store.reply(first.id) == first
    second = say()
    assert second.price.source == "set by you"
    assert second.cost == 100 * (second.usage.prompt_tokens + 2 * second.usage.completion_tokens) / Decimal(1_000_000)
    assert chat.store.spent(conversation).cost == first.cost + second.cost

    served.set_price("home", "some/*", None)
    assert chat.store.spent(conversation).cost == first.cost + second.cost
    card = chat.roster.card("home/some/model")
    assert card is not None
    assert card.price == first.price


def test_prices_are_kept_for_the_next_start(chat: Chat) -> None:
    name, quote = read_price("m", {**ENTRY, "cached_input": "0.075"})
    chat.roster.served.set_price("home", name, quote)
    home = chat.roster.connections["home"]
    elsewhere = home.model_copy(update={"name": "elsewhere", "prices": {}})
    again = Roster({"home": home, "elsewhere": elsewhere}, preferences=chat.store)
    assert again.served.own_prices("home") == {"m": quote}
    assert set(again.served.prices("home")) == {"*", "m"}
    other = again.served.card("m", "elsewhere")
    assert other.price is None


def test_prices_that_cannot_be_read_any_more_stop_nothing(chat: Chat) -> None:
    chat.store.prefer("prices home", {"m": {"input": "free"}})
    assert Roster(chat.roster.connections, preferences=chat.store).served.own_prices("home") == {}
