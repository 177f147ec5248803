"""Asking: messages said and replies begun in one go, in any number of conversations."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from playground.messages import Message
from playground.store import MissingError, ReplyRequest, Store, Stores

QUESTION = Message("user", "Why is the sea salty?")


def conversations(store: Store, count: int) -> list[str]:
    return [store.create_conversation().id for _ in range(count)]


@contextmanager
def statements(stores: Stores) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(stores.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(stores.engine, "before_cursor_execute", note)


def test_each_conversation_gets_the_question_and_a_live_reply(store: Store) -> None:
    chats = conversations(store, 3)

    asked = [ReplyRequest(chat, None, f"model-{at}", message=QUESTION) for at, chat in enumerate(chats)]
    store.ask(asked)

    paths = store.paths(chats)
    for at, (chat, one) in enumerate(zip(chats, asked, strict=True)):
        question, answer = paths[chat]
        assert (question.id, question.message) == (one.message_id, QUESTION)
        assert answer.reply is not None
        assert (answer.id, answer.reply.model, answer.reply.state) == (one.id, f"model-{at}", "live")
        assert store.reply(one.id) == answer.reply
        found = store.conversation(chat)
        assert found is not None
        assert (found.head, found.title) == (one.id, "Why is the sea salty?")


def test_only_what_has_no_title_gets_one(store: Store) -> None:
    told, fresh = conversations(store, 2)
    first = store.add_turn(told, None, Message("user", "The first words"))

    store.ask([ReplyRequest(told, first.id, "m", message=QUESTION), ReplyRequest(fresh, None, "m", message=QUESTION)])

    titles = [found.title for chat in (told, fresh) if (found := store.conversation(chat))]
    assert titles == ["The first words", "Why is the sea salty?"]


def test_without_a_message_the_reply_follows_the_turn_itself_and_what_repeats_it_stands_beside_it(
    store: Store,
) -> None:
    (chat,) = conversations(store, 1)
    question = store.add_turn(chat, None, QUESTION)

    first = ReplyRequest(chat, question.id, "m")
    second = ReplyRequest(chat, question.id, "m", repeats=first.id)
    store.ask([first, second])

    assert [turn.id for turn in store.path(chat)] == [question.id, first.id]
    assert store.siblings(first.id) == (first.id, second.id)


def test_all_are_asked_or_none(store: Store) -> None:
    kept, gone = conversations(store, 2)
    store.delete(gone)

    with pytest.raises(MissingError, match=gone):
        store.ask([ReplyRequest(kept, None, "m", message=QUESTION), ReplyRequest(gone, None, "m", message=QUESTION)])
    with pytest.raises(MissingError, match="nowhere"):
        store.ask(
            [ReplyRequest(kept, None, "m", message=QUESTION), ReplyRequest(kept, "nowhere", "m", message=QUESTION)]
        )

    assert store.path(kept) == ()
    assert store.replies(kept) == ()


def test_nothing_asked_is_nothing_kept(store: Store) -> None:
    store.ask([])
    assert store.paths([]) == {}


def test_a_parent_in_another_conversation_is_none(store: Store) -> None:
    here, elsewhere = conversations(store, 2)
    there = store.add_turn(elsewhere, None, QUESTION)

    with pytest.raises(MissingError):
        store.ask([ReplyRequest(here, there.id, "m", message=QUESTION)])


def test_paths_of_conversations_without_turns_are_empty(store: Store) -> None:
    (chat,) = conversations(store, 1)
    assert store.paths([chat, "nobody"]) == {chat: (), "nobody": ()}


def test_many_panes_take_as_many_statements_as_one(stores: Stores, store: Store) -> None:
    def taken(chats: list[str]) -> int:
        with statements(stores) as sent:
            store.paths(chats)
            store.ask([ReplyRequest(chat, None, "m", message=QUESTION) for chat in chats])
        return len(sent)

    taken(conversations(store, 1))  # the first one of a process also says that it is alive
    assert taken(conversations(store, 6)) == taken(conversations(store, 1))
