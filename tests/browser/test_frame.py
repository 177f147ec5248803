"""What is around every page: its title, its one heading of the first level, the theme, and the ways by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import axe, found_in_each_theme  # noqa: F401
from tests.browser.test_screen import fits

pytestmark = pytest.mark.browser

PAGES = (
    "Chat",
    "Compare",
    "Standings",
    "Models",
    "Presets",
    "History",
    "Usage",
    "Connections",
    "Batch",
    "Data",
    "Present",
)


def address(name: str) -> str:
    return "/" if name == "Chat" else f"/{name.lower()}"


def test_each_page_has_its_title_and_one_heading_of_the_first_level(app: App, visit: Visit) -> None:
    page = visit(app)
    for name in (
        "Compare",
        "Standings",
        "Models",
        "Presets",
        "History",
        "Usage",
        "Connections",
        "Batch",
        "Data",
        "Chat",
    ):
        page.go(name)
        expect(page.page).to_have_title(f"{name} · LLM playground")
        expect(page.page.locator("h1")).to_have_count(1)


def test_a_conversation_gives_the_chat_page_its_title(page: ChatPage) -> None:
    page.ask("Why is the sea salty? upstream: tokens=5")
    page.idle()
    expect(page.page).to_have_title(re.compile(r"^Why is the sea salty.* · Chat · LLM playground$"))
    expect(page.page.locator("h1")).to_have_count(1)
    expect(page.page.locator("h1")).to_contain_text("Why is the sea salty?")
    page.go("History")
    expect(page.page).to_have_title("History · LLM playground")


def tab_from_the_top(page: ChatPage) -> None:
    """Press Tab as if nothing had the focus yet; the message box takes it when a page is opened."""
    page.page.evaluate("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
    page.page.keyboard.press("Tab")


def test_tab_leads_from_the_top_of_the_page_to_the_message_box(page: ChatPage) -> None:
    tab_from_the_top(page)
    expect(page.page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(page.composer).to_be_focused()

    page.go("History")
    expect(page.page.locator("h1")).to_have_text("History")
    tab_from_the_top(page)
    expect(page.page.get_by_role("link", name="Skip to main content")).to_be_focused()


def background(page: ChatPage) -> str:
    return str(page.page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor"))


def test_a_theme_that_was_chosen_on_one_page_is_that_of_all(app: App, visit: Visit) -> None:
    page = visit(app, "/models", color_scheme="light", fresh=True)
    light = background(page)
    page.button("Theme and more").click()
    page.page.get_by_role("menuitemradio", name="Dark").click()
    dark = page.until(lambda: background(page), lambda colour: colour != light)
    page.open("/history")
    page.until(lambda: background(page), lambda colour: colour == dark)
    page.button("Theme and more").click()
    page.page.get_by_role("menuitemradio", name="System").click()
    page.until(lambda: background(page), lambda colour: colour == light)


def test_a_phone_has_the_pages_behind_one_named_button(app: App, visit: Visit) -> None:
    page = visit(app, "/models", width=390)
    page.button("Menu").click()
    page.go("History")
    expect(page.page.locator("h1")).to_have_text("History")


@pytest.mark.parametrize("width", [1400, 390])
def test_axe_finds_nothing_on_any_page(
    app: App,
    visit: Visit,
    axe: str,  # noqa: F811
    width: int,
) -> None:
    page = visit(app, model=LLAMA, width=width)
    objections = {}
    for name in PAGES:
        page.open(address(name))
        page.settled()
        expect(page.page).to_have_title(f"{name} · LLM playground")
        expect(page.page.locator("h1")).to_have_count(1)
        if objected := found_in_each_theme(page, axe):
            objections[name] = objected
        fits(page)
    assert objections == {}
