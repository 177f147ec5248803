"""A click right after typing does what it says, on a slow browser too: typing is taken in, and nothing moves away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

SLOWER = 4


def press(page: ChatPage, button: Locator) -> None:
    """Press a button as slowly as a person does: the page has time to be drawn before the button is let go."""
    button.scroll_into_view_if_needed()
    button.hover()
    page.page.mouse.down()
    page.page.wait_for_timeout(250)
    page.page.mouse.up()


def batch(page: ChatPage) -> None:
    page.page.get_by_role("textbox", name="Requests").fill("One\nTwo\nThree upstream: tokens=2")
    press(page, page.button("Submit").first)
    expect(page.page.locator("[class*=st-key-batch-]").get_by_text("3 requests").first).to_be_visible()
    expect(page.page.get_by_role("textbox", name="Requests")).to_have_value("One\nTwo\nThree upstream: tokens=2")


def preset(page: ChatPage) -> None:
    page.button("New").first.click()
    page.page.get_by_role("textbox", name="Name").fill("A preset of mine")
    page.textbox("System prompt").fill("Be brief.")
    press(page, page.button("Save").first)
    expect(page.page.locator("h1")).to_have_text("Presets")
    expect(page.page.get_by_test_id("stMain")).to_contain_text("A preset of mine")


def import_dialog(page: ChatPage) -> None:
    page.button("Import").click()
    dialog = page.page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill('{"messages": [{"role": "user", "content": "Imported words"}]}')
    press(page, dialog.get_by_role("button", name="Import").last)
    expect(page.page.locator(".st-key-composer textarea")).to_have_value("Imported words")


def options(page: ChatPage) -> None:
    page.textbox("System prompt").fill("Be brief.")
    press(page, page.page.locator(".st-key-request_options summary"))
    expect(page.page.locator(".st-key-request_options details")).to_have_attribute("open", "")


FORMS = {"/batch": [batch], "/presets": [preset], f"/?model={LLAMA}": [import_dialog, options]}


@pytest.mark.parametrize(("path", "form"), [(path, form) for path, forms in FORMS.items() for form in forms])
def test_a_click_right_after_typing_is_not_lost(
    app: App, visit: Visit, path: str, form: Callable[[ChatPage], None]
) -> None:
    page = visit(app, path)
    page.settled()
    page.slow_down(SLOWER)
    form(page)
