"""What was used in a time, by day, model, connection, preset, page or person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from playground.money.pricing import FREE_NEURONS_PER_DAY
from playground.money.totals import HourOfUsage, Totals, added_up, percentile

PERIODS: Mapping[str, str] = {"today": "Today", "7d": "7 days", "30d": "30 days", "month": "This month"}
USAGE_GROUPS: Mapping[str, str] = {
    "model": "Model",
    "connection": "Connection",
    "preset": "Preset",
    "page": "Page",
    "day": "Day",
    "owner": "Person",
}
_DAYS = {"today": 1, "7d": 7, "30d": 30}


@dataclass(frozen=True, slots=True)
class FreeNeurons:
    """Neurons used on a day of Cloudflare's, which begins at 00:00 UTC, and when the free ones end at this pace.

    `until` is None where they last the day. https://developers.cloudflare.com/workers-ai/platform/pricing/
    """

    used: Decimal
    free: int
    until: datetime | None

    @property
    def left(self) -> Decimal:
        """Neurons that are free today."""
        return max(self.free - self.used, Decimal(0))


def zone_of_days(zone: tzinfo | None, now: datetime) -> tzinfo:
    """The zone whose days are told: the reader's where it is whole hours from UTC, in which usage is kept, else UTC."""
    moments = (now, now - timedelta(days=31))
    offsets = [] if zone is None else [moment.astimezone(zone).utcoffset() or timedelta() for moment in moments]
    whole = all(offset % timedelta(hours=1) == timedelta() for offset in offsets)
    return UTC if zone is None or not whole else zone


def period(name: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when to when a period of PERIODS goes: whole days of the zone, today the last."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today.replace(day=1) if name == "month" else today - timedelta(days=_DAYS[name] - 1)
    return first.astimezone(UTC), (today + timedelta(days=1)).astimezone(UTC)


def day_of(hour: HourOfUsage, zone: tzinfo) -> str:
    """The day in which it lies, as 2026-11-29."""
    return f"{hour.hour.astimezone(zone):%Y-%m-%d}"


def group_key(name: str, zone: tzinfo) -> Callable[[HourOfUsage], str]:
    """What an hour is counted under by a name of USAGE_GROUPS."""
    keys: Mapping[str, Callable[[HourOfUsage], str]] = {
        "model": lambda hour: hour.model,
        "connection": lambda hour: hour.connection,
        "preset": lambda hour: hour.preset,
        "page": lambda hour: hour.page,
        "owner": lambda hour: hour.owner,
        "day": lambda hour: day_of(hour, zone),
    }
    return keys[name]


def grouped(hours: Iterable[HourOfUsage], key: Callable[[HourOfUsage], str]) -> dict[str, Totals]:
    """The sums by key, in the order in which the keys come first."""
    found: dict[str, list[Totals]] = {}
    for hour in hours:
        found.setdefault(key(hour), []).append(hour.totals)
    return {name: added_up(totals) for name, totals in found.items()}


def dearest_first(groups: Mapping[str, Totals]) -> dict[str, Totals]:
    """The same, what cost most first; of what cost nothing, what was asked most."""
    return dict(sorted(groups.items(), key=lambda item: (-item[1].cost, -item[1].requests, item[0])))


def table_row(name: str, title: str, totals: Totals) -> dict[str, Any]:
    """A row of a table or file: whole counts, USD exact, seconds; None where nothing is known."""
    times = {
        f"{words} {at}": percentile(counts, share)
        for words, counts in (("first token s", totals.first_token), ("total s", totals.total))
        for at, share in (("p50", 0.5), ("p95", 0.95))
    }
    return {
        title: name,
        "requests": totals.requests,
        "failed": totals.failed,
        "error rate": totals.error_rate,
        "stopped": totals.stopped,
        "interrupted": totals.interrupted,
        "tokens in": totals.prompt_tokens,
        "cached": totals.cached_tokens,
        "tokens out": totals.completion_tokens,
        "thoughts": totals.reasoning_tokens,
        "neurons": totals.neurons,
        "cost": totals.known_cost,
        "billed": totals.billed,
        "computed": totals.computed,
        "estimated": totals.estimated,
        "unpriced": totals.unpriced,
        **times,
    }


@dataclass(frozen=True, slots=True)
class NeuronAccount:
    """An account of Workers AI as somebody's connections lead to it: those by name that only they use, and the others,
    which everybody uses.
    """

    id: str
    own: frozenset[str]
    shared: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """Its connections, by name."""
        return tuple(sorted(self.own | self.shared))

    def used_by(self, owner_id: str, hours: Iterable[HourOfUsage]) -> list[HourOfUsage]:
        """Of everybody's hours those that used the account, as far as its connections are known to this owner."""
        return [
            hour
            for hour in hours
            if hour.connection in self.shared or (hour.connection in self.own and hour.owner == owner_id)
        ]


def free_neurons(hours: Iterable[HourOfUsage], now: datetime) -> FreeNeurons | None:
    """What is left of today's free neurons; None where none were used today."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    used = sum((hour.totals.neurons for hour in hours if hour.hour >= midnight), Decimal(0))
    if not used:
        return None
    lasts = (now - midnight) * float(FREE_NEURONS_PER_DAY / used)
    until = midnight + lasts
    return FreeNeurons(used, FREE_NEURONS_PER_DAY, until if until < midnight + timedelta(days=1) else None)
