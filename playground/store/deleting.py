"""Deleting many things at once, by how old they are, which kind and which model."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    LargeBinary,
    Select,
    Table,
    Text,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from playground.store.conversations import GOING
from playground.store.database.columns import escape
from playground.store.database.database import now
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_exchanges,
    experiment_judgements,
    experiment_labels,
    experiments,
)
from playground.store.database.schema import (
    batches,
    comparisons,
    conversations,
    exchanges,
    replies,
    requests,
    turns,
)
from playground.store.owned import OwnedRows

DeletedKind = Literal["chats", "comparisons", "batches", "experiments"]
DELETED_KINDS: tuple[DeletedKind, ...] = ("chats", "comparisons", "batches", "experiments")
_TABLES: dict[DeletedKind, Table] = {
    "chats": conversations,
    "comparisons": comparisons,
    "batches": batches,
    "experiments": experiments,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What is to be deleted: of these kinds, last used before a moment, asked of a model ("" for any).

    An experiment that runs is never deleted so; one whose answers people labelled with `labelled` alone.
    """

    before: datetime
    kinds: tuple[DeletedKind, ...] = DELETED_KINDS
    model: str = ""
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """How much something is: things by kind, and the bytes of what was said, sent and received in them.

    `spared` experiments would fit, and stay because they run or have labels.
    """

    counts: dict[DeletedKind, int]
    size: int
    spared: int = 0

    @property
    def total(self) -> int:
        """Things of all kinds together."""
        return sum(self.counts.values())


class Deleting(OwnedRows):
    """What deletes in a store by a condition."""

    def fitting(self, condition: Condition) -> Amount:
        """How much fits a condition and is not deleted, without what was begun and never used: it is in no list."""
        with self._read() as connection:
            amount = self._amount(connection, {kind: self._fits(kind, condition) for kind in condition.kinds})
            if "experiments" not in condition.kinds:
                return amount
            spared = select(func.count()).where(*self._old_experiments(condition), ~_may_go(condition))
            return replace(amount, spared=connection.scalar(spared) or 0)

    def deleted(self) -> Amount:
        """How much was deleted and can be brought back."""
        with self._read() as connection:
            return self._amount(connection, {kind: self._was_deleted(kind) for kind in DELETED_KINDS})

    def delete_fitting(self, condition: Condition) -> tuple[datetime, int]:
        """Throw away what fits a condition, all at one moment, which `restore_deleted_at` takes, and is the answer
        with how many things that were. Answers on their way keep their chats.
        """
        at, count = now(), 0
        with self._write() as connection:
            for kind in condition.kinds:
                fits = update(_TABLES[kind]).where(*self._fits(kind, condition))
                count += connection.execute(fits.values(deleted_at=at)).rowcount
            gone = select(comparisons.c.id).where(comparisons.c.deleted_at == at, self._is_own(comparisons))
            panes = (conversations.c.comparison_id.in_(gone), self._is_own(conversations))
            connection.execute(update(conversations).where(*panes).values(deleted_at=at))
        return at, count

    def restore_deleted_at(self, at: datetime) -> None:
        """Bring back what was deleted at a moment, and is still there."""
        with self._write() as connection:
            for table in _TABLES.values():
                known = (self._is_own(table), table.c.deleted_at == at, table.c.deleted_at != GOING)
                connection.execute(update(table).where(*known).values(deleted_at=None))

    def expire_deleted(self) -> None:
        """Have nothing that was deleted be brought back any more; the next purge removes it for good."""
        with self._write() as connection:
            for table in _TABLES.values():
                known = (self._is_own(table), table.c.deleted_at.is_not(None))
                connection.execute(update(table).where(*known).values(deleted_at=GOING))

    def _was_deleted(self, kind: DeletedKind) -> list[ColumnElement[bool]]:
        table = _TABLES[kind]
        known = [self._is_own(table), table.c.deleted_at.is_not(None), table.c.deleted_at != GOING]
        return [*known, conversations.c.comparison_id.is_(None)] if kind == "chats" else known

    def _old_experiments(self, condition: Condition) -> list[ColumnElement[bool]]:
        known = [self._is_own(experiments), experiments.c.deleted_at.is_(None)]
        known.append(experiments.c.updated_at < condition.before)
        if condition.model:
            # As it stands in the JSON of its columns; `"` within a text would have a backslash.
            named = escape(f'"model":{json.dumps(condition.model, ensure_ascii=False)}')
            position = func.instr if self._database.engine.dialect.name == "sqlite" else func.strpos
            known.append(position(type_coerce(experiments.c.candidates, Text), named) > 0)
        return known

    def _fits(self, kind: DeletedKind, condition: Condition) -> list[ColumnElement[bool]]:
        if kind == "experiments":
            return [*self._old_experiments(condition), _may_go(condition)]
        table = _TABLES[kind]
        used = table.c.created_at if kind == "batches" else table.c.updated_at
        known = [self._is_own(table), table.c.deleted_at.is_(None), used < condition.before]
        if kind == "chats":
            known += [conversations.c.comparison_id.is_(None), ~_asked(conversations, replies.c.state == "live")]
            known.append(exists().where(turns.c.conversation_id == conversations.c.id))
            if condition.model:
                asked = _asked(conversations, replies.c.model == condition.model)
                known.append(or_(asked, conversations.c.model == condition.model))
        elif kind == "comparisons":
            pane = conversations.alias()
            live, model = replies.c.state == "live", replies.c.model == condition.model
            own = pane.c.comparison_id == comparisons.c.id
            known.append(~exists().where(own, _asked(pane, live)))
            known.append(exists().where(own, turns.c.conversation_id == pane.c.id))
            if condition.model:
                known.append(exists().where(own, or_(_asked(pane, model), pane.c.model == condition.model)))
        elif condition.model:
            known.append(batches.c.model == condition.model)
        return known

    def _amount(self, connection: Connection, conditions: dict[DeletedKind, list[ColumnElement[bool]]]) -> Amount:
        counts: dict[DeletedKind, int] = {}
        size = 0
        for kind, known in conditions.items():
            found = select(_TABLES[kind].c.id).where(*known)
            counts[kind] = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
            if not counts[kind]:
                continue
            if kind == "experiments":
                size += sum(self._bytes(connection, query) for query in _words_of_experiments(found))
                continue
            if kind == "batches":
                size += self._bytes(
                    connection, select(*(batches.c[name] for name in ("items", "results"))).where(*known)
                )
                continue
            if kind == "comparisons":
                found = select(conversations.c.id).where(conversations.c.comparison_id.in_(found))
            size += sum(self._bytes(connection, query) for query in _words(found))
        return Amount(counts, size)

    def _bytes(self, connection: Connection, sized: Select[Any]) -> int:
        """The length of columns in bytes, as they are stored."""
        columns = sized.subquery()
        lengths = [func.sum(length_of(connection, column)) for column in columns.c]
        return sum(int(length or 0) for length in connection.execute(select(*lengths)).one())


def _may_go(condition: Condition) -> ColumnElement[bool]:
    """Whether an experiment may be deleted without being looked at."""
    at_rest = experiments.c.status != "running"
    labels = exists().where(experiment_labels.c.experiment_id == experiments.c.id)
    return at_rest if condition.labelled else and_(at_rest, ~labels)


def _words_of_experiments(found: Select[Any]) -> Iterable[Select[Any]]:
    """What was answered, said and kept of it in experiments."""
    for table, names in (
        (experiment_answers, ("answer", "checks")),
        (experiment_judgements, ("answer",)),
        (experiment_exchanges, ("trace",)),
    ):
        yield select(*(table.c[name] for name in names)).where(table.c.experiment_id.in_(found))


def _asked(chat: FromClause, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a chat has such a reply."""
    return exists().where(replies.c.conversation_id == chat.c.id, condition)


def length_of(connection: Connection, column: Any) -> Any:
    """The length of a column in bytes, as they are stored."""
    data = column if isinstance(column.type, LargeBinary) else cast(column, LargeBinary)
    return (func.length if connection.dialect.name == "sqlite" else func.octet_length)(data)


def _words(chats: Select[Any]) -> Iterable[Select[Any]]:
    """What was said, sent and received in chats."""
    yield select(*(turns.c[name] for name in ("text", "parts", "reasoning"))).where(turns.c.conversation_id.in_(chats))
    ours = replies.c.conversation_id.in_(chats)
    yield select(*(replies.c[name] for name in ("text", "reasoning", "extras", "setup"))).where(ours)
    answers = select(replies.c.id).where(ours)
    yield select(requests.c.body).where(requests.c.reply_id.in_(answers))
    yield select(exchanges.c.trace).where(exchanges.c.reply_id.in_(answers))
