"""What the history says of an experiment: its words, how far it is, what it cost."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, func, null, select

from playground.money.budget import dollars
from playground.store.charges import Spent
from playground.store.database.database import first
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_claims,
    experiment_judgements,
    experiment_retaken,
    experiments,
    version_rows,
)
from playground.store.entry_facts import LONGEST_BEGINNING, EntryFacts
from playground.store.experiment_results import nanos_used

LONGEST_ROWS = 400_000
"""Characters of an experiment's rows that are found."""
_ROWS_AT_ONCE = 500
_LOOKED_AT = 200
_STATES = {"ready": "live", "running": "live", "paused": "live", "stopped": "stopped", "done": "done"}
"""How experiments stand, in the history's words."""


def words_of_experiment(connection: Connection, id_: str) -> str:
    """What an experiment says of itself, and asks: never another, whatever it is called later."""
    definition = connection.scalar(select(experiments.c.definition).where(experiments.c.id == id_))
    return "\n".join(filter(None, _words(definition or {})))


def words_of_rows(connection: Connection, id_: str) -> str:
    """What is in the rows of an experiment, which never change: of many, the first LONGEST_ROWS characters."""
    version = connection.scalar(select(experiments.c.version_id).where(experiments.c.id == id_))
    found: list[str] = []
    start, left = 0, LONGEST_ROWS
    while left > 0:
        query = select(version_rows.c.body).where(version_rows.c.version_id == version, version_rows.c.number >= start)
        bodies = connection.scalars(query.order_by(version_rows.c.number).limit(_ROWS_AT_ONCE)).all()
        for body in bodies:
            text = "\n".join(_values(body))[:left]
            found.append(text)
            left -= len(text)
            if left <= 0:
                break
        if len(bodies) < _ROWS_AT_ONCE:
            break
        start += _ROWS_AT_ONCE
    return "\n".join(filter(None, found))


def _values(body: Mapping[str, Any]) -> list[str]:
    """The values of a row's variables, and what is expected."""
    named = {name: value for name, value in body.items() if name not in ("variables", "checks", "tags", "split")}
    return [str(value) for value in (*named.values(), *dict(body.get("variables") or {}).values())]


def experiment_facts(connection: Connection, row: Mapping[str, Any]) -> EntryFacts:
    """What the history shows of an experiment, from its rows; `row` is that of the experiment."""
    answers = experiment_answers.c
    query = select(answers.outcome, func.count()).where(answers.experiment_id == row["id"]).group_by(answers.outcome)
    outcomes = {outcome: count for outcome, count in connection.execute(query)}
    ended = sum(outcomes.values())
    state = _STATES[row["status"]]
    said = next((text for text in (_described(row["definition"]), *_prompts(row["definition"])) if text.strip()), "")
    return EntryFacts(
        models=tuple(dict.fromkeys(one["model"] for one in row["candidates"])),
        connections=tuple(dict.fromkeys(one["connection"] for one in row["candidates"])),
        questions=row["cells"],
        answers=ended,
        states=tuple(dict.fromkeys((state, *(["failed"] if outcomes.get("error") else [])))),
        state=state,
        beginning=" ".join(said[: 4 * LONGEST_BEGINNING].split())[:LONGEST_BEGINNING],
        spent=_spent(connection, row["id"], ended),
    )


def _words(definition: Mapping[str, Any]) -> list[str]:
    """The description, names and prompts of a definition, as it is kept."""
    variants = definition.get("variants", ())
    beside = [variant.get(part, "") for variant in variants for part in ("name", "system_prompt")]
    return [_described(definition), *beside, *_prompts(definition)]


def _described(definition: Mapping[str, Any]) -> str:
    return str(definition.get("description", ""))


def _prompts(definition: Mapping[str, Any]) -> list[str]:
    return [
        text
        for variant in definition.get("variants", ())
        for text in (variant.get("prompt", ""), *(one.get("content", "") for one in variant.get("messages", ())))
    ]


def _spent(connection: Connection, experiment_id: str, ended: int) -> Spent:
    """What was paid at most, judges and what was asked twice included; what is on its way is not.

    Whether it is an estimate, and which columns have no price, is told by some answers: of a column all are alike, and
    a hundred thousand are not read for it.
    """
    claims = experiment_claims.c
    held = connection.scalar(select(func.sum(claims.held)).where(claims.experiment_id == experiment_id)) or 0
    retaken = experiment_retaken.c
    lost = select(retaken.number).where(
        retaken.experiment_id == experiment_id, retaken.why != "again", retaken.spent > 0
    )
    looked_at = _some_answers(connection, experiment_id)
    guessed = first(connection, lost.limit(1)) is not None or any(one.get("cost_estimated") for _, one in looked_at)
    unpriced = {
        candidate for candidate, one in looked_at if candidate is not None and "cost" not in one and "usage" in one
    }
    return Spent(
        replies=ended,
        cost=dollars(nanos_used(connection, experiment_id) - int(held)),
        unpriced=_without_price(connection, experiment_id, unpriced) if unpriced else 0,
        cost_estimated=guessed,
    )


def _some_answers(connection: Connection, experiment_id: str) -> list[tuple[int | None, Mapping[str, Any]]]:
    """Answers of the first cells, of those that failed or were stopped, and of judges, with their columns."""
    answers, judged = experiment_answers.c, experiment_judgements.c
    of_cells = select(answers.candidate, answers.answer).where(answers.experiment_id == experiment_id)
    broken = of_cells.where(answers.outcome.in_(("error", "stopped")))
    of_judges = select(null(), judged.answer).where(judged.experiment_id == experiment_id)
    queries = (of_cells.order_by(answers.cell), broken.order_by(answers.cell), of_judges.order_by(judged.cell))
    return [(row[0], row[1]) for query in queries for row in connection.execute(query.limit(_LOOKED_AT))]


def _without_price(connection: Connection, experiment_id: str, candidates: Collection[int]) -> int:
    """How many cells of these columns used something."""
    answers = experiment_answers.c
    known = (answers.experiment_id == experiment_id, answers.candidate.in_(candidates))
    used = (answers.spent == 0, answers.outcome.not_in(("error", "stopped")))
    return connection.scalar(select(func.count()).where(*known, *used)) or 0
