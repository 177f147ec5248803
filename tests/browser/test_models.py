"""Models: found, read about, compared, and opened in chat."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.app import App
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def choice(page: ChatPage) -> Locator:
    """The models that are chosen, and the links for them."""
    return page.page.locator(".st-key-models_choice")


def in_address(page: ChatPage, *parts: str) -> None:
    for part in parts:
        page.page.wait_for_url(re.compile(re.escape(part)))


def test_a_model_found_by_what_it_can_do_is_read_about_and_opened_in_chat(
    app: App, visit: Visit, upstream: Upstream
) -> None:
    page = visit(app, "/models")
    page.page.locator(".st-key-models_able").get_by_role("button", name="batch").click()
    in_address(page, "batch=yes")
    page.page.get_by_role("textbox", name="Search").fill("llama")
    page.page.get_by_role("textbox", name="Search").press("Enter")
    in_address(page, "q=llama")
    expect(page.page.get_by_text(re.compile(r"of \d+ models"))).to_have_text(re.compile("^1 of"))
    page.settled()

    box = page.page.get_by_role("combobox", name="Chosen models")
    box.fill("llama-3.3")
    page.page.get_by_role("option", name="llama-3.3-70b").wait_for()
    box.press("Enter")
    box.press("Escape")
    choice(page).get_by_role("link", name="Open its card").press("Enter")
    in_address(page, "model=%40cf%2Fmeta%2Fllama-3.3-70b")
    expect(page.page.get_by_role("heading", name="llama-3.3-70b-instruct-fp8-fast")).to_be_visible()
    expect(page.page.get_by_role("row", name="temperature")).to_contain_text("0 to 5")
    expect(page.page.locator(".st-key-bill")).to_contain_text("$29.067")

    page.page.get_by_role("link", name="Chat with it").click()
    expect(page.page.locator(".st-key-model").get_by_role("combobox")).to_have_value(re.compile("llama-3.3-70b"))
    page.ask("Hello")
    page.idle()
    assert upstream.requests[-1].path.endswith(f"/ai/run/{LLAMA}")


def test_an_address_is_a_card_and_the_way_back_leads_to_the_list_as_it_was(app: App, visit: Visit) -> None:
    page = visit(app, "/models?q=glm&sort=price")
    page.pick(choice(page).get_by_role("combobox"), "glm-5.3-flash")
    page.page.keyboard.press("Escape")
    choice(page).get_by_role("link", name="Open its card").click()
    in_address(page, "glm-5.3-flash")
    expect(page.page.get_by_role("heading", name="glm-5.3-flash")).to_be_visible()
    page.reload()
    expect(page.page.get_by_role("heading", name="glm-5.3-flash")).to_be_visible()
    page.page.go_back()
    expect(page.page.get_by_role("textbox", name="Search")).to_have_value("glm")
    page.settled()
    page.page.go_forward()
    page.page.get_by_role("link", name="All models").click()
    expect(page.page.get_by_role("textbox", name="Search")).to_have_value("glm")


def test_rows_of_the_table_are_chosen_with_the_keyboard_and_compared(app: App, visit: Visit) -> None:
    page = visit(app, "/models?sort=price&vision=yes")
    grid = page.page.get_by_test_id("data-grid-canvas")
    expect(grid).to_be_visible()
    grid.focus()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Shift+Space")
    expect(choice(page).get_by_role("link", name="Open its card")).to_be_visible()
    page.settled()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Shift+Space")
    choice(page).get_by_role("link", name="Compare facts").click()
    expect(page.page.get_by_role("heading", name="2 models side by side")).to_be_visible()
    expect(page.page.get_by_role("row", name="≠ Context window")).to_be_visible()
    page.page.get_by_role("link", name="Compare answers").click()
    expect(page.page.locator(".st-key-pane-1")).to_be_visible()
    expect(page.page.locator(".st-key-pane-2")).to_have_count(0)
    in_address(page, "/compare?id=")
    page.settled()


def test_a_schema_is_downloaded_as_it_is_shown(app: App, visit: Visit) -> None:
    page = visit(app, "/models?model=llama-3.3-70b-instruct-fp8-fast")
    with page.page.expect_download() as downloading:
        page.page.locator(".st-key-models_schema_download").get_by_role("button").click()
    path = Path(downloading.value.path())
    assert downloading.value.suggested_filename == "llama-3.3-70b-instruct-fp8-fast-synchronous-input-messages.json"
    assert "messages" in json.loads(path.read_bytes())["properties"]


@pytest.mark.parametrize("path", ["/models", "/models?model=kimi-k2.5", "/models?models=glm-5.2,glm-5.3,kimi-k2.6"])
def test_a_phone_is_wide_enough(app: App, visit: Visit, path: str) -> None:
    page = visit(app, path, width=390)
    expect(page.page.get_by_role("heading").first).to_be_visible()
    page.settled()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_phone_shows_a_parameter_in_a_few_lines(app: App, visit: Visit) -> None:
    page = visit(app, "/models?model=llama-4-scout-17b-16e-instruct", width=390)
    box = page.page.get_by_role("row", name="top_p").bounding_box()
    assert box is not None
    assert box["height"] < 200


def test_price_against_context_is_drawn(app: App, visit: Visit) -> None:
    page = visit(app, "/models?tools=yes")
    page.page.get_by_text("Price against context").click()
    chart = page.page.get_by_test_id("stVegaLiteChart")
    expect(chart.locator("canvas, svg").first).to_be_visible()
    expect(page.page.get_by_text("models have no place here")).to_be_visible()
