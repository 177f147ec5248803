"""How numbers are said."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from playground.metering import Price
from playground.money import figures


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (None, "unpriced"),
        ("0", "$0"),
        ("0.0000003", "$0.0000003"),
        ("0.0004091", "$0.0004091"),
        ("0.00012181734", "$0.0001218"),
        ("0.5", "$0.50"),
        ("0.123456", "$0.1235"),
        ("1", "$1.00"),
        ("1.5", "$1.50"),
        ("1234.567", "$1,234.57"),
    ],
)
def test_money_keeps_its_significant_digits(amount: str | None, said: str) -> None:
    assert figures.usd(None if amount is None else Decimal(amount)) == said


def test_an_estimate_is_marked() -> None:
    assert figures.usd(Decimal("0.0004"), estimated=True) == "~$0.0004"
    assert figures.tokens(1234, estimated=True) == "~1,234"
    assert figures.tokens(1234) == "1,234"


def test_a_count_that_nobody_knows_is_said_to_be_unknown() -> None:
    assert figures.tokens(None) == figures.tokens(None, estimated=True) == "unknown"


def test_every_digit_can_be_had() -> None:
    assert figures.usd_exactly(Decimal("0.00012181734")) == "$0.00012181734"
    assert figures.usd_exactly(Decimal("1E-7")) == "$0.0000001"
    assert figures.usd_exactly(Decimal("1234.5")) == "$1,234.50"
    assert figures.usd_exactly(Decimal("0")) == "$0"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (None, "?"),
        (999, "999"),
        (1000, "1k"),
        (7968, "8k"),
        (131072, "131k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (1_310_720, "1.3M"),
    ],
)
def test_a_context_window_in_few_characters(count: int | None, said: str) -> None:
    assert figures.short_count(count) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (0.0, "0.00 s"),
        (0.214, "0.21 s"),
        (9.994, "9.99 s"),
        (9.996, "10.0 s"),
        (12.34, "12.3 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (83.4, "1 min 23 s"),
        (119.7, "2 min 0 s"),
        (3599.2, "59 min 59 s"),
    ],
)
def test_durations(value: float | None, said: str) -> None:
    assert figures.seconds(value) == said


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (None, "unpriced"),
        (Price(Decimal(0), Decimal(0), "this machine", None, free=True), "local, $0"),
        (Price(Decimal("0.20"), Decimal("10"), "a page", None), "$0.20 in / $10.00 out per M"),
    ],
)
def test_unit_prices(price: Price | None, said: str) -> None:
    assert figures.unit_price(price) == said


def test_a_moment_is_told_in_the_zone_of_the_reader_or_with_its_zone() -> None:
    moment = datetime(2026, 3, 4, 23, 6, 7, tzinfo=UTC)
    assert figures.when(moment, timezone(timedelta(hours=2))) == "2026-03-05 01:06"
    assert figures.when(moment) == moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (89.4, "89 s"),
        (720, "12 min"),
        (5_399, "90 min"),
        (20_160, "5.6 h"),
        (100_000, "28 h"),
        (2e6, "23 days"),
    ],
)
def test_long_times_are_in_their_largest_fitting_unit(seconds: float, shown: str) -> None:
    assert figures.duration(seconds) == shown
