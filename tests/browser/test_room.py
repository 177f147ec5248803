"""An audience votes on its phones, and the result is shown."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import axe, found  # noqa: F401
from tests.browser.test_compare import GEMMA, compare
from tests.browser.test_present import picture, presented

pytestmark = pytest.mark.browser


def test_a_room_votes_and_sees_the_result(app: App, visit: Visit, browser: Browser) -> None:
    page = compare(app, visit, LLAMA, GEMMA)
    tab = page.tab.page
    page.ask("Why is the sea salty? upstream: tokens=20")
    page.ended()
    tab.get_by_text("Ask the room", exact=True).click()
    room = tab.locator(".st-key-room")
    room.get_by_role("button", name="Ask the room").click()
    address = room.locator("a[href*='/vote/']")
    expect(room.get_by_role("img")).to_be_visible()
    with_phone = phones(browser, address.inner_text())
    first, second = with_phone(), with_phone()
    for phone, choice in ((first, "A"), (second, "B")):
        expect(phone.get_by_role("main")).not_to_contain_text("gemma")
        phone.get_by_role("radio", name=choice, exact=True).check()
        phone.get_by_role("button", name="Vote").click()
        expect(phone.get_by_text(f"Your vote: {choice}")).to_be_visible()
    expect(room).to_contain_text("2 votes so far")
    second.get_by_role("link", name="Change it").click()
    second.get_by_role("radio", name="A", exact=True).check()
    second.get_by_role("button", name="Vote").click()
    expect(second.get_by_text("Your vote: A")).to_be_visible()

    room.get_by_role("button", name="Close, and show the result").click()
    expect(room).to_contain_text("2 votes, closed")
    expect(room.get_by_role("row", name=re.compile("^A: llama"))).to_contain_text("100% (34% to 100%)")
    expect(tab.locator(".st-key-vote")).to_contain_text("The room, 2 votes, without seeing names")
    expect(first.get_by_role("heading", name="The result")).to_be_visible()  # it comes by itself
    expect(first.get_by_role("main")).to_contain_text("A: llama")
    for phone in (first, second):
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert phone.evaluate(width) <= 0
        phone.context.close()


def test_the_stage_asks_the_room_and_shows_the_result_by_keys(
    app: App,
    visit: Visit,
    browser: Browser,
    axe: str,  # noqa: F811
) -> None:
    stage = presented(app, visit, height=720)
    stage.press("p")
    room = stage.stage.locator(".pg-stage-room")
    expect(room.get_by_role("heading")).to_have_text("Which answer is better?")
    expect(stage.answers.first).to_be_hidden()
    for width, height in ((1280, 720), (1024, 768), (390, 844)):
        stage.tab.page.set_viewport_size({"width": width, "height": height})
        picture(stage.tab, f"present-room-{width}")
        code = room.get_by_role("img").bounding_box()
        assert code is not None
        assert code["width"] > min(0.4 * width, 0.6 * height)
    assert found(stage.tab, axe) == []
    stage.tab.page.set_viewport_size({"width": 1280, "height": 720})
    phone = phones(browser, room.locator(".pg-stage-address").inner_text())()
    phone.get_by_role("radio", name="B", exact=True).check()
    phone.get_by_role("button", name="Vote").click()
    expect(room).to_contain_text("1 vote so far")
    stage.press("Escape")
    expect(stage.names).to_have_text(["A", "B", "C"])
    expect(stage.answers.first).to_be_visible()
    stage.press("e")
    expect(room).to_contain_text("1 vote, closed")
    expect(room).to_contain_text("B: gemma-4")
    assert room.locator("i").nth(1).evaluate("bar => bar.offsetWidth / bar.parentElement.offsetWidth") > 0.99
    picture(stage.tab, "present-room-result")
    assert found(stage.tab, axe) == []
    phone.context.close()


def phones(browser: Browser, address: str) -> Callable[[], Page]:
    """Phones of their own at an address."""

    def phone() -> Page:
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.goto(address)
        return page

    return phone
