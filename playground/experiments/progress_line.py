"""How far an experiment is, and what it takes, as lines of text."""

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import TextIO

from playground.experiments.estimate import ExperimentEstimate
from playground.experiments.scoring import CELL_OUTCOMES
from playground.money import figures
from playground.store import Headway
from playground.text.labels import visible

_LINE_EVERY_S = 10.0
"""Where nobody looks at a terminal, a line is written so often."""


class ProgressLine:
    """Writes how far an experiment is: over itself on a terminal, else a line now and then."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._terminal = file.isatty()
        self._shown_at = float("-inf")
        self._longest = 0

    def show(self, headway: Headway, *, waits_for: str = "", workers: int = 0, last: bool = False) -> None:
        """Show it, with the workers of a cluster that help, `last` for the last time."""
        now = time.monotonic()
        if not (self._terminal or last or now - self._shown_at >= _LINE_EVERY_S):
            return
        self._shown_at = now
        text = headway_text(headway, waits_for=waits_for, workers=workers)
        self._longest = max(self._longest, len(text))
        end = "\n" if last or not self._terminal else "\r"
        self._file.write(f"{text.ljust(self._longest) if self._terminal else text}{end}")
        self._file.flush()


def headway_text(headway: Headway, *, waits_for: str = "", workers: int = 0) -> str:
    """How far an experiment is, in a line."""
    parts = [*standing_told(headway)]
    if headway.spent:
        parts.append(figures.usd(headway.spent))
    if headway.ended < headway.cells:
        if headway.per_second is not None:
            parts.append(f"{headway.per_second:.1f} a second")
        if headway.left_s is not None and not waits_for:
            parts.append(f"about {figures.seconds(headway.left_s)} left")
        if workers:
            parts.append(_count(workers, "worker"))
        if waits_for:
            parts.append(waits_for)
    return " · ".join(parts)


def counts_told(cells: int, answered: int, judged: int | None, on_their_way: int) -> Iterator[str]:
    """How many of an experiment's cells are answered, judged where there are judges, and on their way."""
    yield f"{answered:,} of {cells:,} cells answered"
    if judged is not None:
        yield f"{judged:,} judged"
    if on_their_way:
        yield f"{on_their_way:,} on their way"


def standing_told(headway: Headway) -> Iterator[str]:
    """How many cells are answered, judged and on their way, of the same ones, and what became of those that ended."""
    judged = headway.ended if headway.judges else None
    yield from counts_told(headway.cells, headway.answered, judged, headway.on_their_way)
    for outcome in CELL_OUTCOMES:
        if outcome != "judging" and (count := headway.outcomes.get(outcome, 0)):
            told = figures.counted(count, "error") if outcome == "error" else f"{count:,} {outcome}"
            never = f" ({headway.unsent:,} never sent)" if outcome == "error" and headway.unsent else ""
            yield told + never
    for count, mark in ((headway.cut, "cut"), (headway.refused, "refused")):
        if count:
            yield f"{count:,} {mark}"


def told_estimate(estimate: ExperimentEstimate) -> Iterator[str]:
    """What an experiment takes, in lines."""
    tightest = estimate.tightest
    apart = " and the batches apart" if estimate.batches is not None and estimate.batches.cells else ""
    time = "" if tightest is None else f" about {_time(estimate)} ({tightest.why}{apart}),"
    yield f"{_count(estimate.cells, 'cell')}, {_money(estimate)},{time} ~{estimate.prompt_tokens:,} tokens in."
    if estimate.batches is not None:
        yield from estimate.batches.sentences()
    if estimate.judge_calls:
        yield f"{_count(estimate.judge_calls, 'request')} to judges in it, {_range(estimate.judges_cost)}."
    if estimate.uncapped:
        yield f"Without max_tokens: {_count(estimate.uncapped, 'cell')}, which may cost more than that."
    if estimate.judges_uncapped:
        told = _count(estimate.judges_uncapped, "request")
        yield f"Judges without max_tokens: {told}, which may cost more than that."
    if estimate.difference is not None:
        yield f"So many rows show a difference of {estimate.difference * 100:.0f} points or more."
    for note in estimate.notes:
        yield f"Changed for a model: {note}."
    for left_out in estimate.left_out:
        setting = ", ".join(f"{name} {value}" for name, value in left_out.setting.items())
        yield f"Left out: {left_out.variant} · {visible(left_out.model)} · {setting}: {left_out.why}."
    yield from _told_rows(estimate)


def _told_rows(estimate: ExperimentEstimate) -> Iterator[str]:
    """Which values are missing or empty."""
    for name, count in estimate.unfilled.items():
        yield f"Without a value for {visible(name)}: {_count(count, 'row')}, whose cells are errors, and not sent."
    for name, count in estimate.blank.items():
        yield f"With an empty value for {visible(name)}: {_count(count, 'row')}, which is sent as it is."
    for name, count in estimate.empty.items():
        rows = _count(count, "row")
        yield f"An empty message of {visible(name)}: {rows}, not sent, for most services refuse it."


def _time(estimate: ExperimentEstimate) -> str:
    low, high = figures.seconds(estimate.seconds), figures.seconds(estimate.longest_s)
    return low if low == high else f"{low} to {high}"


def _money(estimate: ExperimentEstimate) -> str:
    told = []
    if estimate.unpriced < estimate.cells or estimate.judges_cost[1]:
        told.append(_range(estimate.cost))
    if estimate.unpriced:
        told.append(f"{_count(estimate.unpriced, 'cell')} without a known price")
    if estimate.judges_unpriced:
        told.append(f"{_count(estimate.judges_unpriced, 'request')} to judges without a known price")
    return " and ".join(told)


def _range(cost: tuple[Decimal, Decimal]) -> str:
    low, high = cost
    if not high:
        return "$0"
    most = figures.usd(high, estimated=True)
    return most if low == high else f"{figures.usd(low, estimated=True)} to {most}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
