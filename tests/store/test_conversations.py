"""Conversations: made, named, thrown away and brought back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from playground.messages import Message
from playground.store import HistoryFilter, MissingError, Spent, Store, Stores
from playground.store.conversations import title_of
from playground.store.database.schema import turns
from tests.store.test_history import say, titles

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def test_a_conversation_is_found_again_by_an_id_that_cannot_be_guessed(store: Store) -> None:
    made = store.create_conversation(model="m", system_prompt="Be brief.", parameters={"temperature": 0.2, "stop": []})
    assert store.conversation(made.id) == made
    assert len(made.id) >= 22
    assert made.created_at.tzinfo is UTC


@pytest.mark.parametrize("asked", ["", "no-such-id", "\x00", "\ud800", "'; DROP TABLE turns; --", "x" * 100_000])
def test_an_id_from_an_address_may_be_anything(store: Store, asked: str) -> None:
    assert store.conversation(asked) is None
    assert store.path(asked) == ()
    assert store.turn(asked) is None
    assert store.reply(asked) is None
    assert store.spent(asked) == Spent()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Why is the sea salty?", "Why is the sea salty?"),
        ("\n \n  first \t words  \nsecond line", "first words"),
        ("a\rb", "a"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 20, "word " * 11 + "word…"),
        ("\x00\ud800nul\x1b[0m", "nul[0m"),
        ("家族 👨‍👩‍👧", "家族 👨‍👩‍👧"),
        ("\x00\nnext", "next"),
        ("", ""),
        ("  \n ", ""),
    ],
)
def test_a_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert title_of(text) == title


def test_the_first_words_give_the_title_until_it_is_renamed(store: Store) -> None:
    chat = store.create_conversation()
    assert chat.title == ""
    for text in ("first", "second"):
        store.add_turn(chat.id, None, Message("user", text))
        assert titles(store) == ["first"]
    store.rename(chat.id, "  My \n title ")
    store.add_turn(chat.id, None, Message("user", "third"))
    assert titles(store) == ["My title"]
    store.rename(chat.id, " ")
    assert titles(store) == ["first"]


def test_settings_are_kept(store: Store) -> None:
    chat = store.create_conversation()
    store.set_settings(chat.id, model="n", system_prompt="\x00", parameters={"seed": 9_999_999_999, "top_p": 0.1})
    found = store.conversation(chat.id)
    assert found is not None
    assert (found.model, found.system_prompt) == ("n", "\x00")
    assert found.parameters == {"seed": 9_999_999_999, "top_p": 0.1}


def test_a_deleted_conversation_can_be_brought_back_until_it_is_purged(stores: Stores, store: Store) -> None:
    chat, other = say(store, "hello"), say(store, "other")
    before = store.path(chat)
    store.delete(chat)
    assert store.conversation(chat) is None
    assert titles(store) == ["other"]
    store.restore(chat)
    assert store.path(chat) == before
    assert titles(store) == ["other", "hello"]
    store.delete(chat)
    assert stores.purge(before=datetime.now(UTC) - timedelta(days=1)) == 0
    assert stores.purge(before=TOMORROW) == 1
    with pytest.raises(MissingError):
        store.restore(chat)
    assert store.path(chat) == ()
    assert store.replies(chat) == ()
    assert len(store.path(other)) == 2


def test_a_purge_takes_the_words_of_deleted_turns_and_leaves_what_they_cost(stores: Stores, store: Store) -> None:
    chat = say(store, "secret question", "secret answer", cost="0.5")
    question, answer = store.path(chat)
    nested = store.add_turn(chat, answer.id, Message("user", "more"))
    store.add_turn(chat, None, Message("user", "stays"))
    store.delete_turn(nested.id)
    store.delete_turn(question.id)
    assert stores.purge(before=TOMORROW) == 0
    assert store.turn(question.id) is store.turn(answer.id) is store.turn(nested.id) is None
    assert [turn.message.text for turn in store.path(chat)] == ["stays"]
    assert store.history(HistoryFilter("answer")).entries == ()
    assert store.spent(chat).cost == Decimal("0.5")
    assert [reply.text for reply in store.replies(chat)] == [""]


def test_a_purge_of_a_conversation_with_thousands_of_turns(stores: Stores, store: Store) -> None:
    chat = say(store, "hello")
    top, below = store.path(chat)
    row = {"conversation_id": chat, "role": "user", "text": "", "created_at": TOMORROW}
    names = [below.id, *(str(number) for number in range(2_500))]
    chain = [{**row, "id": name, "parent_id": parent} for parent, name in pairwise(names)]
    with stores.engine.begin() as connection:
        connection.execute(turns.insert(), chain)
    store.select_branch(top.id)
    assert [turn.id for turn in store.path(chat)] == [top.id, *names]
    store.delete_turn(below.id)
    stores.purge(before=TOMORROW)
    assert [turn.id for turn in store.path(chat)] == [top.id]
    store.delete(chat)
    assert stores.purge(before=TOMORROW) == 1


def test_a_long_conversation_is_removed_at_once(stores: Stores, store: Store) -> None:
    chat = store.create_conversation()
    row = {"conversation_id": chat.id, "role": "user", "text": "", "created_at": TOMORROW}
    chain = [{**row, "id": str(number), "parent_id": str(number - 1) if number else None} for number in range(2_500)]
    with stores.engine.begin() as connection:
        connection.execute(turns.insert(), chain)
    store.delete(chat.id)
    assert stores.purge(before=TOMORROW) == 1
    assert store.turn("0") is None


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.rename("none", "x"),
        lambda store: store.delete("none"),
        lambda store: store.restore("none"),
        lambda store: store.add_turn("none", None, Message("user", "x")),
        lambda store: store.start_reply("none", None, model="m"),
        lambda store: store.set_settings("none", model="m", system_prompt="", parameters={}),
    ],
)
def test_what_is_not_there_is_said_to_be_missing(store: Store, act: Callable[[Store], None]) -> None:
    with pytest.raises(MissingError) as raised:
        act(store)
    assert raised.value.message == "There is no conversation 'none'."
    assert raised.value.hint


def test_a_deleted_conversation_takes_no_more_turns(store: Store) -> None:
    chat = say(store, "hello")
    store.delete(chat)
    with pytest.raises(MissingError):
        store.add_turn(chat, None, Message("user", "from another tab"))


def test_options_are_kept_with_the_other_settings(store: Store) -> None:
    chat = store.create_conversation(options={"tools": []})
    assert chat.options == {"tools": []}
    store.set_settings(chat.id, model="m", system_prompt="", parameters={}, options={"raw": True})
    found = store.conversation(chat.id)
    assert found is not None
    assert found.options == {"raw": True}
