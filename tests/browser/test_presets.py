"""Presets: used, filled in, saved, used again after a reload, and carried to another place as files."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from playground.presets import Preset, read_preset, write_preset
from tests.browser.app import App
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Upstream

pytestmark = pytest.mark.browser


def prompt(page: ChatPage) -> Locator:
    """The preset's prompt on the chat page."""
    return page.page.locator("[class*=st-key-preset_fold]")


def fill(page: ChatPage, name: str, value: str) -> None:
    prompt(page).get_by_role("textbox", name=name).fill(value)


def send(page: ChatPage) -> None:
    prompt(page).get_by_role("button", name="Send").click()


def presets(page: ChatPage) -> Locator:
    """The presets of the chat page, opened."""
    page.button("Presets").click()
    return page.page.get_by_test_id("stPopoverBody")


@pytest.mark.model
def test_an_example_is_used_kept_as_ones_own_and_used_again(local_app: App, visit: Visit) -> None:
    page = visit(local_app, "/presets")
    card = page.page.locator(".st-key-preset-three-sentences")
    expect(card).to_contain_text("temperature 0.4")
    card.get_by_role("link", name="Use in chat").click()
    expect(prompt(page)).to_contain_text("Write three sentences about the sea.")
    fill(page, "subject", "a lighthouse")
    send(page)
    expect(page.questions.last).to_contain_text("Write three sentences about a lighthouse.")
    page.until(lambda: page.answer_text, timeout_s=60)
    page.idle()
    expect(page.meter).to_contain_text("$0 local")

    page.system_prompt("You are a sailor.")
    opened = presets(page)
    name = opened.get_by_role("textbox", name="Save what this chat is set to")
    name.fill("Sailor")
    name.press("Enter")
    opened.get_by_role("button", name="Save").click()
    expect(opened).to_contain_text("Saved as Sailor.")

    page.reload()
    expect(page.questions.last).to_contain_text("a lighthouse")
    page.page.goto(local_app.url)
    page.drawn()
    expect(page.textbox("System prompt")).to_have_value("")
    opened = presets(page)
    page.pick(opened.get_by_role("combobox", name="Preset"), "Sailor")
    opened.get_by_role("button", name="Use", exact=True).click()
    expect(page.textbox("System prompt")).to_have_value("You are a sailor.")
    expect(opened).not_to_be_visible()
    expect(page.page.locator(".st-key-parameters")).to_contain_text("2 set")


def test_missing_values_are_asked_for_and_nothing_is_sent_before(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream, tmp_path: Path
) -> None:
    preset = Preset(
        name="Translate", model="@cf/meta/llama-3.3-70b-instruct-fp8-fast", prompt="To {{language}}: {{text}}"
    )
    (tmp_path / "translate.json").write_text(write_preset(preset), "utf-8")
    app = start_app(**cloudflare)
    page = visit(app, "/presets")
    page.button("Import").click()
    page.page.locator("input[type=file]").set_input_files(tmp_path / "translate.json")
    expect(page.page.get_by_text("1 added.")).to_be_visible()
    page.page.keyboard.press("Escape")
    page.page.get_by_role("link", name="Use in chat").first.click()
    fill(page, "language", "French")
    send(page)
    expect(prompt(page)).to_contain_text("Nothing was sent. Fill in text.")
    assert not upstream.requests
    fill(page, "text", "{{sea}}\nand sky upstream: tokens=2")
    send(page)
    expect(page.questions.last).to_contain_text("and sky")
    page.idle()
    messages = upstream.requests[-1].json["messages"]
    assert messages == [{"role": "user", "content": "To French: {{sea}}\nand sky upstream: tokens=2"}]

    again = visit(app, "/?preset=" + page.page.url.rsplit("preset=", 1)[1])
    expect(prompt(again).get_by_role("textbox", name="language")).to_have_value("French")


def test_a_system_prompt_is_filled_in_with_the_prompt(app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(app, "/?preset=editor")
    fill(page, "readers", "sailors")
    fill(page, "text", "The see is wide. upstream: tokens=2")
    send(page)
    expect(page.questions.last).to_contain_text("The see is wide.")
    page.idle()
    expect(page.textbox("System prompt")).to_have_value(re.compile("readers are sailors"))
    system, user = upstream.requests[-1].json["messages"]
    assert "Its readers are sailors." in system["content"]
    assert user["content"] == "The see is wide. upstream: tokens=2"


def test_an_exported_file_is_what_is_imported_elsewhere(
    start_app: Callable[..., App], visit: Visit, tmp_path: Path
) -> None:
    app = start_app()
    page = visit(app, "/presets", width=390)
    card = page.page.locator(".st-key-preset-weather-tool")
    card.get_by_role("button", name="Edit a copy").click()
    name = page.page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_have_value("Weather by tool")
    name.fill("Umbrella")
    name.press("Enter")
    box = page.textbox("Tools")
    box.fill('{"name": ')
    box.press("Control+Enter")
    expect(page.page.get_by_text(re.compile("Not JSON"))).to_be_visible()
    page.button("Save").click()
    expect(page.page.get_by_text("The tools cannot be read")).to_be_visible()
    box.fill('{"name": "forecast", "parameters": {"type": "object"}}')
    box.press("Control+Enter")
    expect(box).to_have_value(re.compile('"function": '))
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    page.button("Save").click()
    expect(page.page.get_by_text("Umbrella saved.")).to_be_visible()

    with page.page.expect_download() as downloading:
        page.page.get_by_role("button", name="Export", exact=True).first.click()
    exported = downloading.value
    assert exported.suggested_filename == "umbrella.json"
    text = Path(exported.path()).read_text("utf-8")
    assert write_preset(read_preset(text.encode())) == text
    assert [tool["function"]["name"] for tool in json.loads(text)["tools"]] == ["forecast"]

    own = page.page.locator("[class*=st-key-preset-]").filter(has_text="Umbrella").first
    own.get_by_role("button", name="Delete").click()
    expect(page.page.get_by_text("Umbrella deleted.")).to_be_visible()
    page.button("Import").click()
    (tmp_path / "umbrella.json").write_text(text, "utf-8")
    page.page.locator("input[type=file]").set_input_files(tmp_path / "umbrella.json")
    expect(page.page.get_by_text("1 added.")).to_be_visible()
    with page.page.expect_download() as downloading:
        own.get_by_role("button", name="Export", exact=True).click()
    assert Path(downloading.value.path()).read_text("utf-8") == text
