"""Totals: they add up in any order, are kept to the digit, and know how long most answers took."""

import json
import math
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.metering import Usage
from playground.money.totals import BUCKET_FACTOR, Totals, bucket_of, percentile

MONEY = st.decimals(0, 1_000, places=12)
COUNTS = st.integers(0, 10**9)
TIMES = st.dictionaries(st.integers(0, 300), st.integers(1, 1000), max_size=5)
TOTALS = st.builds(
    Totals,
    requests=COUNTS,
    failed=COUNTS,
    prompt_tokens=COUNTS,
    neurons=MONEY,
    billed=MONEY,
    computed=MONEY,
    estimated=MONEY,
    unpriced=COUNTS,
    first_token=TIMES,
    total=TIMES,
)


@given(TOTALS, TOTALS, TOTALS)
def test_the_order_makes_no_difference(one: Totals, two: Totals, three: Totals) -> None:
    assert (one + two) + three == three + (two + one)
    assert one + Totals() == one


@given(TOTALS)
def test_they_are_kept_to_the_digit(totals: Totals) -> None:
    assert Totals.from_json(json.loads(json.dumps(totals.as_json()))) == totals


@given(st.lists(st.floats(0.002, 10_000), min_size=1), st.sampled_from([0.5, 0.95]))
def test_a_percentile_is_right_to_a_step(times: list[float], share: float) -> None:
    found = percentile(Counter(map(bucket_of, times)), share)
    exact = sorted(times)[math.ceil(share * len(times)) - 1]
    assert found == pytest.approx(exact, rel=BUCKET_FACTOR - 1)


def test_of_no_times_nothing_is_known() -> None:
    assert percentile({}, 0.5) is None


def test_usage_and_cost_are_added() -> None:
    usage = Usage(10, 5, cached_tokens=2, neurons=1.5, estimated=True, reasoning_tokens=1)
    totals = Totals(requests=1).with_usage(usage).with_cost(Decimal("0.1"), "estimated")
    assert (totals.prompt_tokens, totals.completion_tokens, totals.cached_tokens) == (10, 5, 2)
    assert (totals.neurons, totals.guessed, totals.estimated) == (Decimal("1.5"), 1, Decimal("0.1"))
    assert Totals(requests=1).with_usage(None) == Totals(requests=1)


def test_what_has_no_price_has_no_cost() -> None:
    totals = Totals(requests=1).with_cost(None, "computed")
    assert (totals.unpriced, totals.known_cost) == (1, None)
    assert (totals + Totals(billed=Decimal(2))).known_cost == 2


@pytest.mark.parametrize("seconds", [0.0, 0.0005, 0.001])
def test_times_that_are_too_short_to_tell_are_together(seconds: float) -> None:
    assert bucket_of(seconds) == 0
