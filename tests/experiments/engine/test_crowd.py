"""How many requests are on their way at a time: doubled, halved after a refusal, and grown again."""

from playground.experiments.engine.crowd import Crowd
from tests.clock import Clock


def a_round(crowd: Crowd, clock: Clock, took_s: float) -> None:
    """As many requests as may be on their way are sent, and answered."""
    count = crowd.room
    for _ in range(count):
        crowd.begin()
    clock.now += took_s
    for _ in range(count):
        crowd.leave()
        crowd.answered()


def test_it_doubles_as_long_as_that_is_faster() -> None:
    clock = Clock()
    crowd = Crowd(clock=clock)
    sizes = []
    for took_s in (1, 1, 1, 2):
        sizes.append(crowd.size)
        a_round(crowd, clock, took_s)
    assert sizes == [20, 40, 80, 160]
    assert crowd.size == 80
    a_round(crowd, clock, 1)
    assert crowd.size == 81


def test_a_refusal_halves_once_for_all_that_were_on_their_way_and_closes_for_the_time_that_is_asked() -> None:
    clock = Clock()
    crowd = Crowd(clock=clock)
    begun = [crowd.begin() for _ in range(20)]
    clock.now += 1
    for at in begun:
        crowd.leave()
        crowd.refused(at, 7)
    assert (crowd.size, crowd.room, crowd.refusals) == (10, 0, 20)
    assert crowd.wait_s == 7
    clock.now += 7
    assert crowd.room == 10
    a_round(crowd, clock, 1)
    assert crowd.size == 11


def test_without_a_time_it_waits_longer_each_time_and_never_for_more_than_a_minute() -> None:
    clock = Clock()
    crowd = Crowd(clock=clock)
    waits = []
    for _ in range(9):
        at = crowd.begin()
        clock.now += 1
        crowd.leave()
        crowd.refused(at, None)
        waits.append(crowd.wait_s)
        clock.now += crowd.wait_s
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert crowd.size == 1


def test_a_bound_that_is_known_is_kept() -> None:
    clock = Clock()
    crowd = Crowd(most=3, clock=clock)
    for _ in range(5):
        a_round(crowd, clock, 1)
    assert crowd.size == 3
