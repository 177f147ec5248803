"""Comparisons in the store: kept, listed, named, thrown away with their panes and brought back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from playground.messages import Message
from playground.metering import Timings, Usage
from playground.store import MissingError, ReplyRequest, Spent, Store, Stores
from tests.store.chats import kept_chats

LATER = timedelta(days=1)


def make(store: Store, said: str = "Why is the sea salty?", answer: str = "Rivers carry salt.", panes: int = 2) -> str:
    """A comparison in which each pane was asked and answered."""
    comparison_id = store.create_comparison({"panes": panes}).id
    for _ in range(panes):
        pane = store.create_conversation(model="m", comparison_id=comparison_id)
        question = store.add_turn(pane.id, None, Message("user", said))
        reply_id = store.start_reply(pane.id, question.id, model="m")
        store.finish_reply(reply_id, state="done", text=answer, usage=Usage(3, 5), cost=Decimal("0.0001"))
    store.save_comparison(comparison_id, {"panes": panes}, prompt=said)
    return comparison_id


def listed(store: Store) -> list[str]:
    return [found.id for found in store.comparisons()]


def test_it_keeps_what_it_is_given(store: Store) -> None:
    body = {"panes": [{"model": "m", "parameters": {"temperature": 0.2, "seed": None}}], "note": "\x00 \ud800 é"}
    made = store.create_comparison({})
    assert made.body == {}
    store.save_comparison(made.id, body)
    found = store.comparison(made.id)
    assert found is not None
    assert found.body["panes"] == body["panes"]
    assert (found.created_at, found.updated_at) == (made.created_at, made.updated_at)


@pytest.mark.parametrize("unknown", ["", "unknown", "\x00", "\ud800", "x" * 10_000, "' OR 1=1 --"])
def test_any_id_may_be_asked_for(store: Store, unknown: str) -> None:
    make(store)
    assert store.comparison(unknown) is None
    with pytest.raises(MissingError):
        store.save_comparison(unknown, {})
    with pytest.raises(MissingError):
        store.delete_comparison(unknown)
    with pytest.raises(MissingError):
        store.rename_comparison(unknown, "title")


def test_only_what_was_asked_something_is_listed_the_last_used_first(store: Store) -> None:
    store.create_comparison({})
    first, second = make(store, "First"), make(store, "Second")
    assert listed(store) == [second, first]
    store.save_comparison(first, {})
    assert listed(store) == [second, first]
    store.save_comparison(first, {}, prompt="Again")
    assert listed(store) == [first, second]
    assert [found.title for found in store.comparisons(limit=1, offset=1)] == ["Second"]


def test_panes_are_not_listed_as_chats(store: Store) -> None:
    make(store)
    assert kept_chats(store) == {}


def test_the_first_prompt_titles_it(store: Store) -> None:
    made = make(store, "  \n What is\tthe sea? \nMore")
    store.save_comparison(made, {}, prompt="Something else")
    assert [found.title for found in store.comparisons()] == ["What is the sea?"]


def test_a_prompt_without_words_gives_a_title_too(store: Store) -> None:
    assert listed(store) == []
    made = make(store, " ")
    assert [(found.id, found.title) for found in store.comparisons()] == [(made, "Untitled")]


def test_a_name_stays_and_without_words_goes_back_to_the_prompt(store: Store) -> None:
    made = make(store)
    store.rename_comparison(made, "  My   seas ")
    store.save_comparison(made, {}, prompt="Another prompt")
    assert [found.title for found in store.comparisons()] == ["My seas"]
    store.rename_comparison(made, " ")
    assert [found.title for found in store.comparisons()] == ["Why is the sea salty?"]


def test_what_it_cost_is_the_sum_of_all_its_panes(store: Store) -> None:
    make(store, "Something else", panes=1)
    made = make(store, panes=3)
    spent = Spent(3, 9, 15, 0, Decimal("0.0003"))
    assert store.comparison_spent(made) == spent
    assert [found.spent for found in store.comparisons(limit=1)] == [spent]
    assert store.comparison_spent("unknown") == Spent()


def test_it_is_deleted_with_its_panes_and_comes_back_with_them(store: Store) -> None:
    made = make(store)
    store.delete_comparison(made)
    assert store.comparison(made) is None
    assert listed(store) == []
    with pytest.raises(MissingError):
        store.save_comparison(made, {})
    store.restore_comparison(made)
    assert listed(store) == [made]
    assert store.comparison_spent(made).replies == 2


def test_what_was_never_used_is_purged(stores: Stores, store: Store) -> None:
    used, begun = make(store), store.create_comparison({}).id
    for comparison_id in (begun, used):
        store.create_conversation(model="m", comparison_id=comparison_id)
    chat = store.create_conversation(model="m")
    assert stores.purge(datetime.now(UTC) - LATER) == 0
    paid = store.create_conversation(model="m")
    question = store.add_turn(paid.id, None, Message("user", "Hello"))
    store.finish_reply(store.start_reply(paid.id, question.id, model="m"), state="done", text="Hi", usage=Usage(3, 5))
    store.delete_turn(question.id)
    assert [stores.purge(datetime.now(UTC) + LATER) for _ in range(2)] == [2, 0]
    assert store.comparison(begun) is None
    assert store.conversation(chat.id) is None
    assert store.spent(paid.id).replies == 1
    assert listed(store) == [used]
    assert store.comparison_spent(used).replies == 2


def test_what_was_deleted_long_ago_is_purged(stores: Stores, store: Store) -> None:
    made, kept = make(store), make(store, "Kept")
    store.delete_comparison(made)
    assert stores.purge(datetime.now(UTC) + LATER) == 2
    with pytest.raises(MissingError):
        store.restore_comparison(made)
    assert store.comparison_spent(made) == Spent()
    assert listed(store) == [kept]


def test_replies_know_what_they_repeat_and_how_long_they_waited(store: Store) -> None:
    chat = store.create_conversation()
    question = store.add_turn(chat.id, None, Message("user", "Why?"))
    first = store.start_reply(chat.id, question.id, model="m")
    again = ReplyRequest(chat.id, question.id, "m", repeats=first)
    store.ask([again])
    second = again.id
    waited = Timings(0.25, 1.5, {"queued": 0.125, "loading": 2.5}, 0.75)
    store.finish_reply(second, state="done", text="So.", timings=waited)
    one, other = store.replies_by_id([second, first, "unknown"])
    assert (one.id, one.repeats, one.timings) == (first, None, Timings(None, None))
    assert (other.id, other.repeats, other.timings) == (
        second,
        first,
        waited,
    )
    assert store.replies_by_id([]) == ()
