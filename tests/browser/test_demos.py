"""Scripted demos: run by keys without a network, in two windows, written in the page."""

import re
from statistics import median

import pytest
from playwright.sync_api import expect

from playground.presenting.demo_library import DemoLibrary
from tests.browser.app import App
from tests.browser.conftest import Visit
from tests.browser.slowdown import SLOWDOWN
from tests.browser.stage_page import StagePage
from tests.browser.test_accessibility import axe, found  # noqa: F401
from tests.browser.test_compare import store_of
from tests.browser.test_present import picture
from tests.browser.test_screen import fits
from tests.presenting.answered import GEMMA, LLAMA, compared

pytestmark = pytest.mark.browser

IN_STEP_MS = 200


def test_a_shipped_demo_runs_by_one_key_on_the_embedded_model(local_app: App, visit: Visit) -> None:
    stage = StagePage(visit(local_app, "/present?demo=json", height=720))
    expect(stage.prompt).to_contain_text("as JSON")
    expect(stage.place).to_have_text("Asked for in words · 1 / 2")
    stage.press("PageDown")
    expect(stage.shown).to_have_attribute("data-state", "done", timeout=60_000)
    stage.press("PageDown")
    expect(stage.place).to_have_text("By a schema · 2 / 2")
    expect(stage.shown).to_have_count(0)
    stage.press("PageDown")
    expect(stage.shown).to_have_attribute("data-state", "done", timeout=60_000)
    expect(stage.shown).to_contain_text('"capital"')
    stage.press("q")
    expect(stage.tab.page.get_by_role("heading", name="Demos")).to_be_visible()


def test_two_windows_are_in_step_and_notes_stand_in_one_of_them(local_app: App, visit: Visit) -> None:
    speaker = StagePage(visit(local_app, "/present?demo=temperature", height=720))
    page = speaker.tab.page
    expect(speaker.answers).to_have_count(3)
    with page.expect_popup() as opened:
        speaker.press("w")
    audience = opened.value
    panel = page.get_by_role("complementary", name="For who speaks")
    expect(panel).to_contain_text("one number that differs")
    expect(panel).to_contain_text("Cold is the same every time")
    expect(page).to_have_url(re.compile("window=presenter"))
    place = audience.locator(".pg-stage-place")
    expect(place).to_have_text("Cold and hot · 1 / 3")
    assert "one number that differs" not in audience.content()
    picture(speaker.tab, "present-speaker")

    audience.evaluate(
        """() => {
            window.seen = []
            new MutationObserver(() => window.seen.push(Date.now()))
                .observe(document.documentElement, { attributes: true, attributeFilter: ["style"] })
        }"""
    )
    late = []
    for key in "+-+-+-+":
        count = int(audience.evaluate("window.seen.length"))
        pressed = int(page.evaluate("Date.now()"))
        speaker.press(key)
        audience.wait_for_function("count => window.seen.length > count", arg=count)
        late.append(int(audience.evaluate("count => window.seen[count]", count)) - pressed)
    print(f"windows in step: median {median(late):.0f} ms, {sorted(late)}")
    assert min(late) <= IN_STEP_MS * SLOWDOWN, late

    speaker.press("b")
    expect(audience.locator(".pg-stage-blank")).to_be_visible()
    expect(panel).to_contain_text("screen is blank")
    audience.reload()
    expect(audience.locator(".pg-stage-blank")).to_be_visible()
    page.reload()
    expect(panel).to_contain_text("one number that differs")
    audience.close()


def test_a_demo_is_written_in_the_page_and_each_mistake_told_by_its_line(
    app: App,
    visit: Visit,
    axe: str,  # noqa: F811
) -> None:
    tab = visit(app, "/present", width=390)
    tab.page.get_by_role("link", name="New demo").click()  # to the page that it is on
    tab.settled()
    box = tab.page.get_by_role("textbox", name="Demo as YAML")
    save = tab.page.locator(".st-key-save_demo button")
    expect(save).to_be_enabled()
    box.fill("title: Salt\nsteps:\n  - promt: Why?\n")
    box.press("Control+Enter")
    expect(tab.page.get_by_role("alert")).to_contain_text("Line 3, column 5: `promt` means nothing here")
    expect(save).to_be_disabled()
    fits(tab)
    assert found(tab, axe) == []
    box.fill("title: Salt\nsteps:\n  - prompt: Why is the sea salty?\n")
    box.press("Control+Enter")
    save.click()
    expect(tab.page.get_by_text("Saved.")).to_be_visible()
    tab.page.get_by_role("link", name="All demos").click()
    tab.page.get_by_role("link", name="Salt", exact=True).click()
    expect(StagePage(tab).prompt).to_have_text("Why is the sea salty?")


def test_one_click_makes_a_demo_of_a_comparison(app: App, visit: Visit) -> None:
    with store_of(app) as store:
        comparison_id, _ = compared(store, ("Why is the sea salty?",), {LLAMA: "Rivers.", GEMMA: "Rocks."})
    tab = visit(app, f"/compare?id={comparison_id}")
    tab.button("Make a demo").click()
    box = tab.page.get_by_role("textbox", name="Demo as YAML")
    expect(box).to_have_value(re.compile("prompt: Why is the sea salty"))
    expect(box).to_have_value(re.compile(GEMMA))
    picture(tab, "present-editor")
    tab.page.get_by_role("link", name="Present it").click()
    stage = StagePage(tab)
    expect(stage.answers).to_have_count(2)
    stage.press("q")
    expect(tab.page.get_by_role("heading", name="Demos")).to_be_visible()
    picture(tab, "present-list")


def test_what_a_rehearsal_recorded_is_played_under_a_sign(app: App, visit: Visit) -> None:
    step = f"{{prompt: 'Why is the sea salty? upstream: tokens=20', model: '{LLAMA}', play: recorded}}"
    with store_of(app) as store:
        name = DemoLibrary(store).keep(f"title: Salt\nsteps: [{step}]\n")
    tab = visit(app, f"/present?edit={name}")
    tab.button("Rehearse").click()
    rehearsal = tab.page.locator(".st-key-rehearsal")
    expect(rehearsal).to_contain_text("recorded 1")
    expect(rehearsal).to_contain_text("Together")
    tab.page.get_by_role("link", name="Present it").click()
    stage = StagePage(tab)
    stage.press("PageDown")
    expect(stage.stage.locator("[data-part=recorded]")).to_contain_text("Recorded on")
    expect(stage.stage.get_by_role("button", name="Speed 2×")).to_be_visible()
    expect(stage.shown).to_have_count(1)
    picture(tab, "present-recorded")
