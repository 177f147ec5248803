"""Strengths: those that choix finds, with intervals that are right as often as they say."""

from collections.abc import Sequence

import numpy as np
import pytest

from playground.compare.bradley_terry import CONFIDENCE, fitted


@pytest.mark.parametrize(
    ("wins", "expected"),
    [
        ([[0, 7, 9], [3, 0, 6], [2, 5, 0]], [0.742323, -0.22449, -0.517833]),
        ([[0, 5, 4], [0, 0, 6], [0, 3, 0]], [1.954239, -0.672279, -1.28196]),  # the first one never lost
        (
            [[0, 8, 0, 0], [4, 0, 9, 0], [0, 5, 0, 7], [0, 0, 6, 0]],  # the first one never met the last
            [0.755819, 0.132732, -0.386594, -0.501956],
        ),
    ],
)
def test_they_are_those_that_choix_finds(wins: Sequence[Sequence[float]], expected: list[float]) -> None:
    """By choix 0.4.1: `opt_pairwise(n, data, alpha=1/8)`, whose alpha is our prior's 1 / (2 · 2²)."""
    assert fitted(wins).values == pytest.approx(expected, abs=1e-4)


def test_the_prior_moves_results_of_many_votes_little() -> None:
    """By choix 0.4.1: `ilsr_pairwise(3, data)`, which has none."""
    wins: list[list[float]] = [[0, 700, 900], [300, 0, 600], [200, 500, 0]]
    assert fitted(wins).values == pytest.approx([0.7746, -0.2353, -0.5394], abs=2e-3)


def test_a_score_is_how_often_one_wins_against_a_middling_one() -> None:
    better, worse = fitted([[0.0, 300], [100, 0.0]]).scores()
    assert better.value == pytest.approx((3**0.5) / (1 + 3**0.5), abs=1e-3)
    assert 0.58 < better.low < better.value < better.high < 0.7
    assert (better.value, better.low) == pytest.approx((1 - worse.value, 1 - worse.high))


@pytest.mark.parametrize(("losses", "wins"), [(0, 7), (1, 8), (2, 10), (3, 11), (5, 15)])
def test_as_many_wins_are_clearly_better_as_by_the_binomial_test(losses: int, wins: int) -> None:
    """Whose numbers for two-sided 5 % are 6, 8, 10, 12, and 15."""

    def is_clear(wins: int) -> bool:
        return bool(fitted([[0.0, wins], [losses, 0.0]]).clearly_better()[0, 1])

    assert [is_clear(wins - 1), is_clear(wins)] == [False, True]


def test_nothing_is_known_of_one_alone() -> None:
    (score,) = fitted([[0.0]]).scores()
    assert score.value == 0.5


@pytest.mark.parametrize(("models", "votes", "panes"), [(2, 20, 2), (5, 60, 3), (6, 100, 4)])
@pytest.mark.parametrize("spread", [0.3, 1.0, 1.5])
def test_intervals_hold_the_truth_about_95_times_in_100(models: int, votes: int, panes: int, spread: float) -> None:
    """Panes are chosen among as people do whose tastes have Gumbel's distribution: then strengths are those of the
    model, whatever the number of panes (Luce 1959).
    """
    chance = np.random.default_rng(models)
    held = []
    for _ in range(200):
        truth = chance.normal(0, spread, models)
        truth -= truth.mean()
        wins = np.zeros((models, models))
        for _ in range(votes):
            shown = chance.choice(models, panes, replace=False)
            best = shown[np.argmax(truth[shown] + chance.gumbel(size=panes))]
            for other in shown[shown != best]:
                wins[best, other] += 2 / panes
        found = fitted(wins.tolist())
        held.append(np.abs(found.values - truth) <= CONFIDENCE * np.sqrt(found.covariance.diagonal()))
    assert 0.92 <= np.mean(held) <= 1
