"""Experiments with results, made without a model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import apply_checks
from playground.experiments.definition import Definition
from playground.experiments.results import CellResult, ExperimentRun
from playground.metering import Usage


@dataclass(frozen=True, slots=True)
class MadeColumn:
    """A candidate."""

    number: int
    variant: str
    model: str = "m"
    connection: str = "here"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    setting: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called."""
        return " · ".join([self.variant, self.model, *(f"{name} {value}" for name, value in self.setting.items())])


def made_definition(rows: Sequence[Mapping[str, Any]], **more: Any) -> Definition:
    """An experiment with two variants and a check."""
    return Definition.model_validate(
        {
            "title": "Rhymes",
            "dataset": {"rows": rows},
            "variants": [{"name": "plain", "prompt": "{{word}}"}, {"name": "strict", "prompt": "{{word}}!"}],
            "models": ["m"],
            "checks": [{"check": "contains", "value": "{{expected}}"}],
            **more,
        }
    )


def made_run(
    definition: Definition,
    answered: Callable[[int, int, int], AnswerRecord | str | None],
    columns: Sequence[MadeColumn] | None = None,
) -> ExperimentRun:
    """The experiment with an answer for each row, column and repetition; None for cells that were not asked."""
    columns = columns or [MadeColumn(number, variant.name) for number, variant in enumerate(definition.variants)]
    rows = definition.dataset.rows
    run = ExperimentRun("run-1", definition, rows, columns, [])
    cells = []
    for number in range(run.grid.cells):
        place = run.grid.place(number)
        said = answered(place.row, place.candidate, place.repetition)
        if said is None:
            continue
        answer = said if isinstance(said, AnswerRecord) else done(said)
        row = rows[place.row]
        cells.append(CellResult(number, answer, apply_checks(definition.checks_of(row), row, answer)))
    return ExperimentRun("run-1", definition, rows, columns, cells)


def done(text: str, cost: str = "0.0001", seconds: float = 0.5) -> AnswerRecord:
    """An answer that came, with what it took."""
    return AnswerRecord(
        text=text, finish_reason="stop", usage=Usage(10, 5), cost=Decimal(cost), seconds=seconds, first_token_s=0.1
    )
