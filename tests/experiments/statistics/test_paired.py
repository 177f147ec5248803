"""Two candidates over the same rows: McNemar, permutations and BCa as scipy has them, and right 95 times in 100."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from playground.experiments.statistics.paired import (
    PairedDifference,
    bca_interval,
    binary_interval,
    mcnemar,
    paired,
    sign_flips,
)
from playground.experiments.statistics.rates import Interval
from playground.experiments.statistics.several import benjamini_hochberg, compared, standing


@given(st.integers(0, 300), st.integers(0, 300))
def test_mcnemars_test_is_the_binomial_one(wins: int, losses: int) -> None:
    chance = sum(stats.binom.pmf(k, wins + losses, 0.5) for k in range(min(wins, losses) + 1))
    assert mcnemar(wins, losses) == pytest.approx(min(1.0, 2 * chance) if wins != losses else 1.0, abs=1e-12)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=11))
def test_few_rows_are_turned_round_in_every_way(differences: Sequence[int]) -> None:
    scores = [difference / 4 for difference in differences]
    if sum(score != 0 for score in scores) < 2:
        assert sign_flips(scores) == 1
        return
    expected = stats.permutation_test(
        (np.asarray([score for score in scores if score]),),
        lambda values, axis: np.sum(values, axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    ).pvalue
    assert sign_flips(scores) == pytest.approx(min(1.0, float(expected)), abs=1e-12)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_the_interval_of_scores_is_scipys_bca(seed: int) -> None:
    differences = np.random.default_rng(seed).beta(2, 5, 40) - 0.25
    expected = stats.bootstrap(
        (differences,), np.mean, n_resamples=999, method="BCa", rng=np.random.default_rng(20261129), batch=50_000
    ).confidence_interval
    found = bca_interval(list(differences), resamples=999)
    assert found == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert bca_interval(list(differences), resamples=999) == found


def test_wins_ties_and_losses_are_those_of_the_second() -> None:
    found = paired([0, 0, 1, 1, 0, 0], [1, 1, 0, 1, 1, 0])
    assert found is not None
    assert (found.wins, found.ties, found.losses, found.rows, found.method) == (3, 2, 1, 6, "McNemar")
    assert found.difference == pytest.approx(2 / 6)
    assert found.p == pytest.approx(stats.binomtest(3, 4).pvalue)
    assert found.turned.difference == -found.difference
    assert found.turned.interval == Interval(-found.interval.high, -found.interval.low)


def test_means_of_repetitions_are_scores() -> None:
    found = paired([0.5, 0, 1], [1, 0.5, 1])
    assert found is not None
    assert (found.method, found.wins, found.ties) == ("permutation", 2, 1)


def test_nothing_is_said_of_no_rows_and_little_of_one() -> None:
    assert paired([], []) is None
    one = paired([0.2], [0.9])
    assert one is not None
    assert one.interval.holds_zero or one.interval.high - one.interval.low > 0.5
    assert one.p == 1
    with pytest.raises(ValueError, match="shorter"):
        paired([1], [])


def test_differences_that_are_all_the_same_leave_doubt() -> None:
    found = paired([0.5] * 10, [0.5] * 10)
    assert found is not None
    assert found.interval.low < -0.2
    assert found.interval.high > 0.2


def coverage(differ: float, ahead: float, rows: int) -> float:
    """How often the interval holds the difference of two paired rates."""
    rng = np.random.default_rng(20261129)
    wins = (differ + ahead) / 2
    drawn = rng.multinomial(rows, [wins, differ - wins, 1 - differ], 4_000)
    held = sum(
        low <= ahead <= high for low, high in (binary_interval(int(won), int(lost), rows) for won, lost, _ in drawn)
    )
    return held / 4_000


def test_the_interval_of_two_paired_rates_holds_95_times_in_100() -> None:
    cases = [(0.2, 0.0), (0.3, 0.1), (0.5, 0.2), (0.4, 0.3), (0.25, -0.1)]
    found = [coverage(differ, ahead, rows) for differ, ahead in cases for rows in (50, 200)]
    assert sum(found) / len(found) == pytest.approx(0.95, abs=0.015)
    assert min(found) > 0.93


def test_the_bootstrap_of_scores_holds_95_times_in_100() -> None:
    rng = np.random.default_rng(20261129)
    held, times = 0, 700
    for _ in range(times):
        differences = rng.gamma(2, 0.1, 80) - 0.2
        low, high = bca_interval(list(differences), resamples=999)
        held += low <= 0 <= high
    assert held / times == pytest.approx(0.95, abs=0.02)


def test_chance_alone_is_called_clear_5_times_in_100() -> None:
    rng = np.random.default_rng(20261129)
    found = [sign_flips(list(rng.normal(0, 1, 30)), 999) <= 0.05 for _ in range(1_000)]
    assert sum(found) / 1_000 == pytest.approx(0.05, abs=0.015)


def test_many_pairs_are_corrected_as_scipy_does() -> None:
    chances = [0.001, 0.02, 0.03, 0.2, 0.9]
    expected = stats.false_discovery_control(chances)
    assert benjamini_hochberg(chances) == pytest.approx(list(expected), abs=1e-12)
    assert benjamini_hochberg(chances)[1] == pytest.approx(0.05)
    assert benjamini_hochberg([]) == []


def pair(difference: float, low: float, high: float, p: float) -> PairedDifference:
    return PairedDifference(1, 1, 1, difference, Interval(low, high), p, "permutation")


NAMES = {0: "plain", 1: "strict", 2: "long"}


def test_nobody_wins_where_the_difference_may_be_none() -> None:
    pairs = compared({(0, 1): pair(0.1, -0.01, 0.2, 0.04), (0, 2): pair(-0.3, -0.4, -0.2, 0.001)})
    assert [one.better for one in pairs] == [None, 0]
    assert standing(NAMES, {0: 0.7, 1: 0.8, 2: 0.4}, [*pairs]) == "No clear winner among strict, plain and long."
    pairs = compared({**{(one.first, one.second): one.difference for one in pairs}, (1, 2): pair(-0.4, -0.5, -0.3, 0)})
    assert standing(NAMES, {0: 0.7, 1: 0.8, 2: 0.4}, pairs) == "No clear winner between strict and plain."


def test_who_is_ahead_of_all_is_the_best() -> None:
    pairs = compared({(0, 1): pair(0.2, 0.1, 0.3, 0.001), (1, 2): pair(-0.3, -0.4, -0.2, 0.001)})
    assert standing(NAMES, {0: 0.6, 1: 0.8, 2: 0.5}, pairs) == "strict is better than all others."
    assert standing({0: "plain"}, {0: 0.5}, []) == ""


def test_what_is_clear_alone_may_be_chance_among_many() -> None:
    alone = compared({(0, 1): pair(0.2, 0.01, 0.3, 0.04)})
    among = compared({(0, number): pair(0.2, 0.01, 0.3, 0.04 if number == 1 else 0.9) for number in range(1, 11)})
    assert alone[0].clear
    assert not among[0].clear
