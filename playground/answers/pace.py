"""The pace of an answer: when its pieces came, and how long each was. It holds no words."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Self

GRAIN_MS = 16
"""Pieces that come within a frame of a screen are one step."""
LONGEST_PACE = 32_768
"""Bytes of a pace as it is stored; a longer one gets coarser until it fits."""
MOST_STEPS = 16_384
LONGEST_MS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Step:
    """Characters (code points) that came together, `at_ms` milliseconds after the request was sent."""

    at_ms: int
    text: int
    thoughts: int


@dataclass(frozen=True, slots=True)
class Pace:
    """The steps of an answer in the order of time. One without characters at the end says when the answer ended."""

    steps: tuple[Step, ...]

    @classmethod
    def from_json(cls, value: Sequence[int]) -> Self:
        """The pace that `as_json` wrote. Raises ValueError for anything else."""
        if len(value) % 3 or len(value) > 3 * MOST_STEPS or any(type(number) is not int for number in value):
            raise ValueError("no pace")
        if any(not 0 <= number <= LONGEST_MS for number in value) or sum(value[::3]) > LONGEST_MS:
            raise ValueError("no pace")
        times = accumulate(value[::3])
        return cls(tuple(Step(*step) for step in zip(times, value[1::3], value[2::3], strict=True)))

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """The pace that `packed` wrote."""
        return cls.from_json(json.loads(zlib.decompress(packed)))

    def as_json(self) -> list[int]:
        """For each step three numbers: milliseconds since the one before it, characters of text and of thoughts."""
        before = (0, *(step.at_ms for step in self.steps))
        pairs = zip(self.steps, before, strict=False)
        return [number for step, last in pairs for number in (step.at_ms - last, step.text, step.thoughts)]

    def packed(self) -> bytes:
        """The pace for its row, in at most LONGEST_PACE bytes."""
        pace, grain = self, GRAIN_MS
        while len(pace.steps) > MOST_STEPS or len(written := pace._compressed()) > LONGEST_PACE:
            grain *= 2
            pace = pace.coarser(grain)
        return written

    def _compressed(self) -> bytes:
        return zlib.compress(json.dumps(self.as_json(), separators=(",", ":")).encode(), level=1)

    def coarser(self, grain_ms: int) -> "Pace":
        """The same pace with the steps that begin within `grain_ms` of each other as one."""
        return Pace(tuple(Step(*step) for step in _merged(self.steps, grain_ms)))

    @property
    def text(self) -> int:
        """Characters of text in all."""
        return sum(step.text for step in self.steps)

    @property
    def thoughts(self) -> int:
        """Characters of thoughts in all."""
        return sum(step.thoughts for step in self.steps)

    @property
    def total_ms(self) -> int:
        """When the last step came."""
        return self.steps[-1].at_ms if self.steps else 0


def _merged(steps: Sequence[Step], grain_ms: int) -> Iterator[tuple[int, int, int]]:
    open_step: tuple[int, int, int] | None = None
    for number, step in enumerate(steps):
        is_end = number == len(steps) - 1 and not step.text and not step.thoughts
        if open_step is not None and step.at_ms - open_step[0] < grain_ms and not is_end:
            open_step = (open_step[0], open_step[1] + step.text, open_step[2] + step.thoughts)
            continue
        if open_step is not None:
            yield open_step
        open_step = (step.at_ms, step.text, step.thoughts)
    if open_step is not None:
        yield open_step


@dataclass(slots=True)
class PaceBuilder:
    """Notes when the pieces of one answer come; its memory is bounded, however long the answer is."""

    grain_ms: int = GRAIN_MS
    _steps: list[Step] = field(default_factory=list)

    def add(self, at_s: float, *, text: int = 0, thoughts: int = 0) -> None:
        """A piece that came `at_s` seconds after the request was sent, with so many characters."""
        if not text and not thoughts:
            return
        last = self._steps[-1] if self._steps else None
        at_ms = min(max(round(at_s * 1000), last.at_ms if last is not None else 0), LONGEST_MS)
        if last is not None and at_ms - last.at_ms < self.grain_ms:
            self._steps[-1] = Step(last.at_ms, last.text + text, last.thoughts + thoughts)
            return
        self._steps.append(Step(at_ms, text, thoughts))
        if len(self._steps) >= MOST_STEPS:
            self.grain_ms *= 2
            self._steps = list(Pace(tuple(self._steps)).coarser(self.grain_ms).steps)

    def reclassify(self, *, to_text: bool) -> None:
        """All that came so far was text, or thought."""
        sums = [(step.at_ms, step.text + step.thoughts) for step in self._steps]
        self._steps = [Step(at, size, 0) if to_text else Step(at, 0, size) for at, size in sums]

    def built(self, total_s: float | None) -> Pace | None:
        """The pace of the answer that ended after so many seconds; None where nothing came."""
        if not self._steps:
            return None
        end = min(round((total_s or 0) * 1000), LONGEST_MS)
        steps = self._steps if end <= self._steps[-1].at_ms else [*self._steps, Step(end, 0, 0)]
        return Pace(tuple(steps))
