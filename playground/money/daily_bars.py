"""What was used day by day, as the heights of bars: for the chart on the page, and for the one that is shared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from playground.money.report import day_of, dearest_first, grouped
from playground.money.totals import HourOfUsage, Totals

MEASURES: Mapping[str, Callable[[Totals], float]] = {
    "Cost": lambda totals: float(totals.cost),
    "Tokens": lambda totals: totals.prompt_tokens + totals.completion_tokens,
    "Requests": lambda totals: totals.requests,
}
TITLES = {"Cost": "USD", "Tokens": "tokens in and out", "Requests": "requests"}
MOST_COLOURS = 8
REST = "others"


@dataclass(frozen=True, slots=True)
class DailyBars:
    """A bar for each day: `values` has for each group, in its order, what it has of each day's bar."""

    measure: str
    days: tuple[str, ...]
    groups: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


def daily_bars(
    hours: Iterable[HourOfUsage], key: Callable[[HourOfUsage], str], zone: tzinfo, measure: str
) -> DailyBars:
    """The days in which something was used; the groups that cost most stand by themselves, the others together."""
    hours = tuple(hours)
    groups = list(dearest_first(grouped(hours, key)))
    named = groups[:MOST_COLOURS]
    days = sorted({day_of(hour, zone) for hour in hours})
    parts = [*named, *([REST] if len(groups) > len(named) else [])]
    found = {name: dict.fromkeys(days, 0.0) for name in parts}
    for hour in hours:
        name = key(hour)
        found[name if name in named else REST][day_of(hour, zone)] += MEASURES[measure](hour.totals)
    return DailyBars(measure, tuple(days), tuple(parts), tuple(tuple(of_day.values()) for of_day in found.values()))
