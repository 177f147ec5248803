"""The history page without a browser."""

import re

from streamlit.testing.v1 import AppTest

from components.frame.session import chat
from playground.messages import Message
from tests.pages.conftest import OpenPage, alone, shown

PAGE = "pages/history.py"


def conversations(*titles: str) -> list[str]:
    """A conversation for each first message, the first one the newest."""
    store = chat().store
    made: list[str] = []
    for title in reversed(titles):
        conversation = store.create_conversation(model="m").id
        store.add_turn(conversation, None, Message("user", title))
        made.insert(0, conversation)
    return made


def titles(page: AppTest) -> list[str]:
    """The conversations on screen, as links of the router or as plain ones."""
    routed = [link.proto.label for link in page.get("page_link") if "c=" in str(link.proto)]
    plain = [found for words in page.markdown for found in re.findall(r"^\[(.*)\]\(/\?c=", words.value)]
    return [title.replace("\\", "") for title in routed + plain]


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
    page.text_input(key="history_search").set_value("penguins").run()
    assert "Nothing was found" in shown(page)


def test_a_deleted_conversation_comes_back() -> None:
    (larks,) = conversations("All about larks")
    page = alone(PAGE)

    page.button(key=f"delete-{larks}").click().run()
    assert chat().store.conversation(larks) is None
    assert titles(page) == []
    page.button(key="undo").click().run()

    assert titles(page) == ["All about larks"]


def test_a_conversation_is_renamed() -> None:
    (larks,) = conversations("All about larks")
    page = alone(PAGE)

    page.text_input(key=f"title-{larks}").set_value("Birds of *passage*").run()

    renamed = chat().store.conversation(larks)
    assert renamed is not None
    assert renamed.title == "Birds of *passage*"
    assert not page.exception


def test_a_long_history_has_pages() -> None:
    conversations(*(f"number {number:03}" for number in range(60)))
    page = alone(PAGE)
    assert titles(page)[-1] == "number 024"
    assert page.button(key="newer").disabled

    page.button(key="older").click().run()
    assert titles(page)[0] == "number 025"
    page.button(key="older").click().run()

    assert titles(page)[-1] == "number 059"
    assert page.button(key="older").disabled
