"""Sharing: a snapshot in a browser that has never been here, and the same page as a file, with the network off."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import AXE
from tests.upstream import TOKEN

pytestmark = pytest.mark.browser

ADDRESS = "anna@mail.example.org"
QUESTION = f"Is {TOKEN} mine, or {ADDRESS}? upstream: tokens=40 markdown=yes"


def share(page: ChatPage) -> Locator:
    """Open the dialog."""
    page.page.locator(".st-key-share_chat button").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog.locator(".st-key-share_make button")).to_be_enabled()
    page.settled()
    return dialog


def objections(page: Page) -> list[str]:
    """What axe objects to, where it is there."""
    if not AXE.is_file():
        return []
    page.evaluate(AXE.read_text("utf-8"))
    return [str(found["id"]) for found in page.evaluate("async () => (await axe.run()).violations")]


def watched(page: Page) -> list[str]:
    """The addresses that a page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def test_a_snapshot_is_read_by_anybody_until_it_is_revoked(app: App, visit: Visit, browser: Browser) -> None:
    page = visit(app, model=LLAMA)
    page.ask(QUESTION)
    page.idle()
    words = page.answer.locator("[data-part=text] p").first.inner_text()
    dialog = share(page)
    expect(dialog.locator(".st-key-share_findings")).to_contain_text("a key of a connection: Title, Question 1")
    expect(dialog.locator(".st-key-share_findings")).to_contain_text(ADDRESS)
    dialog.locator(".st-key-share_make button").click()
    link = dialog.locator("[class*=st-key-snapshot-open-] a")
    expect(link).to_be_visible()
    address = f"{app.url}/{link.get_attribute('href')}"

    context = browser.new_context(color_scheme="dark", viewport={"width": 390, "height": 800})
    reader = context.new_page()
    asked = watched(reader)
    answer = reader.goto(address)
    assert answer is not None
    assert answer.status == 200
    expect(reader.locator("main")).to_contain_text(words)
    expect(reader.locator("main")).to_contain_text("Is [hidden] mine, or [hidden]?")
    assert asked == [address]
    assert TOKEN not in answer.text()
    assert ADDRESS not in answer.text()
    assert context.cookies() == []
    assert reader.evaluate("document.scripts.length") == 0
    assert reader.evaluate("document.documentElement.scrollWidth") <= 390
    assert reader.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 26)"
    assert reader.pdf()[:5] == b"%PDF-"
    reader.get_by_role("link", name="Present").click()
    expect(reader.locator(".pg-stage [data-role=assistant]")).to_contain_text(words)
    expect(reader.locator(".pg-stage-prompt")).to_contain_text("Is [hidden] mine, or [hidden]?")
    reader.goto(address)
    reader.get_by_role("link", name="Open in the playground").click()
    reader.locator(".st-key-snapshot_copy button").click()
    expect(reader.locator("[data-turn][data-role=assistant] [data-part=text]")).to_contain_text(words)
    expect(reader.locator("[data-turn][data-role=user]")).to_contain_text("Is [hidden] mine")

    page.page.keyboard.press("Escape")
    page.go("Data")
    row = page.page.locator(f".st-key-snapshot-{address.rpartition('/')[2]}")
    expect(row).to_contain_text(re.compile(r"[12] visit.*kB"))
    page.settled()
    row.get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    gone = reader.goto(address)
    assert gone is not None
    assert gone.status == 404
    expect(reader.locator("h1")).to_have_text("There is no snapshot at this address.")
    context.close()


def test_a_file_opens_with_the_network_off_and_can_be_checked(
    app: App, visit: Visit, browser: Browser, tmp_path: Path
) -> None:
    page = visit(app, model=LLAMA)
    page.ask("Why is the sea salty? upstream: tokens=40 markdown=yes")
    page.idle()
    words = page.answer.locator("[data-part=text] p").first.inner_text()
    dialog = share(page)
    with page.page.expect_download() as coming:
        dialog.get_by_role("button", name="Save as a file").click()
    assert re.fullmatch(r"why-is-the-sea-salty-upstream-.*-\d{4}-\d\d-\d\d\.html", coming.value.suggested_filename)
    file = tmp_path / "sea.html"
    coming.value.save_as(file)

    context = browser.new_context(offline=True)
    reader = context.new_page()
    asked = watched(reader)
    reader.goto(file.as_uri())
    expect(reader.locator("main")).to_contain_text(words)
    assert asked == [file.as_uri()]
    assert reader.evaluate("getComputedStyle(document.querySelector('.who')).fontWeight") == "600"
    for scheme in ("light", "dark"):
        reader.emulate_media(color_scheme=scheme)
        assert objections(reader) == []
    context.close()

    meter = page.answer.locator("[data-part=meter]").inner_text()
    page.page.keyboard.press("Escape")  # the button that was pressed has lost the focus meanwhile
    expect(dialog).to_have_count(0)
    page.open(f"/?model={LLAMA}")
    page.page.get_by_role("button", name="Import", exact=True).click()
    importing = page.page.get_by_role("dialog")
    importing.locator("input[type=file]").set_input_files(file)
    expect(importing.get_by_role("button", name="Remove sea.html")).to_be_visible()
    page.settled()
    importing.get_by_role("button", name="Import", exact=True).click()
    expect(page.answer.locator("[data-part=text]")).to_contain_text(words)
    expect(page.answer.locator("[data-part=meter]")).to_have_text(meter)
