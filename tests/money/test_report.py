"""What was used in a time: whole days of the reader, groups, files, and the free neurons of a day."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from playground.money.report import (
    USAGE_GROUPS,
    NeuronAccount,
    dearest_first,
    free_neurons,
    group_key,
    grouped,
    period,
    table_row,
    zone_of_days,
)
from playground.money.totals import HourOfUsage, Totals

NOW = datetime(2026, 11, 29, 10, 30, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")


def hour(at: datetime, model: str = "sea", **totals: object) -> HourOfUsage:
    return HourOfUsage(at, "here", model, "chat", Totals(**{"requests": 1, **totals}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("today", datetime(2026, 11, 28, 23, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("month", datetime(2026, 10, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_period_is_whole_days_of_the_reader(name: str, first: datetime) -> None:
    assert period(name, NOW, ROME) == (first, datetime(2026, 11, 29, 23, tzinfo=UTC))


def test_a_day_on_which_the_clocks_change_has_25_hours() -> None:
    since, until = period("today", datetime(2026, 10, 25, 12, tzinfo=UTC), ROME)
    assert until - since == timedelta(hours=25)


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        (ROME, ROME),
        (ZoneInfo("Asia/Kolkata"), UTC),
        (timezone(timedelta(minutes=-210)), UTC),
        (None, UTC),
    ],
)
def test_days_are_the_readers_where_hours_begin_with_those_of_utc(zone: ZoneInfo | None, told: object) -> None:
    assert zone_of_days(zone, NOW) == told


def test_groups_add_up_to_all() -> None:
    hours = [
        hour(NOW, computed=Decimal("0.1")),
        hour(NOW - timedelta(hours=12), "sky", billed=Decimal("0.25")),
        hour(NOW, "sky", computed=Decimal("0.3")),
    ]
    for name in USAGE_GROUPS:
        groups = grouped(hours, group_key(name, ROME))
        assert sum(groups.values(), Totals()).cost == Decimal("0.65")
    assert list(dearest_first(grouped(hours, group_key("model", ROME)))) == ["sky", "sea"]
    assert list(grouped(hours, group_key("day", ROME))) == ["2026-11-29", "2026-11-28"]


def test_what_has_no_price_is_not_said_to_cost_nothing() -> None:
    assert table_row("sea", "Model", Totals(requests=2, unpriced=2))["cost"] is None
    assert table_row("sea", "Model", Totals(requests=2))["cost"] == 0


def test_a_row_says_what_share_failed() -> None:
    row = table_row("sea", "Model", Totals(requests=8, failed=2, stopped=1, interrupted=1))
    assert (row["failed"], row["error rate"], row["stopped"], row["interrupted"]) == (2, 0.25, 1, 1)
    assert table_row("sea", "Model", Totals())["error rate"] is None


def test_free_neurons_that_do_not_last_the_day() -> None:
    left = free_neurons([hour(NOW, neurons=Decimal(7_000)), hour(NOW - timedelta(days=1), neurons=Decimal(9_000))], NOW)
    assert left is not None
    assert (left.used, left.left) == (Decimal(7_000), Decimal(3_000))
    assert left.until == datetime(2026, 11, 29, 15, tzinfo=UTC)


def test_everybody_who_uses_an_account_shares_its_free_neurons() -> None:
    def used(owner: str, connection: str, neurons: int) -> HourOfUsage:
        return HourOfUsage(NOW, connection, "sea", "chat", Totals(requests=1, neurons=Decimal(neurons)), owner=owner)

    hours = [used("anna", "house", 1), used("bert", "house", 10), used("anna", "mine", 100), used("bert", "mine", 1000)]
    account = NeuronAccount("a", frozenset({"mine"}), frozenset({"house"}))
    left = free_neurons(account.used_by("anna", hours), NOW)
    assert left is not None
    assert left.used == 111
    assert account.names == ("house", "mine")


def test_free_neurons_that_last() -> None:
    left = free_neurons([hour(NOW, neurons=Decimal(100))], NOW)
    assert left is not None
    assert left.until is None
    assert free_neurons([hour(NOW)], NOW) is None
