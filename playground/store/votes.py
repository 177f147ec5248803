"""Votes on the answers of comparisons: one of each person for each prompt."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Literal, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Text,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from playground.owner import Owner
from playground.store.database.columns import SafeText
from playground.store.database.database import Database, in_portions, insert_into, now
from playground.store.database.errors import MissingError
from playground.store.database.schema import ballots, comparisons, votes
from playground.store.ids import new_id
from playground.store.owned import OwnedRows
from playground.store.transfer.tables import STAGING

VoteKind = Literal["better", "tie", "bad"]
ROOM = "room "
"""How voters begin that are devices of an audience: then comes the ballot, and the device."""
SHARED = "shared "
"""How voters begin, or devices of an audience after ROOM, whose votes came with a copy of a shared page."""
MOST_ANSWERS = 6
"""As many panes there are at most."""


class VotedAnswer(NamedTuple):
    """An answer that was on screen at a vote: the pane it stood in, and the reply that was shown there.

    `settings` and `question` are the same for answers that were asked with the same settings, and the same words;
    `complete` is False for one that failed or was stopped, which can neither win nor lose.
    """

    pane: str
    reply: str
    model: str
    connection: str
    settings: str
    question: str
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Vote:
    """A person's verdict on the answers to a prompt: the pane that was "better", a "tie", or all "bad".

    `prompt` counts the prompts of the comparison from 1; it is 0 for votes from before they were counted. `name` is the
    title that the better pane had. `blind`: names were hidden. `answers` are empty where they are not known any more.
    """

    kind: VoteKind
    prompt: int = 0
    pane: str | None = None
    name: str = ""
    note: str = ""
    blind: bool = False
    comparison_id: str = ""
    voter: str = ""
    id: str = field(default_factory=new_id)
    at: datetime = field(default_factory=now)
    answers: tuple[VotedAnswer, ...] = ()

    @property
    def reply(self) -> str | None:
        """The reply that was the better one."""
        return next((answer.reply for answer in self.answers if answer.pane == self.pane), None)


class Votes(OwnedRows):
    """The votes on an owner's comparisons."""

    def cast_vote(self, vote: Vote, body: Mapping[str, Any]) -> None:
        """Keep a vote in place of its voter's earlier one on the prompt, whose id stays, and what the comparison is
        with it. Raises MissingError where the comparison is not there any more.
        """
        values = {name: getattr(vote, name) for name in _CHANGING} | {
            "answers": [answer._asdict() for answer in vote.answers]
        }
        key = {"comparison_id": vote.comparison_id, "prompt": vote.prompt, "voter": vote.voter}
        with self._write() as connection:
            there = and_(comparisons.c.id == vote.comparison_id, self._is_own(comparisons), _IS_THERE)
            if connection.execute(update(comparisons).where(there).values(body=dict(body))).rowcount == 0:
                raise MissingError("comparison", vote.comparison_id)
            insert = insert_into(votes, connection.dialect.name).values(
                id=vote.id, owner=self.owner.id, **key, **values
            )
            connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=values))

    def take_back_vote(self, vote_id: str) -> None:
        """Remove a vote. Raises MissingError where it is not there any more."""
        with self._write() as connection:
            known = (votes.c.id == vote_id, self._is_own(votes))
            if connection.execute(delete(votes).where(*known)).rowcount == 0:
                raise MissingError("vote", vote_id)

    def votes_on(self, comparison_ids: Iterable[str]) -> dict[str, tuple[Vote, ...]]:
        """The votes on comparisons by their id, those on the first prompt first. Any strings may be asked for.

        What an audience says is not among them before its ballot is closed.
        """
        ids = list(comparison_ids)
        found: dict[str, list[Vote]] = {comparison_id: [] for comparison_id in ids}
        with self._read() as connection:
            for some in in_portions(ids):
                query = select(*_KEPT, votes.c.answers).where(votes.c.comparison_id.in_(some), self._is_own(votes))
                query = query.where(~IS_SEALED)
                for *kept, answers in connection.execute(query.order_by(votes.c.prompt, votes.c.at, votes.c.id)):
                    vote = Vote(*(*kept, voted_answers_of(answers)))
                    found[vote.comparison_id].append(vote)
        return {comparison_id: tuple(cast) for comparison_id, cast in found.items()}

    def votes(self, since: datetime | None = None) -> Sequence[Vote]:
        """All votes on comparisons that were not deleted, from a moment on, the oldest first.

        What an audience says is not among them before its ballot is closed, nor what came with a copy.
        """
        with self._read() as connection:
            return _found(connection, and_(self._is_own(votes), ~IS_SEALED, ~_CAME_ALONG), since)


class VotesOfOthers(Database):
    """The votes of all owners, for sums of them."""

    def votes_mark(self) -> object:
        """What changes when a vote comes, changes, goes or may be seen, or its comparison is deleted or restored."""
        joined = select(
            func.count(), func.max(votes.c.at), func.count(comparisons.c.deleted_at), func.max(comparisons.c.deleted_at)
        ).join(comparisons, comparisons.c.id == votes.c.comparison_id)
        asked = select(func.count(ballots.c.closed_at), func.max(ballots.c.closed_at))
        with self.read() as connection:
            return (*connection.execute(joined).one(), *connection.execute(asked).one())

    def others_votes(self, reader: Owner, since: datetime | None = None) -> Sequence[Vote]:
        """The votes of all other owners, as `Store.votes` has the reader's, without words, and with numbers in place of
        the ids of people and comparisons. Each votes on their own comparisons: an import may name anybody as a voter.
        """
        numbers: dict[str, str] = {}

        def number(id_: str) -> str:
            return numbers.setdefault(id_, f"other {len(numbers)}")

        with self.read() as connection:
            whose = and_(
                votes.c.owner != reader.id,
                votes.c.voter == votes.c.owner,
                ~votes.c.owner.startswith(STAGING, autoescape=True),
            )
            found = _found(connection, whose, since)
        return [
            replace(vote, name="", note="", comparison_id=number(vote.comparison_id), voter=number(vote.voter))
            for vote in found
        ]


_CHANGING = ("kind", "pane", "name", "note", "blind", "at")
_KEPT = tuple(votes.c[known.name] for known in fields(Vote) if known.name != "answers")
_IS_THERE = comparisons.c.deleted_at.is_(None)
IS_SEALED = and_(
    votes.c.voter.startswith(ROOM),
    exists().where(
        ballots.c.comparison_id == votes.c.comparison_id,
        ballots.c.closed_at.is_(None),
        votes.c.voter.startswith(ROOM + ballots.c.id + " "),
    ),
)
"""Whether a vote is of a ballot that is still open."""
_CAME_ALONG = or_(votes.c.voter.startswith(SHARED), votes.c.voter.startswith(ROOM + SHARED))
"""Whether a vote was cast elsewhere, and came with a copy of a page."""


MOST_READ = 50_000
"""Votes of a database that are remembered as they were read."""
_read: WeakKeyDictionary[Engine, dict[str, tuple[object, Vote]]] = WeakKeyDictionary()
"""By database and id: each with its time as the database has it. A vote that changes gets another time."""


def _found(connection: Connection, whose: ColumnElement[bool], since: datetime | None) -> Sequence[Vote]:
    """The votes that fit; of thousands, only those are read whole that came or changed since they were read."""
    query = select(votes.c.id, type_coerce(votes.c.at, Text))
    query = query.join(comparisons, comparisons.c.id == votes.c.comparison_id).where(whose, _IS_THERE)
    if since is not None:
        query = query.where(votes.c.at >= since)
    times: dict[str, object] = {row[0]: row[1] for row in connection.execute(query.order_by(votes.c.at, votes.c.id))}
    read = _read.setdefault(connection.engine, {})
    known = {id_: kept[1] for id_, at in times.items() if (kept := read.get(id_)) is not None and kept[0] == at}
    fresh = {vote.id: vote for vote in _whole(connection, [id_ for id_ in times if id_ not in known])}
    if len(read) + len(fresh) > MOST_READ:
        read.clear()
    read.update({id_: (times[id_], vote) for id_, vote in fresh.items()})
    return [known.get(id_) or fresh[id_] for id_ in times]


def _whole(connection: Connection, ids: Sequence[str]) -> Iterator[Vote]:
    for some in in_portions(ids):
        rows = connection.execute(select(*_KEPT, type_coerce(votes.c.answers, SafeText)).where(votes.c.id.in_(some)))
        *kept, packed = zip(*rows, strict=True)
        # Read as one text: of ten thousand short ones that takes a third of the time.
        for row, answers in zip(zip(*kept, strict=True), json.loads(f"[{','.join(packed)}]"), strict=True):
            yield Vote(*(*row, voted_answers_of(answers)))


def voted_answers_of(packed: Any) -> tuple[VotedAnswer, ...]:
    """The answers of a row; none where an import brought something else than answers."""
    try:
        values = [_in_order(answer) for answer in packed[:MOST_ANSWERS]]
    except (TypeError, KeyError):
        return ()
    return tuple(map(VotedAnswer._make, values)) if all(tuple(map(type, value)) == _TYPES for value in values) else ()


_in_order = itemgetter(*VotedAnswer._fields)
_TYPES = (*[str] * (len(VotedAnswer._fields) - 1), bool)
