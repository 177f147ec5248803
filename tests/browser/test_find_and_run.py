"""From "which model can do this?" to the same call outside of the app: found, read about, asked, copied, run."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from playground.snippets import Snippet
from tests.browser.app import App
from tests.browser.conftest import Visit
from tests.snippets.requests import environment
from tests.snippets.running import run
from tests.upstream import ACCOUNT, TOKEN, Upstream

pytestmark = pytest.mark.browser

SAID = 'It\'s "$5" \\ `x` </script> 😀\nand a second line'


def test_a_model_is_found_by_what_it_can_do_and_asked_the_same_from_a_program(
    app: App, visit: Visit, upstream: Upstream, tmp_path: Path
) -> None:
    page = visit(app, "/models", permissions=["clipboard-read", "clipboard-write"])
    tab = page.page

    for ability in ("tools", "vision"):
        tab.locator(".st-key-models_able").get_by_role("button", name=ability).click()
        tab.wait_for_url(re.compile(f"{ability}=yes"))
        page.settled()
    models = tab.get_by_role("combobox", name="Chosen models")
    models.fill("llama-4-scout")
    tab.get_by_role("option", name="llama-4-scout").wait_for()
    models.press("Enter")
    models.press("Escape")
    tab.locator(".st-key-models_choice").get_by_role("link", name="Open its card").click()

    expect(tab.get_by_role("heading", name="llama-4-scout-17b-16e-instruct")).to_be_visible()
    expect(tab.get_by_role("row", name="Function calling")).to_contain_text("yes")
    expect(tab.get_by_role("row", name="temperature")).to_contain_text("0 to 5")
    tab.get_by_role("link", name="Chat with it").click()

    expect(page.composer).to_be_enabled()
    expect(tab.locator(".st-key-model").get_by_role("combobox")).to_have_value(re.compile("llama-4-scout"))
    parameters = tab.locator(".st-key-parameters")
    tab.get_by_role("slider", name=re.compile("^temperature")).press("ArrowRight")
    expect(parameters.get_by_text("1 set", exact=True)).to_be_visible()
    page.settled()
    limit = tab.get_by_role("spinbutton", name=re.compile("^max_tokens"))
    limit.fill("64")
    limit.press("Enter")
    expect(parameters.get_by_text("2 set", exact=True)).to_be_visible()
    page.settled()
    page.ask(SAID)
    page.idle()
    asked = upstream.requests[-1]

    tab.locator(".st-key-code").get_by_role("button").click()
    dialog = tab.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("httpx")
    tab.get_by_role("option", name="Python · httpx").click()
    expect(dialog.get_by_test_id("stCode")).to_contain_text("import httpx")
    page.settled()
    dialog.get_by_role("button", name="Copy the code").click()
    expect(dialog.get_by_role("button", name="Copy the code")).to_have_text("Copied")
    code: str = tab.evaluate("navigator.clipboard.readText()")
    assert TOKEN not in code
    assert ACCOUNT not in code
    run(tmp_path, environment(), Snippet(code, "copied.py", ""))

    again = upstream.requests[-1]
    assert again is not asked
    assert (again.method, again.path, again.body) == (asked.method, asked.path, asked.body)
    assert again.headers["authorization"] == asked.headers["authorization"]
    assert again.headers["user-agent"].startswith("python-httpx/")
    assert asked.json["messages"] == [{"role": "user", "content": SAID}]
    assert (asked.json["temperature"], asked.json["max_tokens"]) == (0.2, 64)
    assert asked.json.keys() == {"messages", "temperature", "max_tokens", "stream"}
