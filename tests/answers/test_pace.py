"""Paces: merged to what a screen can show, bounded in memory and in bytes, and read back as they were written."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.answers.pace import GRAIN_MS, LONGEST_PACE, MOST_STEPS, Pace, PaceBuilder, Step

PIECES = st.lists(st.tuples(st.floats(0, 0.2), st.integers(0, 40), st.integers(0, 40)), max_size=200)


def built(pieces: list[tuple[float, int, int]]) -> tuple[Pace | None, float]:
    """A pace of pieces that came so long after each other, and when the last came."""
    builder, at = PaceBuilder(), 0.0
    for gap, text, thoughts in pieces:
        at += gap
        builder.add(at, text=text, thoughts=thoughts)
    return builder.built(at), at


@given(PIECES)
def test_every_character_is_there_and_comes_at_most_a_frame_early(pieces: list[tuple[float, int, int]]) -> None:
    pace, total = built(pieces)
    if pace is None:
        assert not any(text or thoughts for _, text, thoughts in pieces)
        return
    assert pace.text == sum(text for _, text, _ in pieces)
    assert pace.thoughts == sum(thoughts for _, _, thoughts in pieces)
    at, come = 0.0, 0
    for gap, text, thoughts in pieces:
        at, come = at + gap, come + text + thoughts
        shown = sum(step.text + step.thoughts for step in pace.steps if step.at_ms <= round(at * 1000))
        assert shown >= come
    times = [step.at_ms for step in pace.steps if step.text or step.thoughts]
    assert all(later - earlier >= GRAIN_MS for earlier, later in pairwise(times))
    assert pace.total_ms <= round(total * 1000)


@given(PIECES)
def test_a_pace_is_read_as_it_was_written(pieces: list[tuple[float, int, int]]) -> None:
    pace, _ = built(pieces)
    if pace is not None:
        assert Pace.from_json(pace.as_json()) == pace
        assert Pace.unpacked(pace.packed()) == pace


def test_an_endless_answer_takes_bounded_room_and_keeps_its_length() -> None:
    builder, dice = PaceBuilder(), random.Random(1)
    at, said = 0.0, 0
    for _ in range(200_000):
        at += dice.random() / 10
        size = dice.randrange(1, 10_000)
        builder.add(at, text=size)
        said += size
    pace = builder.built(at + 1)
    assert pace is not None
    assert len(pace.steps) <= MOST_STEPS + 1
    packed = pace.packed()
    assert len(packed) <= LONGEST_PACE
    kept = Pace.unpacked(packed)
    assert (kept.text, kept.total_ms) == (said, round((at + 1) * 1000))
    assert len(kept.steps) > 1_000


def test_a_usual_answer_takes_little_room() -> None:
    builder, dice = PaceBuilder(), random.Random(1)
    for number in range(500):
        builder.add(0.4 + number / 50 + dice.random() / 100, text=dice.randrange(1, 9))
    pace = builder.built(11)
    assert pace is not None
    assert len(pace.packed()) < 1_500


def test_what_turns_out_to_be_thought_was_thought_from_the_beginning() -> None:
    builder = PaceBuilder()
    builder.add(0.1, text=5)
    builder.add(0.2, thoughts=3)
    builder.reclassify(to_text=False)
    builder.add(0.3, text=7)
    assert builder.built(0.3) == Pace((Step(100, 0, 5), Step(200, 0, 3), Step(300, 7, 0)))


def test_the_end_is_a_step_of_its_own_where_something_came_after_the_last_words() -> None:
    builder = PaceBuilder()
    builder.add(0.1, text=5)
    assert builder.built(2) == Pace((Step(100, 5, 0), Step(2000, 0, 0)))
    assert PaceBuilder().built(2) is None


@pytest.mark.parametrize(
    "value",
    [
        [1],
        [1, 2],
        [1, -2, 0],
        [1, 2, 1.5],
        [True, 1, 1],
        [2**40, 1, 1],
        [2**31 - 1, 1, 0, 2**31 - 1, 1, 0],
        ["1", 1, 1],
    ],
)
def test_what_is_no_pace_is_refused(value: list[int]) -> None:
    with pytest.raises(ValueError, match="no pace"):
        Pace.from_json(value)
