"""What is removed for good of experiments and datasets that were deleted: all words. What was paid for them stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, exists, select, update

from playground.store.conversations import GOING
from playground.store.database.entry_tables import entries
from playground.store.database.experiment_tables import (
    dataset_versions,
    datasets,
    experiment_answers,
    experiment_exchanges,
    experiment_judgements,
    experiment_labels,
    experiments,
    version_rows,
)
from playground.store.entries import remove_entry_words

_PAID_FOR = ("state", "usage", "price", "cost", "cost_estimated", "seconds", "first_token_s", "asked", "batched")
_OF_CANDIDATES = ("number", "model", "connection")


def old_experiments(connection: Connection, before: datetime) -> Sequence[str]:
    """Experiments that were deleted before a moment, and still have words."""
    query = select(experiments.c.id).where(experiments.c.deleted_at < before, experiments.c.digest != "")
    return connection.scalars(query).all()


def wordless_answers(connection: Connection, experiment_id: str, start: int, most: int) -> int | None:
    """Take the words out of some answers from a cell on; returns the next cell, None after the last one."""
    return _wordless(connection, experiment_answers, experiment_id, start, most)


def wordless_judgements(connection: Connection, experiment_id: str, start: int, most: int) -> int | None:
    """The same of what judges answered."""
    return _wordless(connection, experiment_judgements, experiment_id, start, most)


def remove_words_of_experiment(connection: Connection, experiment_id: str) -> None:
    """Remove what an experiment says itself, what people said of it, and its entry of the history; it cannot be brought
    back from here on.
    """
    remove_entry_words(connection, experiment_id)
    for table in (experiment_labels, experiment_exchanges):
        connection.execute(delete(table).where(table.c.experiment_id == experiment_id))
    known = experiments.c.id == experiment_id
    candidates = connection.scalar(select(experiments.c.candidates).where(known)) or []
    kept = [{name: one.get(name) for name in _OF_CANDIDATES} for one in candidates]
    wordless: dict[str, Any] = {
        "title": "",
        "definition": {},
        "digest": "",
        "candidates": kept,
        "reason": None,
        "deleted_at": GOING,
    }
    connection.execute(update(experiments).where(known).values(**wordless))
    connection.execute(delete(entries).where(entries.c.id == experiment_id))


def remove_old_datasets(connection: Connection, before: datetime) -> int:
    """Remove datasets that were deleted before a moment, but for versions that experiments are about."""
    about = experiments.c.version_id == dataset_versions.c.id
    asked = exists().where(about, experiments.c.deleted_at.is_distinct_from(GOING))
    old = select(dataset_versions.c.id).join(datasets).where(datasets.c.deleted_at < before, ~asked)
    connection.execute(delete(version_rows).where(version_rows.c.version_id.in_(old)))
    unused = select(dataset_versions.c.id).join(datasets).where(datasets.c.deleted_at < before, ~exists().where(about))
    connection.execute(delete(dataset_versions).where(dataset_versions.c.id.in_(unused)))
    empty = ~exists().where(dataset_versions.c.dataset_id == datasets.c.id)
    removed = connection.execute(delete(datasets).where(datasets.c.deleted_at < before, empty)).rowcount
    untitled = update(datasets).where(datasets.c.deleted_at < before).values(title="")
    connection.execute(untitled)
    return removed


def _wordless(connection: Connection, table: Table, experiment_id: str, start: int, most: int) -> int | None:
    known = [table.c.experiment_id == experiment_id]
    keys = [column for column in table.primary_key.columns if column.name != "experiment_id"]
    query = select(*keys, table.c.answer).where(*known, table.c.cell >= start).order_by(*keys).limit(most)
    found = connection.execute(query).mappings().all()
    more = len(found) == most
    if more and found[0]["cell"] != found[-1]["cell"]:
        last = found[-1]["cell"]  # it may have more rows than were read
        found = [row for row in found if row["cell"] != last]
    empty: dict[str, Any] = {"checks": []} if "checks" in table.c else {"result": {}}
    changes = [
        {f"key_{column.name}": row[column.name] for column in keys} | {"answer": _paid_for(row["answer"])} | empty
        for row in found
    ]
    if changes:
        conditions = [column == bindparam(f"key_{column.name}") for column in keys]
        connection.execute(update(table).where(*known, *conditions), changes)
    return found[-1]["cell"] + 1 if more else None


def _paid_for(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name in _PAID_FOR}
