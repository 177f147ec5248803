"""What can be done with a conversation: branches, deleting and bringing back, raw text, history, addresses."""

import re
from threading import Event

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

ECHO = "upstream: echo=1"
"""The stand-in says back what it was told."""


def test_an_edit_forks_and_both_branches_can_be_reached(page: ChatPage, upstream: Upstream) -> None:
    page.ask(f"apples {ECHO}")
    page.idle()
    page.ask(f"more {ECHO}")
    page.idle()

    page.choose(page.questions.first, "Edit")
    page.page.get_by_role("textbox", name="Edit message").fill(f"pears {ECHO}")
    page.questions.first.get_by_role("button", name="Send").click()
    expect(page.answer).to_contain_text("pears")
    page.idle()

    expect(page.turns).to_have_count(2)
    expect(page.questions.first).to_contain_text("2 / 2")
    assert [message["content"] for message in upstream.requests[-1].json["messages"]] == [f"pears {ECHO}"]
    expect(page.composer).to_be_focused()
    page.version(page.questions.first, "Earlier").press("Enter")
    expect(page.turns).to_have_count(4)
    expect(page.version(page.questions.first, "Later")).to_be_focused()
    expect(page.questions.first).to_contain_text("apples")
    expect(page.questions.first).to_contain_text("1 / 2")
    page.reload()
    expect(page.turns).to_have_count(4)
    page.version(page.questions.first, "Later").click()
    expect(page.turns).to_have_count(2)
    expect(page.answer).to_contain_text("pears")
    assert len(upstream.requests) == 3


def test_an_edit_can_be_given_up(page: ChatPage, upstream: Upstream) -> None:
    page.ask(f"apples {ECHO}")
    page.idle()

    page.choose(page.questions.first, "Edit")
    page.page.get_by_role("textbox", name="Edit message").fill("nothing")
    page.button("Cancel").click()

    expect(page.questions.first).to_contain_text("apples")
    expect(page.answer).to_contain_text("apples")
    assert len(upstream.requests) == 1
    page.button("Go on editing").click()
    expect(page.page.get_by_role("textbox", name="Edit message")).to_have_value("nothing")


def test_an_edit_without_a_change_is_not_paid_for_again(page: ChatPage, upstream: Upstream) -> None:
    page.ask(f"apples {ECHO}")
    page.idle()

    page.choose(page.questions.first, "Edit")
    page.questions.first.get_by_role("button", name="Send").click()
    expect(page.questions.first.get_by_text("Nothing has changed.")).to_be_visible()
    assert len(upstream.requests) == 1
    page.questions.first.get_by_role("button", name="Regenerate").click()
    expect(page.answer).to_contain_text("2 / 2")
    page.idle()

    expect(page.questions.first).not_to_contain_text("2 / 2")


def test_regenerating_keeps_the_answer_before(page: ChatPage, upstream: Upstream) -> None:
    page.ask("A story upstream: tokens=12")
    page.idle()
    first = page.answer_text
    page.system_prompt("Be different.")

    page.button("Regenerate").click()
    expect(page.answer).to_contain_text("2 / 2")

    page.idle()
    second = page.answer_text
    assert second != first
    page.version(page.answer, "Earlier").click()
    expect(page.answer).to_contain_text("1 / 2")
    assert page.answer_text == first
    page.version(page.answer, "Later").click()
    expect(page.answer).to_contain_text("2 / 2")
    assert page.answer_text == second
    expect(page.turns).to_have_count(2)


def test_the_next_question_follows_the_branch_on_screen(page: ChatPage, upstream: Upstream) -> None:
    page.ask("one upstream: tokens=5")
    page.idle()
    first = page.answer_text
    page.button("Regenerate").click()
    expect(page.answer).to_contain_text("2 / 2")
    page.idle()
    page.version(page.answer, "Earlier").click()
    expect(page.answer).to_contain_text("1 / 2")

    page.ask(f"two {ECHO}")
    page.idle()

    sent = upstream.requests[-1].json["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    assert sent[1]["content"] == first


def test_what_is_deleted_comes_back(page: ChatPage, upstream: Upstream) -> None:
    page.ask(f"apples {ECHO}")
    page.idle()
    page.ask(f"pears {ECHO}")
    page.idle()

    page.choose(page.questions.last, "Delete")
    expect(page.turns).to_have_count(2)
    expect(page.button("Undo")).to_be_focused()
    page.button("Undo").press("Enter")
    expect(page.turns).to_have_count(4)
    expect(page.questions.last.get_by_role("button", name="More")).to_be_focused()
    expect(page.button("Undo")).to_have_count(0)
    page.choose(page.questions.last, "Delete")
    expect(page.turns).to_have_count(2)
    page.ask(f"plums {ECHO}")
    page.idle()

    assert "pears" not in upstream.requests[-1].body.decode()


def test_raw_text_shows_what_the_model_wrote(page: ChatPage) -> None:
    page.ask(r"**bold** and \(x^2\) and # upstream: echo=1")
    page.idle()

    page.choose(page.answer, "Show raw text")

    expect(page.raw(page.answer)).to_contain_text(r"**bold** and \(x^2\) and # upstream: echo=1")
    page.choose(page.answer, "Show as drawn")
    expect(page.raw(page.answer)).to_have_count(0)


def test_a_message_written_while_an_answer_comes_follows_it(page: ChatPage, upstream: Upstream) -> None:
    page.ask("One upstream: tokens=40 rate=20")
    expect(page.answer).to_have_attribute("data-state", "live")
    page.write(f"Two {ECHO}")
    page.composer.press("Enter")
    expect(page.page.get_by_text("Waits until the answer has ended")).to_be_visible()

    expect(page.turns).to_have_count(4, timeout=30_000)
    page.idle()

    states = page.turns.evaluate_all("turns => turns.map(turn => turn.dataset.state)")
    assert states == ["done"] * 4
    assert [message["role"] for message in upstream.requests[-1].json["messages"]] == ["user", "assistant", "user"]


def test_another_version_is_looked_at_while_an_answer_comes(page: ChatPage) -> None:
    page.ask("One upstream: tokens=5")
    page.idle()
    first = page.answer_text
    page.button("Regenerate").click()
    page.idle()
    page.ask("Two upstream: tokens=60 rate=15")
    expect(page.answer).to_have_attribute("data-state", "live")

    page.version(page.turns.nth(1), "Earlier").click()
    expect(page.turns).to_have_count(2)
    assert page.answer_text == first
    page.version(page.answer, "Later").click()
    expect(page.turns).to_have_count(4)

    page.idle()
    expect(page.answer).to_have_attribute("data-state", "done")


def test_a_new_chat_leaves_the_old_one_in_the_history(page: ChatPage) -> None:
    page.ask(f"Where do larks nest? {ECHO}")
    page.idle()
    address = page.conversation

    page.button("New chat").click()

    expect(page.turns).to_have_count(0)
    page.go("History")
    page.page.get_by_role("link", name="Where do larks nest?").first.click()
    expect(page.answer).to_contain_text("Where do larks nest?")
    assert page.conversation.split("&")[0] == address.split("&")[0]


def test_a_conversation_is_renamed_deleted_and_brought_back(page: ChatPage) -> None:
    page.ask(f"Quince recipes {ECHO}")
    page.idle()
    page.go("History")
    search = page.page.get_by_placeholder("Words in titles")
    search.fill("quince")
    search.press("Enter")
    row = page.page.locator("[class*=st-key-entry-]")
    expect(row).to_have_count(1)

    row.get_by_role("button", name="Rename, tag, note").click()
    title = page.page.get_by_role("textbox", name="Title")
    expect(title).to_be_visible()
    page.settled()
    title.fill("Quince *jelly* & $5")
    title.press("Enter")
    expect(title).not_to_be_visible()
    expect(row.get_by_role("link", name="Quince *jelly* & $5")).to_be_visible()
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    page.button("Undo").click()
    expect(row).to_have_count(1)


@pytest.mark.parametrize("name", [LLAMA, "llama-3.3-70b-instruct-fp8-fast"])
def test_the_address_chooses_the_model(app: App, visit: Visit, name: str) -> None:
    page = visit(app, model=name)

    expect(page.page.get_by_role("combobox", name="Model")).to_have_value(
        re.compile("^llama-3.3-70b-instruct-fp8-fast")
    )


def test_an_unknown_model_is_said_to_be_unknown(app: App, visit: Visit) -> None:
    page = visit(app, model="@cf/nobody/![nothing](http://192.0.2.1/x.png)")

    expect(page.page.get_by_text("No model is called @cf/nobody/![nothing](http://192.0.2.1/x.png).")).to_be_visible()
    picker = page.page.get_by_role("combobox", name="Model")
    expect(picker).to_have_value(re.compile(r"^@cf/nobody/!\[nothing\].* choose a model$"))
    page.button("Use local/smollm2-135m-instruct").click()
    expect(picker).to_have_value(re.compile("^SmolLM2"))


@pytest.mark.parametrize("id_", ["unknown", "' or 1=1 --", "../../etc/passwd", "%00", "x" * 4000])
def test_an_address_of_nothing_is_answered_kindly(app: App, visit: Visit, id_: str) -> None:
    page = visit(app, f"/?c={id_}")

    expect(page.page.get_by_text("There is no conversation at this address.")).to_be_visible()
    expect(page.composer).to_be_enabled()


class Deaf:
    """A page whose frames from Streamlit can be held."""

    def __init__(self, page: ChatPage) -> None:
        self.page = page
        self.held: list[str | bytes] = []
        self.holding = Event()
        page.page.route_web_socket(re.compile("_stcore/stream"), self._between)

    def _between(self, browser: WebSocketRoute) -> None:
        self.browser = browser
        browser.connect_to_server().on_message(
            lambda frame: self.held.append(frame) if self.holding.is_set() else browser.send(frame)
        )

    def until_held(self, words: str) -> str:
        """Wait until a frame with these words, a regular expression, is held; its first group."""

        def found() -> list[str]:
            return [group for frame in self.held for group in re.findall(words, str(frame))]

        return self.page.until(found)[0]

    def hear(self) -> None:
        """Let the browser have what was held; what comes meanwhile does not overtake it."""
        while self.held:
            self.browser.send(self.held.pop(0))
        self.holding.clear()


@pytest.fixture
def deaf(app: App, visit: Visit) -> Deaf:
    """A new chat in which the browser can be kept from hearing Streamlit."""
    page = visit(app, model=LLAMA)
    deaf = Deaf(page)
    page.reload()
    page.settled()
    return deaf


BEGUN = r"c=([\w-]+)&model="


def test_a_message_sent_before_the_browser_has_the_new_address_is_said_where_it_was_written(
    deaf: Deaf, upstream: Upstream
) -> None:
    page = deaf.page
    deaf.holding.set()
    page.page.get_by_role("slider", name=re.compile("^top_p")).press("Home")
    conversation = deaf.until_held(BEGUN)
    page.composer.fill("Hello upstream: tokens=2")
    page.composer.press("Enter")
    expect(page.page.get_by_text("Waiting for a setting")).to_be_visible()
    deaf.hear()

    expect(page.questions.last).to_contain_text("Hello")
    expect(page.meter).to_contain_text("2 out")
    assert f"c={conversation}" in page.conversation
    assert upstream.requests[-1].json["top_p"] == 0.001


def test_settings_changed_before_the_browser_has_the_new_address_are_those_of_that_conversation(deaf: Deaf) -> None:
    page = deaf.page
    deaf.holding.set()
    page.page.get_by_role("slider", name=re.compile("^top_p")).press("Home")
    conversation = deaf.until_held(BEGUN)
    page.page.get_by_role("slider", name=re.compile("^temperature")).press("Home")
    deaf.until_held("(2 set)")

    def composers() -> list[bool]:
        return [conversation in str(frame) for frame in deaf.held if "draft_key" in str(frame)]

    page.until(composers, lambda told: told == [True, True])
    deaf.hear()
    expect(page.page.locator(".st-key-parameters").get_by_text("2 set", exact=True)).to_be_visible()
    assert f"c={conversation}" in page.conversation


def test_a_first_message_has_its_address_before_the_page_runs(page: ChatPage) -> None:
    page.open()
    runs = page.count_runs()
    page.ask("Tell a long story about the keeper of a lighthouse and his dog.")
    conversation = page.conversation
    page.until(lambda: page.answer_text, timeout_s=60)
    page.write("What I write meanwhile")
    assert runs() == 0

    page.page.get_by_role("button", name="New chat").click()
    expect(page.turns).to_have_count(0)
    expect(page.composer).to_have_value("")
    page.open(conversation)
    expect(page.turns).to_have_count(2)
    expect(page.composer).to_have_value("What I write meanwhile")
    page.some()
    assert page.conversation == conversation
