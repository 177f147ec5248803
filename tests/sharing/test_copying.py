"""A shared page taken over: the same chat with the same numbers, as somebody else's, any number of times."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from playground.answers.pace import Pace, Step
from playground.compare.comparison import Comparison
from playground.compare.vote import told_votes
from playground.exporting.html_page import as_page
from playground.owner import DEFAULT_OWNER
from playground.sharing.copying import copy_to, data_of_page, shared_data_in
from playground.sharing.data import PageData, UnreadablePageError
from playground.sharing.data_of_document import data_of
from playground.sharing.document import DocumentPane, chat_document, comparison_document, usage_document
from playground.sharing.findings import Hiding
from playground.sharing.included import Included
from playground.store import Store, Vote, open_stores
from playground.store.votes import ROOM
from tests.databases import new_database
from tests.sharing.test_pages import ANSWER, AT, SETUP, chat, comparison, path_of
from tests.store.chats import kept_chats

DAWN, DUSK = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path):  # type: ignore[no-untyped-def]
    with open_stores(new_database(tmp_path)) as stores:
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


STEPS = Pace((Step(400, 5, 0), Step(700, 20, 7), Step(1_500, 0, 0)))


def paced(**parts: bool) -> PageData:
    document = chat_document("The sea", SETUP, path_of(), Included(**parts), AT, {ANSWER.id: STEPS}.get)
    return again(data_of(document))


def test_paces_come_along_without_what_was_left_out(store: Store) -> None:
    (_, answer), (_, mute) = (store.path(copy_to(store, paced(thoughts=kept)).id) for kept in (True, False))
    assert store.pace(answer.id) == STEPS
    found = store.pace(mute.id)
    assert found is not None
    assert (found.text, found.thoughts, found.total_ms) == (25, 0, 1_500)
    assert paced(times=False).rows["paces"] == []
    assert Hiding(("Llama",)).applied(paced()).rows["paces"] == [], "lengths would tell what is hidden"
    assert Hiding(("nowhere",)).applied(paced()).rows["paces"] != []


def test_votes_come_along_as_those_of_others_and_count_nowhere(store: Store) -> None:
    panes = [
        DocumentPane("", SETUP, tuple(path_of()), id="one"),
        DocumentPane("", SETUP, tuple(path_of(replace(ANSWER, id="r2"))), id="two"),
    ]
    cast = [
        Vote("better", 1, "two", "Name", "A NOTE", True, voter="anna"),
        *(Vote("tie", 1, voter=f"{ROOM}ballot {phone}") for phone in range(3)),
    ]
    made = again(data_of(comparison_document("Seas", panes, cast, Included(), AT, called={})))
    assert not any(word in made.model_dump_json() for word in ("anna", "ballot", "A NOTE"))
    for row in made.rows["votes"]:
        row["voter"] = row["voter"].replace("shared 1", DEFAULT_OWNER.id)  # whoever writes a page
    id_ = copy_to(store, made).id
    kept = store.votes_on([id_])[id_]
    saved = store.comparison(id_)
    assert saved is not None
    shown = [pane.id for pane in Comparison.from_json(saved.body).panes]
    assert sorted((vote.kind, vote.pane, vote.voter) for vote in kept) == [
        ("better", shown[1], "shared 1"),
        *(("tie", None, f"room shared {number}") for number in (2, 3, 4)),
    ]
    assert store.votes() == []
    assert told_votes(kept, {}, 2)[1][1] == "The room, 3 votes: Tie (3)"


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
