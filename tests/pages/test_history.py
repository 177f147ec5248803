"""The history page without a browser."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.frame.process import chat
from playground.compare.comparing import Comparing
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.system.places import ROOT
from tests.pages.conftest import OpenPage, alone, shown
from tests.pages.talk import trigger
from tests.store.test_history_of_experiments import made
from tests.upstream import Upstream

PAGE = "pages/history.py"
LIST = "history_list"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def conversations(*titles: str) -> list[str]:
    """A conversation for each first message, the first one the newest."""
    store = chat().store
    made: list[str] = []
    for title in reversed(titles):
        conversation = store.create_conversation(model="m").id
        question = store.add_turn(conversation, None, Message("user", title))
        answer = store.start_reply(conversation, question.id, model="m")
        store.finish_reply(answer, state="done", text=f"Said of {title}")
        made.insert(0, conversation)
    return made


def rows(page: AppTest) -> list[dict[str, Any]]:
    """What the list shows."""
    lists = [one.proto for one in page.get("bidi_component") if one.key == LIST]
    found: list[dict[str, Any]] = json.loads(lists[0].json)["entries"] if lists else []
    return found


def titles(page: AppTest) -> list[str]:
    return [row["title"] for row in rows(page)]


def do(page: AppTest, action: str, id_: str) -> AppTest:
    return trigger(page, LIST, "act", {"do": action, "entry": id_})


def pick(page: AppTest, ids: Sequence[str]) -> AppTest:
    return trigger(page, LIST, "picked", ids)


def test_an_empty_history_says_how_to_begin(open_page: OpenPage) -> None:
    page = open_page(PAGE)

    assert not page.exception
    assert "No conversations yet" in shown(page)


def test_the_newest_conversation_comes_first(open_page: OpenPage) -> None:
    conversations("newest", "middle", "oldest")

    assert titles(open_page(PAGE)) == ["newest", "middle", "oldest"]


def test_search_finds_words_and_says_where_there_are_none() -> None:
    conversations("All about larks", "All about owls")
    page = alone(PAGE)

    page.text_input(key="history_search").set_value("LARKS").run()
    assert titles(page) == ["All about larks"]
    assert ["larks", True] in rows(page)[0]["excerpt"]
    assert page.query_params == {"q": "LARKS"}
    page.text_input(key="history_search").set_value("penguins").run()
    assert "Nothing was found" in shown(page)
    page.button(key="history_clear").click().run()
    assert (titles(page), page.query_params) == (["All about larks", "All about owls"], {})


def test_few_hits_can_have_the_best_match_first() -> None:
    conversations("All about larks", "Larks larks larks")
    page = alone(PAGE)
    page.text_input(key="history_search").set_value("larks").run()
    assert titles(page) == ["All about larks", "Larks larks larks"]

    page.segmented_control(key="history_order").set_value("Best match first").run()

    assert titles(page) == ["Larks larks larks", "All about larks"]
    assert page.query_params == {"q": "larks", "order": "relevance"}
    page.segmented_control(key="history_order").set_value("Newest first").run()
    assert page.query_params == {"q": "larks"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "larks"}, ["All about larks"]),
        ({"model": "m", "q": "owls", "kind": "chat"}, ["All about owls"]),
        ({"kind": "compare"}, []),
        ({"since": "2020-01-01", "until": "2120-01-01"}, ["All about larks", "All about owls"]),
        ({"until": "2020-01-01"}, []),
        ({"since": "x", "until": "9999-12-31", "after": "x", "odd": "x"}, ["All about larks", "All about owls"]),
        ({"archived": "yes"}, []),
    ],
)
def test_what_is_looked_for_stands_in_the_address(query: dict[str, str], found: list[str]) -> None:
    conversations("All about larks", "All about owls")
    page = AppTest.from_file(ROOT / PAGE)
    for name, value in query.items():
        page.query_params[name] = value

    page.run()

    assert not page.exception
    assert titles(page) == found
    assert page.text_input(key="history_search").value == query.get("q", "")


def test_a_deleted_conversation_comes_back() -> None:
    (larks,) = conversations("All about larks")
    page = alone(PAGE)

    do(page, "delete", larks)
    assert chat().store.conversation(larks) is None
    assert titles(page) == []
    page.button(key="undo").click().run()

    assert titles(page) == ["All about larks"]


def test_an_entry_is_named_tagged_noted_and_pinned() -> None:
    _, owls = conversations("All about larks", "All about owls")
    page = do(alone(PAGE), "edit", owls)

    for box, value in (("Title", "*Night* birds"), ("Tags, separated by commas", "birds, night")):
        next(each for each in page.text_input if each.label == box).set_value(value)
    page.text_area[0].set_value("Ask again")
    page.checkbox[0].check()
    page.button[-1].click().run()

    assert titles(page) == ["*Night* birds", "All about larks"]
    assert rows(page)[0]["lines"][-1] == "#birds #night Ask again"
    assert rows(page)[0]["pinned"]


def test_a_row_that_is_not_on_the_page_is_left_alone() -> None:
    (larks,) = conversations("All about larks")
    for said in ({"do": "delete", "entry": "unknown"}, {"do": "x", "entry": larks}, {"do": "delete"}, "delete", None):
        assert titles(trigger(alone(PAGE), LIST, "act", said)) == ["All about larks"]
    assert titles(trigger(alone(PAGE), LIST, "picked", {"all": "of them"})) == ["All about larks"]


def test_several_are_pinned_put_away_tagged_deleted_and_brought_back_at_once() -> None:
    first, second, third = conversations("first", "second", "third")
    page = pick(alone(PAGE), [second, third])

    page.button(key="pin_selected").click().run()
    assert titles(page) == ["second", "third", "first"]
    page.text_input(key="tag_selected").set_value("birds, *new*").run()
    assert "#birds #*new*" in rows(page)[0]["lines"]
    page.button(key="archive_selected").click().run()
    assert titles(page) == ["first"]
    page.query_params["archived"] = "yes"
    page = pick(page.run(), [second, third])
    page.button(key="archive_selected").click().run()
    assert titles(page) == []
    del page.query_params["archived"]
    page = pick(page.run(), [first, third])
    page.button(key="delete_selected").click().run()
    assert titles(page) == ["second"]
    page.button(key="undo").click().run()
    assert titles(page) == ["second", "third", "first"]


def test_a_long_history_has_pages() -> None:
    conversations(*(f"number {number:03}" for number in range(60)))
    page = alone(PAGE)
    assert titles(page)[-1] == "number 024"
    assert page.button(key="newest").disabled

    page.button(key="older").click().run()
    assert titles(page)[0] == "number 025"
    page.button(key="older").click().run()
    assert titles(page)[-1] == "number 059"
    assert page.button(key="older").disabled
    page.button(key="newer").click().run()
    assert (titles(page)[0], titles(page)[-1]) == ("number 025", "number 049")
    assert "before" in page.query_params
    page.button(key="newer").click().run()
    assert titles(page)[0] == "number 000"
    assert page.button(key="newer").disabled
    page.button(key="older").click().run()
    page.button(key="newest").click().run()

    assert titles(page)[0] == "number 000"
    assert page.query_params == {}


def test_a_saved_filter_says_that_it_is_shown() -> None:
    conversations("All about larks", "All about owls")
    page = alone(PAGE)
    page.text_input(key="history_search").set_value("larks").run()
    chat().store.prefer("history filters", [{"name": "My *larks*", "query": {"q": "larks"}}])

    assert r"Filter: My \*larks\*" in popovers(page.run())
    page.text_input(key="history_search").set_value("owls").run()
    assert "Filters" in popovers(page)


def popovers(page: AppTest) -> list[str]:
    """The labels of what opens."""
    return [block.proto.popover.label for block in page.get("popover")]


def forked() -> tuple[str, str, str]:
    """A conversation, and a question and another one in its place, which is on screen."""
    (chat_id,) = conversations("All about larks")
    old = chat().store.path(chat_id)[0].id
    return chat_id, old, chat().store.add_turn(chat_id, None, Message("user", "About owls")).id


def chat_page(**query: str) -> AppTest:
    page = AppTest.from_file(ROOT / "pages/chat.py", default_timeout=30)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def test_a_hit_leads_to_the_turn_that_was_found() -> None:
    chat_id, old, _ = forked()
    page = alone(PAGE)
    page.text_input(key="history_search").set_value("larks -said").run()
    assert rows(page)[0]["address"] == f"?c={chat_id}&turn={old}"

    opened = chat_page(c=chat_id, turn=old)

    assert not opened.exception
    assert chat().store.path(chat_id)[0].id == old
    assert "turn" not in opened.query_params


def test_a_turn_in_the_address_is_led_to_once() -> None:
    chat_id, old, new = forked()
    page = chat_page(c=chat_id, turn=old)
    chat().store.select_branch(new)

    page.query_params["turn"] = old
    page.run()

    assert [turn.id for turn in chat().store.path(chat_id)] == [new]


@pytest.mark.parametrize("deleted", [True, False])
def test_a_turn_that_cannot_be_shown_is_said_to_be_missing(deleted: bool) -> None:
    chat_id, old, new = forked()
    if deleted:
        chat().store.delete_turn(old)

    page = chat_page(c=chat_id, turn=old if deleted else "unknown")

    assert "The message at this address was deleted" in "".join(note.value for note in page.info)
    assert [turn.id for turn in chat().store.path(chat_id)] == [new]


def test_a_hit_in_a_comparison_opens_it_at_an_address_without_the_turn() -> None:
    comparisons = Comparing(chat())
    made, comparison = comparisons.begin([chat().roster.default.id] * 2)
    question = Message("user", "All about larks")
    turn = chat().store.add_turn(comparison.panes[1].conversation_id, None, question)
    comparisons.save(made, comparison, prompt=question.text)
    page = alone(PAGE)
    page.text_input(key="history_search").set_value("larks").run()
    assert rows(page)[0]["address"] == f"compare?id={made}&turn={turn.id}"

    opened = AppTest.from_file(ROOT / "pages/compare.py", default_timeout=30)
    opened.query_params["id"], opened.query_params["turn"] = made, turn.id
    opened.run()

    assert not opened.exception
    assert opened.session_state.compare.found.turn == turn.id
    assert opened.query_params == {"id": made}


@pytest.mark.parametrize("deleted", [True, False])
def test_a_hit_on_another_branch_of_a_pane_puts_that_on_screen(deleted: bool) -> None:
    comparisons = Comparing(chat())
    made, comparison = comparisons.begin([chat().roster.default.id] * 2)
    pane = comparison.panes[1]
    old = chat().store.add_turn(pane.conversation_id, None, Message("user", "All about larks"))
    new = chat().store.add_turn(pane.conversation_id, None, Message("user", "All about owls"))
    comparisons.save(made, comparison, prompt="All about owls")
    if deleted:
        chat().store.delete_turn(old.id)

    opened = AppTest.from_file(ROOT / "pages/compare.py", default_timeout=30)
    opened.query_params["id"], opened.query_params["turn"] = made, old.id
    opened.run()

    assert not opened.exception
    on_screen = [turn.id for turn in chat().store.path(pane.conversation_id)]
    assert on_screen == [new.id if deleted else old.id]
    said = "".join(note.value for note in opened.info)
    assert ("The message at this address was deleted" in said) == deleted


@pytest.mark.usefixtures("cloudflare")
def test_deleting_a_chat_that_is_not_open_stops_its_answer(upstream: Upstream) -> None:
    made = chat().store.create_conversation(model=LLAMA).id
    reply = chat().send(made, Message("user", "Long upstream: tokens=1000 rate=50"), Setup(LLAMA))
    assert reply.arrived.wait(20)

    do(alone(PAGE), "delete", made)

    assert upstream.requests[-1].left_early.wait(5)
    assert chat().store.conversation(made) is None


def test_an_experiment_is_renamed_deleted_and_brought_back_as_others_are() -> None:
    experiment = made(chat().store).id
    (chat_id,) = conversations("All about larks")
    page = alone(PAGE)
    assert [(row["kind"], row["title"]) for row in rows(page)] == [("chat", "All about larks"), ("experiment", "Seas")]
    assert rows(page)[1]["address"] == f"experiments?id={experiment}"
    assert "0 of 4 cells" in rows(page)[1]["lines"][0]

    page.segmented_control(key="history_kind").set_value("Experiments").run()
    assert titles(page) == ["Seas"]
    do(page, "edit", experiment)
    page.text_input[-2].set_value("  Lakes ")
    page.button[-1].click().run()
    assert titles(page) == ["Lakes"]
    do(page, "delete", experiment)
    assert "Experiment deleted." in shown(page)
    assert rows(page) == []
    assert chat().store.experiment(experiment) is None
    page.button(key="undo").click().run()
    assert titles(page) == ["Lakes"]
    assert chat_id
