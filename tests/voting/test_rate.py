"""Limits on how often something may be done."""

import pytest

from playground.voting import rate
from playground.voting.rate import RateLimit


def test_so_often_in_a_time_each_and_again_when_it_is_over() -> None:
    now = [0.0]
    limit = RateLimit(2, 60, clock=lambda: now[0])
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    now[0] = 60.0
    assert limit.allows("a")


def test_names_that_were_quiet_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MOST_KNOWN", 10)
    limit = RateLimit(1, 60)
    for number in range(1_000):
        limit.allows(str(number))
    assert len(limit._times) == 10
