"""Presenting: most of the window for the answers, directed by keys, and nothing on screen that is not for all."""

import os
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from playground.store import Failure
from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.browser.stage_page import StagePage
from tests.browser.test_accessibility import axe, found  # noqa: F401
from tests.browser.test_compare import store_of
from tests.presenting.answered import GEMMA, QWEN, answer, compared

pytestmark = pytest.mark.browser

LONG = "\n\n".join(
    f"{number}. The sea is salty because rivers carry **salts** from rocks into it, and only water leaves it again."
    for number in range(1, 25)
)
TEXTS = {LLAMA: LONG, GEMMA: f"I am Gemma, made by Google.\n\n{LONG}", QWEN: "Because of `NaCl`."}
WHY, HOW = "Why is the sea salty? Explain it to a child of ten, with an example from the kitchen.", "How salty is it?"


def presented(app: App, visit: Visit, *prompts: str, blind: bool = False, **tab: object) -> StagePage:
    """Three panes on the stage."""
    with store_of(app) as store:
        comparison_id, _ = compared(store, prompts or (WHY,), TEXTS, blind=blind)
    return StagePage(visit(app, f"/present?comparison={comparison_id}", **tab))


def picture(page: ChatPage, name: str) -> None:
    """Keep a picture of the page in the folder SCREENSHOTS, if there is one; two of docs/images are from here."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_answers_get_three_quarters_of_the_window_in_type_for_the_room(
    app: App,
    visit: Visit,
    axe: str,  # noqa: F811
    theme: Literal["light", "dark"],
) -> None:
    stage = presented(app, visit, color_scheme=theme)
    expect(stage.shown).to_have_count(3)
    for width, height in ((1280, 720), (1920, 1080), (1024, 768)):
        measured = stage.fits(width, height)
        picture(stage.tab, f"present-{theme}-{width}")
        assert measured["share"] >= 0.75, (width, measured)
        assert 16 <= measured["type"] <= 32
        assert measured["covered"] == 1
        assert measured["overflow"] <= 0
    assert stage.fits(1920, 1080)["type"] > stage.fits(1280, 720)["type"]
    assert found(stage.tab, axe) == []
    stage.press("+")
    stage.tab.until(lambda: stage.fits(1280, 720)["type"], lambda size: size == 18)
    stage.press("v")
    expect(stage.stage.get_by_role("table")).to_contain_text("Length")
    picture(stage.tab, f"present-{theme}-verdict")
    assert found(stage.tab, axe) == []
    stage.press("?")
    expect(stage.stage.get_by_role("dialog")).to_contain_text("Reveal the names")
    picture(stage.tab, f"present-{theme}-keys")
    stage.press("Escape")
    expect(stage.stage.get_by_role("dialog")).to_be_hidden()
    assert stage.fits(390, 800)["overflow"] <= 0
    picture(stage.tab, f"present-{theme}-phone")


def test_what_stands_above_the_panes_takes_one_line_on_a_projector(app: App, visit: Visit) -> None:
    with store_of(app) as store:
        comparison_id, _ = compared(store, (WHY,), TEXTS)
    page = visit(app, f"/compare?id={comparison_id}", width=1280, height=720)
    head = page.page.locator(".st-key-compare_head")
    expect(head.get_by_role("button", name="More")).to_be_visible()
    page.settled()
    box = head.bounding_box()
    assert box is not None
    assert box["height"] < 60
    head.get_by_role("button", name="More").click()
    inside = page.page.get_by_test_id("stPopoverBody")
    for name in ("Run again", "Export", "CSV", "Recording"):
        expect(inside.get_by_role("button", name=name)).to_be_enabled()
    inside.get_by_role("button", name="Recording").click()
    expect(page.page.get_by_role("dialog")).to_contain_text("not kept")  # the one that there is


def test_the_verdict_stands_beside_the_answers_where_the_window_is_wide(app: App, visit: Visit) -> None:
    stage = presented(app, visit)
    verdict = stage.stage.locator(".pg-stage-verdict")
    expect(stage.shown).to_have_count(3)
    stage.press("v")
    for width, height in ((1920, 1080), (1600, 900)):
        measured = stage.fits(width, height)
        picture(stage.tab, f"present-beside-{width}")
        expect(stage.shown).to_have_count(3)
        assert measured["share"] >= 0.75
        assert measured["overflow"] <= 0
        box = verdict.locator("table").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height, "below the fold"
    stage.fits(1280, 720)
    expect(stage.answers.first).to_be_hidden()
    box = verdict.locator("table").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720


def test_a_remote_leads_through_the_prompts_to_the_verdict_and_keys_to_the_rest(app: App, visit: Visit) -> None:
    stage = presented(app, visit, WHY, HOW)
    prompt, place = stage.stage.locator(".pg-stage-prompt"), stage.stage.locator(".pg-stage-place")
    expect(prompt).to_have_text(HOW)
    expect(place).to_have_text("2 / 2")
    stage.press("PageUp")
    expect(prompt).to_have_text(WHY)
    expect(stage.shown).to_have_count(3)

    stage.press("2")
    expect(stage.shown).to_have_count(1)
    expect(stage.shown).to_contain_text("I am Gemma")
    stage.tab.page.reload()
    expect(place).to_have_text("1 / 2")
    expect(stage.shown).to_have_count(1)
    stage.press("0")
    expect(stage.shown).to_have_count(3)

    stage.press("PageDown")
    expect(prompt).to_have_text(HOW)
    stage.press("PageDown")
    table = stage.stage.get_by_role("table")
    expect(table).to_contain_text("Total")
    expect(table).not_to_contain_text("$")
    stage.press("c")
    expect(table).to_contain_text("$0.0001")
    stage.press("b")
    expect(stage.stage.locator(".pg-stage-blank")).to_be_visible()
    stage.press("Home")
    expect(stage.stage.locator(".pg-stage-blank")).to_be_hidden()
    expect(prompt).to_have_text(WHY)
    expect(stage.shown.first).to_contain_text("$0.0001")
    stage.press("q")
    stage.tab.page.wait_for_url(re.compile(r"/compare\?id="))
    expect(stage.stage).to_be_hidden()
    expect(stage.tab.page.locator(".st-key-pane-0")).to_be_visible()


def test_names_that_are_hidden_are_nowhere_until_they_are_revealed(app: App, visit: Visit) -> None:
    stage = presented(app, visit, blind=True)
    page = stage.tab.page
    expect(stage.names).to_have_text(["A", "B", "C"])
    expect(stage.shown).to_have_count(3)
    expect(page).to_have_title("Present · LLM playground")
    everything = page.content() + page.url
    for given_away in ("gemma", "llama", "qwen", "google", "models.example"):
        assert given_away not in everything.lower(), given_away
    stage.press("v")
    expect(stage.stage).to_contain_text("hidden until N")
    stage.press("v")
    stage.press("n")
    expect(stage.names.filter(has_text="Gemma")).to_have_count(1)
    expect(stage.shown.filter(has_text="I am Gemma")).to_have_count(1)
    assert "models.example" not in page.content()


def test_a_chat_is_presented_by_a_key_and_asked_and_stopped_from_the_stage(app: App, visit: Visit) -> None:
    with store_of(app) as store:
        chat = store.create_conversation(model=LLAMA).id
        error = Failure("server", "Account 0123 at https://secret.example failed.", "Ask root@secret.example.")
        answer(store, chat, WHY, "", error=error)
    tab = visit(app, f"/?c={chat}")
    tab.composer.press("F8")
    stage = StagePage(tab)
    expect(stage.shown).to_contain_text("No answer came.")
    assert "secret.example" not in tab.page.content()
    stage.press("a")
    tab.page.get_by_label("Ask", exact=True).fill("Tell me more. upstream: tokens=4000 delay=0.02")
    tab.page.keyboard.press("Enter")
    expect(stage.stage.locator(".pg-stage-prompt")).to_contain_text("Tell me more.")
    expect(stage.shown).to_have_attribute("data-state", "live")
    stage.press("s")
    expect(stage.shown).to_have_attribute("data-state", "stopped")
    stage.press("q")
    tab.page.wait_for_url(re.compile(rf"\?c={chat}"))
    expect(tab.turns).to_have_count(4)


def test_an_address_of_nothing_says_so(app: App, visit: Visit) -> None:
    page = visit(app, "/present?comparison=nothing")
    expect(page.page.get_by_text("There is nothing to present at this address.")).to_be_visible()
    page.open("/present")
    expect(page.page.locator("h1")).to_have_text("Present")
