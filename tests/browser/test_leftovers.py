"""What stood on screen before an answer began does not stay beside it while it comes: neither words nor buttons."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.browser.test_compare import GEMMA, compare
from tests.upstream import Upstream
from tests.upstream.answer import Answer

pytestmark = pytest.mark.browser

SLOWLY = "upstream: rate=12 tokens=2000"
SLOW = Answer.stream([{"response": f"new{number} "} for number in range(2000)], rate=12)
LONG = Answer.stream([{"response": f"Paragraph {number} of the old answer. " * 12 + "\n\n"} for number in range(20)])
"""As long as several of the pieces in which an answer is drawn."""


def is_alone(tab: ChatPage, text: Callable[[], str]) -> None:
    """An answer comes, and nothing else is on screen that this run of the page has not drawn, as Streamlit marks it."""
    before = text()
    tab.until(text, lambda now: now != before)
    stale = tab.page.locator("[data-testid=stElementContainer][data-stale=true]:visible")
    tab.until(stale.all_inner_texts, lambda left: not any(words.strip() for words in left), timeout_s=6)
    expect(tab.stop_button).to_be_enabled()


def comes_alone(tab: ChatPage, text: Callable[[], str]) -> None:
    """The same, and the answer is stopped: an app has no more than a few requests on their way."""
    is_alone(tab, text)
    tab.page.keyboard.press("Escape")
    expect(tab.stop_button).to_be_disabled()


def short(page: ChatPage, upstream: Upstream) -> None:
    page.ask("Before upstream: tokens=12")
    page.idle()


def stopped(page: ChatPage, upstream: Upstream) -> None:
    page.ask(f"Before {SLOWLY}")
    page.until(lambda: page.answer_text)
    page.stop()


def cut(page: ChatPage, upstream: Upstream) -> None:
    page.ask("Before upstream: tokens=300")
    expect(page.button("Continue")).to_be_visible()
    page.idle()


def failed(page: ChatPage, upstream: Upstream) -> None:
    page.ask("Before upstream: fail=5007")
    expect(page.button("Retry")).to_be_visible()
    page.idle()


def thinking(page: ChatPage, upstream: Upstream) -> None:
    page.ask("Before upstream: think=300 tokens=10")
    page.idle()


def long(page: ChatPage, upstream: Upstream) -> None:
    upstream.script(LONG)
    page.ask("Before")
    page.idle()


def calling_a_tool(page: ChatPage, upstream: Upstream) -> None:
    page.settled()
    page.page.locator(".st-key-request_options summary").click()
    page.page.locator(".st-key-tools-example").get_by_role("button").click()
    expect(page.textbox("Tools")).to_have_value(re.compile('"name": "get_weather"'))
    page.settled()
    page.ask("Before upstream: tool=get_weather")
    expect(page.button("Send results")).to_be_visible()
    page.idle()


Before = Callable[[ChatPage, Upstream], None]


@pytest.mark.parametrize("before", [short, stopped, cut, failed, thinking, long, calling_a_tool])
def test_after_an_answer_that_was(page: ChatPage, upstream: Upstream, before: Before) -> None:
    before(page, upstream)
    page.ask(f"After {SLOWLY}")
    comes_alone(page, lambda: page.answer_text)


@pytest.mark.parametrize("before", [cut, failed, thinking, long])
def test_in_place_of_an_answer_that_was(page: ChatPage, upstream: Upstream, before: Before) -> None:
    before(page, upstream)
    upstream.script(SLOW)
    page.page.get_by_role("button", name=re.compile("Regenerate|Retry")).last.click()
    comes_alone(page, lambda: page.answer_text)
    assert "old" not in page.answer_text


def test_after_an_edit(page: ChatPage, upstream: Upstream) -> None:
    long(page, upstream)
    short(page, upstream)
    page.page.set_viewport_size({"width": 1280, "height": 5000})  # the page would follow its end as the menu opens
    page.choose(page.questions.first, "Edit")
    page.page.get_by_role("textbox", name="Edit message").fill(f"After {SLOWLY}")
    page.questions.first.get_by_role("button", name="Send").click()
    comes_alone(page, lambda: page.answer_text)


def test_when_the_oldest_turns_leave_the_screen(page: ChatPage, upstream: Upstream) -> None:
    for _ in range(5):
        long(page, upstream)
        short(page, upstream)
    page.ask(f"After {SLOWLY}")
    comes_alone(page, lambda: page.answer_text)


def test_when_the_model_is_changed_in_mid_answer(page: ChatPage, upstream: Upstream) -> None:
    page.ask(f"Before {SLOWLY}")
    page.until(lambda: page.answer_text)
    page.page.locator(".st-key-request_options summary").click()
    for name in ("llama-guard-3-8b", "gpt-oss-20b", "gemma-7b-it-lora", "llama-3.2-11b-vision-instruct"):
        picker = page.page.locator(".st-key-model").get_by_role("combobox")
        picker.fill(name)
        page.pick(picker, name)
        expect(page.page.get_by_test_id("stSidebar")).to_contain_text(name)
        is_alone(page, lambda: page.answer_text)
    page.stop()


def opened(page: ComparePage) -> None:
    for fold in ("charts", "differences", "parameters-0"):
        page.tab.page.locator(f".st-key-{fold} summary").click()
        page.tab.settled()


def voted(page: ComparePage) -> None:
    page.tab.page.locator(".st-key-vote-0 button").click()
    page.tab.settled()


def blind(page: ComparePage) -> None:
    page.tab.page.locator(".st-key-blind label").click()
    page.tab.settled()


def repeated(page: ComparePage) -> None:
    page.tab.pick(page.tab.page.locator(".st-key-repetitions").get_by_role("combobox"), "ask 2 times")
    page.tab.settled()


@pytest.mark.parametrize("then", [opened, voted, blind, repeated])
def test_in_panes_where_answers_were(app: App, visit: Visit, upstream: Upstream, then: Callable[..., None]) -> None:
    page = compare(app, visit, LLAMA, GEMMA)
    page.ask("Before upstream: think=100 tokens=12")
    page.ended()
    then(page)

    page.ask(f"After {SLOWLY}")
    comes_alone(page.tab, lambda: page.text(0))


def menu(page: ComparePage, number: int, action: str) -> None:
    page.choose(number, action)
    is_alone(page.tab, lambda: page.tab.page.locator(".st-key-transcript").inner_text())


def test_when_panes_are_moved_removed_or_looked_at_alone_in_mid_answer(app: App, visit: Visit) -> None:
    page = compare(app, visit, LLAMA, GEMMA, LLAMA)
    page.ask(f"Before {SLOWLY}")
    menu(page, 0, "Move right")
    menu(page, 2, "Remove")
    expect(page.pane(2)).to_have_count(0)
    menu(page, 0, "Show only this pane")
    expect(page.tab.page.locator("[class*=st-key-pane-]")).to_have_count(1)
    page.tab.button("All panes").click()
    expect(page.pane(1)).to_be_visible()
    is_alone(page.tab, lambda: page.text(0))
    page.tab.page.locator(".st-key-parameters-0 summary").click()
    own = page.tab.page.locator(".st-key-composer-0")
    for shown in (1, 0):
        page.tab.page.locator(".st-key-prompt-0-link").get_by_role("button").first.click()
        expect(own).to_have_count(shown)
    is_alone(page.tab, lambda: page.text(0))
    page.tab.page.keyboard.press("Escape")


def test_where_a_pane_ends_before_the_others(app: App, visit: Visit, upstream: Upstream) -> None:
    page = compare(app, visit, LLAMA, GEMMA)
    page.ask("Before upstream: tokens=12")
    page.ended()
    upstream.script(SLOW, GEMMA)
    page.again(1).click()
    page.tab.until(lambda: page.text(1), lambda text: "new3" in text)

    page.again(0).click()
    expect(page.pane(0)).to_contain_text("2 / 2")
    expect(page.stop(0)).to_be_disabled()
    comes_alone(page.tab, lambda: page.text(1))


def test_in_place_of_an_answer_in_a_pane(app: App, visit: Visit, upstream: Upstream) -> None:
    page = compare(app, visit, LLAMA, GEMMA)
    upstream.script(LONG, LLAMA)
    page.ask("Before")
    page.ended()

    upstream.script(SLOW)
    page.again(0).click()
    comes_alone(page.tab, lambda: page.text(0))
    assert "old" not in page.text(0)


def test_in_tabs(app: App, visit: Visit, upstream: Upstream) -> None:
    page = compare(app, visit, LLAMA, GEMMA, width=390, height=844)
    expect(page.tab.page.get_by_role("tab")).to_have_count(3)
    page.ask("Before upstream: tokens=12")
    page.ended()

    page.ask(f"After {SLOWLY}")
    comes_alone(page.tab, lambda: page.text(0))
