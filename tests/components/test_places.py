"""What is on screen by the place it has."""

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from components.places import STEP, left_out


def runs(*lists: Sequence[str], broken_off: Sequence[int] = ()) -> AppTest:
    """A page that draws a list in each run; `cleared` are the things whose places the last run cleared first."""

    def page(lists: list[list[str]], broken_off: list[int]) -> None:
        import streamlit

        from components.places import Places, all_drawn

        number = streamlit.session_state.number = streamlit.session_state.get("number", -1) + 1
        streamlit.session_state.cleared = []
        places = Places("things")
        for thing in lists[number]:
            place = places.next(thing)
            if place is not streamlit:
                streamlit.session_state.cleared.append(thing)
            place.container().text(thing)
        places.end()
        if number not in broken_off:
            all_drawn()

    app = AppTest.from_function(page, args=(lists, broken_off))
    for _ in lists:
        app.run()
    assert [text.value for text in app.text] == list(lists[-1])
    return app


@pytest.mark.parametrize(
    ("before", "now", "cleared"),
    [
        ("", "ab", ""),
        ("ab", "ab", ""),
        ("ab", "abcd", ""),
        ("ab", "ac", "c"),
        ("abc", "bc", "bc"),
        ("abc", "a", ""),
    ],
)
def test_only_a_place_that_something_else_had_is_cleared(before: str, now: str, cleared: str) -> None:
    assert runs(before, now).session_state.cleared == list(cleared)


def test_a_run_that_is_broken_off_leaves_it_open_what_is_on_screen() -> None:
    assert runs("a", "b", "b", broken_off=[1]).session_state.cleared == ["b"]


def test_the_oldest_leave_in_steps() -> None:
    counts = [left_out(count, 16) for count in range(40)]
    assert set(counts) == {0, STEP, 2 * STEP}
    assert all(16 <= count - left < 16 + STEP for count, left in enumerate(counts) if count >= 16)
