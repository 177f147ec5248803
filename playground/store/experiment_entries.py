"""What the history says of an experiment: its words, how far it is, what it cost."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Text, func, select, type_coerce

from playground.money.budget import dollars
from playground.store.charges import Spent
from playground.store.database.database import first
from playground.store.database.experiment_tables import (
    experiment_answers,
    experiment_claims,
    experiment_judgements,
    experiment_retaken,
    experiments,
)
from playground.store.entry_facts import LONGEST_BEGINNING, EntryFacts
from playground.store.experiment_results import nanos_used

_STATES = {"ready": "live", "running": "live", "paused": "live", "stopped": "stopped", "done": "done"}
"""How experiments stand, in the history's words."""


def words_of_experiment(connection: Connection, id_: str) -> str:
    """What an experiment says of itself, and asks: never another, whatever it is called later."""
    definition = connection.scalar(select(experiments.c.definition).where(experiments.c.id == id_))
    return "\n".join(filter(None, _words(definition or {})))


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
    """What was paid at most, judges and what was asked twice included; what is on its way is not."""
    claims = experiment_claims.c
    held = connection.scalar(select(func.sum(claims.held)).where(claims.experiment_id == experiment_id)) or 0
    answers, retaken = experiment_answers.c, experiment_retaken.c
    ours = answers.experiment_id == experiment_id
    free = (ours, answers.spent == 0, answers.outcome.not_in(("error", "stopped")))
    unpriced = select(func.count()).where(*free, ~_says(connection, answers.answer, '"cost":'))
    unpriced = unpriced.where(_says(connection, answers.answer, '"usage":'))
    lost = select(retaken.number).where(
        retaken.experiment_id == experiment_id, retaken.why != "again", retaken.spent > 0
    )
    guesses = [lost]
    for table in (experiment_answers, experiment_judgements):
        known = (table.c.experiment_id == experiment_id, _says(connection, table.c.answer, '"cost_estimated":true'))
        guesses.append(select(table.c.cell).where(*known, table.c.spent > 0))
    return Spent(
        replies=ended,
        cost=dollars(nanos_used(connection, experiment_id) - int(held)),
        unpriced=connection.scalar(unpriced) or 0,
        cost_estimated=any(first(connection, guess.limit(1)) is not None for guess in guesses),
    )


def _says(connection: Connection, column: Any, part: str) -> Any:
    """Whether JSON has a part, as it is written; within a text its quotes would have backslashes."""
    position = func.instr if connection.dialect.name == "sqlite" else func.strpos
    return position(type_coerce(column, Text), part) > 0
