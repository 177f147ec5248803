"""Asynchronous batches: written, submitted, waited for, and kept."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.app import App
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

WAIT_MS = 20_000


@pytest.fixture
def new_app(start_app: Callable[..., App], cloudflare: dict[str, str]) -> App:
    """An app that nobody has handed a batch to."""
    return start_app(**cloudflare)


def write(page: ChatPage, text: str, *, jsonl: bool = False) -> None:
    """Write requests and leave the field."""
    if jsonl:
        page.page.get_by_text("JSON lines", exact=True).first.click()
        page.settled()
    field = page.page.get_by_role("textbox", name="Requests")
    field.fill(text)
    field.press("Control+Enter")


def newest(page: ChatPage) -> Locator:
    """The batch submitted last."""
    return page.page.locator("[class*='st-key-batch-']").filter(has=page.page.get_by_test_id("stPopover")).first


def download(page: ChatPage, name: str) -> str:
    """What a download button gives."""
    with page.page.expect_download() as coming:
        page.page.get_by_role("button", name=name, exact=True).click()
    with open(coming.value.path(), encoding="utf-8-sig", newline="") as file:
        return file.read()


def test_a_batch_from_the_first_line_to_the_download(new_app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(new_app)
    page.go("Batch")
    expect(page.page.get_by_text("Nothing yet.")).to_be_visible()
    write(
        page,
        '{"prompt": "upstream: tokens=4", "external_reference": "=first"}\n{"prompt": "upstream: fail=3040"}',
        jsonl=True,
    )
    expect(page.page.get_by_text("2 requests · ")).to_contain_text("of 10 MB")
    page.page.get_by_role("button", name="Submit").click()

    expect(newest(page)).to_contain_text("done", timeout=WAIT_MS)

    expect(newest(page)).to_contain_text("2 requests · 1 failed")
    expect(page.page.get_by_role("textbox", name="Requests")).not_to_have_value("")
    newest(page).get_by_text("Results", exact=True).click()
    expect(page.page.get_by_test_id("stDataFrame")).to_be_visible()
    lines = [json.loads(line) for line in download(page, "JSON lines").splitlines()]
    assert [line["ok"] for line in lines] == [True, False]
    assert len(lines[0]["text"].split()) == 4
    assert lines[0]["external_reference"] == "=first"
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV"))))
    assert [row["external_reference"] for row in rows] == ["'=first", ""]
    assert upstream.requests[0].query == "queueRequest=true"


def test_a_batch_is_waited_for_over_a_restart(new_app: App, visit: Visit, upstream: Upstream) -> None:
    upstream.service.batches.polls = 10**9
    page = visit(new_app)
    page.go("Batch")
    write(page, "One\nTwo\nThree")
    page.page.get_by_role("button", name="Submit").click()
    expect(newest(page)).to_contain_text("running", timeout=WAIT_MS)

    page.down()
    new_app.kill9()
    upstream.service.batches.polls = 0
    new_app.start()

    again = visit(new_app, "/batch")
    expect(newest(again)).to_contain_text("done", timeout=WAIT_MS)
    expect(newest(again)).to_contain_text("3 requests")


def test_waiting_is_stopped_taken_up_and_the_batch_deleted(new_app: App, visit: Visit, upstream: Upstream) -> None:
    upstream.service.batches.polls = 10**9
    page = visit(new_app, "/batch")
    page.page.set_viewport_size({"width": 390, "height": 844})
    write(page, "One")
    page.page.get_by_role("button", name="Submit").click()

    page.button("Stop waiting").click()

    expect(newest(page)).to_contain_text("not waited for")
    upstream.service.batches.polls = 0
    page.button("Ask again").click()
    expect(newest(page)).to_contain_text("done", timeout=WAIT_MS)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    newest(page).get_by_test_id("stPopover").get_by_role("button").click()
    page.button("Delete this batch").click()
    expect(page.page.get_by_text("Nothing yet.")).to_be_visible()


def test_what_is_written_outlives_a_look_at_another_page(app: App, visit: Visit) -> None:
    page = visit(app)
    page.go("Batch")
    write(page, "One\nTwo")
    expect(page.page.get_by_text("2 requests will be submitted.")).to_be_visible()
    page.go("History")
    expect(page.page.get_by_role("heading", name="History")).to_be_visible()
    page.go("Batch")
    expect(page.page.get_by_text("2 requests will be submitted.")).to_be_visible()
    expect(page.page.get_by_role("textbox", name="Requests")).to_have_value("One\nTwo")


def test_without_a_connection_the_page_leads_to_one(
    start_app: Callable[..., App], visit: Visit, upstream: Upstream
) -> None:
    page = visit(start_app(), "/batch")
    expect(page.page.get_by_text("set CLOUDFLARE_ACCOUNT_ID")).to_be_visible()
    page.page.get_by_role("link", name="Set up a connection").click()
    expect(page.page.get_by_role("heading", name="Connections")).to_be_visible()
    expect(page.page.get_by_text("Only the model on this machine is connected.")).to_be_visible()
