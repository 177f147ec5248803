"""What a room said, and how far it may be by chance."""

import pytest

from playground.store import Ballot, BallotAnswer, BallotChoice
from playground.voting.result import preferred_answer, result, share_text

ANSWERS = (BallotAnswer("one", "A", "llama", "Salt", "5 out"), BallotAnswer("two", "B", "gemma", "Rivers", "9 out"))
BALLOT = Ballot("c", 1, "Why?", ANSWERS, ())


def test_each_answer_has_a_row_and_so_have_a_tie_and_none() -> None:
    rows = result(BALLOT, {BallotChoice("better", "one"): 30, BallotChoice("better", "two"): 5, BallotChoice("tie"): 5})
    assert [(row.label, row.name, row.count) for row in rows] == [
        ("A", "llama", 30),
        ("B", "gemma", 5),
        ("Tie", "", 5),
        ("Both bad", "", 0),
    ]
    assert share_text(rows[0]) == "75% (60% to 86%)"
    assert preferred_answer(rows) == "The room prefers A: llama."


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [(0, 0, "Nobody has chosen an answer."), (3, 2, "Too close to tell: the intervals meet.")],
)
def test_few_votes_tell_nothing(one: int, two: int, said: str) -> None:
    assert (
        preferred_answer(result(BALLOT, {BallotChoice("better", "one"): one, BallotChoice("better", "two"): two}))
        == said
    )
