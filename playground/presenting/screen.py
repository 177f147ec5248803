"""Recordings on a screen of letters, as a terminal shows them: side by side, each under its sign."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from playground.presenting.recordings import Recording, sign
from playground.text.cleaning import clean, line

QUESTION = "› "
"""What stands before the question."""
THOUGHT = "┆ "
"""What stands before a line of thoughts."""
GAP = " │ "
"""What stands between panes."""
TAB = "    "


@dataclass(frozen=True, slots=True)
class Take:
    """One pane: what it is called, what was asked, and the recording of the answer."""

    name: str
    prompt: str
    recording: Recording


@dataclass(frozen=True, slots=True)
class Size:
    """A screen, in characters: the width of each pane, and the height."""

    columns: int
    rows: int

    @classmethod
    def of(cls, panes: int) -> "Size":
        """A size at which so many panes can be read beside each other."""
        return cls(88 if panes == 1 else 64 if panes == 2 else 48, 32)

    def width(self, panes: int) -> int:
        """The width of the whole screen."""
        return panes * self.columns + (panes - 1) * len(GAP)


Frame = tuple[int, tuple[tuple[str, ...], ...]]
"""Milliseconds since the beginning, and the lines of each pane, each as long as the pane is wide at most."""


def screen_frames(takes: Sequence[Take], size: Size, grain_ms: int = 0) -> Iterator[Frame]:
    """What the screen shows from the beginning to the end, at most once in `grain_ms`; the signs are always in it."""
    panes = [_Pane(take, size) for take in takes]
    steps = sorted(
        (
            (at, number, text, thoughts)
            for number, take in enumerate(takes)
            for at, text, thoughts in take.recording.pieces()
        ),
        key=lambda step: step[:2],
    )
    yield 0, tuple(pane.lines() for pane in panes)
    shown, pending = 0, False
    for at, number, text, thoughts in steps:
        if pending and at - shown >= grain_ms:
            yield shown, tuple(pane.lines() for pane in panes)
            pending = False
        if not pending:
            shown = at if grain_ms == 0 else at - at % grain_ms
        panes[number].add(text, thoughts)
        pending = True
    if pending:
        yield shown, tuple(pane.lines() for pane in panes)


@dataclass(slots=True)
class Wrapping:
    """A text that grows, in lines of at most so many columns, cut between words where that can be."""

    columns: int
    before: str = ""
    """What stands before each line."""
    lines: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Put text at the end."""
        for character in clean(text).replace("\r", "").replace("\t", TAB):
            if not self.lines:
                self.lines.append(self.before)
            if character == "\n":
                self.lines.append(self.before)
                continue
            self.lines[-1] += character
            if width(self.lines[-1]) > self.columns:
                self._wrap()

    def _wrap(self) -> None:
        last = self.lines[-1]
        head, space, tail = last[len(self.before) :].rpartition(" ")
        if space and head:
            self.lines[-1] = self.before + head
            self.lines.append(self.before + tail)
        else:
            self.lines[-1] = last[:-1]
            self.lines.append(self.before + last[-1].lstrip())


class _Pane:
    def __init__(self, take: Take, size: Size) -> None:
        head = Wrapping(size.columns)
        head.add(" · ".join(filter(None, (take.name, sign(take.recording)))))
        asked = Wrapping(size.columns, QUESTION)
        asked.add(line(take.prompt, 2 * size.columns))
        self._head = (*head.lines, *asked.lines, "")[: size.rows - 1]
        self._room = size.rows - len(self._head)
        self._thoughts = Wrapping(size.columns, THOUGHT)
        self._text = Wrapping(size.columns)

    def add(self, text: str, thoughts: str) -> None:
        self._thoughts.add(thoughts)
        self._text.add(text)

    def lines(self) -> tuple[str, ...]:
        """What is on screen: the sign, and the end of what came."""
        text = self._text.lines
        missing = self._room - len(text)
        came = [*(self._thoughts.lines[-missing:] if missing > 0 else []), *text]
        return (*self._head, *came[-self._room :])


def sign_rows(lines: Sequence[str]) -> int:
    """How many lines at the top of a pane are its sign: all before the question."""
    return next((number for number, line_ in enumerate(lines) if line_.startswith(QUESTION)), len(lines))


def width(text: str) -> int:
    """The columns that a text takes on a terminal: none for combining marks, two for wide characters."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def padded(text: str, columns: int) -> str:
    """The text with spaces up to so many columns."""
    return text + " " * (columns - width(text))
