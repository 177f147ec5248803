"""How often answers on their way are drawn."""

import pytest
from streamlit.testing.v1 import AppTest

from components import live_answer


class Clock:
    """A clock that goes on while somebody sleeps, and not otherwise."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(("first_tokens_s", "draws"), [((0, 0, 0, 0), 14), ((0, 0, 0, 9), 14), ((0, 0, 0, 0.5), 15)])
def test_an_answer_that_does_not_begin_hurries_no_other(
    monkeypatch: pytest.MonkeyPatch, first_tokens_s: tuple[float, ...], draws: int
) -> None:
    monkeypatch.setattr(live_answer, "time", Clock())

    def page(first_tokens_s: tuple[float, ...]) -> None:
        import streamlit

        from components import live_answer

        clock = vars(live_answer)["time"]

        class Answer:
            drawn = 0

            def __init__(self, first_token_s: float) -> None:
                self.first_token_s = first_token_s

            @property
            def begun(self) -> bool:
                return bool(clock.monotonic() >= self.first_token_s)

            def draw(self) -> bool:
                self.drawn += 1
                return bool(clock.monotonic() >= 1)

            def wait(self, seconds: float) -> None:
                raise AssertionError

        streamlit.session_state.controls_there = True
        answers = [Answer(first_token_s) for first_token_s in first_tokens_s]
        live_answer.watch(answers)
        streamlit.session_state.draws = [answer.drawn for answer in answers]

    app = AppTest.from_function(page, args=(first_tokens_s,)).run()

    assert not app.exception
    assert app.session_state.draws == [draws] * 4
