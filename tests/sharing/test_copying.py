"""A shared page taken over: the same chat with the same numbers, as somebody else's, any number of times."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from playground.compare.comparison import Comparison
from playground.exporting.html_page import as_page
from playground.owner import DEFAULT_OWNER
from playground.sharing.copying import copy_to, data_of_page, shared_data_in
from playground.sharing.data import PageData, UnreadablePageError, data_of
from playground.sharing.document import usage_document
from playground.sharing.included import Included
from playground.store import Store, open_stores, sqlite_url
from tests.sharing.test_pages import ANSWER, SETUP, chat, comparison
from tests.store.chats import kept_chats

DAWN, DUSK = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    with open_stores(sqlite_url(tmp_path)) as stores:
        yield stores.of(DEFAULT_OWNER)


def again(data: PageData) -> PageData:
    """The data as it is read out of a file."""
    return data_of_page(as_page(data).page)


def test_a_chat_is_the_same_again_and_was_not_paid_for_here(store: Store) -> None:
    kind, id_ = copy_to(store, again(chat()))
    conversation = store.conversation(id_)
    assert kind == "chat"
    assert conversation is not None
    assert (conversation.title, conversation.model) == ("The sea", SETUP.model)
    question, answer = store.path(id_)
    assert question.message.text == "Why is the sea salty?"
    assert answer.reply is not None
    same = ("text", "reasoning", "usage", "price", "cost", "timings", "state", "connection", "setup", "started_at")
    for name in same:
        assert getattr(answer.reply, name) == getattr(ANSWER, name), name
    assert sum((hour.totals.cost for hour in store.usage(DAWN, DUSK)), Decimal(0)) == 0
    assert [entry.title for entry in store.history().entries] == ["The sea"]


def test_a_comparison_is_the_same_again(store: Store) -> None:
    made = again(comparison())
    kind, id_ = copy_to(store, made)
    saved = store.comparison(id_)
    assert kind == "comparison"
    assert saved is not None
    panes = Comparison.from_json(saved.body).panes
    assert [pane.model for pane in panes] == [SETUP.model, "@cf/qwen/qwen3"]
    replies = [store.path(pane.conversation_id)[-1].reply for pane in panes]
    assert [reply and reply.cost for reply in replies] == [ANSWER.cost, Decimal("0.5")]
    first = store.path(panes[0].conversation_id)[-1]
    assert len(first.siblings) == 2
    assert not store.votes()


def test_the_data_alone_is_read_as_well_as_the_page() -> None:
    made = chat()
    for text in (as_page(made).page, made.model_dump_json(indent=1), made.model_dump_json()):
        assert shared_data_in(text) == made
    for text in ('{"model": "m", "messages": []}', "curl x", '{"messages": "llm-playground-page"}'):
        assert shared_data_in(text) is None


def test_a_page_about_usage_has_no_chat_to_take_over(store: Store) -> None:
    with pytest.raises(UnreadablePageError, match="no chat in it"):
        copy_to(store, again(data_of(usage_document("Usage", {}, "Model", str, Included(), DAWN))))


def test_each_copy_is_one_of_its_own(store: Store) -> None:
    made = again(chat())
    ids = {copy_to(store, made).id for _ in range(3)}
    assert len(ids) == 3
    assert len(kept_chats(store)) == 3


def test_data_that_does_not_hang_together_leaves_nothing(store: Store) -> None:
    made = chat()
    made.rows["turns"][1]["parent_id"] = "elsewhere"
    for broken in (made, replace_reply(chat(), state="live"), replace_reply(chat(), conversation_id="elsewhere")):
        with pytest.raises(UnreadablePageError, match=r"\.$"):
            copy_to(store, broken)
    assert kept_chats(store) == {}


def replace_reply(data: PageData, **changes: object) -> PageData:
    data.rows["replies"][0] |= changes
    return data


def test_other_pages_are_none(store: Store) -> None:
    for page in ("", "<html></html>", '<template id="data">', '<template id="data">x</template>'):
        with pytest.raises(UnreadablePageError):
            data_of_page(page)
    assert replace(ANSWER).id
