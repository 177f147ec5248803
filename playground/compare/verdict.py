"""What a comparison shows: each metric of each pane, and which pane has the best of it. Unknown never wins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import Any, Literal

from playground import metering
from playground.money import figures
from playground.store import StoredReply

Better = Literal["lower", "higher"]
Unit = Literal["s", "tokens/s", "tokens", "usd", "characters"]
MetricValue = int | float | Decimal


def _exactly(reply: StoredReply) -> bool:
    return False


def _counted_by_us(reply: StoredReply) -> bool:
    return reply.usage is not None and reply.usage.estimated


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: how it is called, its unit, which end is better, None where neither is."""

    name: str
    unit: Unit
    better: Better | None
    of: Callable[[StoredReply], MetricValue | None]
    estimated: Callable[[StoredReply], bool] = _exactly


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

    What was stopped, failed, broke off, was filtered or says nothing would win by not being there.
    """
    said = bool(reply.text or reply.tool_calls or reply.extras.images)
    return reply.state == "done" and not reply.truncated and reply.finish_reason != "content_filter" and said


def _speed(reply: StoredReply) -> float | None:
    return reply.tokens_per_second


def _tokens(reply: StoredReply, which: Literal["prompt_tokens", "completion_tokens"]) -> int | None:
    return None if reply.usage is None else getattr(reply.usage, which)


COMPUTED = Metric(
    "Computed cost", "usd", None, lambda reply: reply.computed.cost, lambda reply: reply.computed.estimated
)
"""By the service's meter or unit prices, beside what a server billed itself."""
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

    Where some of a pane's answers are complete, only those count. The best is marked where complete panes differ in
    it; times and speeds that look the same share it. What was waited for before the model was asked has a row where
    somebody did, and so has what a server's bill would be by prices.
    """
    every = [reply for replies in answers for reply in replies]
    waited = {name for reply in every for name in reply.timings.worth_saying()}
    computed = (COMPUTED,) if any(reply.charge.billed for reply in every) else ()
    measures = (*(_wait(name) for name in metering.WAITS if name in waited), *METRICS, *computed)
    counting = [[reply for reply in replies if complete(reply)] for replies in answers]
    able = [bool(replies) for replies in counting]
    shown = [some or replies for some, replies in zip(counting, answers, strict=True)]
    return [(measure, _best([_cell(measure, replies) for replies in shown], able, measure)) for measure in measures]


def _wait(name: str) -> Metric:
    """Time before the request was sent, which the times of the model itself do not count."""
    words = metering.WAITS[name]
    return Metric(words[0].upper() + words[1:], "s", "lower", lambda reply: reply.timings.waits.get(name, 0.0))


def _cell(measure: Metric, answers: Sequence[StoredReply]) -> Cell:
    known = [(value, reply) for reply in answers if (value := measure.of(reply)) is not None]
    unpriced = measure.unit == "usd" and any(reply.usage is not None and measure.of(reply) is None for reply in answers)
    if not known or unpriced:
        return Cell(None, unpriced=unpriced)
    values: list[Any] = [value for value, _ in known]
    estimated = any(measure.estimated(reply) for _, reply in known)
    several = len(values) > 1
    return Cell(median(values), min(values) if several else None, max(values) if several else None, estimated)


def _best(cells: Sequence[Cell], able: Sequence[bool], measure: Metric) -> tuple[Cell, ...]:
    values = [
        _told_apart(cell.value, measure.unit) if can and cell.value is not None else None
        for cell, can in zip(cells, able, strict=True)
    ]
    known = {value for value in values if value is not None}
    if measure.better is None or len(known) < 2:
        return tuple(cells)
    winner = min(known) if measure.better == "lower" else max(known)
    return tuple(replace(cell, best=value == winner) for cell, value in zip(cells, values, strict=True))


def _told_apart(value: MetricValue, unit: Unit) -> MetricValue:
    """Measured values as far as they are shown: nobody wins by what is noise."""
    if unit == "s":
        return figures.rounded_seconds(float(value))
    return float(f"{value:.3g}") if unit == "tokens/s" else value
