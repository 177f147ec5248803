"""An experiment made out of its definition: a version of its dataset, its columns, and what it is known by again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playground.experiments.candidates import Candidates, candidates_of
from playground.experiments.cells import Grid
from playground.experiments.checks.check import asked_checks
from playground.experiments.definition import Definition
from playground.experiments.rows import DataRow
from playground.models.roster import Roster
from playground.store import NewExperiment, Store, StoredExperiment, StoredRow, StoredVersion

_ROWS_ELSEWHERE = "rows.jsonl"
"""How a kept definition names its rows: they are those of the experiment's version of a dataset."""


@dataclass(frozen=True, slots=True)
class MadeExperiment:
    """An experiment that was just made, with its columns and what was left out of them."""

    experiment: StoredExperiment
    candidates: Candidates


class NothingToAskError(ValueError):
    """An experiment without rows or without a column; the message says why."""


def make_experiment(
    store: Store,
    roster: Roster,
    definition: Definition,
    rows: Sequence[DataRow],
    *,
    version: StoredVersion | None = None,
) -> MadeExperiment:
    """Keep an experiment about rows, those of a version of a dataset where one is given.

    Where no version has such rows yet, they become a dataset of their own. Raises NothingToAskError, ProviderError for
    a model that is not there, and StoreError.
    """
    candidates = candidates_of(definition, roster)
    require_something(rows, candidates)
    stored = stored_rows(rows)
    version = version or version_for(store, definition, stored)
    judges = max(len(list(asked_checks(definition.checks_of(row)))) for row in rows)
    new = NewExperiment(
        title=definition.title,
        definition=kept_definition(definition),
        digest=experiment_digest(definition, version.digest),
        version_id=version.id,
        candidates=[candidate.as_json() for candidate in candidates.kept],
        repetitions=definition.repetitions,
        cells=Grid(len(rows), len(candidates.kept), definition.repetitions).cells,
        judges=judges,
        engine=definition.engine,
        max_cost=definition.limits.max_cost,
    )
    return MadeExperiment(store.create_experiment(new), candidates)


def require_something(rows: Sequence[DataRow], candidates: Candidates) -> None:
    """Raises NothingToAskError where there is no cell."""
    if not rows:
        raise NothingToAskError("The dataset has no rows.")
    if not candidates.kept:
        why = candidates.left_out[0].why if candidates.left_out else "there is no model"
        raise NothingToAskError(f"No model allows any of the settings: {why}.")


def rows_of_split(definition: Definition, rows: Sequence[DataRow]) -> tuple[DataRow, ...]:
    """The rows of the split that a definition is about."""
    split = definition.dataset.split
    return tuple(row for row in rows if not split or row.split == split)


def stored_rows(rows: Sequence[DataRow]) -> list[StoredRow]:
    """Rows as they are kept."""
    return [StoredRow(row.id, row.model_dump(mode="json")) for row in rows]


def version_for(store: Store, definition: Definition, rows: Sequence[StoredRow]) -> StoredVersion:
    """The version of a dataset that has these rows, found or made."""
    from playground.store.datasets import rows_digest

    title = definition.dataset.name or definition.title
    return store.version_of(title, rows_digest(rows)) or store.create_dataset(title, rows)


def kept_definition(definition: Definition) -> dict[str, Any]:
    """A definition as it is kept: its rows are in the version of the dataset."""
    packed: dict[str, Any] = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    named = {name: value for name, value in packed["dataset"].items() if name != "rows"}
    packed["dataset"] = {"file": _ROWS_ELSEWHERE, **named}
    return packed


def experiment_digest(definition: Definition, rows_digest: str) -> str:
    """What an experiment is known by: what it asks and how it is checked, whatever it may cost and wherever it runs."""
    packed = kept_definition(definition)
    for name in ("limits", "engine", "baseline", "description", "dataset", "exchanges"):
        packed.pop(name, None)
    text = json.dumps([packed, rows_digest], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
