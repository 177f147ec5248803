"""Looks before the end: a candidate that is clearly worse is not asked on, and it is said what that saved."""

import random
from dataclasses import replace

import pytest
from pydantic import ValidationError

from playground.experiments.analysis import Analysis
from playground.experiments.cells import Grid
from playground.experiments.definition import EarlyStop
from playground.experiments.early_stopping import early_stops
from playground.experiments.results import CellOutline
from playground.experiments.scoring import CellOutcome
from tests.experiments.made import MadeColumn, made_definition

PLAN = EarlyStop(looks=4)


def analysis(rates: list[float], rows: int, asked: int | None = None, seed: int = 1) -> Analysis:
    """So many rows with candidates that pass at these rates, of which the first rows were asked."""
    chance = random.Random(seed)
    grid = Grid(rows, len(rates))
    facts = []
    for number in range(grid.cells):
        place = grid.place(number)
        passed: CellOutcome = "passed" if chance.random() < rates[place.candidate] else "failed"
        if asked is None or place.row < asked:
            facts.append(CellOutline(number, passed, float(passed == "passed")))
    return Analysis(grid, [MadeColumn(number, f"v{number}") for number in range(len(rates))], facts)


def test_two_that_differ_clearly_are_both_not_asked_on() -> None:
    found = early_stops(analysis([0.1, 0.9], 200), PLAN)
    assert found.until == {0: 50, 1: 50}
    assert found.saved == 300
    assert found.sentence == ("Decided early after 50 rows: v1 · m is better than v0 · m: 300 cells need not be asked.")


def test_of_three_the_worst_is_not_asked_on_and_the_others_are() -> None:
    found = early_stops(analysis([0.9, 0.9, 0.1], 200), PLAN)
    assert found.until == {2: 50}
    assert found.saved == 150


def test_nothing_is_decided_before_a_look_and_the_same_after_it() -> None:
    assert early_stops(analysis([0.1, 0.9], 200, asked=49), PLAN).until == {}
    assert early_stops(analysis([0.1, 0.9], 200, asked=60), PLAN).until == {0: 50, 1: 50}
    assert early_stops(analysis([0.1, 0.9], 200), PLAN).until == {0: 50, 1: 50}


def test_a_look_waits_for_rows_that_are_still_judged() -> None:
    some = analysis([0.1, 0.9], 200)
    facts = [one for one in some.outlines if one is not None]
    judging = [replace(one, outcome="judging", score=None) if one.number in (20, 60) else one for one in facts]
    assert early_stops(Analysis(some.grid, some.columns, judging[:120]), PLAN).until == {}
    assert early_stops(Analysis(some.grid, some.columns, facts[:120]), PLAN).until == {0: 50, 1: 50}


def test_chance_alone_seldom_stops_anybody() -> None:
    stopped = sum(bool(early_stops(analysis([0.6] * 3, 80, seed=seed), PLAN).pairs) for seed in range(300))
    assert stopped / 300 < 0.08


def test_looks_are_over_rows_and_so_for_one_repetition_alone() -> None:
    with pytest.raises(ValidationError, match="early_stop looks at rows"):
        made_definition([{"word": "a"}], early_stop={"looks": 3}, repetitions=2)
    assert made_definition([{"word": "a"}], early_stop={"looks": 3}).early_stop == EarlyStop(looks=3)
