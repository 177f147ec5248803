"""What time goes into before a request is sent."""

from playground.answers.exchange import Exchange, Wait
from tests.clock import Clock


def test_each_wait_is_counted_under_its_own_name() -> None:
    clock = Clock()
    exchange = Exchange(clock=clock)
    exchange.begin_wait(Wait("fetching"))
    clock.now += 12
    exchange.begin_wait(Wait("loading"))
    clock.now += 3
    exchange.end_wait()
    clock.now += 100  # nobody waits for anything
    exchange.begin_wait(Wait("queued", message="place 2"))
    clock.now += 1
    exchange.begin_wait(Wait("queued", message="place 1"))
    clock.now += 2
    exchange.end_wait()
    exchange.end_wait()
    assert exchange.waited == {"fetching": 12, "loading": 3, "queued": 3}
    assert exchange.wait is None


def test_an_attempt_that_failed_is_no_part_of_the_next() -> None:
    clock = Clock()
    exchange = Exchange(clock=clock)
    exchange.sending()
    clock.now += 4
    exchange.failed()
    exchange.begin_wait(Wait("retrying"))
    clock.now += 1.5
    exchange.end_wait()
    exchange.sending()
    clock.now += 9
    assert exchange.waited == {"failed": 4, "retrying": 1.5}
    assert (exchange.attempts, exchange.sent_at) == (2, 105.5)


def test_what_was_never_sent_has_not_failed() -> None:
    exchange = Exchange()
    exchange.failed()
    assert exchange.waited == {}
