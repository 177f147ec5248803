"""Keeps what comes of cells: gathered for a moment, checked and written together, and tried until it is written."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial

from playground.answers.saving import on_thread, until_written
from playground.experiments.cells import CellPlace
from playground.experiments.checks.check import Check, apply_checks, asked_checks
from playground.experiments.definition import KeptExchanges
from playground.experiments.engine.judges import Judges
from playground.experiments.engine.reception import Reception
from playground.experiments.exchanges import packed_exchange
from playground.experiments.rows import DataRow
from playground.experiments.scoring import cell_outcome, cell_score
from playground.store import CellEnd, GivenUp, JudgeEnd, MissingError, Store

GATHERED_S = 0.2
"""What has come is written after so long at most; with the time of the write, as much is lost by kill -9."""
MOST_UNWRITTEN = 1_000
"""Answers that wait to be written before nothing more is asked for."""
WRITTEN_TOGETHER = 250
"""Answers of one transaction: others write into the same database."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EndedCell:
    """A cell whose answer has come, or that failed."""

    cell: int
    place: CellPlace
    ticket: str
    reception: Reception
    row: DataRow
    checks: Sequence[Check]


@dataclass(frozen=True, slots=True)
class EndedJudge:
    """A judge that has answered about a cell, or failed to."""

    cell: int
    judge: int
    ticket: str
    reception: Reception
    connection: str


class WritingDown:
    """What is written of one run. `changed` is called when something is written. For one event loop."""

    def __init__(self, store: Store, experiment_id: str, judges: Judges, changed: Callable[[], None]) -> None:
        self._store, self._experiment_id, self._judges, self._changed = store, experiment_id, judges, changed
        self._ended: list[EndedCell | EndedJudge] = []
        self._given_up: list[GivenUp] = []
        self._some = asyncio.Event()
        self._task = asyncio.create_task(self._write_on())
        self._closing = False
        self._writing = False
        self.problem: Exception | None = None
        """Why nothing can be written just now; None where it can."""
        self.gone = False
        """The experiment was deleted for good."""

    def end(self, ended: EndedCell | EndedJudge) -> None:
        """Have what has ended written."""
        self._ended.append(ended)
        self._some.set()

    def give_up(self, claim: GivenUp) -> None:
        """Have a claim taken back."""
        self._given_up.append(claim)
        self._some.set()

    @property
    def pending(self) -> bool:
        """Whether anything is not written yet."""
        return bool(self._ended or self._given_up or self._writing)

    @property
    def full(self) -> bool:
        """Whether so much waits to be written that nothing more should be asked for."""
        return len(self._ended) >= MOST_UNWRITTEN

    async def close(self) -> None:
        """Write what is left, however long that takes."""
        self._closing = True
        self._some.set()
        await self._task

    async def _write_on(self) -> None:
        while True:
            await self._some.wait()
            if not self._closing and len(self._ended) < WRITTEN_TOGETHER:
                await asyncio.sleep(GATHERED_S)
            self._some.clear()
            ended, self._ended = self._ended[:WRITTEN_TOGETHER], self._ended[WRITTEN_TOGETHER:]
            given_up, self._given_up = self._given_up[:WRITTEN_TOGETHER], self._given_up[WRITTEN_TOGETHER:]
            if ended or given_up:
                self._writing = True
                write = _Writing(self._store, self._experiment_id, self._judges, ended, given_up)
                try:
                    await until_written(write, self._failed, run_write=partial(_on_thread, write))
                except MissingError:
                    self.gone = True
                self.problem, self._writing = None, False
                self._changed()
            elif self._closing:
                return
            if self._closing or self._ended or self._given_up:
                self._some.set()

    def _failed(self, error: Exception) -> None:
        if self.problem is None:
            log.error(
                "cells of experiment %s could not be saved yet; trying again", self._experiment_id, exc_info=error
            )
        self.problem = error


async def _on_thread(write: "_Writing", _: object) -> None:
    await on_thread(write)


class _Writing:
    """One group, checked once however often it is tried to be written."""

    def __init__(
        self,
        store: Store,
        experiment_id: str,
        judges: Judges,
        ended: Sequence[EndedCell | EndedJudge],
        given_up: Sequence[GivenUp],
    ) -> None:
        self._store, self._experiment_id, self._judges = store, experiment_id, judges
        self._cells = [one for one in ended if isinstance(one, EndedCell)]
        self._judged = [one for one in ended if isinstance(one, EndedJudge)]
        self._given_up = given_up
        self._results: list[CellEnd] | None = None

    def __call__(self) -> None:
        if self._results is None:
            self._results = [checked(one, self._judges.keeps) for one in self._cells]
        self._store.finish_cells(self._experiment_id, self._results, self._given_up)
        if self._judged:
            self._judges.read_rows([one.cell for one in self._judged])
            ends = [judge_end(one, self._judges.keeps) for one in self._judged]
            self._store.finish_judgements(self._experiment_id, ends, self._judges.verdict)


def judge_end(ended: EndedJudge, keeps: KeptExchanges = "errors") -> JudgeEnd:
    """What a judge answered as it is kept."""
    spent, lost = ended.reception.charge
    # Who it was, for the sums of what was used: a judge is none of the experiment's columns.
    asked = {"connection": ended.connection, "model": ended.reception.card.id}
    answer = {**ended.reception.record.as_json(), "asked": asked}
    trace = packed_exchange(ended.reception.exchange, ended.reception.state, keeps)
    now, requests = datetime.now(UTC), ended.reception.requests
    return JudgeEnd(ended.cell, ended.judge, ended.ticket, answer, now, spent, lost, trace, requests)


def checked(ended: EndedCell, keeps: KeptExchanges = "errors") -> CellEnd:
    """A cell as it is kept, with what its checks say. May take a while: not for an event loop."""
    reception, place = ended.reception, ended.place
    record = reception.record
    results = apply_checks(ended.checks, ended.row, record, tuple(map(dict, reception.request.tools)))
    spent, lost = reception.charge
    judging = record.state == "done" and any(True for _ in asked_checks(ended.checks))
    return CellEnd(
        cell=ended.cell,
        ticket=ended.ticket,
        candidate=place.candidate,
        row=place.row,
        repetition=place.repetition,
        outcome="judging" if judging else cell_outcome(record, results),
        answer=record.as_json(),
        asked_at=reception.asked_at,
        ended_at=datetime.now(UTC),
        checks=[asdict(result) for result in results],
        score=cell_score(record, results),
        cut=record.cut,
        refused=record.refused,
        seconds=record.seconds,
        spent=spent,
        lost=lost,
        requests=reception.requests,
        trace=packed_exchange(reception.exchange, reception.state, keeps),
    )
