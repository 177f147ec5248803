"""Judges are units of their own: claimed, limited, gone on with, and part of what a cell comes to."""

from decimal import Decimal
from typing import Any

from playground.experiments.asking_again import ask_cells_again
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.engine.claiming import Claiming
from playground.experiments.engine.column import asked_columns
from playground.experiments.engine.judges import Judges
from playground.experiments.engine.rows_at_hand import RowsAtHand
from playground.experiments.engine.runner import ExperimentRunner
from playground.experiments.loading import stored_run
from playground.experiments.summary import summarize
from playground.models.roster import Roster
from playground.money.budget import Most
from playground.store import Store, StoredExperiment, Wanted
from playground.store.experiment_records import ITSELF
from tests.experiments.engine.conftest import Make, definition
from tests.upstream import Answer, Upstream

GOOD = {"check": "judge", "prompt": "Is it salty?"}
PAIR = {"check": "pairwise", "prompt": "Which is saltier?", "against": "other"}
VARIANTS = [
    {"name": "one", "prompt": "{{word}} upstream: tokens=1"},
    {"name": "other", "prompt": "{{word}} upstream: tokens=2"},
]


def says(text: str) -> Answer:
    """A judge's answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 5, "completion_tokens": 3}
    return Answer.json({"object": "chat.completion", "choices": [choice], "usage": usage})


def asked(upstream: Upstream, model: str) -> list[dict[str, Any]]:
    """The questions to a model."""
    return [seen.json for seen in upstream.requests if seen.method == "POST" and seen.json["model"] == model]


def pair_without_verdict(runner: ExperimentRunner, make: Make, upstream: Upstream) -> StoredExperiment:
    """Two answers that are there, whose judge refused the key."""
    refused = Answer.json({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, 401)
    for _ in range(4):
        upstream.script(refused, "judge")
    experiment = make(definition(rows=1, variants=VARIANTS, checks=[PAIR], judge="server/judge"))
    runner.start(experiment.id).result(20)
    return experiment


def test_a_judge_decides_and_is_never_told_the_variant(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    for verdict in ("yes", "yes", "no", "perhaps"):
        upstream.script(says(f"Because.\nVerdict: {verdict}"), "judge")
    experiment = make(definition(rows=4, checks=[GOOD], judge="server/judge"))
    runner.start(experiment.id).result(20)
    cells = store.cells(experiment.id)
    assert sorted(cell.outcome for cell in cells) == ["failed", "passed", "passed", "unchecked"]
    told = asked(upstream, "judge")
    assert len(told) == 4
    assert all("plain" not in str(one) for one in told)
    judged = store.judgements(experiment.id, range(4))
    assert sorted(judged) == [0, 1, 2, 3]
    assert {one.judge for some in judged.values() for one in some} == {0}


def test_a_pair_is_judged_in_both_orders_once_both_answers_are_there(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    for _ in range(4):
        upstream.script(says("Verdict: A"), "judge")
    experiment = make(definition(rows=2, variants=VARIANTS, checks=[PAIR], judge="server/judge"))
    runner.start(experiment.id).result(20)
    cells = store.cells(experiment.id)
    # Each order is won by what stands first: that is the judge's, and not the answer's.
    assert [cell.outcome for cell in cells] == ["passed", "unchecked", "passed", "unchecked"]
    assert cells[0].checks[0]["score"] == 0.5
    assert "there is no answer of other" in cells[1].checks[0]["note"]
    assert len(asked(upstream, "judge")) == 4


def test_a_run_that_pauses_between_goes_on_with_its_judges(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    upstream.script(Answer.json({"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}, 401), "judge")
    experiment = make(definition(rows=1, checks=[GOOD], judge="server/judge"))
    runner.start(experiment.id).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, store.headway(experiment.id).outcomes) == ("paused", {"judging": 1})
    assert summarize(stored_run(store, found)).whole.as_json()["passed"] == 0
    upstream.script(says("Verdict: yes"), "judge")
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 1}
    assert len(asked(upstream, "m")) == 1


def test_judges_are_part_of_the_limit(runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream) -> None:
    experiment = make(definition(rows=2, checks=[GOOD], judge="server/judge", limits={"max_cost": "1"}))
    store.limit_experiment(experiment.id, Decimal(1))
    runner.start(experiment.id).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert found.status == "paused"  # neither model has a price
    assert not asked(upstream, "m")


def test_a_dry_run_asks_three_cells_with_their_judges_and_they_count(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    for _ in range(6):
        upstream.script(says("Verdict: yes"), "judge")
    experiment = make(definition("server/a", "server/b", rows=3, checks=[GOOD], judge="server/judge"))
    runner.start(experiment.id, most=3).result(20)
    found = store.experiment(experiment.id)
    assert found is not None
    assert (found.status, found.reason) == ("paused", None)
    assert [cell.cell for cell in store.cells(experiment.id)] == [0, 1, 2]
    assert store.headway(experiment.id).outcomes == {"passed": 3}
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).outcomes == {"passed": 6}
    assert len(asked(upstream, "judge")) == 6


def test_a_pair_does_not_wait_for_an_answer_that_is_not_asked_any_more(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    variants = [
        {"name": "one", "prompt": "{{word}} upstream: tokens=2 echo=yes"},
        {"name": "good", "prompt": "{{word}} upstream: tokens=2 echo=yes"},
        {"name": "other", "prompt": "nothing upstream: tokens=2"},
    ]
    checks = [{"check": "contains", "value": "{{word}}"}, PAIR | {"weight": 0}]
    asked_for = definition(rows=40, variants=variants, checks=checks, judge="server/judge", early_stop={"looks": 2})
    experiment = make(asked_for)
    runner.start(experiment.id, most=66).result(30)
    runner.start(experiment.id).result(30)
    found, headway = store.experiment(experiment.id), store.headway(experiment.id)
    assert found is not None
    assert (found.status, headway.on_their_way) == ("done", 0)
    assert "judging" not in headway.outcomes
    assert (headway.ended, len(store.cells(experiment.id, numbers=range(2, 120, 3)))) == (102, 22)
    last = store.cells(experiment.id, numbers=[117])[0]
    assert "there is no answer of other to compare with" in last.checks[1]["note"]


def test_a_pair_is_judged_anew_where_its_other_answer_is_asked_again(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    for verdict in "ABAB" + "BA":
        upstream.script(says(f"Verdict: {verdict}"), "judge")
    checks = [{"check": "length", "min": 1}, PAIR]
    experiment = make(definition(rows=2, variants=VARIANTS, checks=checks, judge="server/judge"))
    runner.start(experiment.id).result(20)
    before = store.cells(experiment.id)
    assert ask_cells_again(store, experiment.id, [1, 99]) == 1
    first, *others = store.cells(experiment.id)
    assert (first.outcome, [one["number"] for one in first.checks], first.score) == ("judging", [0], 1)
    assert [*others] == [*before[2:]]
    twice = {(one.cell, one.judge, one.why) for one in store.asked_twice(experiment.id)}
    assert twice == {(0, 2, "again"), (0, 3, "again"), (1, ITSELF, "again")}  # nobody was asked about 1
    runner.start(experiment.id).result(20)
    assert store.headway(experiment.id).judging == 0
    assert len(asked(upstream, "judge")) == 6
    # Judges that had nothing to compare were not asked: no request.
    assert store.requests_made(experiment.id) == len(asked(upstream, "judge")) + len(asked(upstream, "m"))
    assert [one["number"] for one in store.cells(experiment.id)[0].checks] == [0, 1]


def test_what_a_judge_is_asked_about_just_now_is_not_asked_again(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream
) -> None:
    experiment = pair_without_verdict(runner, make, upstream)
    assert store.headway(experiment.id).judging > 0
    store.change_experiment(experiment.id, "running")
    store.claim_cells(experiment.id, [Wanted(0, "ticket", "server", Most(Decimal(0)), judge=0)])
    assert ask_cells_again(store, experiment.id, [0]) == 0
    assert ask_cells_again(store, experiment.id, [1]) == 0  # that judge is told this answer too, and says what it says
    assert [cell.cell for cell in store.cells(experiment.id)] == [0, 1]
    assert store.headway(experiment.id).judges_on_their_way == 1


def test_a_judge_is_not_asked_about_an_answer_that_was_thrown_away_meanwhile(
    runner: ExperimentRunner, store: Store, make: Make, upstream: Upstream, roster: Roster
) -> None:
    experiment = pair_without_verdict(runner, make, upstream)
    asked_for = Definition.model_validate(experiment.definition)
    grid, rows = Grid(1, 2), RowsAtHand(store, experiment.version_id)
    judges = Judges(store, experiment.id, asked_for, grid, rows, roster)
    columns = asked_columns(experiment.candidates, asked_for, roster)
    claiming = Claiming(store, experiment, grid, rows, judges, columns)
    first, second = claiming.prepared((0, 0)), claiming.prepared((0, 1))
    store.change_experiment(experiment.id, "running")
    assert [ask.unit for ask in claiming.claim_prepared([first])[0]] == [(0, 0)]
    store.take_over(experiment.id, own=True)
    assert ask_cells_again(store, experiment.id, [1]) == 1  # what the second was going to be told
    assert claiming.claim_prepared([second]) == ([], [], None)
