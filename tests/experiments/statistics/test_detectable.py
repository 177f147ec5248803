"""The smallest difference that can be shown, against simulated power; early looks, against published bounds."""

import numpy as np
import pytest
from scipy import stats

from playground.experiments.statistics.agreement import cohen_kappa
from playground.experiments.statistics.detectable import DISCORDANT, power_of, rows_needed, smallest_difference
from playground.experiments.statistics.paired import mcnemar
from playground.experiments.statistics.sequential import bounds_of, decide, look_rows


def simulated_power(rows: int, difference: float, discordant: float, times: int = 4_000) -> float:
    rng = np.random.default_rng(20261129)
    wins = (discordant + difference) / 2
    drawn = rng.multinomial(rows, [wins, discordant - wins, 1 - discordant], times)
    known: dict[tuple[int, int], bool] = {}
    found = 0
    for won, lost, _ in drawn.tolist():
        if (won, lost) not in known:
            known[won, lost] = mcnemar(won, lost) <= 0.05 and won > lost
        found += known[won, lost]
    return found / times


@pytest.mark.parametrize("rows", [30, 50, 200, 3_000])
def test_a_difference_of_that_size_is_found_80_times_in_100(rows: int) -> None:
    difference = smallest_difference(rows)
    assert difference is not None
    assert simulated_power(rows, difference, max(DISCORDANT, difference)) == pytest.approx(0.8, abs=0.02)


def test_fifty_rows_show_nineteen_points() -> None:
    assert round(100 * (smallest_difference(50) or 0)) == 19


def test_more_rows_and_more_repetitions_show_smaller_differences() -> None:
    assert smallest_difference(2) is None
    assert smallest_difference(0) is None
    sizes = [smallest_difference(rows) or 1 for rows in (10, 20, 50, 100, 500, 2_000, 2_001, 100_000)]
    assert sizes == sorted(sizes, reverse=True)
    assert (smallest_difference(100, 5) or 1) < (smallest_difference(100) or 0)


@pytest.mark.parametrize("difference", [0.3, 0.1, 0.05, 0.02])
def test_so_many_rows_show_it(difference: float) -> None:
    rows = rows_needed(difference)
    assert power_of(rows, difference, max(DISCORDANT, difference)) >= 0.795
    assert power_of(int(rows * 0.9), difference, max(DISCORDANT, difference)) < 0.8


def test_the_power_of_many_rows_goes_on_from_that_of_few() -> None:
    assert power_of(2_000, 0.03, 0.23) == pytest.approx(power_of(2_001, 0.03, 0.23), abs=0.02)


@pytest.mark.parametrize(
    ("looks", "published"),
    # ldBounds and gsDesign (sfLDOF), two-sided 0.05.
    [(2, (2.9626, 1.9686)), (4, (4.3326, 2.9631, 2.3590, 2.0141)), (5, (4.8769, 3.3569, 2.6803, 2.2898, 2.0310))],
)
def test_the_bounds_are_the_published_ones(looks: int, published: tuple[float, ...]) -> None:
    assert bounds_of(looks) == pytest.approx(published, abs=2e-3)


def test_chance_alone_stops_a_pair_5_times_in_100() -> None:
    rng = np.random.default_rng(20261129)
    stopped = sum(decide(list(rng.normal(0, 1, 100)), 100, 4).decided for _ in range(3_000))
    assert stopped / 3_000 == pytest.approx(0.05, abs=0.012)


def test_a_clear_pair_stops_early_and_says_what_it_saved() -> None:
    found = decide([1.0] * 60, 200, 4)
    assert (found.decided, found.rows, found.saved, found.look) == (True, 50, 150, 1)
    assert not decide([1.0] * 49, 200, 4).decided
    assert not decide([0.0] * 200, 200, 4).decided
    assert not decide([1.0] * 8, 8, 2).decided


def test_looks_are_evenly_far_from_each_other() -> None:
    assert look_rows(100, 4) == (25, 50, 75, 100)
    assert look_rows(3, 4) == (1, 2, 3)


def test_agreement_is_cohens_kappa() -> None:
    # Fleiss, Cohen and Everitt 1969: three classes, 200 cases.
    table = {("a", "a"): 106, ("a", "b"): 10, ("a", "c"): 4, ("b", "a"): 22, ("b", "b"): 28, ("b", "c"): 10}
    table |= {("c", "a"): 2, ("c", "b"): 12, ("c", "c"): 6}
    first = [one for (one, _), count in table.items() for _ in range(count)]
    second = [other for (_, other), count in table.items() for _ in range(count)]
    found = cohen_kappa(first, second)
    assert found is not None
    assert found.answers == 200
    assert found.agreed == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.429, abs=5e-4)
    assert found.interval is not None
    # Published: a standard error of 0.053.
    assert (found.interval.high - found.interval.low) / 2 / stats.norm.ppf(0.975) == pytest.approx(0.0535, abs=5e-4)


def test_agreement_that_chance_explains_is_none() -> None:
    assert cohen_kappa([], []) is None
    same = cohen_kappa(["yes"] * 5, ["yes"] * 5)
    assert same is not None
    assert (same.agreed, same.kappa) == (1, None)
    never = cohen_kappa([True, False] * 10, [False, True] * 10)
    assert never is not None
    assert never.kappa == -1
