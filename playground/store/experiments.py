"""Experiments: what is asked of whom, and how each stands. Their cells are in `experiment_cells.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, and_, select, update

from playground.money.budget import dollars, nanos
from playground.store.conversations import GOING
from playground.store.database.database import first, now
from playground.store.database.errors import MissingError
from playground.store.database.experiment_tables import dataset_versions, datasets, experiments
from playground.store.ids import new_id
from playground.store.owned import OwnedRows
from playground.store.records import Failure

ExperimentStatus = Literal["ready", "running", "paused", "stopped", "done"]
"""`paused` by a person or for a reason, and to be gone on with; `stopped` for good; `done` once no cell is missing."""


@dataclass(frozen=True, slots=True)
class NewExperiment:
    """An experiment that is to be kept.

    `definition` and `candidates` are JSON; `digest` is the same for the same definition and rows; `max_cost` is in USD.
    """

    title: str
    definition: Mapping[str, Any]
    digest: str
    version_id: str
    candidates: Sequence[Mapping[str, Any]]
    repetitions: int
    cells: int
    judges: int = 0
    engine: str = "app"
    max_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StoredExperiment:
    """An experiment and how it stands; `reason` is why it is paused, where nobody wanted that.

    `process` runs it, or ran it last.
    """

    id: str
    title: str
    definition: Mapping[str, Any]
    digest: str
    version_id: str
    candidates: tuple[Mapping[str, Any], ...]
    repetitions: int
    cells: int
    judges: int
    status: ExperimentStatus
    reason: Failure | None
    engine: str
    process: str | None
    max_cost: Decimal | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def rows(self) -> int:
        """How many rows each candidate is asked about."""
        return self.cells // (len(self.candidates) * self.repetitions) if self.candidates else 0


class StoredExperiments(OwnedRows):
    """The experiments of a store. Raises StoreError."""

    def create_experiment(self, new: NewExperiment) -> StoredExperiment:
        """Keep an experiment, `ready` to be started. Raises MissingError without the version of the dataset."""
        at, id_ = now(), new_id()
        values = asdict(new) | {"candidates": [dict(one) for one in new.candidates]}
        values["max_cost"] = None if new.max_cost is None else nanos(new.max_cost)
        values |= {"id": id_, "owner": self.owner.id, "status": "ready", "created_at": at, "updated_at": at}
        own = select(dataset_versions.c.id).join(datasets)
        own = own.where(self._is_own(datasets), dataset_versions.c.id == new.version_id)
        with self._write() as connection:
            if connection.scalar(own) is None:
                raise MissingError("dataset version", new.version_id)
            connection.execute(experiments.insert().values(**values))
            return experiment_of_row(connection.execute(_SHOWN.where(experiments.c.id == id_)).mappings().one())

    def experiment(self, experiment_id: str) -> StoredExperiment | None:
        """An experiment; None where there is none, or it was deleted."""
        with self._read() as connection:
            row = first(connection, _SHOWN.where(self._is_experiment(experiment_id)))
        return None if row is None else experiment_of_row(row)

    def experiments(
        self, *, limit: int = 50, before: tuple[datetime, str] | None = None
    ) -> tuple[StoredExperiment, ...]:
        """Experiments, the newest first; those `before` the moment and id of one, to read on."""
        query = _SHOWN.where(self._is_own(experiments), experiments.c.deleted_at.is_(None))
        if before is not None:
            at, id_ = before
            earlier = experiments.c.created_at < at
            query = query.where(earlier | ((experiments.c.created_at == at) & (experiments.c.id < id_)))
        query = query.order_by(experiments.c.created_at.desc(), experiments.c.id.desc()).limit(limit)
        with self._read() as connection:
            return tuple(map(experiment_of_row, connection.execute(query).mappings()))

    def experiment_like(self, digest: str) -> StoredExperiment | None:
        """The newest experiment with that digest; None where there is none."""
        query = _SHOWN.where(
            self._is_own(experiments), experiments.c.digest == digest, experiments.c.deleted_at.is_(None)
        )
        with self._read() as connection:
            row = first(connection, query.order_by(experiments.c.created_at.desc()).limit(1))
        return None if row is None else experiment_of_row(row)

    def begin_experiment(self, experiment_id: str) -> bool:
        """Have this process run an experiment from now on; False where another living process does.

        Raises MissingError.
        """
        known = self._is_experiment(experiment_id)
        self._database.claim()
        with self._write() as connection:
            row = first(connection, _SHOWN.where(known).with_for_update())
            if row is None:
                raise MissingError("experiment", experiment_id)
            process, ours = row["process"], self._database.process
            of_another = row["status"] == "running" and process not in (None, ours)
            if of_another and not self._database.claims.gone(connection, process):
                return False
            at = now()
            values: dict[str, Any] = {"status": "running", "reason": None, "process": ours, "updated_at": at}
            values |= {"ended_at": None, "started_at": row["started_at"] or at}
            connection.execute(update(experiments).where(known).values(**values))
        return True

    def join_experiment(self, experiment_id: str) -> StoredExperiment:
        """Have other processes know that this one asks for cells too. Raises MissingError."""
        self._database.claim()
        experiment = self.experiment(experiment_id)
        if experiment is None:
            raise MissingError("experiment", experiment_id)
        return experiment

    def change_experiment(self, experiment_id: str, status: ExperimentStatus, *, reason: Failure | None = None) -> None:
        """Note how an experiment stands; one that was stopped does not become paused. Raises MissingError."""
        at, known = now(), self._is_experiment(experiment_id)
        ended = at if status in ("stopped", "done") else None
        packed = None if reason is None else asdict(reason)
        with self._write() as connection:
            before = connection.scalar(select(experiments.c.status).where(known).with_for_update())
            if before is None:
                raise MissingError("experiment", experiment_id)
            if (before, status) != ("stopped", "paused"):
                values = {"status": status, "reason": packed, "ended_at": ended, "updated_at": at}
                connection.execute(update(experiments).where(known).values(**values))

    def rename_experiment(self, experiment_id: str, title: str) -> None:
        """Call an experiment something else. Raises MissingError."""
        self._update_experiment(experiment_id, title=title, updated_at=now())

    def limit_experiment(self, experiment_id: str, max_cost: Decimal | None) -> None:
        """Set what an experiment may cost in USD; None for no limit. Raises MissingError."""
        self._update_experiment(experiment_id, max_cost=None if max_cost is None else nanos(max_cost))

    def move_experiment(self, experiment_id: str, engine: str) -> None:
        """Have an experiment run elsewhere the next time that it goes on. Raises MissingError."""
        self._update_experiment(experiment_id, engine=engine, updated_at=now())

    def delete_experiment(self, experiment_id: str) -> None:
        """Throw an experiment away, until `purge` for good; whoever runs it stops. Again has no effect.

        One that runs is noted as stopped: brought back, it does not go on unasked.
        """
        at, known = now(), self._is_experiment(experiment_id)
        with self._write() as connection:
            stopped = update(experiments).where(known, experiments.c.status == "running")
            connection.execute(stopped.values(status="stopped", ended_at=at))
            connection.execute(update(experiments).where(known).values(deleted_at=at))

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring a deleted experiment back as it was. Raises MissingError once it was purged."""
        known = (experiments.c.id == experiment_id, self._is_own(experiments))
        there = experiments.c.deleted_at.is_distinct_from(GOING)
        with self._write() as connection:
            if connection.execute(update(experiments).where(*known, there).values(deleted_at=None)).rowcount == 0:
                raise MissingError("experiment", experiment_id)

    def _is_experiment(self, experiment_id: str) -> ColumnElement[bool]:
        """Whether a row is that of an experiment of the owner which was not deleted."""
        return and_(experiments.c.id == experiment_id, self._is_own(experiments), experiments.c.deleted_at.is_(None))

    def _update_experiment(self, experiment_id: str, **values: Any) -> None:
        with self._write() as connection:
            known = self._is_experiment(experiment_id)
            if connection.execute(update(experiments).where(known).values(**values)).rowcount == 0:
                raise MissingError("experiment", experiment_id)


_SHOWN = select(*(column for column in experiments.c if column.name not in ("owner", "deleted_at")))


def experiment_of_row(row: RowMapping) -> StoredExperiment:
    """The record of a row of `experiments`."""
    values = {name: value for name, value in row.items() if name not in ("owner", "deleted_at")}
    values["candidates"] = tuple(row["candidates"])
    values["reason"] = None if row["reason"] is None else Failure(**row["reason"])
    values["max_cost"] = None if row["max_cost"] is None else dollars(row["max_cost"])
    return StoredExperiment(**values)
