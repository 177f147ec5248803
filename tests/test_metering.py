"""What answers cost: exact, by the service's own meter where there is one."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.metering import Price, Timings, Usage, computed_cost, cost, cost_is_estimated, tokens_per_second

LLAMA = Price(Decimal("0.293"), Decimal("2.253"), "pricing page", date(2026, 8, 28))
GLM = Price(Decimal("1.4"), Decimal("4.4"), "pricing page", date(2026, 8, 28), cached_input=Decimal("0.26"))


def test_tokens_are_priced_per_million_without_rounding() -> None:
    assert cost(Usage(412, 128), LLAMA) == Decimal("0.0004091")


def test_an_unknown_price_is_none_and_not_zero() -> None:
    assert cost(Usage(412, 128), None) is None


def test_a_local_answer_is_free() -> None:
    assert cost(Usage(412, 128), Price(Decimal(0), Decimal(0), "this machine", None, free=True)) == 0


def test_cached_tokens_cost_their_own_price() -> None:
    assert cost(Usage(1000, 0, cached_tokens=400), GLM) == (600 * Decimal("1.4") + 400 * Decimal("0.26")) / 1_000_000


def test_cached_tokens_cost_as_much_as_fresh_ones_where_no_price_is_known() -> None:
    assert cost(Usage(1000, 10, cached_tokens=400), LLAMA) == cost(Usage(1000, 10), LLAMA)


def test_tokens_that_are_written_to_a_cache_cost_more_than_fresh_ones() -> None:
    usage = Usage(1000, 0, cached_tokens=400, written_tokens=500, written_hour_tokens=200)
    fresh = 100 + 300 * Decimal("1.25") + 200 * 2
    assert cost(usage, GLM) == (fresh * Decimal("1.4") + 400 * Decimal("0.26")) / 1_000_000


def test_the_meter_of_the_service_wins_over_unit_prices() -> None:
    # 147 tokens in and 16 out on gemma-4 were metered as 1.7727… neurons.
    metered = Usage(147, 16, neurons=1.7727271914482117)
    assert cost(metered, LLAMA) == Decimal("1.7727271914482117") * Decimal("0.011") / 1000
    assert cost(metered, None) == cost(metered, LLAMA)


@pytest.mark.parametrize("billed", ["0.01", "0"])
def test_the_servers_own_bill_is_the_cost_and_the_computed_one_can_be_had_beside_it(billed: str) -> None:
    usage = Usage(412, 128, billed=Decimal(billed))
    assert cost(usage, LLAMA) == cost(usage, None) == Decimal(billed)
    assert computed_cost(usage, LLAMA) == Decimal("0.0004091")


@pytest.mark.parametrize(
    ("usage", "price", "guessed"),
    [
        (Usage(10, 10), LLAMA, False),
        (Usage(10, 10, estimated=True), LLAMA, True),
        (Usage(10, 10, estimated=True, billed=Decimal(1)), LLAMA, False),
        (Usage(10, 10, cached_tokens=5), LLAMA, True),
        (Usage(10, 10, cached_tokens=5, neurons=1.5), LLAMA, False),
        (Usage(10, 10, cached_tokens=5), GLM, False),
        (Usage(10, 10, cached_tokens=5), Price(Decimal(0), Decimal(0), "this machine", None, free=True), False),
        (Usage(10, 10, cached_tokens=5), None, False),
    ],
)
def test_whether_a_cost_is_a_guess(usage: Usage, price: Price | None, guessed: bool) -> None:
    assert cost_is_estimated(usage, price) == guessed


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_cache_never_makes_an_answer_dearer_nor_negative(prompt: int, completion: int, cached: int) -> None:
    whole, part = cost(Usage(prompt, completion), GLM), cost(Usage(prompt, completion, cached), GLM)
    assert whole is not None
    assert part is not None
    assert 0 <= part <= whole


@pytest.mark.parametrize(
    ("usage", "timings"),
    [
        (Usage(1, 1), Timings(0.1, 0.2)),
        (Usage(1, 50), Timings(None, 0.2)),
        (Usage(1, 50), Timings(0.2, 0.2)),
    ],
    ids=["one token", "no first token", "all at once"],
)
def test_speed_is_unknown_where_it_cannot_be_said(usage: Usage, timings: Timings) -> None:
    assert tokens_per_second(usage, timings) is None


def test_waits_are_told_apart_and_short_ones_are_not_worth_saying() -> None:
    timings = Timings(0.1, 0.2, {"retrying": 1.5, "queued": 2.0, "failed": 0.1})
    assert list(timings.notable_waits().items()) == [("queued", 2.0), ("retrying", 1.5)]
    assert timings.waited_s == 3.6


def test_speed_counts_the_tokens_after_the_first() -> None:
    assert tokens_per_second(Usage(10, 101), Timings(0.5, 2.5)) == 50
    assert tokens_per_second(Usage(10, 2), Timings(0.5, 2.5)) == 0.5


def test_thoughts_that_did_not_come_make_no_speed() -> None:
    usage = Usage(10, 401, reasoning_tokens=300)
    assert tokens_per_second(usage, Timings(0.5, 2.5), thoughts_visible=False) == 50
    assert tokens_per_second(usage, Timings(0.5, 2.5), thoughts_visible=True) == 200
    assert tokens_per_second(Usage(10, 300, reasoning_tokens=300), Timings(0.5, 2.5), thoughts_visible=False) is None
