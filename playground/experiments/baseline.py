"""Results against those of an earlier run: what regressed, by row.

Runs are compared row by row; where their datasets are different versions that is said, with how many rows pair.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.experiments.analysis import Analysis, paired_rows, resamples_for
from playground.experiments.results import ResultColumn
from playground.experiments.rows import DataRow, digest
from playground.experiments.statistics.several import ComparedPair, compared


@dataclass(frozen=True, slots=True)
class BaselineColumn:
    """A candidate that both runs have, by its number now and before, with the difference over the rows of both."""

    now: int
    before: int
    pair: ComparedPair | None


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """What became of rows that both runs have: `regressed` and `improved` are (row, column) by their numbers now.

    `note` is a sentence where not all can be compared, "" where all can.
    """

    same_version: bool
    rows: int
    columns: tuple[BaselineColumn, ...]
    regressed: frozenset[tuple[int, int]]
    improved: frozenset[tuple[int, int]]
    note: str


def against_baseline(
    now: Analysis, rows: Sequence[DataRow], before: Analysis, rows_before: Sequence[DataRow]
) -> BaselineComparison:
    """A run against an earlier one, with their rows.

    A row regressed where a candidate passed it more often than not before, and does not now.
    """
    same = digest(rows) == digest(rows_before)
    row_pairs = [(number, number) for number in range(len(rows))] if same else _row_pairs(rows, rows_before)
    column_pairs = _column_pairs(now.columns, before.columns)
    regressed: set[tuple[int, int]] = set()
    improved: set[tuple[int, int]] = set()
    differences = {}
    for column, earlier in column_pairs:
        means_now, means_before = _means(now, column), _means(before, earlier)
        both = [(one, other) for one, other in row_pairs if one in means_now and other in means_before]
        for one, other in both:
            passed, passed_before = means_now[one] > 0.5, means_before[other] > 0.5
            if passed != passed_before:
                (improved if passed else regressed).add((one, column))
        found = paired_rows(
            {one: means_before[other] for one, other in both},
            {one: means_now[one] for one, _ in both},
            resamples_for(len(column_pairs), len(row_pairs)),
        )
        if found is not None:
            differences[earlier, column] = found
    pairs = {(pair.first, pair.second): pair for pair in compared(differences)}
    return BaselineComparison(
        same_version=same,
        rows=len(row_pairs),
        columns=tuple(
            BaselineColumn(column, earlier, pairs.get((earlier, column))) for column, earlier in column_pairs
        ),
        regressed=frozenset(regressed),
        improved=frozenset(improved),
        note=_note(same, len(row_pairs), len(rows), len(rows_before), len(column_pairs), len(now.columns)),
    )


def _means(analysis: Analysis, column: int) -> dict[int, float]:
    return {row: sum(values) / len(values) for row, values in analysis.values(column, "rate").items()}


def _row_pairs(rows: Sequence[DataRow], before: Sequence[DataRow]) -> list[tuple[int, int]]:
    """Rows of the same id, each once: the first with the first where several are the same."""
    there: dict[str, list[int]] = {}
    for number, row in enumerate(before):
        there.setdefault(row.id, []).append(number)
    pairs = []
    for number, row in enumerate(rows):
        if there.get(row.id):
            pairs.append((number, there[row.id].pop(0)))
    return pairs


def _column_pairs(now: Sequence[ResultColumn], before: Sequence[ResultColumn]) -> list[tuple[int, int]]:
    known = {_key(column): column.number for column in reversed(before)}
    return [(column.number, known[_key(column)]) for column in now if _key(column) in known]


def _key(column: ResultColumn) -> tuple[str, str, str]:
    return column.variant, column.model, repr(sorted(column.setting.items()))


def _note(same: bool, paired: int, rows: int, before: int, columns: int, all_columns: int) -> str:
    said = []
    if not same:
        said.append(
            f"The baseline ran over another version of the dataset: {paired:,} of {rows:,} rows are in both "
            f"({before:,} then)."
        )
    if columns < all_columns:
        said.append(f"{all_columns - columns:,} of {all_columns:,} candidates were not in the baseline.")
    return " ".join(said)
