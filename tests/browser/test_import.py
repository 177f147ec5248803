"""What is imported arrives on screen: words and pictures in the composer, a file as well as what is pasted."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.conftest import Visit
from tests.snippets.requests import PIXEL
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

GEMMA = "@cf/google/gemma-4-26b-a4b-it"
IMAGE = {"type": "image_url", "image_url": {"url": PIXEL}}
LOOK = [{"role": "user", "content": [{"type": "text", "text": "What is this? upstream: tokens=2"}, IMAGE, IMAGE]}]


def import_(page: Page, text: str) -> None:
    """Paste it into the dialog and press Import."""
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("textbox", name="Request, messages or export").fill(text)
    page.get_by_role("dialog").get_by_role("button", name="Import", exact=True).click()


def test_a_picture_waits_in_the_composer_until_it_is_sent_or_taken_away(
    app: App, visit: Visit, upstream: Upstream
) -> None:
    page = visit(app, model=GEMMA)
    import_(page.page, json.dumps({"messages": LOOK}))
    waiting = page.page.locator(".st-key-composer").get_by_role("list", name="Pictures")
    expect(waiting.locator("img")).to_have_count(2)
    page.settled()
    waiting.get_by_role("button").first.click()
    expect(waiting.locator("img")).to_have_count(1)
    page.settled()
    box = page.page.locator(".st-key-composer textarea")
    expect(box).to_have_value("What is this? upstream: tokens=2")
    box.press("Enter")
    expect(page.page.locator(".st-key-transcript img")).to_have_count(1)
    page.idle()
    assert upstream.requests[-1].json["messages"][-1]["content"] == LOOK[0]["content"][:2]
    expect(waiting.locator("img")).to_have_count(0)


def test_a_file_with_several_conversations_asks_which_is_meant(app: App, visit: Visit) -> None:
    page = visit(app, model=GEMMA)
    export = [{"name": name, "chat_messages": [{"sender": "human", "text": name}]} for name in ("One", "Two")]
    page.page.get_by_role("button", name="Import", exact=True).click()
    dialog = page.page.get_by_role("dialog")
    file = {"name": "conversations.json", "mimeType": "application/json", "buffer": json.dumps(export).encode()}
    dialog.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.settled()
    dialog.get_by_role("button", name="Import", exact=True).click()
    dialog.get_by_role("combobox", name="Which of the 2 conversations?").click()
    page.page.get_by_role("option", name="2 · Two").click()
    page.settled()
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(page.page.locator(".st-key-composer textarea")).to_have_value("Two")


def test_nothing_to_take_over_leaves_the_chat_on_screen(app: App, visit: Visit) -> None:
    page = visit(app, model=GEMMA)
    page.ask("Hello upstream: tokens=2")
    page.idle()
    import_(page.page, '{"messages": []}')
    expect(page.page.get_by_role("dialog")).to_contain_text("There is no message, prompt or setting in it")
    page.page.keyboard.press("Escape")
    expect(page.page.locator(".st-key-transcript")).to_contain_text("Hello upstream")
