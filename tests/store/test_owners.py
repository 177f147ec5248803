"""Owners: with the ids of somebody else's rows nothing is read and nothing is changed, whatever is called.

Each public function of a store is called as another owner, with ids of what the first one has and with ids that nobody
has: what comes of it must be the same. Called as the first owner it must do something, so that no case is an empty one.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from playground.answers.pace import Pace, Step
from playground.answers.trace import Trace
from playground.messages import Message
from playground.metering import Usage
from playground.money.budget import EVERY_OWNER, Budget, Most
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers.base import BatchItem
from playground.store import (
    Ballot,
    BallotAnswer,
    CellEnd,
    GivenUp,
    HistoryFilter,
    JudgeEnd,
    NewExperiment,
    NewSnapshot,
    ReadOnlyError,
    ReplyRequest,
    Reservation,
    Store,
    StoredRow,
    StoreError,
    Stores,
    Submission,
    UnfitError,
    Vote,
    Wanted,
)
from playground.store.database.database import now
from playground.store.database.experiment_tables import experiment_exchanges, experiment_judgements
from playground.store.database.schema import audit, budgets, metadata, sign_ins, switches, users
from playground.store.datasets import rows_digest
from playground.store.deleting import Condition
from playground.store.exchanges import pack_trace
from playground.store.votes import ROOM
from tests.store.chats import listed_chats
from tests.store.conftest import empty
from tests.store.kept_state import KeptState
from tests.store.reserving import reserve_for

ANNA = Owner.signed_in("https://issuer.example", "anna")
BERT = Owner.signed_in("https://issuer.example", "bert")
HELLO = Message("user", "Hello")
DAWN, DUSK = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ids:
    """Ids of one owner's rows, of each kind; their values here are those that nobody has."""

    conversation: str = "no conversation"
    binned: str = "no deleted conversation"
    question: str = "no question"
    answer: str = "no answer"
    deleted: str = "no deleted turn"
    coming: str = "no live reply"
    ended: str = "no reply whose end is in memory"
    alone: str = "no reply without a conversation"
    comparison: str = "no comparison"
    pane: str = "no pane"
    binned_comparison: str = "no deleted comparison"
    preset: str = "no preset"
    binned_preset: str = "no deleted preset"
    snapshot: str = "no snapshot"
    ballot: str = "no ballot"
    batch: str = "no batch"
    binned_batch: str = "no deleted batch"
    preference: str = "no preference"
    binned_at: datetime = DAWN
    vote: str = "no vote"
    dataset: str = "no dataset"
    version: str = "no version of a dataset"
    binned_dataset: str = "no deleted dataset"
    experiment: str = "no experiment"
    binned_experiment: str = "no deleted experiment"
    submission: str = "no batch of an experiment"


NOBODYS = Ids()


def fill(store: Store) -> Ids:
    """One row of each kind, and a reply in each state."""
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", "Why is the sea salty?"))
    answer = store.start_reply(chat.id, question.id, model="m")
    store.finish_reply(answer, state="done", text="Rivers", **COSTLY)
    store.usage(DAWN, DUSK)
    deleted = store.add_turn(chat.id, answer, Message("user", "Forget it"))
    store.delete_turn(deleted.id)
    comparison = store.create_comparison({"panes": []})
    store.save_comparison(comparison.id, {"panes": ["one"]}, prompt="Compare the seas")
    pane = store.create_conversation(model="m", comparison_id=comparison.id)
    ended = store.start_reply(pane.id, store.add_turn(pane.id, None, HELLO).id, model="m")
    store.hold_reply(ended, "The disk is full.", state="done", text="In memory", **COSTLY)
    vote = Vote("tie", 1, comparison_id=comparison.id, voter=store.owner.id)
    store.cast_vote(vote, {"panes": ["one"]})
    ballot = Ballot(comparison.id, 1, "Why?", (BallotAnswer("p", "A", "m", "Rivers", ""),), ())
    store.open_ballot(ballot)
    of_room = Vote("tie", 1, comparison_id=comparison.id, voter=f"{ROOM}{ballot.id} phone")
    store.cast_vote(of_room, {"panes": ["one"]})
    binned = store.create_conversation(model="m")
    store.delete(binned.id)
    binned_comparison, binned_preset = store.create_comparison({}), store.create_preset({})
    store.delete_comparison(binned_comparison.id)
    store.delete_preset(binned_preset.id)
    for model in ("old", "idle"):
        store.add_turn(store.create_conversation(model=model).id, None, HELLO)
    binned_at, _ = store.delete_fitting(Condition(DUSK, ("chats",), "old"))
    alone = store.start_reply(model="m")
    store.finish_reply(alone, state="done", text="Alone", **COSTLY)
    coming = store.start_reply(chat.id, answer, model="m")
    store.save_partial(coming, "It is ")
    batch = store.add_batch(connection="c", model="m", items=[{"prompt": "x"}])
    store.finish_batch(batch, [BatchItem(0, ok=True, text="yes", external_reference=None, error=None)])
    store.prefer("colour", "blue")
    reserve_for(store, [Reservation("held", "c", Most(Decimal(2)))])
    binned_batch = store.add_batch(connection="c", model="m", items=[{"prompt": "y"}])
    store.delete_batch(binned_batch)
    version, binned_version = store.create_dataset("Seas", SEAS), store.create_dataset("Old", [])
    store.delete_dataset(binned_version.dataset_id)
    experiment, binned_experiment = (
        store.create_experiment(NewExperiment("Seas", SALTY, "digest", version.id, [SALTY_COLUMN], 1, 9)).id
        for _ in range(2)
    )
    store.delete_experiment(binned_experiment)
    store.begin_experiment(experiment)
    store.claim_cells(experiment, [Wanted(cell, f"ticket {cell}", "c", Most(Decimal(1))) for cell in range(4)])
    store.finish_cells(
        experiment, [cell_result(0), replace(cell_result(1), outcome="judging")], [GivenUp(2, "ticket 2", lost=1)]
    )
    batch_of_cells = Submission("batch of cells " + store.owner.id, "c", "m")
    store.claim_cells(experiment, [Wanted(6, "ticket 6", "c", Most(Decimal(1)))], submission=batch_of_cells)
    store.label_cell(experiment, 0, labeller=store.owner.id, passed=True)
    with store._write() as connection:
        judged = {"experiment_id": experiment, "cell": 0, "judge": 0, "result": {}, "spent": 0, "answer": {}}
        connection.execute(experiment_judgements.insert().values(**judged, ended_at=DAWN))
        sent = {"experiment_id": experiment, "cell": 0, "judge": -1, "trace": pack_trace(COSTLY["trace"])}
        sent["ended_at"] = DAWN
        connection.execute(experiment_exchanges.insert().values(sent))
    ids = Ids(
        conversation=chat.id,
        binned=binned.id,
        question=question.id,
        answer=answer,
        deleted=deleted.id,
        coming=coming,
        ended=ended,
        alone=alone,
        comparison=comparison.id,
        pane=pane.id,
        binned_comparison=binned_comparison.id,
        preset=store.create_preset({"name": "Mine"}).id,
        binned_preset=binned_preset.id,
        ballot=ballot.id,
        snapshot=store.create_snapshot(NewSnapshot("chat", "Seas", "<main>", "0")).id,
        batch=batch,
        binned_batch=binned_batch,
        preference="colour",
        binned_at=binned_at,
        vote=vote.id,
        dataset=version.dataset_id,
        version=version.id,
        binned_dataset=binned_version.dataset_id,
        experiment=experiment,
        binned_experiment=binned_experiment,
        submission=batch_of_cells.id,
    )
    store.history()
    return ids


SEAS = [StoredRow(str(number), {"sea": f"sea {number}"}) for number in range(9)]
SALTY = {
    "title": "Seas",
    "dataset": {"file": "rows.jsonl"},
    "variants": [{"name": "v", "prompt": "Is {{sea}} salty?"}],
    "models": ["m"],
}
SALTY_COLUMN = {
    "number": 0,
    "variant": "v",
    "model": "m",
    "connection": "there",
    "parameters": {},
    "setting": {},
    "notes": [],
}


def cell_result(cell: int) -> CellEnd:
    """What came of a cell."""
    return CellEnd(cell, f"ticket {cell}", 0, cell, 0, "passed", {"text": "salty"}, DAWN, DAWN, spent=Decimal(1))


def decide(_: object, __: object) -> None:
    """No verdict yet."""


LABEL: Any = {"passed": True, "note": "Stolen", "at": DAWN}
BUDGET = Budget("owner", EVERY_OWNER, day=Decimal(10))
COSTLY: Any = {
    "usage": Usage(3, 5),
    "cost": Decimal("0.5"),
    "request": {"messages": ["Hello"]},
    "trace": Trace("POST", "https://h", {}, 200, {}, "id", ((0.1, "frame"),)),
    "pace": Pace((Step(100, 6, 0),)),
}
SETTINGS: Any = {"model": "other", "system_prompt": "", "parameters": {}}

Case = Callable[[Store, Ids], object]

CASES: dict[str, list[Case]] = {
    "add_batch": [],
    "add_version": [lambda store, ids: store.add_version(ids.dataset, [StoredRow("2", {})])],
    "ask_again": [lambda store, ids: store.ask_again(ids.experiment, [0])],
    "asked_twice": [lambda store, ids: store.asked_twice(ids.experiment)],
    "move_experiment": [lambda store, ids: store.move_experiment(ids.experiment, "batch")],
    "note_taken": [lambda store, ids: store.note_taken(ids.experiment, ids.submission, "request")],
    "submissions": [lambda store, ids: store.submissions(ids.experiment)],
    "submitted_cells": [lambda store, ids: store.submitted_cells(ids.experiment, ids.submission)],
    "begin_experiment": [lambda store, ids: store.begin_experiment(ids.experiment)],
    "cell_facts": [lambda store, ids: store.cell_facts(ids.experiment)],
    "cell_trace": [lambda store, ids: store.cell_trace(ids.experiment, 0)],
    "cells": [lambda store, ids: store.cells(ids.experiment)],
    "change_experiment": [lambda store, ids: store.change_experiment(ids.experiment, "done")],
    "claim_cells": [
        lambda store, ids: store.claim_cells(ids.experiment, [Wanted(5, "t", "c", Most(Decimal(1)))]).cells
    ],
    "create_dataset": [],
    "create_experiment": [
        lambda store, ids: (
            store.create_experiment(
                NewExperiment("Stolen", {}, "d", ids.version, [{"connection": "there", "model": "m"}], 1, 1)
            ).title
        )
    ],
    "dataset_rows": [lambda store, ids: store.dataset_rows(ids.version)],
    "dataset_version": [lambda store, ids: store.dataset_version(ids.version)],
    "dataset_versions": [lambda store, ids: store.dataset_versions(ids.dataset)],
    "datasets": [lambda store, _: store.datasets()],
    "delete_dataset": [lambda store, ids: store.delete_dataset(ids.dataset)],
    "delete_experiment": [lambda store, ids: store.delete_experiment(ids.experiment)],
    "experiment": [lambda store, ids: store.experiment(ids.experiment)],
    "experiment_like": [lambda store, _: store.experiment_like("digest")],
    "experiments": [lambda store, _: store.experiments()],
    "finish_cells": [lambda store, ids: store.finish_cells(ids.experiment, [cell_result(3)])],
    "finish_judgements": [
        lambda store, ids: store.finish_judgements(ids.experiment, [JudgeEnd(1, 0, "ticket 3", {}, DAWN)], decide)
    ],
    "join_experiment": [lambda store, ids: store.join_experiment(ids.experiment)],
    "judgements": [lambda store, ids: store.judgements(ids.experiment, [0])],
    "judging_cells": [lambda store, ids: store.judging_cells(ids.experiment)],
    "experiment_tallies": [lambda store, ids: dict(store.experiment_tallies([ids.experiment]))],
    "headway": [lambda store, ids: store.headway(ids.experiment).cells],
    "label_cell": [lambda store, ids: store.label_cell(ids.experiment, 1, labeller=store.owner.id, passed=False)],
    "labels": [lambda store, ids: store.labels(ids.experiment)],
    "limit_experiment": [lambda store, ids: store.limit_experiment(ids.experiment, Decimal(9))],
    "requests_made": [lambda store, ids: store.requests_made(ids.experiment)],
    "missing_cells": [lambda store, ids: store.missing_cells(ids.experiment)],
    "rename_dataset": [lambda store, ids: store.rename_dataset(ids.dataset, "Stolen")],
    "rename_experiment": [lambda store, ids: store.rename_experiment(ids.experiment, "Stolen")],
    "restore_dataset": [lambda store, ids: store.restore_dataset(ids.binned_dataset)],
    "restore_experiment": [lambda store, ids: store.restore_experiment(ids.binned_experiment)],
    "take_over": [lambda store, ids: store.take_over(ids.experiment, own=True)],
    "version_of": [lambda store, _: store.version_of("Seas", rows_digest(SEAS))],
    "add_turn": [
        lambda store, ids: store.add_turn(ids.conversation, None, HELLO),
        lambda store, ids: store.add_turn(ids.conversation, ids.answer, HELLO),
    ],
    "ask": [
        lambda store, ids: store.ask([ReplyRequest(ids.conversation, ids.answer, "m", message=HELLO)]),
        lambda store, ids: store.ask([ReplyRequest(own(store), None, "m"), ReplyRequest(ids.pane, None, "m")]),
        lambda store, ids: store.ask([ReplyRequest(ids.pane, None, "m", message=HELLO)], {ids.pane: ids.ended}),
    ],
    "all_rows": [lambda store, _: list(store.all_rows())],
    "batch": [lambda store, ids: store.batch(ids.batch)],
    "batch_items": [lambda store, ids: store.batch_items(ids.batch)],
    "ballot_counts": [lambda store, ids: store.ballot_counts(Ballot(ids.comparison, 1, "", (), (), id=ids.ballot))],
    "batch_outcomes": [lambda store, ids: store.batch_outcomes(ids.batch)],
    "batches": [lambda store, _: store.batches()],
    "cast_vote": [
        lambda store, ids: store.cast_vote(Vote("bad", 2, comparison_id=ids.comparison, voter=store.owner.id), {}),
        lambda store, ids: store.cast_vote(Vote("bad", 1, comparison_id=ids.comparison, voter=ANNA.id), {}),
    ],
    "budget_uses": [lambda store, _: [one for one in store.budget_uses("c", now()) if one.budget.scope == "owner"]],
    "change_batch": [lambda store, ids: store.change_batch(ids.batch, "running", request_id="r")],
    "close_ballot": [lambda store, ids: store.close_ballot(ids.ballot)],
    "comparison": [lambda store, ids: store.comparison(ids.comparison)],
    "comparison_spent": [lambda store, ids: store.comparison_spent(ids.comparison)],
    "comparisons": [lambda store, _: store.comparisons()],
    "conversation": [lambda store, ids: store.conversation(ids.conversation)],
    "create_comparison": [],
    "create_conversation": [lambda store, ids: store.create_conversation(comparison_id=ids.comparison)],
    "create_preset": [],
    "create_snapshot": [],
    "delete": [lambda store, ids: store.delete(ids.conversation)],
    "delete_batch": [lambda store, ids: store.delete_batch(ids.batch)],
    "delete_comparison": [lambda store, ids: store.delete_comparison(ids.comparison)],
    "delete_fitting": [lambda store, _: store.delete_fitting(Condition(DUSK, ("chats",), "idle"))[1]],
    "delete_preset": [lambda store, ids: store.delete_preset(ids.preset)],
    "delete_snapshot": [lambda store, ids: store.delete_snapshot(ids.snapshot)],
    "deleted": [lambda store, _: store.deleted()],
    "delete_turn": [lambda store, ids: store.delete_turn(ids.question)],
    "entry": [lambda store, ids: store.entry(ids.conversation), lambda store, ids: store.entry(ids.batch)],
    "expire_deleted": [lambda store, _: store.expire_deleted()],
    "finish_batch": [lambda store, ids: store.finish_batch(ids.batch, [])],
    "fitting": [lambda store, _: store.fitting(Condition(DUSK, ("chats",), "idle"))],
    "finish_reply": [
        lambda store, ids: store.finish_reply(ids.coming, state="done", text="Stolen"),
        lambda store, ids: store.finish_reply(ids.alone, state="done", text="Stolen"),
    ],
    "history": [
        lambda store, _: store.history(),
        lambda store, _: store.history(HistoryFilter("salty")),
        lambda store, _: store.history(HistoryFilter("salty -nothing")),
        lambda store, _: store.history(HistoryFilter("salty", by_relevance=True)),
        lambda store, _: store.history(HistoryFilter(facets={"model": "m"})),
    ],
    "history_values": [lambda store, _: store.history_values("kind")],
    "hold_reply": [lambda store, ids: store.hold_reply(ids.coming, "", state="done", text="Stolen")],
    "mark_entry": [lambda store, ids: store.mark_entry(ids.conversation, note="Stolen", tags=["stolen"], pinned=True)],
    "newest_ballot": [lambda store, ids: store.newest_ballot(ids.comparison, 1)],
    "open_ballot": [lambda store, ids: store.open_ballot(Ballot(ids.comparison, 1, "Stolen", (), ()))],
    "path": [lambda store, ids: store.path(ids.conversation)],
    "paths": [lambda store, ids: tuple(store.paths([ids.conversation, ids.pane]).values())],
    "prefer": [lambda store, ids: store.prefer(ids.preference, None)],
    "preferences_called": [lambda store, ids: store.preferences_called(ids.preference)],
    "preference": [lambda store, ids: store.preference(ids.preference)],
    "preset": [lambda store, ids: store.preset(ids.preset)],
    "presets": [lambda store, _: store.presets()],
    "revise": [lambda store, ids: store.revise(ids.preference, lambda value: value and "revised")],
    "release_reply": [lambda store, ids: store.release_reply(ids.ended)],
    "rename": [lambda store, ids: store.rename(ids.conversation, "Stolen")],
    "rename_comparison": [lambda store, ids: store.rename_comparison(ids.comparison, "Stolen")],
    "replies": [lambda store, ids: store.replies(ids.conversation), lambda store, ids: store.replies(ids.pane)],
    "replies_by_id": [lambda store, ids: store.replies_by_id([ids.answer, ids.coming, ids.ended, ids.alone])],
    "reply": [
        lambda store, ids: store.reply(ids.answer),
        lambda store, ids: store.reply(ids.coming),
        lambda store, ids: store.reply(ids.ended),
        lambda store, ids: store.reply(ids.alone),
    ],
    "request": [lambda store, ids: store.request(ids.answer), lambda store, ids: store.request(ids.ended)],
    "require_budget": [],
    "restore": [lambda store, ids: store.restore(ids.binned)],
    "restore_batch": [lambda store, ids: store.restore_batch(ids.binned_batch)],
    "restore_comparison": [lambda store, ids: store.restore_comparison(ids.binned_comparison)],
    "restore_deleted_at": [lambda store, ids: store.restore_deleted_at(ids.binned_at)],
    "restore_preset": [lambda store, ids: store.restore_preset(ids.binned_preset)],
    "restore_turn": [lambda store, ids: store.restore_turn(ids.deleted)],
    "revoke_snapshot": [lambda store, ids: store.revoke_snapshot(ids.snapshot)],
    "row_counts": [lambda store, _: store.row_counts()],
    "save_comparison": [lambda store, ids: store.save_comparison(ids.comparison, {}, prompt="Stolen")],
    "save_partial": [
        lambda store, ids: store.save_partial(ids.coming, "Stolen"),
        lambda store, ids: store.save_partial(ids.coming, "It is not"),
    ],
    "save_preset": [lambda store, ids: store.save_preset(ids.preset, {})],
    "select_branch": [lambda store, ids: store.select_branch(ids.question)],
    "set_head": [lambda store, ids: store.set_head(ids.question)],
    "set_settings": [lambda store, ids: store.set_settings(ids.conversation, **SETTINGS)],
    "siblings": [lambda store, ids: store.siblings(ids.question)],
    "snapshot_page": [lambda store, ids: store.snapshot_page(ids.snapshot)],
    "snapshots": [lambda store, _: store.snapshots()],
    "spent": [lambda store, ids: store.spent(ids.conversation), lambda store, ids: store.spent(ids.pane)],
    "start_reply": [lambda store, ids: store.start_reply(ids.conversation, ids.answer, model="m")],
    "take_back_vote": [lambda store, ids: store.take_back_vote(ids.vote)],
    "take_in": [
        lambda store, ids: store.take_in(lambda: [("turns", [(1, turn_row(ids.conversation, ids.answer))])]),
        lambda store, ids: store.take_in(lambda: [("requests", [(1, {"reply_id": ids.coming, "body": "Stolen"})])]),
        lambda store, ids: store.take_in(lambda: [("exchanges", [(1, {"reply_id": ids.coming, "trace": {}})])]),
        lambda store, ids: store.take_in(
            lambda: [("dataset_rows", [(1, {"version_id": ids.version, "number": 0, "row_id": "x", "body": {}})])]
        ),
        lambda store, ids: store.take_in(
            lambda: [
                (
                    "experiment_labels",
                    [(1, {"experiment_id": ids.experiment, "cell": 5, "labeller": "", **LABEL})],
                )
            ]
        ),
    ],
    "trace": [lambda store, ids: store.trace(ids.answer), lambda store, ids: store.trace(ids.ended)],
    "pace": [lambda store, ids: store.pace(ids.answer), lambda store, ids: store.pace(ids.ended)],
    "turn": [lambda store, ids: store.turn(ids.question), lambda store, ids: store.turn(ids.deleted)],
    "turns": [lambda store, ids: store.turns(ids.conversation, [ids.question, ids.answer])],
    "unindexed": [],
    "usage": [lambda store, _: store.usage(DAWN, DUSK)],
    "votes": [lambda store, _: store.votes()],
    "votes_on": [lambda store, ids: store.votes_on([ids.comparison]).get(ids.comparison)],
}
"""What is done with ids, by the function it is done with; what takes no id makes something new, of the caller."""


def turn_row(conversation: str, parent: str | None) -> dict[str, Any]:
    """A turn as an export has it."""
    empty = dict.fromkeys(("parts", "reasoning", "tool_calls", "tool_call_id", "given", "deleted_at", "head_before"))
    row = {"id": "new", "conversation_id": conversation, "parent_id": parent, "role": "user", "text": "Stolen"}
    return row | empty | {"created_at": DAWN}


FOREIGN: list[Case] = [
    lambda store, ids: store.add_turn(own(store), ids.question, HELLO),
    lambda store, ids: store.start_reply(own(store), ids.question, model="m"),
    lambda store, ids: store.turns(own(store), [ids.question, ids.answer]),
    lambda store, ids: store.save_partial(ids.coming, "It is "),
    lambda store, ids: store.take_in(lambda: [("turns", [(1, turn_row(own(store), ids.answer))])]),
]
"""What does nothing for the owner of the ids either: with ids of two owners at once, or what is there already."""


def functions(of: type) -> set[str]:
    """The public functions of a class."""
    return {name for name, _ in inspect.getmembers(of, callable) if not name.startswith("_")}


def test_each_function_of_a_store_has_a_case() -> None:
    assert functions(Store) == CASES.keys()


def test_nothing_of_a_store_is_in_what_all_share() -> None:
    assert not functions(Store) & functions(Stores)


ALL = [pytest.param(case, id=f"{name}-{number}") for name, cases in CASES.items() for number, case in enumerate(cases)]


class Prepared:
    """Stores that are put back where a case has changed something, as to fill them takes as long as ten cases."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self._states: dict[Owner, tuple[KeptState, Ids, object]] = {}
        self._now: Owner | None = None

    def keep(self, owner: Owner, ids: Ids) -> KeptState:
        """Have for an owner what is there now."""
        state = KeptState(self.stores)
        self._states[owner], self._now = (state, ids, self.content(ids)), owner
        return state

    def of(self, owner: Owner) -> tuple[Store, Ids, object]:
        """The store of an owner, the ids of what Anna has, and all that is there."""
        state, ids, content = self._states[owner]
        if self._now != owner or self.content(ids) != content:
            state.put_into(self.stores)
            self._now = owner
        return self.stores.of(owner), ids, content

    def content(self, ids: Ids) -> object:
        """All that is there."""
        return tables(self.stores), in_memory(self.stores.of(ANNA), ids)

    def close(self) -> None:
        """Forget what was kept."""
        for state, _, _ in self._states.values():
            state.close()


@pytest.fixture(scope="module")
def prepared(module_stores: Stores, more_module_stores: Stores) -> Iterator[tuple[Prepared, Prepared]]:
    """Stores in which who is asked for has a conversation; and the same ones where Anna has a row of each kind too."""
    bare, full = Prepared(module_stores), Prepared(more_module_stores)
    for owner in (ANNA, BERT):
        empty(bare.stores)
        bare.stores.set_budget(BUDGET)
        own(bare.stores.of(owner))
        bare.keep(owner, NOBODYS).put_into(full.stores)
        full.keep(owner, fill(full.stores.of(ANNA)))
    yield bare, full
    bare.close()
    full.close()


@pytest.mark.parametrize("case", [*ALL, *FOREIGN])
def test_ids_of_another_owner_are_like_ids_that_nobody_has(prepared: tuple[Prepared, Prepared], case: Case) -> None:
    bare, full = prepared
    berts_alone, nobodys, _ = bare.of(BERT)
    berts, ids, before = full.of(BERT)
    assert outcome(case, berts, ids) == outcome(case, berts_alone, nobodys)
    assert full.content(ids) == before


@pytest.mark.parametrize("case", ALL)
def test_their_owner_does_something_with_them(prepared: tuple[Prepared, Prepared], case: Case) -> None:
    bare, full = prepared
    annas_first, nobodys, _ = bare.of(ANNA)
    nothing = outcome(case, annas_first, nobodys)
    annas, ids, before = full.of(ANNA)
    assert case(annas, ids) != nothing or full.content(ids) != before


OF_THE_PROCESS = {users, sign_ins, switches, audit, budgets}
"""Tables that no store of an owner reads or writes: tests/store/test_users.py, test_switches.py, test_ledger.py."""


def test_what_is_made_has_the_owner_who_made_it(stores: Stores) -> None:
    fill(stores.of(BERT))
    with stores.engine.begin() as connection:
        for table in set(metadata.sorted_tables) - OF_THE_PROCESS:
            rows = connection.execute(select(table)).mappings().all()
            assert rows, f"nothing was made in {table.name}"
            if "owner" in table.c:
                assert {row["owner"] for row in rows} == {BERT.id}


def test_a_store_that_is_read_only_changes_nothing(stores: Stores) -> None:
    ids, reading = fill(stores.of(ANNA)), stores.of(ANNA, read_only=True)
    stores.of(ANNA).usage(DAWN, DUSK)  # sums may be made anew by whoever reads
    before = tables(stores)
    for name, cases in CASES.items():
        for case in cases:
            with suppress(ReadOnlyError, UnfitError):
                case(reading, ids)
            assert tables(stores) == before, name


def test_two_owners_prefer_different_things(stores: Stores) -> None:
    stores.of(ANNA).prefer("colour", "blue")
    stores.of(BERT).prefer("colour", "red")
    stores.of(ANNA).prefer("colour", "green")
    assert stores.of(ANNA).preference("colour") == "green"
    assert stores.of(BERT).preference("colour") == "red"
    assert stores.of(DEFAULT_OWNER).preference("colour") is None


def outcome(case: Case, store: Store, ids: Ids) -> object:
    """What comes of a call: what it answers with or raises, whichever ids it was called with."""
    try:
        return case(store, ids)
    except (StoreError, UnfitError) as error:
        message = error.message
        for kind, id_ in zip(fields(ids), astuple(ids), strict=True):
            message = message.replace(repr(id_), kind.name)
        return type(error), message, getattr(error, "hint", "")


def own(store: Store) -> str:
    """A conversation of whoever has the store, with a question in it; always the same one."""
    found = [chat.id for chat in listed_chats(store) if chat.title == "Own"]
    if found:
        return found[0]
    made = store.create_conversation(model="m").id
    store.add_turn(made, None, Message("user", "Own"))
    store.history()
    return made


def tables(stores: Stores) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    with stores.engine.begin() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key)).all()]
            for table in metadata.sorted_tables
        }


def in_memory(store: Store, ids: Ids) -> list[object]:
    """What is read of replies that are not written yet."""
    return [store.reply(ids.coming), store.reply(ids.ended), store.request(ids.ended), store.trace(ids.ended)]
