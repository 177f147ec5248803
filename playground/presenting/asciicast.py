"""Recordings as asciicast v3, which asciinema plays: https://docs.asciinema.org/manual/asciicast/v3/."""

import json
from collections.abc import Iterator, Sequence

from playground.presenting.screen import GAP, QUESTION, THOUGHT, Size, Take, padded, screen_frames, sign_rows
from playground.text.cleaning import line

MEDIA_TYPE = "application/x-asciicast"
_SIGN, _DIM, _PLAIN = "\x1b[7m", "\x1b[2m", "\x1b[0m"


def asciicast(takes: Sequence[Take], title: str) -> str:
    """The file of recordings, side by side on one clock, at the pace at which they came."""
    size = Size.of(len(takes))
    first = min(take.recording.reply.started_at for take in takes)
    header = {
        "version": 3,
        "term": {"cols": size.width(len(takes)), "rows": size.rows, "type": "xterm-256color"},
        "timestamp": int(first.timestamp()),
        "title": line(title),
    }
    total_ms = max(take.recording.pace.total_ms for take in takes)
    return "".join(f"{_json(one)}\n" for one in (header, *_events(takes, size, total_ms)))


def _events(takes: Sequence[Take], size: Size, total_ms: int) -> Iterator[list[object]]:
    """[seconds since the event before it, code, data]: what changes on screen, line by line."""
    before: list[str] = []
    last_ms = 0
    for at_ms, panes in screen_frames(takes, size):
        rows = list(_rows(panes, size))
        changed = [
            f"\x1b[{number};1H{row}{_PLAIN}\x1b[K"
            for number, row in enumerate(rows, 1)
            if number > len(before) or before[number - 1] != row
        ]
        if not changed:
            continue
        clear = "" if before else "\x1b[?25l\x1b[2J"
        yield [_seconds(at_ms - last_ms), "o", clear + "".join(changed)]
        if not before:
            yield [0, "m", "asked"]
        before, last_ms = rows, at_ms
    yield [_seconds(max(0, total_ms - last_ms)), "m", "the end"]
    yield [0, "x", "0"]


def _rows(panes: Sequence[Sequence[str]], size: Size) -> Iterator[str]:
    for number in range(size.rows):
        cells = [(pane[number] if number < len(pane) else "", number < sign_rows(pane)) for pane in panes]
        yield GAP.join(_styled(cell, size.columns, is_sign) for cell, is_sign in cells).rstrip(" ")


def _styled(cell: str, columns: int, is_sign: bool) -> str:
    text = padded(cell, columns)
    if is_sign:
        return f"{_SIGN}{text}{_PLAIN}"
    return f"{_DIM}{text}{_PLAIN}" if cell.startswith((THOUGHT, QUESTION)) else text


def _seconds(milliseconds: int) -> float:
    return milliseconds / 1000


def _json(value: object) -> str:
    return json.dumps(value, separators=(", ", ": "))  # ASCII: some programs end a line at U+2028
