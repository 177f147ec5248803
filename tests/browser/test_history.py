"""History: found again by a word and a model, by the address, in the sidebar; several at once, and back again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import GEMMA, axe, found  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def told(start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit) -> ChatPage:
    """An app in which two models were asked about larks, on the page of its history."""
    page = visit(start_app(**cloudflare), model=LLAMA)
    page.ask("Where do larks nest? upstream: tokens=5")
    page.idle()
    page.open(model=GEMMA)
    page.ask("How do larks sing? upstream: tokens=5")
    page.idle()
    page.go("History")
    expect(entries(page)).to_have_count(2)
    page.settled()
    return page


def entries(page: ChatPage) -> Locator:
    return page.page.locator("[class*=st-key-entry-]")


def test_a_run_is_found_again_by_a_word_and_a_model(told: ChatPage, axe: str) -> None:  # noqa: F811
    page = told
    search = page.page.get_by_placeholder("Words in titles")
    search.fill("LARKS")
    search.press("Enter")
    expect(page.page).to_have_url(re.compile(r"\?q=LARKS$"))
    expect(entries(page).locator("strong", has_text="larks")).to_have_count(2)
    page.settled()
    assert not found(page, axe)

    page.button("Filters").click()
    model = page.page.get_by_role("combobox", name="Model")
    expect(model).to_be_visible()
    page.settled()
    model.click()
    page.page.get_by_role("option").filter(has_text=re.compile("gemma", re.IGNORECASE)).click()
    expect(entries(page)).to_have_count(1)
    expect(entries(page)).to_contain_text("How do larks sing?")
    page.settled()
    page.reload()
    expect(entries(page)).to_have_count(1)
    expect(page.page.get_by_placeholder("Words in titles")).to_have_value("LARKS")

    entries(page).get_by_role("link").click()
    expect(page.questions.last).to_contain_text("How do larks sing?")
    page.settled()
    page.page.locator(".st-key-recent_chats summary").click()
    other = page.page.get_by_role("link", name="Where do larks nest?")
    expect(other).to_be_visible()
    expect(other).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(page.page.locator(".st-key-recent_chat_open a")).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_several_are_deleted_at_once_and_come_back(told: ChatPage) -> None:
    page = told
    for number in range(2):
        entries(page).nth(number).get_by_role("checkbox").click()
        expect(page.page.get_by_text(f"{number + 1} selected")).to_be_visible()
        page.settled()
    page.page.locator(".st-key-delete_selected button").click()
    expect(entries(page)).to_have_count(0)
    page.settled()
    page.button("Undo").click()
    expect(entries(page)).to_have_count(2)


def test_a_hit_leads_to_its_message_on_another_branch_and_in_another_tab(page: ChatPage) -> None:
    page.ask("Where do medlars grow? upstream: tokens=900")
    page.idle()
    page.ask("More upstream: tokens=900")
    page.idle()
    page.choose(page.questions.first, "Edit")
    page.page.get_by_role("textbox", name="Edit message").fill("pears upstream: tokens=5")
    page.questions.first.get_by_role("button", name="Send").click()
    page.idle()
    expect(page.turns).to_have_count(2)
    page.go("History")
    search = page.page.get_by_placeholder("Words in titles")
    search.fill("medlars")
    search.press("Enter")
    expect(entries(page).locator("strong", has_text="medlars")).to_have_count(1)
    page.settled()

    with page.page.context.expect_page() as opened:
        entries(page).get_by_role("link").click(modifiers=["Control"])
    tab = opened.value
    question = tab.locator("[data-role=user]", has_text="medlars")
    expect(question).to_have_class(re.compile("pg-found"))
    expect(question).to_be_in_viewport()
    expect(tab.locator("[data-turn]")).to_have_count(4)
    expect(tab).not_to_have_url(re.compile("turn="))
    expect(question).to_be_in_viewport()
    expect(question).to_have_class(re.compile("pg-found"))
    tab.keyboard.press("Shift")
    expect(question).not_to_have_class(re.compile("pg-found"))
    tab.close()

    entries(page).get_by_role("link").click()
    expect(page.questions.first).to_have_class(re.compile("pg-found"))
    expect(page.questions.first).to_be_in_viewport()


def test_a_hit_in_a_comparison_is_led_to_in_its_pane(app: App, visit: Visit) -> None:
    page = visit(app, f"/compare?models={LLAMA},{GEMMA}")
    panes = ComparePage(page)
    panes.ask("Where do loquats grow? upstream: tokens=600")
    panes.ended()
    panes.ask("More upstream: tokens=600")
    panes.ended()
    page.go("History")
    search = page.page.get_by_placeholder("Words in titles")
    search.fill("loquats")
    search.press("Enter")
    expect(entries(page).locator("strong", has_text="loquats")).to_have_count(1)
    page.settled()

    entries(page).get_by_role("link").click()

    found = page.page.locator(".pg-found")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Where do loquats grow?")
    expect(found).to_be_in_viewport()


def test_back_from_a_chat_leads_to_the_search(told: ChatPage) -> None:
    page = told
    search = page.page.get_by_placeholder("Words in titles")
    search.fill("sing")
    search.press("Enter")
    expect(entries(page)).to_have_count(1)
    page.settled()
    entries(page).get_by_role("link").click()
    expect(page.questions.last).to_contain_text("How do larks sing?")
    page.settled()
    page.page.go_back()
    expect(page.page).to_have_url(re.compile(r"/history\?q=sing$"))
    expect(search).to_have_value("sing")
    expect(entries(page)).to_have_count(1)
