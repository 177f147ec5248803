"""Deleting by age, kind and model: counted before, brought back as it was, removed for good with its spending kept."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from playground.messages import Message
from playground.metering import Usage
from playground.store import Store, Stores
from playground.store.database.database import now
from playground.store.database.schema import batches, comparisons, conversations
from playground.store.deleting import DELETED_KINDS, Condition
from tests.store.chats import kept_chats
from tests.store.test_owners import ANNA, DAWN, DUSK, tables

OLD = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE = datetime(2026, 6, 1, tzinfo=UTC)


def asked(store: Store, model: str, words: str = "Rivers", comparison_id: str | None = None) -> str:
    """A chat in which a model answered."""
    chat = store.create_conversation(model=model, comparison_id=comparison_id).id
    question = store.add_turn(chat, None, Message("user", "Why?"))
    reply = store.start_reply(chat, question.id, model=model)
    store.finish_reply(reply, state="done", text=words, usage=Usage(1, 2), cost=Decimal("0.25"), request={"a": words})
    return chat


def age(stores: Stores, *ids: str) -> None:
    """Have these been used last long ago."""
    with stores.engine.begin() as connection:
        for table in (conversations, comparisons, batches):
            known = table.update().where(table.c.id.in_(ids))
            connection.execute(known.values(updated_at=OLD, created_at=OLD))


@pytest.fixture
def chats(stores: Stores, store: Store) -> list[str]:
    """An old chat with a model, an old one with another, a new one, and one of somebody else."""
    made = [asked(store, "a"), asked(store, "b"), asked(store, "a")]
    age(stores, *made[:2], asked(stores.of(ANNA), "a"))
    return made


def titles(store: Store) -> set[str]:
    return set(kept_chats(store))


def test_what_fits_is_counted_and_then_deleted(store: Store, chats: list[str]) -> None:
    condition = Condition(BEFORE, ("chats",), "a")
    amount = store.fitting(condition)
    assert amount.counts == {"chats": 1}
    assert 10 < amount.size < 1_000
    assert store.fitting(Condition(BEFORE)).counts["chats"] == 2

    at, count = store.delete_fitting(condition)

    assert count == amount.total
    assert titles(store) == {chats[1], chats[2]}
    assert store.deleted().counts["chats"] == 1
    assert store.deleted().size == amount.size
    assert store.fitting(condition).total == store.fitting(condition).size == 0
    assert at <= now()


def test_what_was_begun_and_never_used_is_not_counted(store: Store) -> None:
    store.create_conversation(model="a")
    comparison = store.create_comparison({}).id
    store.create_conversation(model="a", comparison_id=comparison)
    assert store.fitting(Condition(DUSK)).total == 0
    assert store.delete_fitting(Condition(DUSK))[1] == 0
    asked(store, "a", comparison_id=comparison)
    assert store.fitting(Condition(DUSK)).counts["comparisons"] == 1


def test_the_size_is_that_of_what_was_said(store: Store) -> None:
    asked(store, "a", "x" * 1_000_000)
    assert store.fitting(Condition(DUSK)).size == pytest.approx(1_000_000, rel=0.01)


def test_it_is_brought_back_as_it_was(stores: Stores, store: Store, chats: list[str]) -> None:
    comparison = store.create_comparison({"panes": []}).id
    panes = [asked(store, model, comparison_id=comparison) for model in ("a", "b")]
    store.delete(asked(store, "a"))
    age(stores, comparison, *panes)
    before = tables(stores)
    at, count = store.delete_fitting(Condition(DUSK))
    assert count == 4
    assert kept_chats(store) == {}
    assert store.comparison(comparison) is None
    assert store.conversation(panes[0]) is None
    store.restore_deleted_at(at)
    assert {name: rows for name, rows in tables(stores).items() if name not in CHANGING} == {
        name: rows for name, rows in before.items() if name not in CHANGING
    }
    assert {*chats} == titles(store)


CHANGING = ("entries", "entry_facets", "documents", "document_numbers")
"""Tables that are made anew from others."""


def test_a_comparison_fits_by_the_models_of_its_panes(stores: Stores, store: Store) -> None:
    comparison = store.create_comparison({"panes": []}).id
    asked(store, "a", comparison_id=comparison)
    asked(store, "b", comparison_id=comparison)
    for model, count in (("b", 1), ("c", 0)):
        assert store.fitting(Condition(DUSK, ("comparisons",), model)).counts == {"comparisons": count}
    assert store.fitting(Condition(DUSK, ("chats",))).counts == {"chats": 0}


def test_what_answers_are_on_their_way_in_stays(store: Store) -> None:
    chat = store.create_conversation(model="m").id
    store.start_reply(chat, store.add_turn(chat, None, Message("user", "Why?")).id, model="m")
    assert store.delete_fitting(Condition(DUSK))[1] == 0
    assert store.conversation(chat) is not None


def test_what_is_removed_for_good_cannot_be_brought_back_and_was_paid_for(
    stores: Stores, store: Store, chats: list[str]
) -> None:
    usage = store.usage(DAWN, DUSK)
    at, _ = store.delete_fitting(Condition(DUSK))
    store.expire_deleted()
    assert store.deleted().total == 0
    store.restore_deleted_at(at)
    assert kept_chats(store) == {}

    stores.purge(now() - timedelta(days=30))

    assert store.usage(DAWN, DUSK) == usage
    assert sum((hour.totals.cost for hour in usage), Decimal(0)) == Decimal("0.75")
    with stores.engine.begin() as connection:
        left = connection.execute(conversations.select().where(conversations.c.owner == store.owner.id)).all()
    assert left == []
    assert len(kept_chats(stores.of(ANNA))) == 1
    assert set(DELETED_KINDS) >= {"chats", "comparisons"}
