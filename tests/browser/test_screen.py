"""The screen: for the keyboard, for screen readers, for a phone, in both themes, and for a link straight to it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.app import ROOT, App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

PHONE = 390


def without_a_name(page: ChatPage) -> list[str]:
    """What can be pressed or filled in on screen, and has no name to read aloud."""
    controls = page.page.locator("button, a, input, textarea, select, [role=button]").locator("visible=true")
    return [
        control.evaluate("element => element.outerHTML")[:200]
        for control in controls.all()
        if not re.search(r"""^- '?\w+ "|^- \w+:|/placeholder:|paragraph:""", control.aria_snapshot() or '- hidden "')
    ]


def fits(page: ChatPage) -> None:
    """Wait until the page is no wider than the screen: Streamlit lays charts out some frames after a resize."""
    page.page.wait_for_function(
        "() => ['html', '[data-testid=stMain]', '[data-testid=stBottom]'].every(name => {"
        " const box = document.querySelector(name); return !box || box.scrollWidth <= box.clientWidth })"
    )


def test_everything_has_a_name(page: ChatPage) -> None:
    page.ask("Hello upstream: tokens=5")
    page.idle()
    page.button("Regenerate").click()
    expect(page.answer).to_contain_text("2 / 2")
    page.idle()

    assert without_a_name(page) == []
    page.go("History")
    expect(page.page.get_by_role("heading", name="History")).to_be_visible()
    page.settled()
    assert without_a_name(page) == []


def test_what_draws_code_and_formulas_is_loaded_when_the_page_is_at_rest(page: ChatPage) -> None:
    late = "performance.getEntriesByType('resource').some(entry => entry.name.endsWith('/extras.js'))"

    page.page.wait_for_function(late)


def test_the_keyboard_is_enough(page: ChatPage, upstream: Upstream) -> None:
    page.composer.blur()
    for _ in range(80):
        page.page.keyboard.press("Tab")
        if page.composer.evaluate("element => element === document.activeElement"):
            break
    expect(page.composer).to_be_focused()

    page.page.keyboard.type("A story upstream: rate=20 tokens=600")
    page.page.keyboard.press("Enter")
    page.until(lambda: page.answer_text)
    page.page.keyboard.press("Escape")

    assert upstream.requests[-1].left_early.wait(2)
    page.idle()
    expect(page.answer).to_contain_text("stopped")


def test_a_phone_shows_all_without_scrolling_sideways(app: App, visit: Visit) -> None:
    page = visit(app, model=LLAMA, width=PHONE, height=844)
    page.ask(f"{'unbroken' * 30} upstream: rate=20 tokens=600")
    page.until(lambda: page.answer_text)

    expect(page.stop_button).to_be_in_viewport()
    expect(page.composer).to_be_in_viewport()
    fits(page)
    page.stop()
    fits(page)
    page.button("Regenerate").click()
    page.until(lambda: page.answer_text)
    page.stop()
    expect(page.answer).to_contain_text("2 / 2")
    fits(page)
    page.page.goto(f"{app.url}/history")
    expect(page.page.get_by_role("heading", name="History")).to_be_visible()
    page.settled()
    fits(page)


@pytest.mark.model
def test_the_main_screens_as_pictures(local_app: App, visit: Visit, tmp_path: Path) -> None:
    """With PLAYGROUND_WRITE_SCREENSHOTS=1 they go to docs/images, where the README has them from."""
    folder = ROOT / "docs" / "images" if os.environ.get("PLAYGROUND_WRITE_SCREENSHOTS") == "1" else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    light = visit(local_app, color_scheme="light")
    light.system_prompt("You are a marine biologist. Answer in plain words.")
    seed = light.page.get_by_role("spinbutton", name=re.compile("^seed"))
    seed.fill("7")
    seed.press("Enter")
    expect(light.page.locator(".st-key-parameters").get_by_text("1 set", exact=True)).to_be_visible()
    light.ask("Why is the sea salty?")
    light.idle(timeout_s=60)

    screens = {
        "chat-light": light,
        "chat-dark": visit(local_app, light.conversation, color_scheme="dark"),
        "chat-phone": visit(local_app, light.conversation, color_scheme="light", width=PHONE, height=844),
    }
    sizes = []
    for name, page in screens.items():
        page.idle()
        page.page.screenshot(path=folder / f"{name}.png", animations="disabled")
        sizes.append((folder / f"{name}.png").stat().st_size)

    assert min(sizes) > 10_000
    background = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    assert light.page.evaluate(background) != screens["chat-dark"].page.evaluate(background)
