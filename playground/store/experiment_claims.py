"""The claims on cells of experiments, in the caller's transaction: who asks for which, and what is held for that.

A claim is written just before a cell or one of its judges is asked, and goes with what came of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, exists, func, literal, or_, select

from playground.money.budget import nanos
from playground.owner import Owner
from playground.store.database.database import in_portions, now
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_claims,
    experiment_judgements,
    experiment_retaken,
    experiment_submissions,
    experiments,
)
from playground.store.experiment_records import (
    ITSELF,
    Submission,
    Wanted,
)
from playground.store.ledger import Settlement, settle_all_in


def drop_claims(connection: Connection, experiment_id: str, tickets: Sequence[str]) -> None:
    """End claims by their tickets, and forget batches that have none left."""
    for some in in_portions(tickets):
        gone = (experiment_claims.c.experiment_id == experiment_id, experiment_claims.c.ticket.in_(some))
        connection.execute(delete(experiment_claims).where(*gone))
    _forget_ended(connection, [experiment_id])


def free_lost(connection: Connection, lost: Sequence[Any]) -> int:
    """Free claims of dead processes, in the caller's transaction: each may have been paid for.

    What a service took as a batch stays claimed, unless its experiment was deleted.
    """
    claims = experiment_claims.c
    taken = exists().where(
        experiment_submissions.c.id == claims.submission_id, experiment_submissions.c.request_id.is_not(None)
    )
    lost = (*lost, or_(~taken, experiments.c.deleted_at.is_not(None)))
    query = select(experiment_claims, experiments.c.owner).join(experiments).where(*lost)
    found = connection.execute(query.order_by(claims.experiment_id, claims.cell, claims.judge)).all()
    by_owner: dict[str, list[Settlement]] = {}
    for row in found:
        why = "lost" if row.submission_id is None else "unsure"
        note_twice(connection, row.experiment_id, [Retaken(row.cell, row.judge, why, row.holder, row.held or 0)])
        by_owner.setdefault(row.owner, []).append(Settlement(row.ticket, lost=1))
    for some in in_portions([row.ticket for row in found]):
        connection.execute(delete(experiment_claims).where(claims.ticket.in_(some)))
    _forget_ended(connection, {row.experiment_id for row in found if row.submission_id is not None})
    for owner in sorted(by_owner):
        settle_all_in(connection, Owner(owner), by_owner[owner])
    return len(found)


def keep_submission(
    connection: Connection, experiment_id: str, submission: Submission, size: int, at: datetime
) -> None:
    """Keep that a batch of so many cells is about to be sent."""
    names = ("id", "connection", "model", "request_id")
    values = {name: getattr(submission, name) for name in names}
    values |= {"experiment_id": experiment_id, "size": size, "sent_at": at}
    connection.execute(experiment_submissions.insert().values(**values))


def _forget_ended(connection: Connection, experiment_ids: Iterable[str]) -> None:
    """Forget batches of which no cell is on its way any more."""
    submissions, claims = experiment_submissions.c, experiment_claims.c
    for experiment_id in experiment_ids:
        ours = (claims.experiment_id == experiment_id, claims.submission_id.is_not(None))
        waiting = select(claims.submission_id).where(*ours).distinct()
        ended = (submissions.experiment_id == experiment_id, submissions.id.not_in(waiting))
        connection.execute(delete(experiment_submissions).where(*ended))


def free_units(connection: Connection, experiment_id: str, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those that nobody has asked for, without what is there twice."""
    taken: set[tuple[int, int]] = set()
    for some in in_portions([one.cell for one in wanted]):
        for table in (experiment_answers, experiment_judgements, experiment_claims):
            judge = table.c.judge if "judge" in table.c else literal(ITSELF)
            known = (table.c.experiment_id == experiment_id, table.c.cell.in_(some))
            taken.update((row[0], row[1]) for row in connection.execute(select(table.c.cell, judge).where(*known)))
    free = []
    for one in wanted:
        if (one.cell, one.judge) not in taken:
            taken.add((one.cell, one.judge))
            free.append(one)
    return free


def still_there(connection: Connection, experiment_id: str, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Those that are about no answer, or about answers that nobody has thrown away since they were read."""
    answers = experiment_answers.c
    found: set[tuple[int, datetime]] = set()
    for some in in_portions(sorted({cell for one in wanted for cell, _ in one.about})):
        query = select(answers.cell, answers.ended_at)
        query = query.where(answers.experiment_id == experiment_id, answers.cell.in_(some))
        found.update((row.cell, row.ended_at) for row in connection.execute(query))
    return [one for one in wanted if found.issuperset(one.about)]


def within_limit(wanted: Sequence[Wanted], left: int, unjudged: int) -> tuple[list[Wanted], bool]:
    """As many, from the first on, as so many billionths of a dollar allow; and whether the next has no bound.

    Of what is left the verdicts about `unjudged` answers are to be paid, before there is room for further answers.
    """
    taken: list[Wanted] = []
    for_verdicts = unjudged * max((nanos(one.verdicts) for one in wanted), default=0)
    for one in wanted:
        held = held_nanos(one)
        if held is None:
            return taken, not taken
        left -= held
        if one.judge == ITSELF:
            for_verdicts += nanos(one.verdicts)
        if left < (for_verdicts if one.judge == ITSELF else 0):
            break
        taken.append(one)
    return taken, False


def unjudged_answers(connection: Connection, experiment_id: str) -> int:
    """How many answers are there without their verdicts, or on their way."""
    answers, claims = experiment_answers.c, experiment_claims.c
    there = select(func.count()).where(answers.experiment_id == experiment_id, answers.outcome == "judging")
    coming = select(func.count()).where(claims.experiment_id == experiment_id, claims.judge == ITSELF)
    return int(connection.scalar(there) or 0) + int(connection.scalar(coming) or 0)


def held_nanos(wanted: Wanted) -> int | None:
    """What is held for it, in billionths of a dollar; None where it has no bound."""
    return None if wanted.most.amount is None else nanos(wanted.most.amount)


def holds_of(connection: Connection, experiment_id: str, tickets: Sequence[str]) -> dict[str, int]:
    """What is held under tickets that are still claims, in billionths of a dollar."""
    found: dict[str, int] = {}
    claims = experiment_claims.c
    for some in in_portions(tickets):
        query = select(claims.ticket, claims.held).where(claims.experiment_id == experiment_id, claims.ticket.in_(some))
        found.update((row.ticket, row.held or 0) for row in connection.execute(query))
    return found


class Retaken(NamedTuple):
    """A cell or a judge of it that was or will be asked twice: why, by whom, and what was paid, in billionths."""

    cell: int
    judge: int
    why: str
    holder: str
    spent: int
    requests: int = 1


def note_twice(
    connection: Connection, experiment_id: str, twice: Sequence[Retaken], ended_at: Sequence[datetime] = ()
) -> None:
    """Note what was or will be asked twice.

    What was asked again counts for the hour in which it had ended, else for now.
    """
    if not twice:
        return
    moments = ended_at or [now()] * len(twice)
    values = [
        one._asdict() | {"experiment_id": experiment_id, "at": at} for one, at in zip(twice, moments, strict=True)
    ]
    connection.execute(experiment_retaken.insert(), values)
