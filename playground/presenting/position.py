"""Where a presentation is, and how it goes on from there. Values only."""

from dataclasses import dataclass, replace

MOST_LARGER = 16
"""Steps of the type's size, in either direction."""


@dataclass(frozen=True, slots=True)
class Position:
    """What is on screen. `step` is counted from 0, None for the last one; `pane` from 1, 0 for all."""

    step: int | None = None
    verdict: bool = False
    room: bool = False
    """The room's vote is on screen, in place of the answers."""
    pane: int = 0
    names: bool = True
    costs: bool = False
    blank: bool = False
    size: int = 0

    def at(self, steps: int) -> int:
        """The step on screen out of so many; 0 where there is none."""
        last = max(steps - 1, 0)
        return last if self.step is None else min(self.step, last)

    def next(self, steps: int, *, has_verdict: bool = False) -> "Position":
        """One step further; after the last one comes the verdict, where there is one. First the room's vote goes."""
        if self.room:
            return replace(self, room=False, blank=False)
        at = self.at(steps)
        if at + 1 < steps:
            return replace(self, step=at + 1, verdict=False, pane=0, blank=False)
        return replace(self, verdict=has_verdict, blank=False)

    def previous(self, steps: int) -> "Position":
        """One step back; from the verdict to the answers."""
        here = replace(self, blank=False)
        if self.verdict or self.room:
            return replace(here, verdict=False, room=False)
        return replace(here, step=max(self.at(steps) - 1, 0), pane=0)

    def start(self) -> "Position":
        """The first step, with all panes."""
        return replace(self, step=0, verdict=False, room=False, pane=0, blank=False)

    def last(self) -> "Position":
        """The last step: where a question was just asked."""
        return replace(self, step=None, verdict=False, room=False, blank=False)

    def alone(self, pane: int, panes: int) -> "Position":
        """With one pane alone, or all for 0; unchanged where there is no such pane."""
        return replace(self, pane=pane, verdict=False, room=False, blank=False) if 0 <= pane <= panes else self

    def larger(self, by: int) -> "Position":
        """With larger type, or smaller."""
        return replace(self, size=max(-MOST_LARGER, min(self.size + by, MOST_LARGER)))
