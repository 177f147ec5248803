"""Intervals of rates: Wilson's, as scipy has it, and right 95 times in 100."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from playground.experiments.statistics.clusters import mean_of, rate_of, spread_of
from playground.experiments.statistics.rates import Interval, normal_quantile, wilson


@given(st.integers(0, 500), st.integers(1, 500), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilsons_interval_is_that_of_scipy(passed: int, total: int, confidence: float) -> None:
    passed = min(passed, total)
    expected = stats.binomtest(passed, total).proportion_ci(confidence, method="wilson")
    found = wilson(passed, total, confidence)
    assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert found.high == pytest.approx(expected.high, abs=1e-12)


@given(st.integers(0, 500), st.integers(1, 500))
def test_at_its_ends_what_was_seen_is_two_standard_deviations_away(count: int, total: int) -> None:
    share = min(count, total) / total
    for end in wilson(min(count, total), total):
        if 1e-9 < end < 1 - 1e-9:
            errors = abs(share - end) / math.sqrt(end * (1 - end) / total)
            assert errors == pytest.approx(normal_quantile(0.95), abs=1e-7)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_share_lies_in_its_interval(count: int, others: int) -> None:
    total = count + others
    low, high = wilson(count, total)
    assert 0 <= low <= (count / total if total else 0.5) + 1e-12
    assert (count / total if total else 0.5) - 1e-12 <= high <= 1


def test_of_no_failures_the_rule_of_three_is_near() -> None:
    assert wilson(100, 100) == pytest.approx((0.963, 1.0), abs=1e-3)
    assert wilson(0, 0) == Interval(0, 1)


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_one_answer_a_row_is_wilsons_interval(passed: list[bool]) -> None:
    found = rate_of([(int(one), 1) for one in passed])
    assert found is not None
    assert found.interval == pytest.approx(wilson(sum(passed), len(passed)), abs=1e-12)
    assert found.spread is None


def test_answers_that_are_all_alike_are_worth_as_many_as_rows() -> None:
    found = rate_of([(5, 5)] * 30 + [(0, 5)] * 20)
    assert found is not None
    assert (found.cells, found.rows, found.worth) == (250, 50, 50)
    assert found.spread is not None
    assert found.spread.share_of_rows == 1
    assert found.interval.low < wilson(30, 50).low < found.interval.high


def test_answers_that_differ_by_chance_alone_are_worth_nearly_as_many_as_there_are() -> None:
    rng = np.random.default_rng(1)
    found = rate_of([(int(passed), 5) for passed in rng.binomial(5, 0.6, 400)])
    assert found is not None
    assert found.worth > 1_700
    assert found.spread is not None
    assert (found.spread.share_of_rows or 0) < 0.05


def test_nothing_is_said_of_nothing() -> None:
    assert rate_of([]) is None
    assert rate_of([(0, 0)]) is None
    assert mean_of([[]]) is None


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=3, max_size=20))
def test_the_spread_is_that_of_an_analysis_of_variance(rows: list[list[float]]) -> None:
    spread = spread_of(rows)
    assert spread is not None
    table = np.asarray(rows)
    assert spread.chance == pytest.approx(table.var(axis=1, ddof=1).mean(), abs=1e-9)
    between = table.mean(axis=1).var(ddof=1) - spread.chance / 3
    assert spread.rows == pytest.approx(max(0.0, between), abs=1e-9)


def test_the_mean_of_scores_is_students_over_rows() -> None:
    rows = [[0.1, 0.3], [0.5, 0.7], [0.9, 0.6], [0.2, 0.4]]
    means = [sum(row) / 2 for row in rows]
    found = mean_of(rows)
    assert found is not None
    expected = stats.ttest_1samp(means, 0).confidence_interval()
    assert found.interval == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_scores_that_are_all_the_same_leave_doubt() -> None:
    found = mean_of([[1.0]] * 20)
    assert found is not None
    assert found.interval == pytest.approx(wilson(20, 20), abs=1e-12)
    one = mean_of([[0.5]])
    assert one is not None
    assert one.interval.high - one.interval.low > 0.7


@pytest.mark.parametrize(("rows", "repetitions"), [(60, 1), (60, 5), (300, 2)])
@pytest.mark.parametrize("alike", [0.4, 3.0])
def test_the_interval_of_a_rate_holds_it_95_times_in_100(rows: int, repetitions: int, alike: float) -> None:
    rng = np.random.default_rng(20261129)
    held, times = 0, 2_000
    for truth in rng.uniform(0.05, 0.95, times):
        each = rng.beta(truth * alike, (1 - truth) * alike, rows)
        found = rate_of([(int(passed), repetitions) for passed in rng.binomial(repetitions, each)])
        assert found is not None
        held += found.interval.low <= truth <= found.interval.high
    assert held / times == pytest.approx(0.95, abs=0.015)


def test_the_interval_of_a_mean_holds_it_95_times_in_100() -> None:
    rng = np.random.default_rng(20261129)
    held, times = 0, 3_000
    for truth in rng.uniform(0.2, 0.8, times):
        each = rng.beta(truth * 3, (1 - truth) * 3, 60)
        scores = np.clip(each[:, None] + rng.normal(0, 0.02, (60, 3)), 0, 1)
        found = mean_of([list(row) for row in scores])
        assert found is not None
        held += found.interval.low <= truth <= found.interval.high
    assert held / times == pytest.approx(0.95, abs=0.015)
