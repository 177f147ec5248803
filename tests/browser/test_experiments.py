"""Experiments in the page: a plan is written, run, looked at, and goes on after the app was killed."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.browser.test_compare import store_of
from tests.browser.test_screen import fits

pytestmark = pytest.mark.browser


def choose(page: ChatPage, box: str, words: str) -> None:
    """Choose in a list what is found by some words."""
    page.pick(page.page.get_by_role("combobox", name=box), words)
    page.settled()


def write(page: ChatPage, box: str, text: str, *, number: int = 0) -> None:
    """Write in one of the boxes of a name, and leave it."""
    found = page.textbox(box).nth(number)
    found.fill(text)
    found.press("Tab")
    page.settled()


def test_a_plan_is_written_by_controls_and_kept(app: App, visit: Visit) -> None:
    page = visit(app, "/experiments")
    page.button("New experiment").click()
    expect(page.textbox("Title")).to_be_visible()
    page.settled()
    write(page, "Title", "Sea and *moon*")
    expect(page.page.get_by_role("heading", level=1)).to_have_text("Sea and *moon*")

    page.button("Add a prompt").click()
    expect(page.textbox("Prompt")).to_have_count(2)
    page.settled()
    write(page, "Prompt", "One word about {{topic}}, please.", number=1)
    choose(page, "Models", "smollm2")
    page.page.keyboard.press("Escape")  # a list of several stays open
    choose(page, "Add a setting", "temperature")
    write(page, "temperature", "0, 0.7")
    choose(page, "Add a check", "length")
    expect(page.page.locator(".st-key-check-0")).to_contain_text("How long the answer is.")
    page.settled()
    page.page.reload()

    expect(page.textbox("Title")).to_have_value("Sea and *moon*")
    page.page.get_by_text("YAML", exact=True).click()
    written = page.textbox("Experiment as YAML")
    expect(written).to_be_visible()
    for part in ("- name: prompt 2\n  prompt: One word about {{topic}}, please.", "temperature:\n  - 0\n  - 0.7"):
        assert part in written.input_value()
    page.settled()
    written.fill(written.input_value().replace("check: length", "check: nonsense"))
    written.press("Control+Enter")
    expect(page.page.get_by_role("alert")).to_contain_text("nonsense")
    expect(page.page.get_by_text("Not kept yet.")).to_be_visible()
    page.page.set_viewport_size({"width": 390, "height": 844})
    fits(page)


def test_a_row_has_tags_and_checks_of_its_own_which_stay_where_rows_are_added(app: App, visit: Visit) -> None:
    page = visit(app, "/experiments?plan=capitals")
    page.button("Edit a row").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="country")).to_have_value("France")
    page.settled()
    tags = dialog.get_by_role("textbox", name="Tags")
    tags.fill("europe, easy")
    tags.press("Tab")
    expect(page.page.get_by_role("heading", level=1)).to_have_text("Capitals: a short question or a polite one 2")
    page.settled()
    page.pick(dialog.get_by_role("combobox", name="Add a check"), "starts with")
    expect(dialog).to_contain_text("The answer begins with this text")
    page.settled()
    page.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.settled()
    page.button("Add a column").click()
    name = page.textbox("Name of the variable")
    name.fill("continent")
    name.press("Enter")
    page.settled()
    page.page.keyboard.press("Escape")
    page.page.get_by_text("End early where it is clear").click()
    expect(page.page.get_by_text("The results are looked at 4 times")).to_be_visible()
    page.settled()
    page.page.get_by_text("YAML", exact=True).click()
    written = page.textbox("Experiment as YAML")
    expect(written).to_be_visible()
    for part in ("- europe\n", "- check: starts_with\n", "early_stop: {}", "continent: "):
        assert part in written.input_value()


def test_a_ready_experiment_runs_in_the_page_and_says_what_came_of_it(app: App, visit: Visit, tmp_path: Path) -> None:
    page = visit(app, "/experiments")
    page.page.get_by_role("link", name="Capitals: a short question or a polite one", exact=True).click()
    expect(page.page.locator(".st-key-plan_run")).to_contain_text("24 cells: 12 rows × 2 columns")
    page.settled()
    page.button("Run").evaluate("button => { button.click(); setTimeout(() => button.click(), 20) }")
    progress = page.page.locator(".st-key-experiment_progress")
    expect(progress).to_contain_text("Running")
    with store_of(app) as store:
        assert len(store.experiments()) == 1
    page.button("Pause").click()
    expect(progress).to_contain_text("Paused")
    page.settled()
    page.button("Go on").click()
    answered = page.page.locator("[data-testid=stDataFrame] td", has_text=re.compile("^[✓✗] "))
    expect(answered.first).to_be_attached(timeout=90_000)  # while it runs
    expect(progress).to_contain_text("Done · 24 of 24 cells", timeout=90_000)
    page.page.reload()
    expect(progress).to_contain_text("Done · 24 of 24 cells")
    expect(page.page.get_by_role("main")).to_contain_text("Change and run again")
    page.settled()

    page.button("Show the answer").click()
    dialog = page.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Expected: Paris")
    expect(dialog).to_contain_text("tokens in")
    page.settled()
    for said in ("1 of 1 say good.", "Labels stand beside"):
        page.page.keyboard.press("g")
        expect(dialog).to_contain_text(said)
        page.settled()
    dialog.get_by_text("Request and response").click()
    expect(dialog).to_contain_text("As it was sent")
    expect(dialog).to_contain_text("The capital of France is")
    page.settled()
    page.pick(dialog.get_by_role("combobox", name="Word by word against"), "polite")
    expect(dialog).to_contain_text("+ is in this answer alone, − in that of polite alone.")
    page.settled()
    page.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.settled()
    page.page.get_by_text("Label", exact=True).click()
    card = page.page.locator(".st-key-label_card")
    expect(card).to_contain_text("The answer")
    expect(card).not_to_contain_text("polite")
    page.settled()
    page.button("Good").click()
    expect(page.page.get_by_text("You labelled 1 of 24 answers")).to_be_visible()
    page.settled()
    page.page.get_by_text("Files", exact=True).click()
    with page.page.expect_download() as download:
        page.button("Cells as JSON Lines").click()
    download.value.save_as(tmp_path / "results.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text("utf-8").splitlines()]
    assert [(line["row"], line["variant"]) for line in lines[:3]] == [(0, "short"), (0, "polite"), (1, "short")]
    assert len(lines) == 24
    page.page.get_by_text("Matrix", exact=True).click()
    page.settled()
    page.page.set_viewport_size({"width": 390, "height": 844})
    answers = page.page.locator(".st-key-matrix_list button")
    expect(answers).to_have_count(12)
    fits(page)
    page.settled()
    answers.first.click()
    for width in (1280, 390):
        expect(dialog).to_contain_text("Expected: Paris")
        page.settled()
        page.page.set_viewport_size({"width": width, "height": 844})
    expect(dialog).to_contain_text("Expected: Paris")
    page.settled()
    page.button("Compare or present").click()
    page.settled()
    page.button("Open in Compare").click()
    expect(page.page.locator(".st-key-composer textarea")).to_have_value("The capital of France is")
    page.page.go_back()
    expect(dialog).to_contain_text("Expected: Paris")


def rows_in(app: App, experiment_id: str) -> list[tuple[int, str, str]]:
    """Each cell that has ended, with its outcome and its answer."""
    with store_of(app) as store:
        cells = store.cells(experiment_id)
        return [(cell.cell, cell.outcome, str(cell.answer.get("text"))) for cell in cells]


def test_a_run_goes_on_after_the_app_was_killed_and_ends_with_the_same_rows(
    start_app: Callable[..., App], visit: Visit
) -> None:
    app = start_app()
    page = visit(app, "/experiments?plan=capitals")
    progress = page.page.locator(".st-key-experiment_progress")
    ids = []
    for is_killed in (False, True):
        page.page.goto(f"{app.url}/experiments?plan=capitals")
        expect(page.page.locator(".st-key-plan_run")).to_contain_text("24 cells")
        page.settled()
        page.button("Run").click()
        page.page.wait_for_url(re.compile(r"\?id="))
        ids.append(parse_qs(urlsplit(page.page.url).query)["id"][0])
        if is_killed:
            expect(progress).to_contain_text(re.compile(r"[1-9]\d? of 24 cells"))
            page.down()
            app.kill9()
            assert len(rows_in(app, ids[1])) < 24
            app.start()
            page.page.reload()
        expect(progress).to_contain_text("Done · 24 of 24 cells", timeout=90_000)
    whole, killed = (rows_in(app, id_) for id_ in ids)
    assert len(whole) == 24
    assert whole == killed
