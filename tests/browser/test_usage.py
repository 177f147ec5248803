"""Usage: what was asked today, on which model, and what it cost; as a table, a chart and a file."""

import csv
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def new_app(start_app: Callable[..., App], cloudflare: dict[str, str]) -> App:
    """An app that nobody has asked anything."""
    return start_app(**cloudflare)


def rows_of_file(page: ChatPage) -> list[dict[str, str]]:
    with page.page.expect_download() as coming:
        page.page.get_by_role("button", name="CSV", exact=True).click()
    with open(coming.value.path(), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_spent_today_on_which_model(new_app: App, visit: Visit) -> None:
    page = visit(new_app, model=LLAMA)
    page.go("Usage")
    expect(page.page.get_by_text("Nothing was asked in this time.")).to_be_visible()
    page.page.get_by_role("link", name="Ask something").click()
    expect(page.composer).to_be_enabled()

    page.ask("Tell upstream: tokens=12")
    expect(page.answer).to_have_attribute("data-state", "done")
    page.ask("Fails upstream: fail=7000")
    expect(page.answer).to_have_attribute("data-state", "failed")
    page.idle()
    page.go("Usage")

    summary = page.page.locator(".st-key-usage_summary")
    expect(summary).to_contain_text("1 failed (50.0%)")
    expect(summary).to_contain_text("Tokens out")
    expect(page.page.get_by_test_id("stDataFrame")).to_be_visible()
    (row,) = rows_of_file(page)
    assert (row["Model"], row["requests"], row["failed"], row["tokens out"]) == (
        f"'{LLAMA}",
        "2",
        "1",
        "12",
    )  # no formula of a spreadsheet

    page.page.get_by_role("radio", name="Page", exact=True).click()
    expect(page.page).to_have_url(re.compile("by=page"))
    page.settled()
    assert [row["Page"] for row in rows_of_file(page)] == ["chat"]
    page.reload()
    expect(page.page.get_by_role("radio", name="Page", exact=True)).to_be_checked()


def set_budget(page: ChatPage, a_day: str) -> None:
    """Set the budget of everything for a day, on the usage page."""
    box = page.textbox("A day, USD")
    page.settled()
    page.page.locator(".st-key-budgets summary").click()
    expect(box).to_be_visible()
    page.settled()
    box.fill(a_day)
    page.button("Set budget").click()
    expect(page.page.locator(".st-key-budget_uses")).to_contain_text(f"of ${a_day} today")
    page.settled()


def test_a_message_over_the_budget_is_refused_and_kept_until_the_budget_is_raised(new_app: App, visit: Visit) -> None:
    page = visit(new_app, model=LLAMA)
    page.go("Usage")
    expect(page.page.get_by_text("Nothing was asked in this time.")).to_be_visible()
    set_budget(page, "0.000001")
    page.go("Chat")
    expect(page.page.locator(".st-key-budget_left")).to_have_text("$0.000001 left today")
    page.settled()
    page.write("Tell upstream: tokens=12")
    page.composer.press("Enter")
    problem = page.page.locator(".pg-composer-problem")
    expect(problem).to_contain_text("$0.000001 of the $0.000001 for a day are left in the budget of everything")
    expect(problem).to_contain_text("You can change the budget on the Usage page, under Budgets.")
    expect(page.composer).to_have_value("Tell upstream: tokens=12")
    expect(page.turns).to_have_count(0)

    problem.get_by_role("link", name="Budgets").click()
    expect(page.page).to_have_url(re.compile("/usage"))
    set_budget(page, "0.01")
    page.go("Chat")
    expect(page.page.locator(".st-key-budget_left")).to_have_text("$0.01 left today")
    expect(page.composer).to_have_value("Tell upstream: tokens=12")
    page.composer.press("Enter")
    expect(page.answer).to_have_attribute("data-state", "done")
    expect(page.page.locator(".st-key-budget_left")).to_have_text(re.compile(r"^\$0\.0099\d* left today\s*$"))
