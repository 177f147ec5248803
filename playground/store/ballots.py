"""Ballots: what an audience is asked about the answers to a prompt, and the votes that come of it.

The votes are rows like those of signed-in people, with a voter of their own for each device, so that they stay with
the comparison and count in its owner's standings.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select, update

from playground.store.database.database import Database, first, insert_into, now
from playground.store.database.entry_tables import entries
from playground.store.database.errors import MissingError
from playground.store.database.schema import ballots, comparisons, votes
from playground.store.entries import CHANGED
from playground.store.ids import new_id
from playground.store.owned import OwnedRows
from playground.store.votes import ROOM, VotedAnswer, VoteKind, voted_answers_of

MOST_VOTERS = 5_000
"""On one ballot."""
MOST_BALLOTS = 50
"""On one comparison."""

ADDRESS_LETTERS = 10
"""Of a ballot's address: short enough to be typed, and one of 8 * 10^14."""
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Those that nobody takes for others."""

CastState = Literal["kept", "closed", "missing", "full"]


@dataclass(frozen=True, slots=True)
class BallotAnswer:
    """An answer as the room sees it: a letter, its name, its text, and the figures that the reveal shows."""

    pane: str
    label: str
    name: str
    text: str
    figures: str
    can_win: bool = True


@dataclass(frozen=True, slots=True)
class Ballot:
    """A question to the room. `counts_hidden`: nobody sees the counts before the ballot is closed.

    `voted` are the answers as votes keep them.
    """

    comparison_id: str
    prompt: int
    question: str
    answers: tuple[BallotAnswer, ...]
    voted: tuple[VotedAnswer, ...]
    blind: bool = True
    counts_hidden: bool = True
    opened_at: datetime = field(default_factory=now)
    closed_at: datetime | None = None
    id: str = field(default_factory=lambda: "".join(secrets.choice(_LETTERS) for _ in range(ADDRESS_LETTERS)))

    @property
    def is_open(self) -> bool:
        """Whether votes are taken."""
        return self.closed_at is None

    @property
    def hides_names(self) -> bool:
        """Whether names are still hidden."""
        return self.blind and self.is_open

    @property
    def hides_counts(self) -> bool:
        """Whether counts are still hidden."""
        return self.counts_hidden and self.is_open

    def answer(self, pane: str) -> BallotAnswer | None:
        """The answer of a pane, if it can win."""
        return next((answer for answer in self.answers if answer.pane == pane and answer.can_win), None)


@dataclass(frozen=True, slots=True)
class BallotChoice:
    """What somebody of the audience chose: the pane that is "better", a "tie", or that all are "bad"."""

    kind: VoteKind
    pane: str | None = None


BallotCounts = Mapping[BallotChoice, int]


class Ballots(OwnedRows):
    """The ballots on an owner's comparisons."""

    def open_ballot(self, ballot: Ballot) -> None:
        """Let the room vote; other ballots on the comparison are closed. Raises MissingError without the comparison."""
        values = {name: getattr(ballot, name) for name in _PLAIN}
        packed = {
            "answers": [asdict(answer) for answer in ballot.answers],
            "voted": [answer._asdict() for answer in ballot.voted],
        }
        with self._write() as connection:
            there = and_(comparisons.c.id == ballot.comparison_id, self._is_own(comparisons))
            if first(connection, select(comparisons.c.id).where(there, comparisons.c.deleted_at.is_(None))) is None:
                raise MissingError("comparison", ballot.comparison_id)
            of_it = and_(ballots.c.comparison_id == ballot.comparison_id, self._is_own(ballots))
            _close(connection, of_it)
            connection.execute(ballots.insert().values(owner=self.owner.id, **values, **packed))
            keep = select(ballots.c.id).where(of_it).order_by(ballots.c.opened_at.desc()).limit(MOST_BALLOTS)
            connection.execute(ballots.delete().where(of_it, ballots.c.id.not_in(keep)))

    def close_ballot(self, ballot_id: str) -> None:
        """Take no more votes, and show the result. Raises MissingError."""
        known = and_(ballots.c.id == ballot_id, self._is_own(ballots))
        with self._write() as connection:
            if first(connection, select(ballots.c.id).where(known)) is None:
                raise MissingError("ballot", ballot_id)
            _close(connection, known)

    def newest_ballot(self, comparison_id: str, prompt: int) -> Ballot | None:
        """The newest ballot on a prompt of a comparison; None where the room was not asked."""
        query = select(ballots).where(
            ballots.c.comparison_id == comparison_id, ballots.c.prompt == prompt, self._is_own(ballots)
        )
        with self._read() as connection:
            found = first(connection, query.order_by(ballots.c.opened_at.desc(), ballots.c.id).limit(1))
        return None if found is None else _ballot(found)

    def ballot_counts(self, ballot: Ballot) -> BallotCounts:
        """How often each choice was made on an own ballot."""
        with self._read() as connection:
            return _counts(connection, ballot, self._is_own(votes))


class BallotsOfAll(Database):
    """Ballots by their addresses, for whoever has one."""

    def ballot_at(self, ballot_id: str) -> Ballot | None:
        """The ballot at an address; None where there is none, or its comparison was deleted."""
        with self.read() as connection:
            found = _found(connection, ballot_id)
        return None if found is None else _ballot(found)

    def choice_of(self, ballot: Ballot, device: str) -> BallotChoice | None:
        """What a device has chosen; None where it has not voted."""
        mine = votes.c.voter == _voter(ballot.id, device)
        query = select(votes.c.kind, votes.c.pane).where(*_on(ballot), mine)
        with self.read() as connection:
            row = first(connection, query)
        return None if row is None else BallotChoice(row["kind"], row["pane"])

    def cast(self, ballot_id: str, device: str, choice: BallotChoice) -> CastState:
        """Keep what a device chose, in place of what it chose before. `device` is a secret of the device."""
        with self.write() as connection:
            found = _found(connection, ballot_id)
            if found is None:
                return "missing"
            ballot = _ballot(found)
            if not ballot.is_open:
                return "closed"
            better = ballot.answer(choice.pane or "")
            if (choice.kind == "better") != (better is not None):
                return "missing"
            voter = _voter(ballot_id, device)
            is_new = first(connection, select(votes.c.id).where(*_on(ballot), votes.c.voter == voter)) is None
            if is_new and _voters(connection, ballot) >= MOST_VOTERS:
                return "full"
            key = {"comparison_id": ballot.comparison_id, "prompt": ballot.prompt, "voter": voter}
            values = {
                "kind": choice.kind,
                "pane": choice.pane,
                "name": "" if better is None else better.name,
                "note": "",
                "blind": ballot.blind,
                "at": now(),
                "answers": [answer._asdict() for answer in ballot.voted],
            }
            insert = insert_into(votes, connection.dialect.name).values(
                id=new_id(), owner=found["owner"], **key, **values
            )
            connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=values))
        return "kept"

    def room_counts(self, ballot: Ballot) -> BallotCounts:
        """How often each choice was made."""
        with self.read() as connection:
            return _counts(connection, ballot)


_PLAIN = ("id", "comparison_id", "prompt", "blind", "counts_hidden", "question", "opened_at", "closed_at")


def _close(connection: Connection, which: ColumnElement[bool]) -> None:
    """Close those that are open. What the room said belongs to their comparisons from now on."""
    still_open = and_(which, ballots.c.closed_at.is_(None))
    compared = select(ballots.c.comparison_id).where(still_open)
    connection.execute(update(entries).where(entries.c.id.in_(compared)).values(outdated=CHANGED))
    connection.execute(update(ballots).where(still_open).values(closed_at=now()))


def _voter(ballot_id: str, device: str) -> str:
    """A voter whom nobody can be who only reads the database."""
    return f"{ROOM}{ballot_id} {sha256(f'{ballot_id} {device}'.encode()).hexdigest()[:32]}"


def _on(ballot: Ballot) -> tuple[Any, ...]:
    return votes.c.comparison_id == ballot.comparison_id, votes.c.prompt == ballot.prompt


def _of_room(ballot: Ballot) -> Any:
    return votes.c.voter.startswith(f"{ROOM}{ballot.id} ", autoescape=True)


def _voters(connection: Connection, ballot: Ballot) -> int:
    return connection.scalar(select(func.count()).select_from(votes).where(*_on(ballot), _of_room(ballot))) or 0


def _counts(connection: Connection, ballot: Ballot, *more: Any) -> BallotCounts:
    query = select(votes.c.kind, votes.c.pane, func.count()).where(*_on(ballot), _of_room(ballot), *more)
    rows = connection.execute(query.group_by(votes.c.kind, votes.c.pane)).all()
    return Counter({BallotChoice(kind, pane): count for kind, pane, count in rows})


def _found(connection: Connection, ballot_id: str) -> RowMapping | None:
    query = select(ballots).join(comparisons, comparisons.c.id == ballots.c.comparison_id)
    query = query.where(ballots.c.id == ballot_id, comparisons.c.deleted_at.is_(None))
    return connection.execute(query).mappings().first()


def _ballot(row: RowMapping) -> Ballot:
    answers: Sequence[Mapping[str, Any]] = row["answers"]
    return Ballot(
        **{name: row[name] for name in _PLAIN},
        answers=tuple(BallotAnswer(**answer) for answer in answers),
        voted=voted_answers_of(row["voted"]),
    )
