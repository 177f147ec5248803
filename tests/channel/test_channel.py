"""What a page is told over its socket, in order and once, whatever happens to the socket."""

from collections.abc import Callable

from playground.channel.pages import Page
from playground.chat import Chat
from playground.messages import Message
from playground.replies import Reply
from playground.setup import Setup
from tests.channel.browser import Browser
from tests.channel.conftest import LLAMA

SETUP = Setup(LLAMA)
Visit = Callable[[Page], Browser]


def say(chat: Chat, conversation: str, text: str) -> Reply:
    return chat.send(conversation, Message("user", text), SETUP)


def test_a_question_and_its_answer_come_without_any_run(
    chat: Chat, conversation: str, page: Page, visit: Visit
) -> None:
    browser = visit(page)
    browser.until(lambda: "main" in browser.slots)
    assert browser.path() == []

    reply = say(chat, conversation, "Hello upstream: tokens=40 rate=200")
    browser.until(lambda: browser.state() == "live")
    assert [role for role, _, _ in browser.path()] == ["user", "assistant"]
    assert browser.slots["main"]["busy"] is True
    browser.until(lambda: browser.state() == "done" and not browser.slots["main"].get("busy"))
    assert browser.text() == reply.text
    added = [one[1] for one in browser.told if isinstance(one, list)]
    assert "".join(added) == reply.text


def test_a_cut_socket_goes_on_where_it_was(chat: Chat, conversation: str, page: Page, visit: Visit) -> None:
    browser = visit(page)
    reply = say(chat, conversation, "Hello upstream: tokens=100 rate=200")
    browser.until(lambda: len(browser.text()) > 50)
    browser.cut()
    while len(reply.text) < 200:
        reply.arrived.wait(0.01)
    before, browser.told = browser.text(), []
    browser.open()
    browser.until(lambda: browser.state() == "done")
    assert browser.text() == reply.text
    turns = [one for one in browser.told if not isinstance(one, list) and one["kind"] == "turn"]
    assert [one["goes_on"] for one in turns] == [True]
    again = turns[0]["view"]["text"] + "".join(one[1] for one in browser.told if isinstance(one, list))
    assert again == reply.text[len(before) :]
