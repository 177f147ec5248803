"""What a conversation used and cost."""

from decimal import Decimal

from playground.metering import Usage
from playground.store import Spent, Store
from tests.store.chats import listed_chats
from tests.store.test_history import say


def test_what_was_paid_for_counts_on_every_branch_and_when_deleted(store: Store) -> None:
    chat = say(store, "hello", cost="0.1000000012345678901234567")
    question, answer = store.path(chat)
    other = store.start_reply(chat, question.id, model="m")
    store.finish_reply(other, state="stopped", text="", usage=Usage(1, 1, estimated=True), cost=Decimal("0.2"))
    unpriced = store.start_reply(chat, question.id, model="m")
    store.finish_reply(unpriced, state="done", text="", usage=Usage(1, 1, cached_tokens=1))
    refused = store.start_reply(chat, question.id, model="m")
    store.finish_reply(refused, state="failed", text="")
    store.delete_turn(answer.id)
    cost = Decimal("0.3000000012345678901234567")
    assert store.spent(chat) == Spent(4, 5, 7, 1, cost, unpriced=1, estimated=True, cost_estimated=True)
    (entry,) = listed_chats(store)
    assert entry.facts is not None
    assert (entry.facts.questions, entry.facts.answers, entry.facts.spent) == (1, 3, store.spent(chat))
    assert [reply.id for reply in store.replies(chat)] == [answer.id, other, unpriced, refused]
