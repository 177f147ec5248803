"""Experiments in the history: listed, found, named, deleted and brought back as other entries are; always a recount."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from playground.money.budget import Most
from playground.store import (
    CellEnd,
    GivenUp,
    HistoryEntry,
    HistoryFilter,
    NewExperiment,
    Store,
    StoredExperiment,
    StoredRow,
    Stores,
    Wanted,
    best_hits,
    experiment_entries,
)
from playground.store import entries as entries_module
from playground.store.database.database import now
from playground.store.database.entry_tables import entries
from playground.store.database.experiment_tables import experiments
from playground.store.deleting import Condition
from playground.store.entries import words_at
from tests.store.test_owners import DUSK

CENT = Decimal("0.01")
OLD = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE = Condition(datetime(2026, 6, 1, tzinfo=UTC), ("experiments",))
DEFINITION = {
    "title": "Seas",
    "description": "Which lagoons are salty",
    "dataset": {"file": "rows.jsonl"},
    "variants": [{"name": "terse", "prompt": "Taste {{sea}}"}],
}


def made(store: Store, title: str = "Seas", model: str = "m") -> StoredExperiment:
    """An experiment of four cells in two columns."""
    version = store.create_dataset("Seas", [StoredRow("1", {"sea": "a"}), StoredRow("2", {"sea": "b"})])
    columns = [{"connection": "there", "model": name} for name in (model, "other")]
    return store.create_experiment(NewExperiment(title, DEFINITION, "digest", version.id, columns, 1, 4))


def ended(cell: int, **more: object) -> CellEnd:
    at = now()
    end = CellEnd(cell, f"ticket {cell}", cell % 2, cell // 2, 0, "passed", {"text": "x"}, at, at, spent=CENT)
    return replace(end, **more)  # type: ignore[arg-type]


def run(store: Store, experiment: StoredExperiment, *ends: CellEnd) -> None:
    store.begin_experiment(experiment.id)
    ends = tuple(replace(one, ticket=f"{one.ticket} of {experiment.id}") for one in ends)
    store.claim_cells(experiment.id, [Wanted(one.cell, one.ticket, "c", Most(CENT)) for one in ends])
    store.finish_cells(experiment.id, ends)


def entry(store: Store) -> HistoryEntry:
    (found,) = store.history().entries
    return found


def test_an_experiment_is_an_entry_that_says_how_far_it_is_and_what_it_cost(store: Store) -> None:
    experiment = made(store)
    run(store, experiment, ended(0), ended(1, spent=Decimal(0), answer={"text": "x", "usage": {}}))
    found = entry(store)
    assert (found.kind, found.id, found.title) == ("experiment", experiment.id, "Seas")
    facts = found.facts
    assert facts is not None
    assert (facts.models, facts.connections) == (("m", "other"), ("there",))
    assert (facts.questions, facts.answers, facts.state) == (4, 2, "live")
    assert (facts.spent.cost, facts.spent.unpriced, facts.spent.cost_estimated) == (CENT, 1, False)
    store.claim_cells(experiment.id, [Wanted(2, "lost", "c", Most(CENT)), Wanted(3, "held", "c", Most(CENT))])
    store.finish_cells(experiment.id, [], [GivenUp(2, "lost", lost=1)])
    store.change_experiment(experiment.id, "done")
    facts = entry(store).facts
    assert facts is not None
    assert (facts.spent.cost, facts.spent.cost_estimated, facts.state) == (2 * CENT, True, "done")
    store.ask_again(experiment.id, [0])
    facts = entry(store).facts
    assert facts is not None
    assert (facts.answers, facts.spent.cost) == (1, 2 * CENT)


@pytest.mark.parametrize("words", ["seas", "lagoons", "taste", "terse", "renamed", "brackish", "-nothing seas"])
def test_it_is_found_by_its_title_its_description_its_prompts_and_its_marks(store: Store, words: str) -> None:
    experiment = made(store)
    store.history()
    if words == "renamed":
        store.rename_experiment(experiment.id, "Renamed")
        assert store.history(HistoryFilter("seas")).entries == ()
    store.mark_entry(experiment.id, note="Brackish", tags=["salt"])
    for by_relevance in (False, True):
        (found,) = store.history(HistoryFilter(words, by_relevance=by_relevance)).entries
        assert found.id == experiment.id


def test_it_is_found_by_the_words_in_its_rows_until_it_is_removed_for_good(stores: Stores, store: Store) -> None:
    rows = [StoredRow("1", {"sea": "a briny lagoon", "expected": "salt", "tags": ["untold"]})]
    rows += [StoredRow(str(n), {"variables": {"tags": f"number{n}"}}) for n in range(2, 1_200)]
    version = store.create_dataset("Seas", rows)
    columns = [{"connection": "there", "model": "m"}]
    experiment = store.create_experiment(NewExperiment("Seas", DEFINITION, "digest", version.id, columns, 1, len(rows)))
    for words in ("briny lagoon", "salt", "number1199"):
        for by_relevance in (False, True):
            (found,) = store.history(HistoryFilter(words, by_relevance=by_relevance)).entries
            assert found.id == experiment.id
            assert any(hit for _, hit in found.excerpt)
    assert store.history(HistoryFilter("untold")).entries == ()
    store.delete_experiment(experiment.id)
    stores.purge(DUSK)
    with stores.engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM documents")) == 0
        if stores.engine.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO document_words (document_words, rank) VALUES ('integrity-check', 0)"))
            for word in ("briny", "number1199"):
                query = text(f"SELECT count(*) FROM document_words WHERE document_words MATCH '{word}'")
                assert connection.scalar(query) == 0


def test_of_many_rows_each_hit_shows_its_own_and_they_are_read_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(connection: Connection, id_: str, turn: int) -> str:
        read.append(id_)
        return words_at(connection, id_, turn)

    monkeypatch.setattr(best_hits, "words_at", counted)
    rows = [StoredRow(str(n), {"variables": {"text": f"common row{n} {'filler words ' * 4}"}}) for n in range(3_400)]
    for title in ("One", "Two"):
        version = store.create_dataset(title, rows)
        columns = [{"connection": "there", "model": "m"}]
        store.create_experiment(NewExperiment(title, DEFINITION, "digest", version.id, columns, 1, len(rows)))
    found = store.history(HistoryFilter("row3399", by_relevance=True)).entries
    assert [[piece for piece, hit in one.excerpt if hit] for one in found] == [["row3399"]] * 2
    read.clear()
    assert len(store.history(HistoryFilter("common", by_relevance=True)).entries) == 2
    assert len(read) == 2


def test_rows_are_read_before_others_wait_for_the_index(
    stores: Stores, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing: list[bool] = []
    read = experiment_entries.words_of_rows

    def noted(connection: Connection, id_: str) -> str:
        writing.append(connection.in_nested_transaction())
        return read(connection, id_)

    monkeypatch.setattr(entries_module, "words_of_rows", noted)
    for title in ("One", "Two"):
        made(store, title)
    while stores.index_some():
        pass
    assert writing == [False, False]
    for by_relevance in (False, True):
        assert len(store.history(HistoryFilter("b", by_relevance=by_relevance)).entries) == 2


def test_it_is_filtered_as_others_are(store: Store) -> None:
    experiment = made(store, model="one")
    run(store, experiment, ended(0, outcome="error"))
    store.change_experiment(experiment.id, "stopped")
    made(store, model="two")
    for facets in (
        {"model": "one"},
        {"outcome": "failed"},
        {"outcome": "stopped"},
        {"cost": "0.01"},
        {"kind": "experiment", "model": "one"},
    ):
        assert [found.id for found in store.history(HistoryFilter(facets=facets)).entries] == [experiment.id]  # type: ignore[arg-type]
    assert store.history_values("kind") == ("experiment",)


def test_it_leaves_the_list_and_comes_back_at_once(store: Store) -> None:
    experiment = made(store)
    store.history()
    store.delete_experiment(experiment.id)
    assert store.history().entries == store.history(HistoryFilter("lagoons")).entries == ()
    store.restore_experiment(experiment.id)
    assert entry(store).id == store.history(HistoryFilter("seas")).entries[0].id == experiment.id


def test_nothing_of_it_is_in_the_history_once_it_is_removed_for_good(stores: Stores, store: Store) -> None:
    experiment = made(store)
    store.mark_entry(experiment.id, note="Brackish")
    store.history()
    store.delete_experiment(experiment.id)
    stores.purge(DUSK)
    assert store.entry(experiment.id) is None
    with stores.engine.begin() as connection:
        for table in ("entries", "documents", "entry_facets"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
        if stores.engine.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO document_words (document_words, rank) VALUES ('integrity-check', 0)"))
            assert (
                connection.scalar(text("SELECT count(*) FROM document_words WHERE document_words MATCH 'lagoons'")) == 0
            )


def test_those_from_before_are_listed_and_indexed(stores: Stores, store: Store) -> None:
    experiment = made(store)
    with stores.engine.begin() as connection:
        connection.execute(entries.update().values(outdated=2))
    while stores.index_some():
        pass
    assert store.history(HistoryFilter("lagoons")).entries[0].id == experiment.id


def old(stores: Stores, store: Store, title: str = "Seas", model: str = "m") -> StoredExperiment:
    """An experiment that was used long ago."""
    experiment = made(store, title, model)
    run(store, experiment, ended(0))
    store.change_experiment(experiment.id, "done")
    aged(stores, experiment)
    return experiment


def aged(stores: Stores, experiment: StoredExperiment) -> None:
    with stores.engine.begin() as connection:
        known = experiments.update().where(experiments.c.id == experiment.id)
        connection.execute(known.values(updated_at=OLD, created_at=OLD))


def test_old_ones_are_counted_deleted_and_brought_back(stores: Stores, store: Store) -> None:
    experiment, other = old(stores, store), old(stores, store, model='odd "one" ü')
    new = made(store)
    amount = store.fitting(BEFORE)
    assert (amount.counts, amount.spared) == ({"experiments": 2}, 0)
    assert 10 < amount.size < 200
    assert store.fitting(replace(BEFORE, model="M")).total == 0
    at, count = store.delete_fitting(replace(BEFORE, model='odd "one" ü'))
    assert count == 1
    assert store.experiment(other.id) is None
    assert store.deleted().counts["experiments"] == 1
    store.restore_deleted_at(at)
    assert {one.id for one in store.experiments()} == {experiment.id, other.id, new.id}
    store.delete_fitting(BEFORE)
    usage = store.usage(OLD, DUSK)
    store.expire_deleted()
    stores.purge(now() - timedelta(days=30))
    assert [one.id for one in store.experiments()] == [new.id]
    assert store.usage(OLD, DUSK) == usage != ()


def test_labelled_and_running_ones_stay_and_that_is_said(stores: Stores, store: Store) -> None:
    labelled, running = old(stores, store), old(stores, store)
    store.label_cell(labelled.id, 0, labeller=store.owner.id, passed=True)
    store.begin_experiment(running.id)
    aged(stores, running)
    amount = store.fitting(BEFORE)
    assert (amount.total, amount.spared) == (0, 2)
    assert store.delete_fitting(BEFORE)[1] == 0
    also = replace(BEFORE, labelled=True)
    assert (store.fitting(also).total, store.fitting(also).spared) == (1, 1)
    assert store.delete_fitting(also)[1] == 1
    assert [one.id for one in store.experiments()] == [running.id]
