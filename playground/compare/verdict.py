"""The metrics of each pane of a comparison, and which pane is best in each. An unknown value is never best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import Any, Literal

from playground import metering
from playground.store import StoredReply

Better = Literal["lower", "higher"]
Unit = Literal["s", "tokens/s", "tokens", "usd", "characters"]
MetricValue = int | float | Decimal


def _never_estimated(reply: StoredReply) -> bool:
    return False


def _counted_by_us(reply: StoredReply) -> bool:
    return reply.usage is not None and reply.usage.estimated


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its name, unit, and whether lower or higher is better, None where neither is."""

    name: str
    unit: Unit
    better: Better | None
    value_of: Callable[[StoredReply], MetricValue | None]
    estimated: Callable[[StoredReply], bool] = _never_estimated


@dataclass(frozen=True, slots=True)
class Cell:
    """A metric of one pane over its answers: the median, and the lowest and highest where there are several.

    `unpriced` where tokens were used at a price that is not known.
    """

    value: MetricValue | None
    low: MetricValue | None = None
    high: MetricValue | None = None
    estimated: bool = False
    unpriced: bool = False
    best: bool = False


def complete(reply: StoredReply) -> bool:
    """Whether an answer came to its own end or to its cap, so that it can be better than another.

    An answer that was stopped, failed, broke off, was filtered or is empty would win by being short.
    """
    has_content = bool(reply.text or reply.tool_calls or reply.extras.images)
    return reply.state == "done" and not reply.truncated and reply.finish_reason != "content_filter" and has_content


def _speed(reply: StoredReply) -> float | None:
    return reply.tokens_per_second


def _tokens(reply: StoredReply, which: Literal["prompt_tokens", "completion_tokens"]) -> int | None:
    return None if reply.usage is None else getattr(reply.usage, which)


COMPUTED = Metric(
    "Computed cost", "usd", None, lambda reply: reply.computed.cost, lambda reply: reply.computed.estimated
)
"""The cost by the service's meter or by unit prices, shown beside a server's own bill."""
METRICS = (
    Metric("First token", "s", "lower", lambda reply: reply.timings.first_token_s),
    Metric("Total", "s", "lower", lambda reply: reply.timings.total_s),
    Metric("Speed", "tokens/s", "higher", _speed, _counted_by_us),
    Metric("Tokens in", "tokens", None, lambda reply: _tokens(reply, "prompt_tokens"), _counted_by_us),
    Metric("Tokens out", "tokens", None, lambda reply: _tokens(reply, "completion_tokens"), _counted_by_us),
    Metric("Cost", "usd", "lower", lambda reply: reply.cost, lambda reply: reply.charge.estimated),
    Metric("Length", "characters", "lower", lambda reply: len(reply.text)),
)


def verdict(answers: Sequence[Sequence[StoredReply]]) -> list[tuple[Metric, tuple[Cell, ...]]]:
    """A row for each metric, a cell for each pane; `answers` are the ended replies of each pane to the same prompt.

    If some answers of a pane are complete, only those count. The best is marked if complete panes differ by more than
    noise, and so is what is as good but for noise. Waits before a request have a row if there were any, and so has the
    computed cost if a server billed.
    """
    everything = [reply for replies in answers for reply in replies]
    waits = {name for reply in everything for name in reply.timings.notable_waits()}
    computed = (COMPUTED,) if any(reply.charge.billed for reply in everything) else ()
    metrics = (*(_wait(name) for name in metering.WAITS if name in waits), *METRICS, *computed)
    counted = [[reply for reply in replies if complete(reply)] for replies in answers]
    eligible = [bool(replies) for replies in counted]
    shown = [complete_ones or replies for complete_ones, replies in zip(counted, answers, strict=True)]
    return [(metric, _best([_cell(metric, replies) for replies in shown], eligible, metric)) for metric in metrics]


def _wait(name: str) -> Metric:
    """The metric of a wait before the request was sent, which the other times leave out."""
    label = metering.WAITS[name]
    return Metric(label[0].upper() + label[1:], "s", "lower", lambda reply: reply.timings.waits.get(name, 0.0))


def _cell(metric: Metric, answers: Sequence[StoredReply]) -> Cell:
    known = [(value, reply) for reply in answers if (value := metric.value_of(reply)) is not None]
    unknown = [reply for reply in answers if reply.usage is not None and metric.value_of(reply) is None]
    unpriced = metric.unit == "usd" and bool(unknown)
    if not known or unpriced:
        return Cell(None, unpriced=unpriced)
    values: list[Any] = [value for value, _ in known]
    estimated = any(metric.estimated(reply) for _, reply in known)
    several = len(values) > 1
    return Cell(median(values), min(values) if several else None, max(values) if several else None, estimated)


def _best(cells: Sequence[Cell], eligible: Sequence[bool], metric: Metric) -> tuple[Cell, ...]:
    """The cells, with those marked that are not worse than the best one by more than noise, if any is."""
    known = [cell for cell, is_eligible in zip(cells, eligible, strict=True) if is_eligible and cell.value is not None]
    if metric.better is None or len(known) < 2:
        return tuple(cells)
    winner = min(known, key=_value) if metric.better == "lower" else max(known, key=_value)
    if all(_alike(cell, winner, metric.unit) for cell in known):
        return tuple(cells)
    return tuple(
        replace(cell, best=is_eligible and cell.value is not None and _alike(cell, winner, metric.unit))
        for cell, is_eligible in zip(cells, eligible, strict=True)
    )


def likeness(metric: Metric, cells: Sequence[Cell]) -> str:
    """Says that nobody is better: "equal" for the same values, "about equal" but for noise, otherwise ""."""
    known = [cell for cell in cells if cell.value is not None]
    if len(known) < 2 or len(known) < len(cells):
        return ""
    if len({cell.value for cell in known}) == 1 and not any(cell.estimated for cell in known):
        return "equal"
    lowest, highest = min(known, key=_value), max(known, key=_value)
    return "about equal" if metric.better is not None and _alike(lowest, highest, metric.unit) else ""


NOISE = 0.1
"""Two runs of one prompt on one model differ by that part of a time or a speed, and an estimate from the truth."""
NOISE_S = 0.05
"""A difference of two times that says nothing however short they are."""


def _alike(one: Cell, other: Cell, unit: Unit) -> bool:
    """Whether the difference of two known values may be noise.

    Of several answers it may where their ranges meet. One time or speed differs by chance from the next one, an
    estimate from the truth; what was counted and what was billed is exact.
    """
    first, second = sorted((_value(one), _value(other)))
    if first == second:
        return True
    if None not in (one.low, one.high, other.low, other.high):
        low, high = (one, other) if _value(one) == first else (other, one)
        return low.high is not None and high.low is not None and float(low.high) >= float(high.low)
    is_exact = unit not in ("s", "tokens/s") and not (one.estimated or other.estimated)
    return not is_exact and second - first <= max(NOISE * second, NOISE_S if unit == "s" else 0.0)


def _value(cell: Cell) -> float:
    assert cell.value is not None
    return float(cell.value)
