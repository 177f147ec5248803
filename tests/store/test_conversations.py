"""Conversations: made, listed, searched, named, thrown away and brought back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from playground.messages import Message
from playground.metering import Usage
from playground.store import MissingError, Spent, Store
from playground.store.conversations import title_of
from playground.store.database.schema import turns

TOMORROW = datetime.now(UTC) + timedelta(days=1)


def say(store: Store, text: str, answer: str = "", cost: Decimal | None = None) -> str:
    """A conversation of one exchange."""
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", text))
    reply = store.start_reply(chat.id, question.id, model="m")
    store.finish_reply(reply, state="done", text=answer, usage=Usage(3, 5), cost=cost)
    return chat.id


def titles(store: Store, search: str | None = None) -> list[str]:
    return [summary.title for summary in store.conversations(search)]


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


def test_the_list_begins_with_the_one_last_spoken_in(store: Store) -> None:
    first, second = say(store, "first"), say(store, "second")
    assert titles(store) == ["second", "first"]
    store.add_turn(first, None, Message("user", "again"))
    assert titles(store) == ["first", "second"]
    store.rename(second, "renaming is not speaking")
    assert titles(store)[0] == "first"


def test_the_list_comes_in_pages(store: Store) -> None:
    for number in range(5):
        say(store, str(number))
    pages = [store.conversations(limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [[summary.title for summary in page] for page in pages] == [["4", "3"], ["2", "1"], ["0"], []]


def test_the_list_may_leave_out_where_nothing_was_said(store: Store) -> None:
    said = say(store, "hello")
    store.create_conversation()
    assert len(store.conversations()) == 2
    assert [summary.id for summary in store.conversations(spoken=True)] == [said]


def test_a_summary_counts_questions_answers_and_money(store: Store) -> None:
    chat = say(store, "hello", cost=Decimal("0.0000012345678901234567"))
    summary = store.conversations()[0]
    assert (summary.id, summary.model, summary.questions, summary.answers) == (chat, "m", 1, 1)
    assert summary.spent == Spent(1, 3, 5, 0, Decimal("0.0000012345678901234567"))


def test_what_was_paid_for_counts_on_every_branch_and_when_deleted(store: Store) -> None:
    chat = say(store, "hello", cost=Decimal("0.1"))
    question, answer = store.path(chat)
    other = store.start_reply(chat, question.id, model="m")
    store.finish_reply(other, state="stopped", text="", usage=Usage(1, 1, estimated=True), cost=Decimal("0.2"))
    unpriced = store.start_reply(chat, question.id, model="m")
    store.finish_reply(unpriced, state="done", text="", usage=Usage(1, 1, cached_tokens=1))
    refused = store.start_reply(chat, question.id, model="m")
    store.finish_reply(refused, state="failed", text="")
    store.delete_turn(answer.id)
    assert store.spent(chat) == Spent(4, 5, 7, 1, Decimal("0.3"), unpriced=1, estimated=True, cost_estimated=True)
    summary = store.conversations()[0]
    assert (summary.questions, summary.answers) == (1, 3)
    assert [reply.id for reply in store.replies(chat)] == [answer.id, other, unpriced, refused]


@pytest.mark.parametrize(
    "search", ["ÉTÉ", "  été ", "salt%", "_water", "\\", "Meer", "meer", "a\x00b", "\ud800", "Zürich"]
)
def test_search_finds_titles_messages_and_answers_in_any_case(store: Store, search: str) -> None:
    say(store, "nothing of it", "at all")
    say(store, "L'été\nin ZÜRICH: salt% and _water \\ a\x00b \ud800", "Das Meer")
    assert titles(store, search) == ["L'été"]


def test_search_looks_at_other_branches_and_not_into_images(store: Store) -> None:
    chat = store.create_conversation()
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,needle"}}
    store.add_turn(chat.id, None, Message("user", ({"type": "text", "text": "Look"}, image)))
    store.add_turn(chat.id, None, Message("user", "other"))
    assert titles(store, "look") == ["Look"]
    assert titles(store, "needle") == []
    assert titles(store, "") == titles(store, " ") == ["Look"]


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


def test_a_deleted_conversation_can_be_brought_back_until_it_is_purged(store: Store) -> None:
    chat, other = say(store, "hello"), say(store, "other")
    before = store.path(chat)
    store.delete(chat)
    assert store.conversation(chat) is None
    assert titles(store) == ["other"]
    store.restore(chat)
    assert store.path(chat) == before
    assert titles(store) == ["other", "hello"]
    store.delete(chat)
    assert store.purge(before=datetime.now(UTC) - timedelta(days=1)) == 0
    assert store.purge(before=TOMORROW) == 1
    with pytest.raises(MissingError):
        store.restore(chat)
    assert store.path(chat) == ()
    assert store.replies(chat) == ()
    assert len(store.path(other)) == 2


def test_a_purge_takes_the_words_of_deleted_turns_and_leaves_what_they_cost(store: Store) -> None:
    chat = say(store, "secret question", "secret answer", Decimal("0.5"))
    question, answer = store.path(chat)
    nested = store.add_turn(chat, answer.id, Message("user", "more"))
    store.add_turn(chat, None, Message("user", "stays"))
    store.delete_turn(nested.id)
    store.delete_turn(question.id)
    assert store.purge(before=TOMORROW) == 0
    assert store.turn(question.id) is store.turn(answer.id) is store.turn(nested.id) is None
    assert [turn.message.text for turn in store.path(chat)] == ["stays"]
    assert titles(store, "answer") == []
    assert store.spent(chat).cost == Decimal("0.5")
    assert [reply.text for reply in store.replies(chat)] == [""]


def test_a_purge_of_a_conversation_with_thousands_of_turns(store: Store) -> None:
    chat = say(store, "hello")
    top, below = store.path(chat)
    row = {"conversation_id": chat, "role": "user", "text": "", "created_at": TOMORROW}
    names = [below.id, *(str(number) for number in range(2_500))]
    chain = [{**row, "id": name, "parent_id": parent} for parent, name in pairwise(names)]
    with store.engine.begin() as connection:
        connection.execute(turns.insert(), chain)
    store.select_branch(top.id)
    assert [turn.id for turn in store.path(chat)] == [top.id, *names]
    store.delete_turn(below.id)
    store.purge(before=TOMORROW)
    assert [turn.id for turn in store.path(chat)] == [top.id]
    store.delete(chat)
    assert store.purge(before=TOMORROW) == 1


def test_a_long_conversation_is_removed_at_once(store: Store) -> None:
    chat = store.create_conversation()
    row = {"conversation_id": chat.id, "role": "user", "text": "", "created_at": TOMORROW}
    chain = [{**row, "id": str(number), "parent_id": str(number - 1) if number else None} for number in range(2_500)]
    with store.engine.begin() as connection:
        connection.execute(turns.insert(), chain)
    store.delete(chat.id)
    assert store.purge(before=TOMORROW) == 1
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
