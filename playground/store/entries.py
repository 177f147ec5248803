"""Entries of the history, brought up to date with the rows that they are of.

Triggers mark an entry as outdated in the transaction that changes something in it; it is read anew here before anybody
looks. What an entry says is always that of a recount.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from playground.compare.comparison import Comparison
from playground.store.charges import Charge, Spent
from playground.store.conversations import title_of
from playground.store.database import rows
from playground.store.database.database import first
from playground.store.database.entry_tables import entries, entry_facets, word_documents
from playground.store.database.experiment_tables import experiments
from playground.store.database.schema import batches, comparisons, conversations, replies, turns, votes
from playground.store.entry_facts import LONGEST_BEGINNING, EntryFacts, shortened_parameters
from playground.store.experiment_entries import experiment_facts, words_of_experiment, words_of_rows
from playground.store.tree import Tree, read_trees
from playground.store.votes import IS_SEALED
from playground.store.words import add_words, remove_words

HIDDEN, LISTED, PINNED, ARCHIVED = range(4)
"""The places of entries: deleted or without a word; in the list; at its top; put away."""
FRESH, CHANGED, OLD = range(3)
"""How far an entry is outdated."""
LABEL, WORDS, ROWS = 0, -1, -2
"""In place of a turn, in `documents`: the name, note and tags of an entry; all words of what has no turns; those in
the rows of an experiment.
"""
log = logging.getLogger(__name__)
_WORDS_OF_JSON = ("content", "prompt", "text", "input")


@dataclass(frozen=True, slots=True)
class _Source:
    """What an entry is of, as it is now. `turns` are those whose words are to be found; None where they stay as is."""

    shown: bool
    updated_at: datetime
    title: str
    named: bool
    facts: EntryFacts
    turns: frozenset[int] | None = frozenset()
    words: str = field(default="", repr=False)
    """Those of what has no turns."""


def refresh_entry(connection: Connection, number: int, known: Mapping[str, str] | None = None) -> None:
    """Bring an entry up to date: what it shows, what it is found by, and its words in the index.

    One that cannot be read stays as it is without facts, which the log says: all others wait behind it. `known` are
    words of experiments' rows that were read before.
    """
    try:
        with connection.begin_nested():
            _refresh(connection, number, known or {})
    except DBAPIError:  # the database's trouble, which is over some time
        raise
    except Exception:
        log.exception("entry %d of the history could not be read", number)
        connection.execute(delete(entry_facets).where(entry_facets.c.entry == number))
        values = {"facts": EntryFacts().as_json(), "outdated": FRESH}
        connection.execute(update(entries).where(entries.c.number == number).values(values))


def words_read_ahead(connection: Connection, numbers: Sequence[int]) -> tuple[Sequence[int], dict[str, str]]:
    """Entries to bring up to date together, with the words of rows that this needs: at most those of one experiment.

    Reading them, which never change, takes long; so it is done before others have to wait.
    """
    indexed = select(word_documents.c.entry).where(
        word_documents.c.entry == entries.c.number, word_documents.c.turn == ROWS
    )
    query = select(entries.c.number, entries.c.id).where(
        entries.c.number.in_(numbers), entries.c.kind == "experiment", ~indexed.exists()
    )
    ids = {row.number: row.id for row in connection.execute(query)}
    new = [at for at, number in enumerate(numbers) if number in ids]
    known = {ids[numbers[at]]: words_of_rows(connection, ids[numbers[at]]) for at in new[:1]}
    return numbers[: new[1]] if new[1:] else numbers, known


def _refresh(connection: Connection, number: int, known: Mapping[str, str]) -> None:
    row = first(connection, select(entries).where(entries.c.number == number).with_for_update())
    if row is None or row["outdated"] == FRESH:
        return
    source = _READ[row["kind"]](connection, row)
    if source is None:
        connection.execute(delete(entries).where(entries.c.number == number))
        return
    label = " ".join([*([source.title] if source.named else []), row["note"], *row["tags"]]).strip()
    _sync_words(connection, row, source, label, known)
    shown = ARCHIVED if row["archived"] else PINNED if row["pinned"] else LISTED
    values = {
        "place": shown if source.shown else HIDDEN,
        "updated_at": source.updated_at,
        "title": source.title,
        "facts": source.facts.as_json(),
        "label": label,
        "outdated": FRESH,
    }
    connection.execute(update(entries).where(entries.c.number == number).values(values))
    _sync_facets(connection, row, source)


def refresh_entry_of(connection: Connection, conversation_id: str) -> None:
    """Bring the entry up to date that a conversation is, or is a pane of."""
    pane = select(func.coalesce(conversations.c.comparison_id, conversations.c.id))
    of = pane.where(conversations.c.id == conversation_id).scalar_subquery()
    number = connection.scalar(select(entries.c.number).where(entries.c.id == of))
    if number is not None:
        refresh_entry(connection, number)


def remove_entry_words(connection: Connection, id_: str) -> None:
    """Take all words of an entry out of the index, before what they are read from goes."""
    row = first(connection, select(entries).where(entries.c.id == id_))
    if row is None:
        return
    number = row["number"]
    indexed = connection.scalars(select(word_documents.c.turn).where(word_documents.c.entry == number).distinct()).all()
    texts = texts_of_turns(connection, [turn for turn in indexed if turn > 0])
    texts[LABEL] = row["label"]
    texts |= {turn: words_at(connection, id_, turn) for turn in (WORDS, ROWS) if turn in indexed}
    remove_words(connection, row["owner"], {(number, turn): texts.get(turn, "") for turn in indexed})


def remove_words_without_turns(connection: Connection, id_: str) -> None:
    """Take the words of a batch or an experiment out of the index, before they change; those of its label stay."""
    query = select(entries.c.number, entries.c.owner).where(
        entries.c.id == id_, entries.c.kind.in_(("batch", "experiment"))
    )
    row = first(connection, query)
    if row is not None:
        texts = {(row["number"], turn): words_at(connection, id_, turn) for turn in (WORDS, ROWS)}
        remove_words(connection, row["owner"], texts)


def remove_turn_words(connection: Connection, turn_ids: Sequence[str]) -> None:
    """Take the words of turns out of the index, before they change or go."""
    query = (
        select(entries.c.owner, entries.c.number, turns.c.seq)
        .select_from(turns)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(entries, (entries.c.id == conversations.c.id) | (entries.c.id == conversations.c.comparison_id))
        .where(turns.c.id.in_(turn_ids))
    )
    found = connection.execute(query).all()
    texts = texts_of_turns(connection, [row.seq for row in found])
    for owner in {row.owner for row in found}:
        own = {(row.number, row.seq): texts[row.seq] for row in found if row.owner == owner}
        remove_words(connection, owner, own)


def _sync_words(
    connection: Connection, row: Mapping[str, Any], source: _Source, label: str, known: Mapping[str, str]
) -> None:
    """Have exactly those words of an entry in the index that it has now."""
    number, owner = row["number"], row["owner"]
    indexed = set(connection.scalars(select(word_documents.c.turn).where(word_documents.c.entry == number).distinct()))
    gone: dict[int, str] = {}
    new: dict[int, str] = {}
    if LABEL in indexed and label != row["label"]:
        gone[LABEL] = row["label"]
    if label and (LABEL not in indexed or label != row["label"]):
        new[LABEL] = label
    if row["kind"] in ("batch", "experiment"):
        if WORDS not in indexed:
            new[WORDS] = source.words
        if row["kind"] == "experiment" and ROWS not in indexed:
            words = known.get(row["id"])
            new[ROWS] = words_of_rows(connection, row["id"]) if words is None else words
    elif source.turns is not None:
        extra, missing = indexed - source.turns - {LABEL}, source.turns - indexed
        texts = texts_of_turns(connection, [*extra, *missing])
        gone |= {turn: texts.get(turn, "") for turn in extra}
        new |= {turn: texts[turn] for turn in sorted(missing) if texts.get(turn)}
    remove_words(connection, owner, {(number, turn): text for turn, text in gone.items()})
    add_words(connection, owner, {(number, turn): text for turn, text in new.items()}, old=row["outdated"] == OLD)


def _sync_facets(connection: Connection, row: Mapping[str, Any], source: _Source) -> None:
    number = row["number"]
    connection.execute(delete(entry_facets).where(entry_facets.c.entry == number))
    found = [
        {"entry": number, "owner": row["owner"], "name": name, "value": value, "updated_at": source.updated_at}
        for name, value in dict.fromkeys(source.facts.facets(row["kind"], row["tags"]))
    ]
    connection.execute(entry_facets.insert(), found)


def _read_chat(connection: Connection, row: Mapping[str, Any]) -> _Source | None:
    chat = first(connection, select(conversations).where(conversations.c.id == row["id"]))
    if chat is None:
        return None
    facts, found, spoken = _facts_of_turns(connection, [chat["id"]])
    facts |= {"parameters": shortened_parameters(chat["parameters"]), "system_prompt": bool(chat["system_prompt"])}
    if not facts["models"]:
        facts["models"] = (chat["model"],)
    shown = spoken and chat["deleted_at"] is None
    return _Source(shown, chat["updated_at"], chat["title"], chat["renamed"], EntryFacts(**facts), found)


def _read_comparison(connection: Connection, row: Mapping[str, Any]) -> _Source | None:
    saved = first(connection, select(comparisons).where(comparisons.c.id == row["id"]))
    if saved is None:
        return None
    panes = connection.scalars(select(conversations.c.id).where(conversations.c.comparison_id == saved["id"])).all()
    facts, found, _ = _facts_of_turns(connection, panes)
    cast = select(votes.c.kind).where(votes.c.comparison_id == saved["id"], ~IS_SEALED)
    facts["votes"] = tuple(connection.scalars(cast.order_by(votes.c.prompt, votes.c.at)))
    try:
        comparison = Comparison.from_json(saved["body"])
    except (KeyError, TypeError, ValueError):  # it was never saved, or by another version
        pass
    else:
        if comparison.hidden:
            facts |= {"models": (), "connections": (), "presets": (), "votes": (), "hidden": True}
    shown = saved["deleted_at"] is None and bool(saved["title"])
    return _Source(shown, saved["updated_at"], saved["title"], saved["renamed"], EntryFacts(**facts), found)


def _read_batch(connection: Connection, row: Mapping[str, Any]) -> _Source | None:
    from playground.batch.results import batch_charge  # which reads what the store gives
    from playground.store.batches import batch_of_row, outcome_of

    stored = first(connection, select(batches).where(batches.c.id == row["id"]))
    if stored is None:
        return None
    batch = batch_of_row(stored)
    packed = [] if stored["results"] is None else rows.unpacked_request(stored["results"])
    charge = batch_charge(batch, [outcome_of(outcome) for outcome in packed])
    words = words_of_batch(connection, batch.id)
    states = {"queued": "live", "running": "live", "abandoned": "stopped"}.get(batch.status, batch.status)
    facts = EntryFacts(
        models=(batch.model,),
        connections=(batch.connection,),
        questions=batch.size,
        answers=len(packed),
        states=(states, *(["failed"] if batch.failed else [])),
        state=states,
        beginning=words[:LONGEST_BEGINNING],
        spent=Spent.of([charge]) if charge is not None else Spent(),
    )
    shown = stored["deleted_at"] is None
    title = row["name"] or title_of(words) or "Batch"
    return _Source(shown, batch.created_at, title, bool(row["name"]), facts, words=words)


def _read_experiment(connection: Connection, row: Mapping[str, Any]) -> _Source | None:
    stored = first(connection, select(experiments).where(experiments.c.id == row["id"]))
    if stored is None:
        return None
    return _Source(
        shown=stored["deleted_at"] is None,
        updated_at=stored["updated_at"],
        title=stored["title"],
        named=True,
        facts=experiment_facts(connection, stored),
        words=words_of_experiment(connection, row["id"]),
    )


_READ = {"chat": _read_chat, "compare": _read_comparison, "batch": _read_batch, "experiment": _read_experiment}


def _facts_of_turns(connection: Connection, ids: Sequence[str]) -> tuple[dict[str, Any], frozenset[int], bool]:
    """Facts of conversations, the turns whose words are to be found, and whether anything was ever said."""
    trees = read_trees(connection, ids)
    query = select(turns.c.seq, turns.c.id, turns.c.role).where(turns.c.conversation_id.in_(ids))
    by_id = {turn.id: turn for turn in connection.execute(query.order_by(turns.c.seq))}
    reached = {id_ for tree in trees.values() for id_ in tree.under()}
    asked = select(*rows.CHARGED, replies.c.model, replies.c.connection, replies.c.preset).where(
        replies.c.conversation_id.in_(ids)
    )
    answers = connection.execute(asked.order_by(replies.c.started_at, replies.c.id)).mappings().all()
    there = [row for row in answers if row["id"] in reached]
    live = {row["id"] for row in answers if row["state"] == "live"}
    roles = Counter(turn.role for id_, turn in by_id.items() if id_ in reached)
    charges: list[Charge] = [rows.charge_of_row(dict(row)) for row in answers]
    facts = {
        "models": tuple(dict.fromkeys(row["model"] for row in there)),
        "connections": tuple(dict.fromkeys(row["connection"] for row in there if row["connection"])),
        "presets": tuple(dict.fromkeys(row["preset"] for row in there if row["preset"])),
        "questions": roles["user"],
        "answers": roles["assistant"],
        "states": tuple(dict.fromkeys(row["state"] for row in there)),
        "state": there[-1]["state"] if there else "",
        "beginning": _beginning(connection, trees),
        "spent": Spent.of(charges),
    }
    return facts, frozenset(by_id[id_].seq for id_ in reached - live), bool(by_id)


def _beginning(connection: Connection, trees: Mapping[str, Tree]) -> str:
    """The first words of the first turn that can be seen."""
    ids = [tree.under()[0] for tree in trees.values() if tree.under()]
    text = connection.scalar(select(turns.c.text).where(turns.c.id.in_(ids)).order_by(turns.c.seq).limit(1))
    return " ".join((text or "")[: 4 * LONGEST_BEGINNING].split())[:LONGEST_BEGINNING]


def texts_of_turns(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The words of turns: what was asked, or what was answered."""
    found: dict[int, str] = {}
    for start in range(0, len(numbers), 500):
        query = select(turns.c.seq, turns.c.text, replies.c.text.label("answer"))
        query = query.join(replies, replies.c.id == turns.c.id, isouter=True)
        for row in connection.execute(query.where(turns.c.seq.in_(numbers[start : start + 500]))):
            found[row.seq] = row.text or row.answer or ""
    return found


def words_at(connection: Connection, id_: str, turn: int) -> str:
    """The words of a batch or an experiment that stand in the index at WORDS or at ROWS."""
    if turn == ROWS:
        return words_of_rows(connection, id_)
    return words_of_batch(connection, id_) or words_of_experiment(connection, id_)


def words_of_batch(connection: Connection, id_: str) -> str:
    """All that was asked and answered in a batch."""
    row = first(connection, select(batches.c["items"], batches.c.results).where(batches.c.id == id_))
    if row is None:
        return ""
    packed = [rows.unpacked_request(column) for column in (row["items"], row["results"]) if column]
    return "\n".join(text for value in packed for text in _strings(value))


def _strings(value: Any, *, counts: bool = False) -> list[str]:
    """The texts in JSON under the names that words have in requests and outcomes."""
    if isinstance(value, str):
        return [value] if counts else []
    if isinstance(value, list):
        return [text for item in value for text in _strings(item, counts=counts)]
    if isinstance(value, dict):
        return [text for name, item in value.items() for text in _strings(item, counts=name in _WORDS_OF_JSON)]
    return []
