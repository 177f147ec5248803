"""Recordings as files: asciicast v3 by its rules and on a terminal, and animated pictures."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from playground.answers.pace import Pace, Step
from playground.metering import Timings
from playground.presenting.animation import END_MS, MOST_PICTURES_DRAWN, animation
from playground.presenting.asciicast import asciicast
from playground.presenting.recordings import Recording, covering
from playground.presenting.screen import Size, Take, Wrapping, screen_frames, width
from playground.store import StoredReply

REPLY = StoredReply(
    id="r",
    conversation_id=None,
    model="@cf/llama",
    connection="",
    state="done",
    text="",
    reasoning="",
    tool_calls=(),
    finish_reason="stop",
    truncated=False,
    usage=None,
    price=None,
    cost=None,
    timings=Timings(0.4, 2.0),
    error=None,
    request_id=None,
    notes=(),
    response_format=None,
    cached=False,
    started_at=datetime(2026, 11, 29, 16, 51, tzinfo=UTC),
    finished_at=None,
)
SIGN = "Recorded on 2026-11-29 at 16:51 UTC from @cf/llama."


def take(text: str, thoughts: str = "", gap_ms: int = 50, name: str = "Llama") -> Take:
    """A recording that comes a character each `gap_ms`, after 400 ms."""
    steps = [Step(400 + number * gap_ms, 0, 1) for number in range(len(thoughts))]
    steps += [Step(400 + (len(thoughts) + number) * gap_ms, 1, 0) for number in range(len(text))]
    pace = covering(Pace(tuple(steps)), len(text), len(thoughts))
    return Take(name, "Why is the sea salty?", Recording(replace(REPLY, text=text, reasoning=thoughts), pace))


class Terminal:
    """As much of a terminal as is needed here: it moves, erases to the end of a line, and takes styles for nothing."""

    def __init__(self, columns: int, rows: int) -> None:
        self.rows = [""] * rows
        self._columns = columns
        self._row = 0

    def write(self, data: str) -> None:
        for part in re.split(r"(\x1b\[[0-9;?]*[A-Za-z])", data):
            if moved := re.fullmatch(r"\x1b\[(\d+);1H", part):
                self._row = int(moved[1]) - 1
                self.rows[self._row] = ""
            elif not part.startswith("\x1b["):
                assert not re.search(r"[\x00-\x1f\x7f-\x9f]", part), "nothing else steers the terminal"
                self.rows[self._row] += part
                assert width(self.rows[self._row]) <= self._columns


def played(cast: str) -> tuple[dict[str, Any], list[tuple[float, list[str]]]]:
    """The header of a cast, and what a terminal shows after each output, with the seconds at which it does."""
    lines = [json.loads(line) for line in cast.splitlines() if not line.startswith("#")]
    header, events = lines[0], lines[1:]
    assert header["version"] == 3
    terminal = Terminal(header["term"]["cols"], header["term"]["rows"])
    at, shown = 0.0, []
    for interval, code, data in events:
        assert interval >= 0
        assert code in "oimrx"
        assert isinstance(data, str)
        at += interval
        if code == "o":
            terminal.write(data)
            shown.append((at, [row.rstrip() for row in terminal.rows]))
    assert events[-1][1:] == ["x", "0"]
    return header, shown


def test_a_cast_shows_what_had_come_at_its_time_under_a_sign() -> None:
    header, shown = played(asciicast([take("Salt comes from rivers.", "Hm")], "The\nsea"))
    assert header["term"] == {"cols": 88, "rows": 32, "type": "xterm-256color"}
    assert header["title"] == "The sea"
    assert header["timestamp"] == int(REPLY.started_at.timestamp())
    assert all(rows[0] == f"Llama · {SIGN}" for _, rows in shown)
    at = {round(seconds, 3): rows for seconds, rows in shown}
    assert at[0][1] == "› Why is the sea salty?"
    assert at[0.4][3] == "┆ H"
    assert at[0.65][3:5] == ["┆ Hm", "Salt"]
    assert shown[-1][1][3:5] == ["┆ Hm", "Salt comes from rivers."]


def test_panes_play_side_by_side_on_one_clock() -> None:
    _, shown = played(asciicast([take("a" * 20), take("b" * 20, gap_ms=100, name="Gemma")], "Two"))
    final = dict(shown)
    assert final[max(final)][3].split("│")[0].strip() == "a" * 20
    assert final[max(final)][3].split("│")[1].strip() == "b" * 20
    halfway = next(rows for at, rows in shown if at >= 1.4)
    assert halfway[3].split("│")[0].strip() == "a" * 20
    assert halfway[3].split("│")[1].strip() == "b" * 11


def test_a_long_answer_scrolls_and_its_sign_stays() -> None:
    lines = [f"Line {number}." for number in range(100)]
    _, shown = played(asciicast([take("\n".join(lines), gap_ms=5)], "Long"))
    rows = shown[-1][1]
    assert rows[0].endswith(SIGN)
    assert rows[-1] == "Line 99."
    assert rows[3] == "Line 71."


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.text(max_size=40), st.integers(1, 3))
def test_whatever_a_model_says_nothing_of_it_steers_a_terminal(text: str, thoughts: str, panes: int) -> None:
    hostile = text + "\x1b[2J\x9b31m\x07\x1b]0;title\x07" + text
    played(asciicast([take(hostile, thoughts) for _ in range(panes)], text))


@given(st.text(alphabet="ab 海é\n\t", max_size=300), st.integers(8, 40))
def test_lines_are_cut_between_words_and_nothing_is_lost(text: str, columns: int) -> None:
    wrapping = Wrapping(columns)
    for character in text:
        wrapping.add(character)
    assert all(width(row) <= columns for row in wrapping.lines)
    assert "".join("".join(wrapping.lines).split()) == "".join(text.split())


def test_a_frame_is_told_at_most_once_in_a_grain() -> None:
    found = list(screen_frames([take("x" * 100, gap_ms=10)], Size(40, 10), 200))
    times = [at for at, _ in found]
    assert times == [0, 400, 600, 800, 1000, 1200]
    assert found[-1][1][0][-1].endswith("x" * 10)


@pytest.mark.parametrize("gap_ms", [50, 5_000])
def test_an_animated_picture_takes_as_long_as_the_recording(gap_ms: int) -> None:
    recorded = [take("Salt comes from rivers. " * 5, gap_ms=gap_ms), take("海は塩辛い👋", gap_ms=gap_ms)]
    with Image.open(io.BytesIO(animation(recorded))) as picture:
        assert picture.format == "GIF"
        count = getattr(picture, "n_frames", 1)
        assert 10 <= count <= MOST_PICTURES_DRAWN + 2
        total = 0
        for number in range(count):
            picture.seek(number)
            total += picture.info["duration"]
        longest = max(one.recording.pace.total_ms for one in recorded)
        assert total == pytest.approx(longest + END_MS, rel=0.1)
