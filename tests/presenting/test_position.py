"""Where a presentation goes from where it is."""

from playground.presenting.position import Position


def test_next_leads_through_the_steps_to_the_verdict_and_previous_back() -> None:
    position = Position().start()
    seen = []
    for _ in range(4):
        seen.append((position.at(2), position.verdict))
        position = position.next(2, has_verdict=True)
    assert seen == [(0, False), (1, False), (1, True), (1, True)]
    position = position.previous(2)
    assert (position.at(2), position.verdict) == (1, False)
    assert position.previous(2).previous(2).at(2) == 0


def test_without_a_verdict_the_last_step_stays() -> None:
    assert Position().next(3) == Position()
    assert Position().at(3) == 2
    assert Position().at(0) == 0


def test_a_step_that_is_not_there_any_more_is_the_last_one() -> None:
    assert Position(step=7).at(2) == 1


def test_any_step_ends_a_blank_screen() -> None:
    blank = Position(blank=True)
    steps = (blank.next(2), blank.previous(2), blank.start(), blank.last(), blank.alone(1, 2))
    assert not any(position.blank for position in steps)


def test_a_pane_that_is_not_there_changes_nothing() -> None:
    assert Position(pane=2).alone(5, 3) == Position(pane=2)
    assert Position(pane=2).alone(0, 3).pane == 0


def test_the_type_has_bounds() -> None:
    assert Position(size=16).larger(1).size == 16
    assert Position().larger(-99).size == -16
