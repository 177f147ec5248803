"""An afternoon with an audience: three models are compared, rehearsed and presented, one fails and gives way to its
recording, the room votes, and the result is shared, read and imported elsewhere after its source is gone.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.app import App
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.browser.stage_page import StagePage
from tests.browser.test_compare import compare
from tests.browser.test_share import watched
from tests.browser.test_two_servers import lists, secrets
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

VOTERS = 20
MODELS = ("home/calm", "home/brisk", "office/frail")
QUESTION = "Why is the sea salty? upstream: tokens=30"


@pytest.mark.timeout(300)
def test_an_afternoon(start_app: Callable[..., App], visit: Visit, browser: Browser, tmp_path: Path) -> None:
    with Upstream() as home:
        with Upstream() as office:
            servers = {"home": home, "office": office}
            for name, server in servers.items():
                server.service.account.user_tokens = {f"key-of-{name}"}
            lists(home, "calm", "brisk")
            lists(office, "frail")
            app = start_app(STREAMLIT_SECRETS_FILES=str(secrets(tmp_path, servers)))
            page = compare(app, visit, *MODELS)
            page.ask(QUESTION)
            page.ended()
            comparison_id = page.comparison_id
            answers = page.tab.until(lambda: [page.text(number) for number in range(3)], all)
            verdict = page.tab.until(lambda: page.verdict, lambda rows: "Finish" in rows)
            assert verdict["Finish"] == ["complete"] * 3
            rehearse(page)
        # The third server is gone from here on.
        present(page)
        page.tab.open(f"/compare?id={comparison_id}")
        vote(page, browser)
        address, file = share(page, tmp_path)
        delete(page, comparison_id)

        context = browser.new_context()
        reader = context.new_page()
        asked = watched(reader)
        reader.goto(app.url + address)
        for answer in answers:
            expect(reader.locator("main")).to_contain_text(answer)
        expect(reader.locator("main")).to_contain_text(f"The room, {VOTERS} votes")
        assert asked == [app.url + address]
        context.set_offline(True)
        reader.goto(file.as_uri())
        expect(reader.locator("main")).to_contain_text(answers[2])
        context.close()

        with App(tmp_path / "elsewhere") as other:
            there = visit(other)
            there.page.get_by_role("button", name="Import", exact=True).click()
            dialog = there.page.get_by_role("dialog")
            dialog.locator("input[type=file]").set_input_files(file)
            expect(dialog.get_by_role("button", name=f"Remove {file.name}")).to_be_visible()
            there.settled()
            dialog.get_by_role("button", name="Import", exact=True).click()
            imported = ComparePage(there)
            expect(imported.pane(2).locator("[data-role=assistant] [data-part=text]")).to_be_visible()
            imported.ended()
            there.until(lambda: [imported.text(number) for number in range(3)], lambda texts: texts == answers)
            there.until(lambda: imported.verdict, lambda rows: rows == verdict)
            there.page.goto("about:blank")


def rehearse(page: ComparePage) -> None:
    """Make a demo of the comparison in which recordings step in, and record all of its steps."""
    tab = page.tab
    tab.button("Make a demo").click()
    box = tab.page.get_by_role("textbox", name="Demo as YAML")
    expect(box).to_have_value(re.compile("office/frail"))
    tab.settled()
    box.fill(re.sub(r"( *)- prompt:", r"\1- play: live, else recorded\n\1  prompt:", box.input_value()))
    box.press("Control+Enter")
    save = tab.page.locator(".st-key-save_demo button")
    expect(save).to_be_enabled()
    tab.settled()
    save.click()
    expect(tab.page.get_by_text("Saved.")).to_be_visible()
    tab.settled()
    tab.button("Rehearse").click()
    expect(tab.page.locator(".st-key-rehearsal")).to_contain_text("recorded 3", timeout=60_000)


def present(page: ComparePage) -> None:
    """Run the demo on a projector; the recording of the server that is gone takes its place."""
    tab = page.tab
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    tab.page.get_by_role("link", name="Present it").click()
    stage = StagePage(tab)
    expect(stage.answers).to_have_count(3)
    stage.press("PageDown")
    expect(stage.stage.locator("[data-part=recorded]")).to_contain_text("Recorded on", timeout=60_000)
    expect(stage.shown).to_have_count(3)
    assert stage.fits(1280, 720)["share"] >= 0.75
    stage.press("q")
    expect(tab.page.get_by_role("heading", name="Demos")).to_be_visible()


def vote(page: ComparePage, browser: Browser) -> None:
    """Ask the room, have it vote, and show the result."""
    tab = page.tab.page
    tab.get_by_text("Ask the room", exact=True).click()
    room = tab.locator(".st-key-room")
    room.get_by_role("button", name="Ask the room").click()
    address = room.locator("a[href*='/vote/']").inner_text()
    for number in range(VOTERS):
        context = browser.new_context(viewport={"width": 390, "height": 844})
        phone = context.new_page()
        phone.goto(address)
        phone.get_by_role("radio", name="C" if number % 4 else "A", exact=True).check()
        phone.get_by_role("button", name="Vote").click()
        expect(phone.get_by_text("Your vote")).to_be_visible()
        context.close()
    expect(room).to_contain_text(f"{VOTERS} votes so far")
    room.get_by_role("button", name="Close, and show the result").click()
    expect(room).to_contain_text("The room prefers C")
    page.tab.settled()


def share(page: ComparePage, folder: Path) -> tuple[str, Path]:
    """Make a snapshot and a file: the address of the one, and the other."""
    tab = page.tab.page
    tab.locator(".st-key-share_comparison button").click()
    dialog = tab.get_by_role("dialog")
    expect(dialog.locator(".st-key-share_make button")).to_be_enabled()
    page.tab.settled()
    dialog.locator(".st-key-share_make button").click()
    link = dialog.locator("[class*=st-key-snapshot-open-] a")
    expect(link).to_be_visible()
    with tab.expect_download() as coming:
        dialog.get_by_role("button", name="Save as a file").click()
    file = folder / "afternoon.html"
    coming.value.save_as(file)
    return f"/{link.get_attribute('href')}", file


def delete(page: ComparePage, comparison_id: str) -> None:
    """Delete the comparison in the history, where what was rehearsed and presented stands beside it."""
    page.tab.open("/history")
    tab = page.tab.page
    row = tab.locator(".pg-entry").filter(has=tab.locator(f"a[href*='{comparison_id}']"))
    expect(row).to_be_visible()
    page.tab.settled()
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
