"""What calls will cost: exact, linear, never negative, unpriced where nobody knows."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.metering import Price
from playground.money.pricing import Bill, Load, Mix, bill

LLAMA = Price(Decimal("0.293"), Decimal("2.253"), "pricing page", date(2026, 8, 28))
GLM = Price(Decimal("1.4"), Decimal("4.4"), "pricing page", date(2026, 8, 28), cached_input=Decimal("0.26"))
LOCAL = Price(Decimal(0), Decimal(0), "this machine", None, free=True)

counts = st.integers(0, 10**7)
loads = st.builds(Load, st.integers(0, 10**6), counts, counts, counts)
amounts = st.decimals(0, 1000, places=6)
prices = st.builds(
    Price, amounts, amounts, st.just("a source"), st.none(), st.one_of(st.none(), amounts), st.just(False)
)


def billed(load: Load, price: Price) -> Bill:
    found = bill(load, price)
    assert found is not None
    return found


def test_a_day_and_a_month_of_calls() -> None:
    found = billed(Load(1000, 1000, 300), LLAMA)
    assert found.per_call == Decimal("0.0009689")
    assert found.per_day == Decimal("0.9689")
    assert found.per_month == Decimal("29.067")
    assert round(found.neurons_per_day, 6) == Decimal("88081.818182")
    assert found.due_per_day == Decimal("0.8589")
    assert found.due_per_month == Decimal("25.767")
    assert not found.estimated


def test_what_fits_into_the_free_neurons_of_each_day_leaves_nothing_to_pay() -> None:
    found = billed(Load(100, 1000, 300), LLAMA)
    assert found.per_month > Decimal("0.11")
    assert found.due_per_month == 0


def test_exactly_the_free_neurons_are_free() -> None:
    price = Price(Decimal("0.11"), Decimal(0), "", None)
    assert billed(Load(1, 1_000_000, 0), price).neurons_per_day == 10_000
    assert billed(Load(1, 1_000_000, 0), price).due_per_day == 0
    assert billed(Load(1, 1_000_001, 0), price).due_per_day == Decimal("0.00000011")


def test_an_unknown_price_gives_no_bill() -> None:
    assert bill(Load(1000, 1000, 300), None) is None
    assert Mix().price(None) is None


def test_cached_tokens_have_their_price_or_make_the_bill_an_estimate() -> None:
    assert billed(Load(1, 1000, 0, 1000), GLM) == Bill(Decimal("0.00026"), Decimal("0.00026"))
    assert billed(Load(1, 1000, 0, 1000), LLAMA).estimated
    assert not billed(Load(1, 0, 10, 1000), LLAMA).estimated, "nothing comes in that could be cached"
    assert not billed(Load(1, 1000, 0, 1000), LOCAL).estimated


@pytest.mark.parametrize("load", [Load(-1, 1, 1, 1), Load(1, -1, 1, 1), Load(1, 1, -1, 1), Load(1, 1, 1, -1)])
def test_counts_below_zero_are_refused(load: Load) -> None:
    with pytest.raises(ValueError, match="negative"):
        bill(load, LLAMA)


@given(loads, prices)
def test_a_bill_is_never_negative_and_what_is_due_never_more_than_it(load: Load, price: Price) -> None:
    found = billed(load, price)
    assert 0 <= found.due_per_day <= found.per_day
    assert found.neurons_per_day >= 0


@given(loads, prices, st.integers(0, 1000))
def test_a_bill_is_linear_in_calls_and_in_tokens(load: Load, price: Price, times: int) -> None:
    once = billed(load, price)
    more_calls = Load(load.calls_per_day * times, load.prompt_tokens, load.completion_tokens, load.cached_tokens)
    longer = Load(
        load.calls_per_day, load.prompt_tokens * times, load.completion_tokens * times, load.cached_tokens * times
    )
    assert billed(more_calls, price).per_day == once.per_day * times
    assert billed(longer, price).per_call == once.per_call * times


def test_a_mix_weighs_the_prices() -> None:
    assert Mix(3, 1).price(LLAMA) == Decimal("0.783")
    assert Mix(0, 1).price(LLAMA) == LLAMA.output
    assert Mix(1, 0).price(LOCAL) == 0
    assert Mix.read("10000000:10000000").price(LLAMA) == Decimal("1.273")


@given(st.integers(0, 10_000_000), st.integers(1, 10_000_000), prices)
def test_a_mix_lies_between_its_prices_and_is_read_as_it_is_written(given_in: int, out: int, price: Price) -> None:
    mix = Mix(given_in, out)
    assert Mix.read(str(mix)) == mix
    found = mix.price(price)
    assert found is not None
    assert min(price.input, price.output) <= found <= max(price.input, price.output)
    exact = (given_in * Fraction(price.input) + out * Fraction(price.output)) / (given_in + out)
    assert abs(Fraction(found) - exact) <= exact / 10**26


@pytest.mark.parametrize("text", ["", "0:0", "3", "3:", "-1:1", "1:1:1", "3.5:1", "٣:١", "10000001:1", "999999999:1"])
def test_what_is_no_mix_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no mix"):
        Mix.read(text)
