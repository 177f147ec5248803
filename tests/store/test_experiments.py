"""Experiments in the store: claims, answers, limits, and what dead processes leave."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from playground.money.budget import Budget, BudgetError, Most
from playground.store import (
    CellEnd,
    Failure,
    GivenUp,
    JudgeEnd,
    MissingError,
    NewExperiment,
    Store,
    StoredExperiment,
    StoredRow,
    Stores,
    Submission,
    Verdict,
    Wanted,
    open_stores,
)
from playground.store.database.database import now
from playground.store.database.experiment_tables import experiment_answers, experiments

CENT = Decimal("0.01")
ROWS = [StoredRow(str(number), {"word": str(number)}) for number in range(5)]


def made(store: Store, *, max_cost: Decimal | None = None, begun: bool = True) -> StoredExperiment:
    """An experiment of ten cells: five rows, two candidates."""
    version = store.create_dataset("Words", ROWS)
    new = NewExperiment(
        "Rhymes",
        {"title": "Rhymes"},
        "digest",
        version.id,
        [{"connection": "there", "model": name} for name in "ab"],
        1,
        10,
        max_cost=max_cost,
    )
    experiment = store.create_experiment(new)
    if begun:
        assert store.begin_experiment(experiment.id)
    return experiment


def wanted(*cells: int, most: Decimal | None = CENT) -> list[Wanted]:
    return [Wanted(cell, f"ticket {cell}", "c", Most(most, "" if most else "Set max_tokens.")) for cell in cells]


def result(cell: int, *, spent: Decimal = CENT, lost: int = 0, outcome: str = "passed") -> CellEnd:
    at = now()
    answer = {"text": f"answer {cell}"}
    row, candidate = divmod(cell, 2)
    return CellEnd(
        cell,
        f"ticket {cell}",
        candidate,
        row,
        0,
        outcome,
        answer,
        at,
        at,
        spent=spent,
        lost=lost,
        checks=[{"name": "x"}],
    )


def test_a_changed_dataset_has_a_new_version_and_the_old_one_stays(store: Store) -> None:
    first = store.create_dataset("Words", ROWS)
    assert store.add_version(first.dataset_id, ROWS) == first
    second = store.add_version(first.dataset_id, ROWS[:3])
    assert (second.number, second.size) == (2, 3)
    assert store.dataset_rows(first.id) == tuple(ROWS)
    assert store.dataset_rows(second.id, start=1, limit=1) == (ROWS[1],)
    assert store.datasets() == (second,)
    assert store.dataset_versions(first.dataset_id) == (second, first)
    assert store.version_of("Words", first.digest) == first
    store.delete_dataset(first.dataset_id)
    assert store.datasets() == ()
    assert store.dataset_version(first.id) == first
    store.restore_dataset(first.dataset_id)
    assert store.datasets() == (second,)


def test_missing_are_the_cells_without_answer_and_claim(store: Store) -> None:
    experiment = made(store)
    assert store.missing_cells(experiment.id) == tuple(range(10))
    claimed = store.claim_cells(experiment.id, wanted(0, 1, 2, 2))
    assert [one.cell for one in claimed.cells] == [0, 1, 2]
    assert store.claim_cells(experiment.id, wanted(1, 3)).cells == tuple(wanted(3))
    store.finish_cells(experiment.id, [result(0), result(1)], [GivenUp(2, "ticket 2")])
    assert store.missing_cells(experiment.id) == (2, 4, 5, 6, 7, 8, 9)
    assert store.missing_cells(experiment.id, start=5, most=2) == (5, 6)
    assert store.missing_cells(experiment.id, start=4, end=6) == (4, 5)
    (first, _) = store.cells(experiment.id)
    assert (first.cell, first.answer, first.checks) == (0, {"text": "answer 0"}, ({"name": "x"},))


def test_cells_are_read_by_their_numbers_and_all_without_their_words(store: Store) -> None:
    experiment = made(store)
    store.claim_cells(experiment.id, wanted(*range(6)))
    store.finish_cells(experiment.id, [replace(result(cell), score=0.5) for cell in (5, 3, 4, 0)])
    assert [cell.cell for cell in store.cells(experiment.id, numbers=[3, 5, 9])] == [3, 5]
    assert [cell.cell for cell in store.cells(experiment.id, start=1, end=5, outcomes=["passed"])] == [3, 4]
    assert store.cells(experiment.id, outcomes=["failed"]) == ()
    first, *_, last = store.cell_facts(experiment.id)
    assert tuple(first) == (0, 0, 0, 0, "passed", 0.5, False, False, 10_000_000, None, 1, 0)
    assert (last.cell, last.candidate, last.row) == (5, 1, 2)


def test_finishing_again_changes_nothing(store: Store) -> None:
    experiment = made(store)
    store.claim_cells(experiment.id, wanted(0))
    for spent in (CENT, 5 * CENT):
        store.finish_cells(experiment.id, [result(0, spent=spent)])
    headway = store.headway(experiment.id)
    assert (dict(headway.outcomes), headway.spent, headway.held) == ({"passed": 1}, CENT, Decimal(0))


def test_nothing_is_claimed_of_what_is_not_running(store: Store) -> None:
    experiment = made(store, begun=False)
    assert store.claim_cells(experiment.id, wanted(0)).status == "ready"
    store.begin_experiment(experiment.id)
    store.change_experiment(experiment.id, "paused")
    assert store.claim_cells(experiment.id, wanted(0)).cells == ()


def test_the_limit_of_an_experiment_counts_what_is_spent_held_lost_and_asked_again(store: Store) -> None:
    experiment = made(store, max_cost=4 * CENT)
    claimed = store.claim_cells(experiment.id, wanted(0, 1, 2, 3, 4))
    assert [one.cell for one in claimed.cells] == [0, 1, 2, 3]
    assert claimed.full
    assert store.claim_cells(experiment.id, wanted(5)).full
    store.finish_cells(experiment.id, [result(0), result(1, spent=Decimal(0))], [GivenUp(2, "ticket 2", lost=1)])
    assert store.headway(experiment.id).spent == 2 * CENT
    (twice,) = store.asked_twice(experiment.id)
    assert (twice.cell, twice.why, twice.spent) == (2, "stopped", CENT)
    assert [one.cell for one in store.claim_cells(experiment.id, wanted(5, 6)).cells] == [5]
    store.finish_cells(experiment.id, [result(3, spent=Decimal(0)), result(5, spent=Decimal(0))])
    assert store.ask_again(experiment.id, [0, 9]) == 1
    assert 0 in store.missing_cells(experiment.id)
    assert store.headway(experiment.id).spent == 2 * CENT


def test_asking_again_takes_what_was_seen_alone_with_what_people_said_of_it(store: Store) -> None:
    experiment = made(store)
    store.claim_cells(experiment.id, wanted(0, 1, 2))
    store.finish_cells(experiment.id, [result(0, outcome="error"), result(1), result(2)])
    for cell in (0, 1):
        store.label_cell(experiment.id, cell, labeller="me", passed=True)
    seen_at = now()
    assert store.ask_again(experiment.id, [0, 1], outcomes=["error"], seen_at=seen_at) == 1
    assert store.labels(experiment.id) == {1: {"me": True}}
    store.claim_cells(experiment.id, [replace(wanted(0)[0], ticket="again")])
    later = seen_at + timedelta(seconds=1)
    store.finish_cells(experiment.id, [replace(result(0), ticket="again", ended_at=later)])
    assert store.ask_again(experiment.id, [0], seen_at=seen_at) == 0
    assert [(cell.cell, cell.outcome) for cell in store.cells(experiment.id)] == [
        (0, "passed"),
        (1, "passed"),
        (2, "passed"),
    ]
    assert len(store.asked_twice(experiment.id)) == 1


def test_what_has_no_known_bound_is_not_asked_under_a_limit(store: Store) -> None:
    experiment = made(store, max_cost=CENT)
    claimed = store.claim_cells(experiment.id, wanted(0, most=None))
    assert (claimed.cells, claimed.unbounded) == ((), True)
    store.limit_experiment(experiment.id, None)
    assert len(store.claim_cells(experiment.id, wanted(0, most=None)).cells) == 1


def test_a_budget_of_the_app_refuses_the_whole_group(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=2 * CENT))
    experiment = made(store)
    with pytest.raises(BudgetError):
        store.claim_cells(experiment.id, wanted(0, 1, 2))
    assert store.headway(experiment.id).on_their_way == 0
    store.claim_cells(experiment.id, wanted(0, 1))
    store.finish_cells(experiment.id, [result(0), result(1, spent=Decimal(0))])
    (use, *_) = store.budget_uses("c", now())
    assert (use.spent, use.held) == (CENT, Decimal(0))


def test_a_lost_request_counts_as_the_most_that_it_can_cost(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=9 * CENT))
    experiment = made(store)
    store.claim_cells(experiment.id, wanted(0, most=3 * CENT))
    store.finish_cells(experiment.id, [result(0, spent=CENT, lost=1, outcome="error")])
    assert store.headway(experiment.id).spent == 4 * CENT
    (use, *_) = store.budget_uses("c", now())
    assert (use.spent, use.unsure) == (4 * CENT, 3 * CENT)


def test_cells_of_a_dead_process_are_freed_and_listed(stores: Stores, store: Store) -> None:
    stores.set_budget(Budget("all", day=9 * CENT))
    experiment = made(store)
    stores.claim()
    ours, stores.process = stores.process, "dead0000000000"[:14].replace("d", "0").replace("e", "1").replace("a", "2")
    store.claim_cells(experiment.id, wanted(0, 1))
    stores.process = ours
    store.claim_cells(experiment.id, wanted(2))
    assert store.take_over(experiment.id) == 2
    assert store.take_over(experiment.id) == 0
    assert [(one.cell, one.why, one.spent) for one in store.asked_twice(experiment.id)] == [
        (0, "lost", CENT),
        (1, "lost", CENT),
    ]
    assert store.missing_cells(experiment.id, most=3) == (0, 1, 3)
    (use, *_) = store.budget_uses("c", now())
    assert (use.spent, use.unsure, use.held) == (2 * CENT, 2 * CENT, CENT)


def test_what_another_process_runs_is_not_begun_once_more(stores: Stores, store: Store) -> None:
    experiment = made(store)
    assert store.begin_experiment(experiment.id)
    stores.claim()
    assert [id_ for _, id_ in stores.running_experiments()] == [experiment.id]
    ours, stores.process = stores.process, "0" * 14
    try:
        assert stores.running_experiments() == ()
        assert not store.begin_experiment(experiment.id)
    finally:
        stores.process = ours


def test_experiments_are_listed_deleted_and_brought_back(store: Store) -> None:
    first, second = made(store, begun=False), made(store, begun=False)
    assert [one.id for one in store.experiments()] == [second.id, first.id]
    assert [one.id for one in store.experiments(before=(second.created_at, second.id))] == [first.id]
    assert store.experiment_like("digest") == second
    store.delete_experiment(second.id)
    assert store.experiment(second.id) is None
    with pytest.raises(MissingError):
        store.begin_experiment(second.id)
    store.restore_experiment(second.id)
    store.rename_experiment(second.id, "Other")
    store.change_experiment(second.id, "done")
    found = store.experiment(second.id)
    assert found is not None
    assert (found.title, found.status, found.rows) == ("Other", "done", 5)
    assert replace(found, title="") != second


def test_one_that_was_deleted_while_it_ran_comes_back_stopped_and_a_paused_one_paused(store: Store) -> None:
    running, paused = made(store), made(store)
    store.change_experiment(paused.id, "paused")
    for one in (running, paused):
        store.delete_experiment(one.id)
        store.restore_experiment(one.id)
    assert [one.status for one in store.experiments()] == ["paused", "stopped"]


def test_one_that_was_stopped_does_not_become_paused(store: Store) -> None:
    experiment = made(store)
    store.change_experiment(experiment.id, "stopped")
    store.change_experiment(experiment.id, "paused", reason=Failure("network", "Away.", ""))
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, found.reason) == ("stopped", None)


def test_how_fast_it_goes_is_told_from_rows(store: Store) -> None:
    experiment = made(store)
    store.claim_cells(experiment.id, wanted(0, 1))
    old = replace(result(1), ended_at=now() - timedelta(minutes=5), cut=True)
    store.finish_cells(experiment.id, [result(0), old])
    headway = store.headway(experiment.id)
    assert (headway.ended, headway.recent, headway.cut, headway.cells) == (2, 1, 1, 10)
    assert headway.per_second is not None
    assert headway.left_s is not None


def test_answers_that_wait_for_judges_have_not_ended_and_are_not_on_their_way(store: Store) -> None:
    experiment = made(store)
    store.claim_cells(experiment.id, wanted(0, 1, 2))
    waiting = replace(result(0, outcome="judging"), cut=True)
    store.finish_cells(experiment.id, [waiting, replace(result(1), cut=True)])
    store.claim_cells(experiment.id, [replace(wanted(0)[0], ticket="judge", judge=0)])
    headway = store.headway(experiment.id)
    assert (headway.answered, headway.ended, headway.judging, headway.on_their_way) == (2, 1, 1, 1)
    assert (headway.judges_on_their_way, headway.under_way) == (1, 2)
    assert (headway.cut, headway.recent) == (1, 1)
    tally = store.experiment_tallies([experiment.id])[experiment.id]
    assert (tally.answered, tally.judging, tally.on_their_way) == (2, 1, 1)
    verdict = Verdict("passed", 1.0, ())
    judged = JudgeEnd(0, 0, "judge", {}, now())
    store.finish_judgements(experiment.id, [judged], lambda cell, answers: verdict)
    headway = store.headway(experiment.id)
    assert (headway.answered, headway.ended, headway.judges_on_their_way, headway.cut) == (2, 2, 0, 2)


def test_a_cell_ends_with_the_last_word_of_its_judges(store: Store) -> None:
    version = store.create_dataset("Words", ROWS)
    new = NewExperiment("Rhymes", {}, "digest", version.id, [{"connection": "c", "model": "m"}], 1, 5, judges=1)
    experiment = store.create_experiment(new)
    store.begin_experiment(experiment.id)
    store.claim_cells(experiment.id, wanted(0))
    store.finish_cells(
        experiment.id, [replace(result(0, outcome="judging"), row=0, ended_at=now() - timedelta(minutes=5))]
    )
    store.claim_cells(experiment.id, [replace(wanted(0)[0], ticket="judge", judge=0)])
    assert store.headway(experiment.id).recent == 0
    judged = JudgeEnd(0, 0, "judge", {}, now())
    store.finish_judgements(experiment.id, [judged], lambda cell, answers: Verdict("passed", 1.0, ()))
    assert store.headway(experiment.id).recent == 1


def test_of_what_was_deleted_long_ago_the_words_go_and_what_it_cost_stays(stores: Stores, store: Store) -> None:
    experiment, kept = made(store), made(store)
    for one in (experiment, kept):
        store.claim_cells(one.id, [replace(each, ticket=f"{one.id} {each.cell}") for each in wanted(0, 1, 2)])
        paid = {"text": "salty words", "cost": "0.01", "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
        store.finish_cells(
            one.id, [replace(result(cell), ticket=f"{one.id} {cell}", answer=paid) for cell in (0, 1, 2)]
        )

    for dataset in store.datasets():
        store.delete_dataset(dataset.dataset_id)
    store.delete_experiment(experiment.id)
    stores.purge(now() + timedelta(seconds=1))
    with pytest.raises(MissingError):
        store.restore_experiment(experiment.id)
    with stores.engine.begin() as connection:
        answers = connection.execute(select(experiment_answers)).mappings().all()
        title = connection.scalar(select(experiments.c.title).where(experiments.c.id == experiment.id))
    gone = [row for row in answers if row["experiment_id"] == experiment.id]
    assert title == ""
    assert [row["answer"] for row in gone] == [{"cost": "0.01", "usage": paid["usage"]}] * 3
    assert [row["spent"] for row in gone] == [10_000_000] * 3
    assert store.cells(kept.id)[0].answer == paid
    assert store.dataset_rows(kept.version_id)
    assert store.dataset_rows(experiment.version_id) == ()


def batch(store: Store, experiment: StoredExperiment, *cells: int, request_id: str | None = "taken") -> str:
    """Cells that go together, and the service that took them where it has a name for them."""
    id_ = f"batch of {cells[0]}"
    store.claim_cells(experiment.id, wanted(*cells), submission=Submission(id_, "c", "m"))
    if request_id is not None:
        store.note_taken(experiment.id, id_, request_id)
    return id_


def test_a_batch_is_kept_until_the_last_of_its_cells_has_ended(store: Store) -> None:
    experiment = made(store)
    id_ = batch(store, experiment, 4, 0, 2)
    (found,) = store.submissions(experiment.id)
    assert (found.id, found.connection, found.model, found.request_id) == (id_, "c", "m", "taken")
    assert (found.size, found.cells) == (3, 3)
    assert [(one.place, one.cell) for one in store.submitted_cells(experiment.id, id_)] == [(0, 4), (1, 0), (2, 2)]
    store.finish_cells(experiment.id, [result(4), result(2)])
    (found,) = store.submissions(experiment.id)
    assert (found.size, found.cells) == (3, 1)
    assert [(one.place, one.cell) for one in store.submitted_cells(experiment.id, id_)] == [(1, 0)]
    store.finish_cells(experiment.id, [result(0)])
    assert store.submissions(experiment.id) == ()


def test_a_batch_that_was_taken_outlives_the_process_that_sent_it(stores: Stores, store: Store) -> None:
    experiment = made(store)
    with open_stores(stores.engine.url.render_as_string(hide_password=False)) as others:
        theirs = others.of(store.owner)
        theirs.join_experiment(experiment.id)
        batch(theirs, experiment, 0, 1)
        batch(theirs, experiment, 2, 3, request_id=None)
        theirs.claim_cells(experiment.id, wanted(4))
    assert stores.free_lost_cells() == 3
    assert store.take_over(experiment.id, own=True) == 0
    assert [(one.cell, one.why) for one in store.asked_twice(experiment.id)] == [
        (2, "unsure"),
        (3, "unsure"),
        (4, "lost"),
    ]
    assert store.missing_cells(experiment.id) == (2, 3, 4, 5, 6, 7, 8, 9)
    (kept,) = store.submissions(experiment.id)
    assert (kept.request_id, kept.cells) == ("taken", 2)
    headway = store.headway(experiment.id)
    assert (headway.on_their_way, headway.held, headway.spent) == (2, 2 * CENT, 3 * CENT)
    store.finish_cells(experiment.id, [result(0), result(1)])
    assert store.headway(experiment.id).spent == 5 * CENT


def test_a_batch_of_a_deleted_experiment_counts_as_the_most_that_it_can_cost(stores: Stores, store: Store) -> None:
    experiment = made(store)
    with open_stores(stores.engine.url.render_as_string(hide_password=False)) as others:
        others.of(store.owner).join_experiment(experiment.id)
        batch(others.of(store.owner), experiment, 0, 1)
    store.delete_experiment(experiment.id)
    assert stores.free_lost_cells() == 2
    store.restore_experiment(experiment.id)
    assert store.submissions(experiment.id) == ()
    assert store.headway(experiment.id).spent == 2 * CENT


def test_a_limit_takes_the_first_cells_of_a_batch(store: Store) -> None:
    experiment = made(store, max_cost=2 * CENT)
    claimed = store.claim_cells(experiment.id, wanted(0, 1, 2), submission=Submission("some", "c", "m"))
    assert (claimed.full, [one.cell for one in claimed.cells]) == (True, [0, 1])
    (found,) = store.submissions(experiment.id)
    assert (found.size, found.cells) == (2, 2)


def test_a_batch_of_which_nobody_knows_whether_it_was_taken_is_listed(store: Store) -> None:
    experiment = made(store)
    batch(store, experiment, 0, 1, request_id=None)
    given_up = [GivenUp(cell, f"ticket {cell}", lost=1, why="unsure") for cell in (0, 1)]
    store.finish_cells(experiment.id, [], given_up)
    assert {(one.why, one.spent) for one in store.asked_twice(experiment.id)} == {("unsure", CENT)}
    assert store.submissions(experiment.id) == ()
    assert store.missing_cells(experiment.id) == tuple(range(10))


def test_tallies_count_what_ended_and_what_was_paid_and_change_with_it(store: Store) -> None:
    first, second = made(store), made(store)
    store.claim_cells(first.id, wanted(0, 1))
    begun = store.experiment_tallies([first.id, second.id, "nobody's"])
    assert {id_: (one.answered, one.spent) for id_, one in begun.items()} == {
        first.id: (0, Decimal(0)),
        second.id: (0, Decimal(0)),
    }
    store.finish_cells(first.id, [result(0), result(1, outcome="error", spent=Decimal(0))])
    ended = store.experiment_tallies([first.id, second.id])
    assert (ended[first.id].answered, ended[first.id].spent) == (2, CENT)
    assert ended[first.id].state != begun[first.id].state
    assert ended[second.id] == begun[second.id]
    store.delete_experiment(first.id)
    assert list(store.experiment_tallies([first.id])) == []
