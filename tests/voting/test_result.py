"""What a room said, and how far it may be by chance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.store import Ballot, BallotAnswer, BallotChoice
from playground.voting.result import Z, preferred_answer, result, share_text, wilson

ANSWERS = (BallotAnswer("one", "A", "llama", "Salt", "5 out"), BallotAnswer("two", "B", "gemma", "Rivers", "9 out"))
BALLOT = Ballot("c", 1, "Why?", ANSWERS, ())


@given(st.integers(0, 500), st.integers(1, 500))
def test_at_the_ends_of_wilsons_interval_what_was_seen_is_two_standard_deviations_away(count: int, total: int) -> None:
    share = min(count, total) / total
    for end in wilson(min(count, total), total):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(share - end) == pytest.approx(Z * math.sqrt(end * (1 - end) / total), abs=1e-9)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_share_lies_in_its_interval(count: int, others: int) -> None:
    total = count + others
    low, high = wilson(count, total)
    assert 0 <= low <= (count / total if total else 0.5) + 1e-12
    assert (count / total if total else 0.5) - 1e-12 <= high <= 1


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
