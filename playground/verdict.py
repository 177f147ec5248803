"""What a comparison shows: each metric of each pane, and which pane has the best of it. Unknown never wins."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median
from typing import Any, Literal

from playground import metering
from playground.store import Reply

Better = Literal["lower", "higher"]
Value = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric: how it is called, its unit, which end is better, None where neither is."""

    name: str
    unit: Literal["s", "tokens/s", "tokens", "usd", "characters"]
    better: Better | None
    of: Callable[[Reply], Value | None]


@dataclass(frozen=True, slots=True)
class Cell:
    """A metric of one pane over its answers: the median, and the lowest and highest where there are several."""

    value: Value | None
    low: Value | None = None
    high: Value | None = None
    estimated: bool = False
    best: bool = False


def _speed(reply: Reply) -> float | None:
    return None if reply.usage is None else metering.tokens_per_second(reply.usage, reply.timings)


MEASURES = (
    Measure("First token", "s", "lower", lambda reply: reply.timings.first_token_s),
    Measure("Total", "s", "lower", lambda reply: reply.timings.total_s if reply.state == "done" else None),
    Measure("Speed", "tokens/s", "higher", _speed),
    Measure("Tokens in", "tokens", None, lambda reply: reply.usage.prompt_tokens if reply.usage else None),
    Measure("Tokens out", "tokens", None, lambda reply: reply.usage.completion_tokens if reply.usage else None),
    Measure("Cost", "usd", "lower", lambda reply: reply.cost if reply.state == "done" else None),
    Measure("Length", "characters", "lower", lambda reply: len(reply.text) if reply.state == "done" else None),
)
"""Total, cost and length of an answer that was stopped or failed would win by not being there: they are not known."""


def verdict(answers: Sequence[Sequence[Reply]]) -> list[tuple[Measure, tuple[Cell, ...]]]:
    """A row for each metric, a cell for each pane; `answers` are the ended replies of each pane to the same prompt.

    The best is marked where panes differ in it; those that are equal to three digits share it.
    """
    return [(measure, _best([_cell(measure, replies) for replies in answers], measure)) for measure in MEASURES]


def _cell(measure: Measure, answers: Iterable[Reply]) -> Cell:
    known = [(value, reply) for reply in answers if (value := measure.of(reply)) is not None]
    if not known:
        return Cell(None)
    values: list[Any] = [value for value, _ in known]
    counted = measure.unit in ("tokens", "tokens/s", "usd")
    estimated = counted and any(reply.usage is not None and reply.usage.estimated for _, reply in known)
    several = len(values) > 1
    return Cell(median(values), min(values) if several else None, max(values) if several else None, estimated)


def _best(cells: Sequence[Cell], measure: Measure) -> tuple[Cell, ...]:
    values = [None if cell.value is None else _told_apart(cell.value) for cell in cells]
    known = {value for value in values if value is not None}
    if measure.better is None or len(known) < 2:
        return tuple(cells)
    winner = min(known) if measure.better == "lower" else max(known)
    return tuple(replace(cell, best=value == winner) for cell, value in zip(cells, values, strict=True))


def _told_apart(value: Value) -> float:
    """A value to three digits: nobody wins by what is noise."""
    return float(f"{value:.3g}")
