"""Takes what waits in a run, as much as there is room for, claims it and has it asked."""

import time

from playground.experiments.engine.batch_lane import BatchLane
from playground.experiments.engine.claiming import Claiming, NotClaimed
from playground.experiments.engine.course import Course
from playground.experiments.engine.submitting import Submitting
from playground.experiments.engine.threads import beside
from playground.experiments.engine.underway import Underway
from playground.experiments.engine.waiting import WaitingCells

_HELD_BACK_S = 30.0
"""How long a batch waits for room below a limit on cost, unless something ends before."""


class Intake:
    """What one run takes on. For one event loop."""

    def __init__(
        self,
        claiming: Claiming,
        waiting: WaitingCells,
        underway: Underway,
        submitting: Submitting | None,
        course: Course,
    ) -> None:
        """Nothing goes in batches where there is no `submitting`."""
        self._claiming, self._waiting, self._underway = claiming, waiting, underway
        self._submitting, self._course = submitting, course
        self._refusals = 0
        self.full = False
        """A limit on cost had no room for more, and the run pauses for that."""

    @property
    def is_busy(self) -> bool:
        """Whether anything is on its way."""
        return bool(self._underway) or bool(self._submitting)

    async def ask_some(self) -> bool:
        """Claim as many cells as there are places, and ask for them; says whether any were asked for."""
        if self._underway.writing.full:
            self._course.tell("What came is saved first.")
            return False
        asked = await self._ask_singly()
        for lane in self._waiting.batch_lanes.values():
            asked = await self._submit(lane) or asked
        return asked

    async def _ask_singly(self) -> bool:
        units = self._waiting.take()
        if not units:
            return False
        asks, refused, left = await beside(self._claiming.claim, units)
        self._waiting.claimed(units, [*asks, *refused], left)
        for ask in refused:
            self._underway.end_cell(ask)
        for ask in asks:
            if self._course.ending:  # meanwhile: it was not sent
                self._underway.give_up(ask)
            else:
                self._underway.begin(self._waiting.lane(ask.seat), ask)
        if asks:
            self._refusals = 0
            self._course.tell("")
        if left is not None:
            self._waiting.put_back(left.units)
            self._heed(left)
        return bool(asks)

    async def _submit(self, lane: BatchLane) -> bool:
        """Submit the cells of a model that fill batches, and the last ones."""
        submitted = False
        if self._submitting is None or (self.is_busy and time.monotonic() < lane.held_back_until):
            return False
        while not self._course.ending and (cells := lane.take(last=self._waiting.all_looked_at)):
            sent, left = await self._submitting.submit(lane, cells)
            submitted = submitted or sent
            if sent:
                self._refusals = 0
                self._course.tell("")
            if left is not None and (left.why or left.status):
                lane.held_back_until = time.monotonic() + _HELD_BACK_S
                self._heed(left)
                break
        return submitted

    def _heed(self, left: NotClaimed) -> None:
        """Wait for room, or pause, as what could not be claimed calls for."""
        self._course.tell("" if left.why is None else left.why.message)
        if left.status not in ("running", None):
            self._course.end_as(left.status or "paused", None)
        elif left.why is not None and not (
            self.is_busy or self._underway.writing.pending or self._waiting.may_have_judges
        ):
            self._refusals += 1
            if self._refusals >= left.looks:
                self.full = True
                self._course.end_as("paused", left.why)
