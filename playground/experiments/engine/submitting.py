"""Submits the cells of a run as batches, and asks for their results, also of batches that another process submitted.

A batch is written down with the claims of its cells before it leaves, and that the service took it as soon as that is
known: from then on it is never submitted again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, ParamSpec, TypeVar

from playground.answers.saving import until_written
from playground.batch.polling import Pending, await_batch, may_be_read_later
from playground.errors import ProviderError, ServerError
from playground.experiments.engine.batch_lane import BatchLane
from playground.experiments.engine.batch_results import batch_ends
from playground.experiments.engine.batch_sending import BatchSending
from playground.experiments.engine.batch_told import batches_told
from playground.experiments.engine.bundle import Bundle, bundle_of
from playground.experiments.engine.claiming import Claiming, NotClaimed
from playground.experiments.engine.course import Course
from playground.experiments.engine.threads import beside
from playground.experiments.engine.underway import PAUSE_PATIENCE_S, Underway
from playground.providers import Batch, batching
from playground.store import Failure, MissingError, Store, StoreError, Submission, SubmittedCell

_STOP_PATIENCE_S = 5.0
"""A submission that is on its way when a run is stopped may take so long: then nobody knows whether it was taken."""

log = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Submitting:
    """The batches of one run. For one event loop."""

    def __init__(
        self, store: Store, experiment_id: str, claiming: Claiming, underway: Underway, course: Course
    ) -> None:
        self._store, self._experiment_id, self._claiming = store, experiment_id, claiming
        self._underway, self._course = underway, course
        self._sending: set[asyncio.Task[None]] = set()
        self._noting: set[asyncio.Task[None]] = set()
        self._not_begun: set[str] = set()
        """Batches that are about to be sent, by their ids."""
        self._known: set[str] = set()
        """Batches that are waited for, or were, by their ids."""
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._cells: dict[str, int] = {}
        """Of each batch that is waited for, how many cells it has on their way."""
        self._problem = ""

    def __bool__(self) -> bool:
        return bool(self._sending or self._polls)

    @property
    def waits_for(self) -> str:
        """Which batches are waited for, as a sentence; "" where there are none."""
        if not self._cells:
            return ""
        told = batches_told(len(self._cells), sum(self._cells.values()))
        return f"{told}, which does not say how long it takes. {self._problem}".strip()

    async def find(self, lane_of: Callable[[Submission], BatchLane | None]) -> None:
        """Wait for the batches that the service took and nobody here waits for yet."""
        for submission in await beside(self._store.submissions, self._experiment_id):
            if submission.request_id is None or submission.id in self._known:
                continue
            if (lane := lane_of(submission)) is not None:
                self._await_results(lane, submission)

    async def submit(self, lane: BatchLane, cells: list[int]) -> tuple[bool, NotClaimed | None]:
        """Claim cells and submit them; says whether any were, and what was left over."""
        bundle = await beside(bundle_of, self._claiming, lane, cells)
        for ask in bundle.refused:
            self._underway.end_cell(ask)
        left = bundle.left
        if left is not None:
            lane.put_back([cell for cell, _ in left.units])
        if bundle.asks and self._course.ending:  # meanwhile: it was not sent
            for ask in bundle.asks:
                self._underway.give_up(ask)
        elif bundle.asks:
            lane.open += 1  # at once: the next ones are taken before this one has begun
            self._not_begun.add(bundle.submission.id)

            def over(_: asyncio.Task[None]) -> None:
                lane.open -= 1
                if bundle.submission.id in self._not_begun:  # cancelled before its first step: it was not sent
                    self._not_begun.discard(bundle.submission.id)
                    for ask in bundle.asks:
                        self._underway.give_up(ask)
                self._course.wake()

            _begin(self._sending, self._send(lane, bundle)).add_done_callback(over)
        return bool(bundle.asks), left

    def cancel_all(self) -> None:
        """Break off what is being submitted, and wait for no results; what was taken stays taken."""
        for task in [*self._sending, *self._polls.values()]:
            task.cancel()

    async def end(self, *, at_once: bool) -> None:
        """Wait for no results any more, but for a while until what is being submitted was taken."""
        for task in list(self._polls.values()):
            task.cancel()
        if self._sending:
            await asyncio.wait(set(self._sending), timeout=_STOP_PATIENCE_S if at_once else PAUSE_PATIENCE_S)
        self.cancel_all()
        if tasks := {*self._sending, *self._noting, *self._polls.values()}:
            await asyncio.wait(tasks)

    async def _send(self, lane: BatchLane, bundle: Bundle) -> None:
        """Submit until it was taken or refused, or the run ends."""
        sent_at, size = datetime.now(UTC), len(bundle.asks)
        self._not_begun.discard(bundle.submission.id)
        try:
            request_id = await BatchSending(lane, self._underway, self._course).send(bundle)
            if request_id is None:
                return
            log.info("%d cells of experiment %s were taken as %s", size, self._experiment_id, request_id)
            note = partial(self._store.note_taken, self._experiment_id, bundle.submission.id, request_id)
            noting = _begin(self._noting, until_written(note, self._could_not_write))
            await asyncio.shield(noting)
            taken = replace(bundle.submission, request_id=request_id, size=size, cells=size, sent_at=sent_at)
            if not self._course.ending:
                self._await_results(lane, taken)
        except MissingError:
            pass  # deleted meanwhile
        except Exception as error:
            self._failed(error)

    def _await_results(self, lane: BatchLane, submission: Submission) -> None:
        self._known.add(submission.id)
        task = asyncio.create_task(self._results(lane, submission))
        self._polls[submission.id] = task
        self._cells[submission.id] = submission.cells
        lane.open += 1

        def over(_: asyncio.Task[None]) -> None:
            del self._polls[submission.id], self._cells[submission.id]
            lane.open -= 1
            self._course.wake()

        task.add_done_callback(over)

    async def _results(self, lane: BatchLane, submission: Submission) -> None:
        """Wait for the results of a batch, and keep them as its cells'."""
        try:
            cells = await self._until_read(self._store.submitted_cells, self._experiment_id, submission.id)
            if not cells:
                return
            found = await self._found(lane, submission, cells)
            for ask in await self._until_read(batch_ends, self._claiming, submission, cells, found):
                self._underway.end_cell(ask)
        except ProviderError as error:
            self._course.end_as("paused", Failure.of(error))
        except Exception as error:
            self._failed(error)

    async def _found(
        self, lane: BatchLane, submission: Submission, cells: Sequence[SubmittedCell]
    ) -> Batch | ProviderError:
        """What came of a batch, or why nothing will. Raises ProviderError where that may be mended."""
        tickets = {one.place: one.ticket for one in cells}
        references = [tickets.get(place) for place in range(submission.size)]

        async def read() -> Batch:
            async with lane.clients.one() as provider:
                return await batching(provider).read_batch(lane.card.wire_id, submission.request_id or "", references)

        async def stands(_: Pending) -> None:
            self._problem = ""

        def failed(error: ProviderError | StoreError) -> None:
            self._problem = f"It was last asked in vain: {error.message}"

        try:
            return await await_batch(read, stands=stands, failed=failed)
        except ProviderError as error:
            if may_be_read_later(error):
                raise
            return error

    async def _until_read(self, call: Callable[_P, _T], *args: _P.args, **keywords: _P.kwargs) -> _T:
        """The result of a call on a thread, tried until the database can be read."""
        while True:
            try:
                return await beside(call, *args, **keywords)
            except MissingError:
                raise
            except StoreError as error:
                self._could_not_write(error)
                await asyncio.sleep(1)

    def _failed(self, error: Exception) -> None:
        log.error("a batch of experiment %s failed unexpectedly", self._experiment_id, exc_info=error)
        own = ServerError(f"The playground itself failed: {type(error).__name__}.")
        self._course.end_as("paused", Failure.of(own))

    def _could_not_write(self, error: Exception) -> None:
        if not isinstance(error, StoreError):
            raise error
        self._course.tell(error.message)


def _begin(tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
