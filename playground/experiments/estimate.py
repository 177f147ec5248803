"""What an experiment will take, before it runs: cells, tokens, money from low to high, time, and what it can show."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from playground import metering
from playground.conversation import tokens
from playground.errors import ProviderError
from playground.experiments.batch_plan import BatchPlan, batch_plan
from playground.experiments.candidates import Candidates, LeftOut
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition, blank_values, empty_messages, unfilled
from playground.experiments.engine.batch_form import batched_columns
from playground.experiments.engine.column import AskedColumn
from playground.experiments.engine.crowd import FIRST_AT_ONCE
from playground.experiments.engine.judges import JudgeSeat
from playground.experiments.estimate_judges import LONG_ANSWER, SHORTEST_ANSWER, JudgeEstimate, estimate_judges
from playground.experiments.rows import DataRow
from playground.experiments.statistics.detectable import smallest_difference
from playground.metering import Usage
from playground.models.catalog import ModelCard
from playground.models.roster import Roster
from playground.providers.http.limits import background_share

_SAMPLE = 40
"""Rows that are looked at for each column; of more an even sample."""
_FIRST_TOKEN_S = 0.25
_SECONDS_A_CELL = 2.0
"""How long a short answer takes about, where nobody knows better and it may be so long."""
TOKENS_A_SECOND = 40
"""How fast long answers are thought to come."""


@dataclass(frozen=True, slots=True)
class ModelEstimate:
    """What one model takes: requests, also as a judge, and the seconds, by the limit that `why` names.

    `seconds` where answers are short, `longest_s` where all are as long as they may get at TOKENS_A_SECOND.
    """

    model: str
    connection: str
    requests: int
    seconds: float
    longest_s: float
    why: str


@dataclass(frozen=True, slots=True)
class ExperimentEstimate:
    """What an experiment takes before it runs. Tokens, money (USD) and seconds are estimates.

    Tokens are those of the answers; money has the judges in it, whose part is `judges_cost`. `unpriced` cells are of
    models without a known price, and no part of the money, as are `judges_unpriced` requests; the answers of `uncapped`
    cells, and `judges_uncapped` verdicts, may get longer than the higher figure says. `difference` is the smallest one
    of two columns that it finds 80 times in 100, from 0 to 1.
    """

    cells: int
    judge_calls: int
    judges_cost: tuple[Decimal, Decimal]
    judges_unpriced: int
    prompt_tokens: int
    answer_tokens: tuple[int, int]
    cost: tuple[Decimal, Decimal]
    unpriced: int
    uncapped: int
    judges_uncapped: int
    seconds: float
    models: tuple[ModelEstimate, ...]
    difference: float | None
    left_out: tuple[LeftOut, ...] = ()
    unfilled: Mapping[str, int] = field(default_factory=dict)
    """Variables that so many rows do not have: those cells are errors, and never sent."""
    blank: Mapping[str, int] = field(default_factory=dict)
    """Variables whose value is empty in so many rows, which is sent so."""
    empty: Mapping[str, int] = field(default_factory=dict)
    """Variants whose message is empty with so many rows: those cells are errors, and never sent."""
    notes: tuple[str, ...] = ()
    """What is sent otherwise than it was written, because a model does not take it so."""
    batches: BatchPlan | None = None
    """What goes in batches, of which nobody says how long they take: no part of the seconds."""

    @property
    def tightest(self) -> ModelEstimate | None:
        """The model that the whole waits for; None where there is none."""
        return max(self.models, key=lambda model: (model.longest_s, model.seconds), default=None)

    @property
    def longest_s(self) -> float:
        """The seconds that it takes where all answers are as long as they may get."""
        return max((model.longest_s for model in self.models), default=0.0)


def estimate_experiment(
    definition: Definition, rows: Sequence[DataRow], candidates: Candidates, roster: Roster
) -> ExperimentEstimate:
    """What an experiment about rows takes. Counts tokens: not for an event loop. Raises ProviderError."""
    grid = Grid(len(rows), len(candidates.kept), definition.repetitions)
    columns = [AskedColumn.of(one, definition.variant(one.variant), roster) for one in candidates.kept]
    each = len(rows) * definition.repetitions
    sums = [_sums(column, rows, each) for column in columns]
    sample = _sample(rows)
    judges = estimate_judges(definition, columns, sample, each / max(len(sample), 1), roster)
    judges_cost = _together(one.cost for one in judges)
    in_batches = batched_columns(columns, roster) if definition.engine == "batch" else ()
    singly = [
        (column, each, one.high)
        for column, one in zip(columns, sums, strict=True)
        if column.candidate.number not in in_batches
    ]
    models = tuple(_times(singly, judges))
    return ExperimentEstimate(
        cells=grid.cells,
        judge_calls=round(sum(one.calls for one in judges)),
        judges_cost=judges_cost,
        judges_unpriced=round(sum(one.calls for one in judges if one.cost is None)),
        prompt_tokens=sum(one.prompt for one in sums),
        answer_tokens=(sum(one.low for one in sums), sum(one.high for one in sums)),
        cost=_together([*(one.cost for one in sums), judges_cost]),
        unpriced=each * sum(one.cost is None for one in sums),
        uncapped=each * sum(not one.capped for one in sums),
        judges_uncapped=round(sum(one.calls for one in judges if not one.capped)),
        seconds=max((model.seconds for model in models), default=0.0),
        models=models,
        difference=smallest_difference(len(rows), definition.repetitions) if rows else None,
        left_out=candidates.left_out,
        unfilled=unfilled(definition.variants, rows),
        blank=blank_values(definition.variants, rows),
        empty=empty_messages(definition.variants, rows),
        notes=tuple(dict.fromkeys(note for candidate in candidates.kept for note in candidate.notes)),
        batches=batch_plan(definition, columns, each, roster),
    )


def _sample(rows: Sequence[DataRow]) -> Sequence[DataRow]:
    return rows[:: max(len(rows) // _SAMPLE, 1)]


def _together(costs: Iterable[tuple[Decimal, Decimal] | None]) -> tuple[Decimal, Decimal]:
    """The sum of what is known, from low to high."""
    known = [cost for cost in costs if cost is not None]
    return sum((low for low, _ in known), Decimal(0)), sum((high for _, high in known), Decimal(0))


def time_of(requests: int, card: ModelCard, per_minute: int | None, each: float = _SECONDS_A_CELL) -> tuple[float, str]:
    """The seconds that so many requests of a model take at least, where one takes `each`, and why."""
    if card.traits.here:
        return requests * each, "one at a time on this machine"
    together = max(requests / FIRST_AT_ONCE, 1) * each, f"{FIRST_AT_ONCE} at a time to begin with"
    if per_minute is None:
        return together
    share = background_share(per_minute)
    limited = max(requests - share, 0) * 60 / share + each, f"{per_minute} requests a minute"
    return max(limited, together)


@dataclass(frozen=True, slots=True)
class _Sums:
    prompt: int
    low: int
    high: int
    capped: bool
    cost: tuple[Decimal, Decimal] | None


def _sums(column: AskedColumn, rows: Sequence[DataRow], each: int) -> _Sums:
    """What all cells of a column take together, from an even sample of the rows."""
    chosen = _sample(rows)
    counted, high, capped = 0, 0, True
    for row in chosen:
        try:
            request = column.request(row.values)
        except ProviderError:
            continue
        counted += tokens.count(request.messages, column.card).value
        most = column.longest_answer(request)
        capped = capped and most is not None
        high += LONG_ANSWER if most is None else most
    share = each / max(len(chosen), 1)
    prompt, longest = round(counted * share), round(high * share)
    shortest = min(SHORTEST_ANSWER * each, longest)
    low_cost = metering.cost(Usage(prompt, shortest, estimated=True), column.card.price)
    high_cost = metering.cost(Usage(prompt, longest, estimated=True), column.card.price)
    cost = None if low_cost is None or high_cost is None else (low_cost, high_cost)
    return _Sums(prompt, shortest, longest, capped, cost)


def _times(
    singly: Iterable[tuple[AskedColumn, int, float]], judges: Iterable[JudgeEstimate]
) -> Iterable[ModelEstimate]:
    found: dict[tuple[str, str], AskedColumn | JudgeSeat] = {}
    counts: Counter[tuple[str, str]] = Counter()
    longest: Counter[tuple[str, str]] = Counter()
    asked: list[tuple[AskedColumn | JudgeSeat, int, float]] = [*singly]
    asked += [(judge.seat, round(judge.calls), judge.verdict[1]) for judge in judges]
    for seat, requests, most in asked:
        key = seat.connection.name, seat.card.id
        found[key] = seat
        counts[key] += requests
        longest[key] += round(most)
    for (connection, model), seat in found.items():
        requests = counts[connection, model]
        longest_each = _FIRST_TOKEN_S + longest[connection, model] / max(requests, 1) / TOKENS_A_SECOND
        each = min(_SECONDS_A_CELL, longest_each)
        seconds, why = time_of(requests, seat.card, seat.per_minute, each)
        longest_s, longest_why = time_of(requests, seat.card, seat.per_minute, longest_each)
        yield ModelEstimate(
            model, connection, requests, seconds, longest_s, why if longest_s == seconds else longest_why
        )
