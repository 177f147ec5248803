"""Results as tables: CSV for spreadsheets, and Parquet with types."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from playground.experiments.results import CellResult, ExperimentRun
from playground.text.spreadsheet import csv_text

_FACTS = (
    *("row", "variant", "model", "connection", "repetition", "outcome", "score", "text", "cut", "refused", "error"),
    *("tokens in", "tokens out", "USD", "judges USD", "requests", "seconds", "first token s", "asked at"),
)


def results_csv(run: ExperimentRun) -> str:
    """A row for each cell: where it stands, its variables, what came, and a column for each check."""
    columns = column_names(run)
    return csv_text(columns, ({name: row.get(name) for name in columns} for row in _records(run)))


def results_parquet(run: ExperimentRun) -> bytes:
    """The same as Parquet, money as decimals."""
    import pandas as pd

    file = io.BytesIO()
    columns = column_names(run)
    frame = pd.DataFrame(list(_records(run)), columns=list(columns))
    frame.to_parquet(file, index=False)
    return file.getvalue()


def column_names(run: ExperimentRun) -> tuple[str, ...]:
    """The columns: facts, values of axes, variables and checks, each kind under names of its own."""
    variables = dict.fromkeys(name for row in run.rows for name in row.variables)
    axes = run.definition.axes
    checks = dict.fromkeys(_check_name(number, check.name) for cell in run.cells for number, check in _checks(cell))
    return (
        *_FACTS[:5],
        *(f"axis: {name}" for name in axes),
        *(f"variable: {name}" for name in variables),
        "expected",
        *_FACTS[5:],
        *checks,
    )


def _records(run: ExperimentRun) -> Iterator[Mapping[str, Any]]:
    for cell in run.cells:
        place, answer = run.place(cell), cell.answer
        row, column = run.rows[place.row], run.columns[place.candidate]
        error = answer.error
        yield {
            "row": place.row + 1,
            "variant": column.variant,
            "model": column.model,
            "connection": column.connection,
            "repetition": place.repetition + 1,
            **{f"axis: {name}": _plain(value) for name, value in column.setting.items()},
            **{f"variable: {name}": value for name, value in row.variables.items()},
            "expected": row.expected,
            "outcome": cell.outcome,
            "score": cell.score,
            "text": answer.text,
            "cut": answer.cut,
            "refused": answer.refused,
            "error": None if error is None else f"{error.message} {error.hint}".strip(),
            "tokens in": None if answer.usage is None else answer.usage.prompt_tokens,
            "tokens out": None if answer.usage is None else answer.usage.completion_tokens,
            "USD": answer.cost,
            "judges USD": cell.judges_cost,
            "requests": cell.requests,
            "seconds": answer.seconds,
            "first token s": answer.first_token_s,
            "asked at": None if answer.asked_at is None else answer.asked_at.isoformat(),
            **{_check_name(number, check.name): _said(check.passed) for number, check in _checks(cell)},
        }


def _checks(cell: CellResult) -> Iterator[tuple[int, Any]]:
    return ((check.number, check) for check in cell.checks)


def _check_name(number: int, name: str) -> str:
    return f"check {number + 1}: {name}"


def _said(passed: bool | None) -> str:
    return "" if passed is None else "passed" if passed else "failed"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
