"""Experiments in an export: elsewhere they are the same, with the same results; twice is once."""

import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from playground.answers.trace import Trace
from playground.archive.errors import DataFileError
from playground.archive.reading import read_export, taken_in_words
from playground.archive.writing import write_export
from playground.experiments.loading import stored_definition, stored_run
from playground.experiments.summary import summarize
from playground.money.budget import Most
from playground.owner import DEFAULT_OWNER
from playground.store import CellEnd, GivenUp, NewExperiment, Store, StoredExperiment, StoredRow, Stores, Wanted
from playground.store.database.database import now
from playground.store.exchanges import pack_trace
from tests.archive.test_transfer import elsewhere, rows_of  # noqa: F401
from tests.store.test_owners import ANNA, DAWN, DUSK, SALTY, SALTY_COLUMN

CENT = Decimal("0.01")
SEEN = Trace("POST", "https://h", {}, 400, {}, "id", ((0.1, "what came"),))
ROWS = [StoredRow(str(number), {"sea": f"sea {number}"}) for number in range(4)]
LATER_ON = DUSK


def made(store: Store, dataset_id: str | None = None, rows: list[StoredRow] = ROWS) -> StoredExperiment:
    """An experiment of a cell for each row, about a new dataset or a new version of one."""
    version = store.create_dataset("Seas", rows) if dataset_id is None else store.add_version(dataset_id, rows)
    new = NewExperiment("Seas", SALTY, "digest", version.id, [SALTY_COLUMN], 1, len(rows), max_cost=Decimal(5))
    return store.create_experiment(new)


def answer(store: Store, experiment: StoredExperiment, *cells: int, text: str = "salty") -> None:
    """Have cells answered."""
    store.begin_experiment(experiment.id)
    at = now()
    ends = [
        CellEnd(
            cell,
            f"ticket {experiment.id} {cell} {text}",
            0,
            cell,
            0,
            "passed",
            {"text": f"{text} \N{SNOWMAN}", "cost": "0.01", "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
            at,
            at,
            checks=[
                {"number": 0, "name": "c", "metric": "", "weight": 1.0, "passed": True, "score": 1 / 3, "note": ""}
            ],
            score=1 / 3,
            spent=CENT,
            trace=pack_trace(replace(SEEN, url=f"https://h/{text}")) if text != "salty" else pack_trace(SEEN),
        )
        for cell in cells
    ]
    store.claim_cells(experiment.id, [Wanted(one.cell, one.ticket, "c", Most(CENT)) for one in ends])
    store.finish_cells(experiment.id, ends)
    store.change_experiment(experiment.id, "paused")


def through(store: Store, other: Store, folder: Path) -> list[str]:
    """Export a store and import it into another; what the import says."""
    file = folder / f"{now().timestamp()}.zip"
    write_export(store, file)
    return taken_in_words(read_export(other, file))


def test_an_experiment_is_the_same_elsewhere_with_its_results(
    stores: Stores,
    elsewhere: Stores,  # noqa: F811
    tmp_path: Path,
) -> None:
    store, other = stores.of(DEFAULT_OWNER), elsewhere.of(DEFAULT_OWNER)
    experiment = made(store)
    answer(store, experiment, 0, 1)
    store.begin_experiment(experiment.id)
    store.claim_cells(experiment.id, [Wanted(2, "lost", "c", Most(CENT))])
    store.finish_cells(experiment.id, [], [GivenUp(2, "lost", lost=1)])
    store.label_cell(experiment.id, 0, labeller=store.owner.id, passed=False, note="Hm")

    words = through(store, other, tmp_path)

    assert words == ["1 dataset: 1 new.", "1 experiment: 1 new.", "2 cells: 2 new."]
    here, there = store.experiment(experiment.id), other.experiment(experiment.id)
    assert here is not None
    assert there is not None
    assert there == replace(here, status="paused", process=there.process)
    assert stored_definition(other, there) == stored_definition(store, here)
    assert summarize(stored_run(other, there)) == summarize(stored_run(store, here))
    assert other.cells(experiment.id) == store.cells(experiment.id)
    assert other.cell_trace(experiment.id, 0) == store.cell_trace(experiment.id, 0) == SEEN
    assert other.labels(experiment.id) == store.labels(experiment.id) == {0: {"default": False}}
    assert other.asked_twice(experiment.id) == store.asked_twice(experiment.id)
    assert other.headway(experiment.id).spent == store.headway(experiment.id).spent == 3 * CENT
    assert other.usage(DAWN, DUSK) == store.usage(DAWN, DUSK)
    assert other.missing_cells(experiment.id) == (2, 3)
    before = rows_of(elsewhere)
    assert through(store, other, tmp_path)[-1] == "2 cells: 2 were here already."
    assert rows_of(elsewhere) == before


def test_it_goes_on_elsewhere_and_comes_back(
    stores: Stores,
    elsewhere: Stores,  # noqa: F811
    tmp_path: Path,
) -> None:
    store, other = stores.of(DEFAULT_OWNER), elsewhere.of(DEFAULT_OWNER)
    experiment = made(store)
    answer(store, experiment, 0, 1)
    through(store, other, tmp_path)
    other.ask_again(experiment.id, [0])
    answer(other, experiment, 0, 2, text="sweet")
    second = made(other, other.datasets()[0].dataset_id, [*ROWS, StoredRow("more", {"sea": "a lake"})])
    answer(other, second, 4)
    mine = store.add_version(store.datasets()[0].dataset_id, ROWS[:2])

    through(other, store, tmp_path)

    assert store.cells(experiment.id) == other.cells(experiment.id)
    assert store.cell_trace(experiment.id, 0) == other.cell_trace(experiment.id, 0) != SEEN
    assert store.cell_trace(experiment.id, 1) == SEEN
    assert store.cells(second.id) == other.cells(second.id)
    assert store.headway(experiment.id).spent == other.headway(experiment.id).spent == 4 * CENT
    assert store.usage(DAWN, DUSK) == other.usage(DAWN, DUSK)
    numbers = [(version.number, version.size) for version in store.dataset_versions(mine.dataset_id)]
    assert numbers == [(3, 5), (2, 2), (1, 4)]
    assert through(other, store, tmp_path)[1:] == [
        "2 experiments: 2 were here already.",
        "4 cells: 4 were here already.",
    ]


def test_an_answer_that_was_thrown_away_here_stays_away(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    experiment = made(store)
    answer(store, experiment, 0, 1)
    write_export(store, tmp_path / "all.zip")
    store.ask_again(experiment.id, [0])
    read_export(store, tmp_path / "all.zip")
    assert [cell.cell for cell in store.cells(experiment.id)] == [1]
    assert store.headway(experiment.id).spent == 2 * CENT


def test_what_was_deleted_or_purged_comes_back(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    experiment = made(store)
    answer(store, experiment, 0, 1)
    store.label_cell(experiment.id, 0, labeller=store.owner.id, passed=True)
    write_export(store, tmp_path / "all.zip")
    store.usage(DAWN, DUSK)
    before = rows_of(stores)
    store.delete_dataset(store.datasets()[0].dataset_id)
    store.delete_experiment(experiment.id)
    stores.purge(LATER_ON)
    assert rows_of(stores) != before

    read_export(store, tmp_path / "all.zip")

    store.usage(DAWN, DUSK)
    assert rows_of(stores) == before


def test_what_is_left_of_a_purged_experiment_still_says_what_it_cost(
    stores: Stores,
    elsewhere: Stores,  # noqa: F811
    tmp_path: Path,
) -> None:
    store, other = stores.of(DEFAULT_OWNER), elsewhere.of(DEFAULT_OWNER)
    experiment = made(store)
    answer(store, experiment, 0, 1)
    store.delete_experiment(experiment.id)
    stores.purge(LATER_ON)
    through(store, other, tmp_path)
    assert other.usage(DAWN, DUSK) == store.usage(DAWN, DUSK) != ()
    assert other.experiments() == ()


def test_nothing_changes_of_an_experiment_that_runs_here(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    experiment = made(store)
    answer(store, experiment, 0)
    write_export(store, tmp_path / "all.zip")
    store.begin_experiment(experiment.id)
    read_export(store, tmp_path / "all.zip")  # nothing in it is newer
    with stores.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM experiment_answers")
    with pytest.raises(DataFileError, match="its experiment runs here just now"):
        read_export(store, tmp_path / "all.zip")


def test_ids_of_somebody_elses_experiments_become_others(stores: Stores, tmp_path: Path) -> None:
    annas, store = stores.of(ANNA), stores.of(DEFAULT_OWNER)
    experiment = made(annas)
    answer(annas, experiment, 0)
    annas.label_cell(experiment.id, 0, labeller=ANNA.id, passed=True)
    hers = annas.cells(experiment.id)
    for _ in range(2):
        through(annas, store, tmp_path)
    (mine,) = store.experiments()
    assert mine.id != experiment.id
    assert store.cells(mine.id) == hers == annas.cells(experiment.id)
    assert store.labels(mine.id) == {0: {"default": True}}
    assert stored_definition(store, mine) == stored_definition(annas, experiment)


WRONG = {
    "a cell that there is not": ("experiment_answers", {"cell": 99}, "cell 99"),
    "a cell at another place": ("experiment_answers", {"row_number": 3}, "cell 0"),
    "a label of no cell": ("experiment_labels", {"cell": -1}, "cell -1"),
    "a row that its version has not": ("dataset_rows", {"number": 4}, "number 4"),
    "more cells than there can be": ("experiments", {"cells": 5}, "5 cells are not rows times"),
    "no repetitions": ("experiments", {"repetitions": 0, "cells": 0}, "0 cells"),
    "an experiment that runs": ("experiments", {"status": "running"}, "status"),
    "a definition of nothing": ("experiments", {"definition": {"title": "x"}}, "definition"),
    "no columns": ("experiments", {"candidates": []}, "candidates"),
    "a column of nothing": ("experiments", {"candidates": [{"variant": "v"}]}, "candidates"),
    "a negative price": ("experiment_answers", {"answer": {"cost": "-1"}}, "answer"),
    "an answer of numbers": ("experiment_answers", {"answer": {"text": 3}}, "answer"),
    "a check of nothing": ("experiment_answers", {"checks": [{"name": "x"}]}, "checks"),
    "spent less than nothing": ("experiment_answers", {"spent": -1}, "spent"),
}


@pytest.mark.parametrize(("table", "values", "told"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_refused_with_its_line(
    store: Store, stores: Stores, tmp_path: Path, table: str, values: dict[str, object], told: str
) -> None:
    annas = stores.of(ANNA)
    experiment = made(annas)
    answer(annas, experiment, 0)
    annas.label_cell(experiment.id, 0, labeller=ANNA.id, passed=True)
    write_export(annas, tmp_path / "all.zip")
    before = rows_of(stores)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in archive.namelist():
            lines = archive.read(name).splitlines()
            if name == f"{table}.jsonl":
                lines[-1] = json.dumps(json.loads(lines[-1]) | values).encode()
            bad.writestr(name, b"\n".join(lines) + b"\n" if lines else b"")
    with pytest.raises(DataFileError) as raised:
        read_export(store, tmp_path / "bad.zip")
    assert f"{table}.jsonl, line " in str(raised.value)
    assert told in str(raised.value)
    assert rows_of(stores) == before
