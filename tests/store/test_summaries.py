"""Lists of conversations: in order, in pages, with what they hold and cost."""

from decimal import Decimal

from playground.messages import Message
from playground.metering import Usage
from playground.store import Spent, Store


def say(store: Store, text: str, answer: str = "", cost: Decimal | None = None) -> str:
    """A conversation of one exchange."""
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", text))
    reply = store.start_reply(chat.id, question.id, model="m")
    store.finish_reply(reply, state="done", text=answer, usage=Usage(3, 5), cost=cost)
    return chat.id


def titles(store: Store) -> list[str]:
    return [summary.title for summary in store.conversations()]


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
