"""From the chat to the same call outside and back: code that is copied and run, the exchange, a request taken over."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from playground.snippets import Snippet
from tests.browser.chat_page import LLAMA, ChatPage
from tests.snippets.requests import environment
from tests.snippets.running import run
from tests.upstream import ACCOUNT, TOKEN, Upstream

pytestmark = pytest.mark.browser

SAID = 'It\'s "$5" \\ `x` </script> 😀'


def language(page: ChatPage, name: str) -> None:
    """Choose what the code is written in."""
    page.page.locator(".st-key-code-panel-language").get_by_role("combobox").fill(name)
    page.page.get_by_role("option", name=name).click()


def test_code_that_is_downloaded_does_what_the_app_did(page: ChatPage, upstream: Upstream, tmp_path: Path) -> None:
    page.system_prompt("Be brief")
    page.ask(SAID)
    page.idle()
    asked = upstream.requests[-1]

    page.page.locator(".st-key-code").get_by_role("button").click()
    for name in ("Python · httpx", "JavaScript · fetch", "curl"):
        language(page, name)
        page.settled()
        with page.page.expect_download() as started:
            page.page.locator(".st-key-code-panel-download").get_by_role("button").click()
        file = started.value
        text = Path(file.path()).read_text(encoding="utf-8")
        assert TOKEN not in text
        assert ACCOUNT not in text
        run(tmp_path, environment(), Snippet(text, file.suggested_filename, ""))
        assert upstream.requests[-1].path == asked.path
        assert upstream.requests[-1].body == asked.body
    assert len(upstream.requests) == 4


def test_the_request_and_the_response_of_an_answer(page: ChatPage) -> None:
    page.ask("Hello upstream: tokens=3")
    page.idle()
    for again in (False, True):
        if again:
            page.reload()
            page.idle()
        page.choose(page.answer, "Request and response")
        dialog = page.page.get_by_role("dialog")
        expect(dialog).to_contain_text(f"/ai/run/{LLAMA}")
        expect(dialog).to_contain_text("Bearer ***")
        dialog.get_by_role("tab", name="Events").click()
        expect(dialog.get_by_test_id("stDataFrame")).to_be_visible()
        with page.page.expect_download() as started:
            dialog.get_by_role("button", name="Download as HAR").click()
        written = Path(started.value.path()).read_text(encoding="utf-8")
        assert TOKEN not in written
        entry = json.loads(written)["log"]["entries"][0]
        assert entry["response"]["status"] == 200
        assert entry["_events"][-1]["data"] == "[DONE]"
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()
        page.settled()


def test_a_request_is_taken_over(page: ChatPage, upstream: Upstream) -> None:
    page.button("Import").click()
    dialog = page.page.get_by_role("dialog")
    body = json.dumps({"messages": [{"role": "user", "content": SAID}], "temperature": 0.5}).replace("'", "'\\''")
    dialog.get_by_role("textbox").fill(f"curl https://h/ai/run/{LLAMA} -H 'Authorization: Bearer t' -d '{body}'")
    dialog.get_by_role("button", name="Import").click()
    expect(dialog).to_be_hidden()
    expect(page.composer).to_have_value(SAID)
    expect(page.page.get_by_text("credentials are never taken over")).to_be_visible()

    page.settled()
    page.composer.press("Enter")
    expect(page.questions.last).to_contain_text(SAID)
    page.idle()

    assert upstream.requests[-1].json["messages"] == [{"role": "user", "content": SAID}]
    assert upstream.requests[-1].json["temperature"] == 0.5
