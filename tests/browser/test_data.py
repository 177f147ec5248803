"""Your data: everything exported from one installation and imported into another, twice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def export_file(page: ChatPage, file: Path) -> None:
    """Export everything on the page of one's data."""
    page.go("Data")
    page.page.locator(".st-key-export button").click()
    link = page.page.locator(".st-key-download a")
    expect(link).to_be_visible()
    page.settled()
    link.evaluate("link => link.removeAttribute('target')")  # the tab that it opens is gone before it can be watched
    with page.page.expect_download() as coming:
        link.click()
    coming.value.save_as(file)


def import_file(page: ChatPage, file: Path) -> None:
    """Choose a file on the page as it has just been opened, and import it."""
    page.page.locator(".st-key-import_popover button").first.click()
    expect(page.page.locator(".st-key-import_file")).to_be_visible()
    page.page.locator(".st-key-import_file input[type=file]").set_input_files(file)
    button = page.page.locator(".st-key-import button")
    expect(button).to_be_enabled()
    page.settled()
    button.click()


def test_everything_is_exported_and_imported_elsewhere_twice(
    app: App, start_app: Callable[..., App], visit: Visit, tmp_path: Path
) -> None:
    page = visit(app, model=LLAMA)
    page.ask("Why is the sea salty? upstream: tokens=5")
    expect(page.answer).to_have_attribute("data-state", "done")
    page.idle()
    address = page.page.url.removeprefix(app.url)
    words = page.answer.locator("[data-part=text]").inner_text()
    export_file(page, tmp_path / "all.zip")

    elsewhere = visit(start_app())
    elsewhere.go("Data")
    expect(elsewhere.page.locator("h1")).to_have_text("Data")
    elsewhere.settled()
    import_file(elsewhere, tmp_path / "all.zip")
    result = elsewhere.page.get_by_test_id("stAlert").filter(has_text="chat")
    expect(result).to_contain_text("new")
    elsewhere.open(address)
    expect(elsewhere.answer.locator("[data-part=text]")).to_have_text(words)

    elsewhere.go("Data")
    expect(elsewhere.page.locator("h1")).to_have_text("Data")
    elsewhere.settled()
    import_file(elsewhere, tmp_path / "all.zip")
    expect(result).to_contain_text("here already.")
    expect(result).not_to_contain_text("new")
    elsewhere.settled()
    (tmp_path / "letter.zip").write_bytes(b"A letter" * 4_000_000)  # larger than other uploaders let in
    elsewhere.open("/data")
    expect(elsewhere.page.locator("h1")).to_have_text("Data")
    elsewhere.settled()
    import_file(elsewhere, tmp_path / "letter.zip")
    problem = elsewhere.page.get_by_test_id("stAlert").filter(has_text="damaged")
    expect(problem).to_contain_text("Nothing was imported.")

    with (tmp_path / "huge.zip").open("wb") as huge:
        huge.truncate(201 << 20)
    elsewhere.open("/data")
    expect(elsewhere.page.locator("h1")).to_have_text("Data")
    elsewhere.settled()
    elsewhere.page.locator(".st-key-import_popover button").first.click()
    elsewhere.page.locator(".st-key-import_file input[type=file]").set_input_files(tmp_path / "huge.zip")
    expect(elsewhere.page.locator(".st-key-import_file")).to_contain_text("200.0MB or smaller")
    expect(elsewhere.page.get_by_text("More than 200 MB on the command line")).to_be_visible()
    expect(elsewhere.page.locator(".st-key-import button")).to_be_disabled()
