"""Lists of one owner among many are read by an index, in the order that the index has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Table, event

from playground.money.budget import EVERY_OWNER, Budget
from playground.owner import DEFAULT_OWNER, Owner
from playground.store import Store, Stores
from playground.store.database.database import now
from playground.store.database.experiment_tables import (
    dataset_versions,
    datasets,
    experiment_answers,
    experiments,
    version_rows,
)
from playground.store.database.schema import (
    batches,
    comparisons,
    conversations,
    ledger,
    ledger_days,
    presets,
    snapshots,
    usage_hours,
    votes,
)
from playground.store.deleting import Condition
from tests.store.reserving import settle_for

OWNERS, ROWS = 20, 200

LISTS: dict[str, Callable[[Store], object]] = {
    "comparisons": lambda store: store.comparisons(limit=20),
    "batches": lambda store: store.batches(limit=20),
    "presets": lambda store: store.presets(),
    "snapshots": lambda store: store.snapshots(),
    "votes": lambda store: store.votes(),
}


EVERYBODY_HERE = [Owner.signed_in("https://issuer.example", str(number)) for number in range(OWNERS)]
OWNER = EVERYBODY_HERE[7]
"""One of many who have as much as he has."""


@pytest.fixture(scope="module")
def crowded(module_stores: Stores) -> Stores:
    """Stores with rows of many owners."""
    at = now()
    everywhere = {"created_at": at, "updated_at": at}
    titled = {"title": "x", "renamed": False}
    chat = titled | {"model": "m", "system_prompt": "", "parameters": {}, "options": {}}
    batch = {"connection": "c", "model": "m", "status": "done", "size": 1, "items": b""}
    shared = {"kind": "chat", "title": "x", "readers": "link", "visits": 0, "size": 0, "digest": "", "page": b""}
    snapshot = shared | {"made_at": at}
    kinds: dict[Table, dict[str, Any]] = {
        conversations: chat,
        comparisons: titled | {"body": {}},
        batches: batch,
        presets: {"body": {}},
        snapshots: snapshot,
        votes: {"prompt": 1, "voter": "v", "kind": "tie", "name": "", "note": "", "blind": False, "answers": []},
    }
    with module_stores.engine.begin() as connection:
        for table, values in kinds.items():
            rows = [
                {"id": f"{table.name}-{number}-{owner.id}", "owner": owner.id} | everywhere | values
                for number in range(ROWS)
                for owner in EVERYBODY_HERE
            ]
            if table is votes:
                rows = [row | {"comparison_id": row["id"].replace("votes", "comparisons"), "at": at} for row in rows]
            connection.execute(table.insert(), rows)
        connection.exec_driver_sql("ANALYZE")
    return module_stores


@contextmanager
def statements(stores: Stores) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        sent.append((statement, parameters))

    event.listen(stores.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(stores.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("listed", LISTS)
def test_a_list_is_read_by_an_index(crowded: Stores, listed: str) -> None:
    with statements(crowded) as sent:
        LISTS[listed](crowded.of(OWNER))
    statement, parameters = next((text, values) for text, values in sent if f"FROM {listed}" in text)
    plan = planned(crowded, statement, parameters)
    assert f"ix_{listed}_owner" in plan, plan
    assert "TEMP B-TREE" not in plan, plan
    assert "Sort" not in plan, plan


SUMS: dict[str, tuple[str, Callable[[Stores, Owner], object]]] = {
    "usage of all": ("usage_hours", lambda stores, _: stores.usage_of_all(now() - timedelta(hours=9), now())),
    "a month of all": ("ledger_days", lambda stores, _: stores.all_budget_uses(now())),
    "a month of an owner": ("ledger_days", lambda stores, owner: stores.of(owner).budget_uses("c", now())),
    "what a request cost": ("ledger", lambda stores, owner: settle_for(stores.of(owner), "7", Decimal(1))),
}
"""The table that is read, and what reads a small part of it."""


@pytest.mark.parametrize("summed", SUMS)
def test_a_sum_reads_no_more_than_its_time(stores: Stores, summed: str) -> None:
    someone, days = Owner("someone"), [f"{now() - timedelta(days=ago):%Y-%m-%d}" for ago in range(400)]
    hours = [now() - timedelta(hours=ago) for ago in range(2_000)]
    key = {"owner": someone.id, "connection": "c"}
    kinds: dict[Table, list[dict[str, Any]]] = {
        usage_hours: [key | {"hour": at, "model": "m", "page": "chat", "preset": "", "totals": {}} for at in hours],
        ledger_days: [key | {"day": day, "held": 0, "spent": 1} for day in days],
        ledger: [key | {"id": str(number), "day": days[0], "bound": 1, "spent": None} for number in range(2_000)],
    }
    stores.set_budget(Budget("all", month=Decimal(5)))
    stores.set_budget(Budget("owner", EVERY_OWNER, month=Decimal(5)))
    with stores.engine.begin() as connection:
        for table, rows in kinds.items():
            connection.execute(table.insert(), rows)
        connection.exec_driver_sql("ANALYZE")
    name, read = SUMS[summed]
    with statements(stores) as sent:
        read(stores, someone)
    read_of = [(text, values) for text, values in sent if f"FROM {name} " in f"{text} ".replace("\n", " ")]
    assert read_of
    for statement, parameters in read_of:
        plan = planned(stores, statement, parameters)
        assert "SCAN" not in plan, plan
        assert "Seq Scan" not in plan, plan


def test_votes_of_comparisons_are_found_by_their_key(crowded: Stores) -> None:
    with statements(crowded) as sent:
        crowded.of(OWNER).votes_on([f"{number}-{OWNER.id}" for number in range(20)])
    plan = planned(crowded, *next((text, values) for text, values in sent if "FROM votes" in text))
    assert "autoindex_votes" in plan or "uq_votes_comparison_id_prompt_voter" in plan, plan
    assert "SCAN votes" not in plan, plan


@pytest.mark.parametrize(
    "read",
    [
        lambda store: store.fitting(Condition(now() + timedelta(days=1), model="m")),
        lambda store: store.deleted(),
        lambda store: store.delete_fitting(Condition(now() + timedelta(days=1))),
    ],
    ids=["what fits", "what was deleted", "deleting"],
)
def test_what_is_deleted_at_once_is_found_among_the_owners_alone(
    crowded: Stores, read: Callable[[Store], object]
) -> None:
    with statements(crowded) as sent:
        read(crowded.of(OWNER))
    read_of = [(text, values) for text, values in sent if text.startswith(("SELECT", "UPDATE"))]
    assert len(read_of) >= 3
    for statement, parameters in read_of:
        plan = planned(crowded, statement, parameters)
        for table in ("conversations", "comparisons", "batches", "replies", "turns", "requests", "exchanges"):
            assert f"SCAN {table}\n" not in f"{plan}\n", plan
            assert f"Seq Scan on {table} " not in plan, plan


def planned(stores: Stores, statement: str, parameters: Any) -> str:
    """How the database would carry a statement out."""
    explain = "EXPLAIN QUERY PLAN"
    with stores.engine.begin() as connection:
        if stores.engine.dialect.name == "postgresql":
            explain = "EXPLAIN"
            # Of a few thousand rows PostgreSQL sorts all of an owner's sooner than it follows an index to each.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        found = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return "\n".join(str(row[-1]) for row in found)


def test_the_pace_of_an_answer_is_found_by_its_id(crowded: Stores) -> None:
    with statements(crowded) as sent:
        crowded.of(OWNER).pace(f"replies-3-{OWNER.id}")
    ((statement, parameters),) = [(text, values) for text, values in sent if "FROM paces" in text]
    plan = planned(crowded, statement, parameters)
    for table in ("paces", "replies"):
        assert f"SCAN {table}\n" not in f"{plan}\n", plan
        assert f"Seq Scan on {table} " not in plan, plan


EXPERIMENT_READS: dict[str, Callable[[Store, str], object]] = {
    "a page of cells": lambda store, id_: store.cells(id_, start=500, most=50),
    "failed cells": lambda store, id_: store.cells(id_, outcomes=["failed"], most=50),
    "missing cells": lambda store, id_: store.missing_cells(id_, start=500),
    "how far it is": lambda store, id_: store.headway(id_),
    "all without their words": lambda store, id_: store.cell_facts(id_),
    "rows": lambda store, id_: store.dataset_rows("version", start=50, limit=50),
}


@pytest.mark.parametrize("read", EXPERIMENT_READS)
def test_what_is_read_of_an_experiment_is_found_by_an_index(stores: Stores, read: str) -> None:
    at, store = now(), stores.of(DEFAULT_OWNER)
    some = {"candidates": [{}], "repetitions": 1, "cells": 2_000, "judges": 0, "engine": "app", "definition": {}}
    some |= {
        "title": "x",
        "digest": "d",
        "version_id": "version",
        "status": "running",
        "created_at": at,
        "updated_at": at,
    }
    answer = {"candidate": 0, "repetition": 0, "cut": False, "refused": False, "spent": 1, "answer": {}, "checks": []}
    answer |= {"asked_at": at, "ended_at": at}
    with stores.engine.begin() as connection:
        dataset = {"id": "dataset", "title": "x", "created_at": at, "updated_at": at}
        connection.execute(datasets.insert().values(dataset))
        version = {
            "id": "version",
            "dataset_id": "dataset",
            "number": 1,
            "digest": "d",
            "size": 2_000,
            "created_at": at,
        }
        connection.execute(dataset_versions.insert().values(version))
        rows = [{"version_id": "version", "number": number, "row_id": "r", "body": {}} for number in range(2_000)]
        connection.execute(version_rows.insert(), rows)
        for number in range(20):
            connection.execute(experiments.insert().values(id=f"e{number}", owner="default", **some))
            answers = [
                {"experiment_id": f"e{number}", "cell": cell, "row_number": cell, "outcome": "passed", **answer}
                for cell in range(200 if number else 1_500)
            ]
            connection.execute(experiment_answers.insert(), answers)
        connection.exec_driver_sql("ANALYZE")
    with statements(stores) as sent:
        EXPERIMENT_READS[read](store, "e0")
    for statement, parameters in [one for one in sent if one[0].startswith("SELECT")]:
        plan = planned(stores, statement, parameters)
        for table in ("experiment_answers", "experiments", "dataset_rows"):
            assert f"SCAN {table}\n" not in f"{plan}\n", plan
            assert f"Seq Scan on {table} " not in plan, plan
