"""Connections: checked, refreshed, and explained."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.conftest import Visit
from tests.upstream import TOKEN, Answer, Upstream
from tests.upstream.models import row

pytestmark = pytest.mark.browser


def test_a_connection_opened_by_its_link_is_checked(app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(app, "/connections")
    card = page.page.locator(".st-key-connection-cloudflare")
    expect(card).to_contain_text("account 0123…cdef · key set")
    card.get_by_role("button", name="Check").click()
    expect(card).to_contain_text("Permission ok · The token may list the models of Workers AI.")
    assert TOKEN not in page.page.content()


def test_a_wrong_token_is_named_with_what_to_do(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    page = visit(start_app(**cloudflare | {"CLOUDFLARE_API_TOKEN": "mistyped"}))
    page.go("Connections")
    card = page.page.locator(".st-key-connection-cloudflare")
    card.get_by_role("button", name="Check").click()
    expect(card).to_contain_text("Token failed")
    expect(card).to_contain_text("Workers AI Read")


def test_a_check_that_hangs_can_be_cancelled(app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(app)
    upstream.script(Answer((), delay=600), "/models/search")
    page.go("Connections")
    card = page.page.locator(".st-key-connection-cloudflare")
    card.get_by_role("button", name="Check").click()
    expect(card).to_contain_text("Checking")
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled.")
    expect(card.get_by_role("button", name="Check")).to_be_visible()


def test_a_refresh_is_marked_in_the_model_list_and_kept(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    upstream.service.rows.append(row("@cf/zebra/brand-new-model", "Nobody knew it."))
    app = start_app(**cloudflare)
    page = visit(app, "/connections")
    page.page.set_viewport_size({"width": 390, "height": 844})
    card = page.page.locator(".st-key-connection-cloudflare")
    card.get_by_role("button", name="Refresh from Cloudflare").click()
    expect(card).to_contain_text(re.compile(r"Cloudflare was asked .*: 2 new, \d+ changed"))
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390

    page.down()
    app.restart()
    upstream.requests.clear()
    again = visit(app)
    model = again.page.locator(".st-key-model").get_by_role("combobox")
    model.fill("brand-new")
    expect(again.page.get_by_role("option", name="brand-new-model")).to_contain_text("new")
    assert upstream.requests == []
    again.page.keyboard.press("Escape")
    again.go("Connections")
    again.button("Use the shipped catalogue").click()
    expect(again.page.get_by_text("of the catalogue that ships")).to_be_visible()


def test_own_parameters_of_a_server_reach_the_panel(
    start_app: Callable[..., App], visit: Visit, upstream: Upstream
) -> None:
    app = start_app(OPENAI_BASE_URL=upstream.openai_url)
    page = visit(app)
    page.go("Connections")
    expect(page.page.get_by_text(re.compile("^Parameters: "))).to_be_visible()
    page.settled()
    page.page.get_by_text(re.compile("^Parameters: ")).click()
    field = page.page.get_by_role("textbox", name="JSON schema of the parameters")
    field.fill('{"properties": {"mirostat": {"type": "intger"}}}')
    page.button("Save").click()
    expect(page.page.get_by_text("mirostat.type: 'intger' is not one of")).to_be_visible()
    field.fill('{"properties": {"mirostat": {"type": "integer", "minimum": 0, "maximum": 2}}}')
    page.button("Save").click()
    expect(page.page.get_by_text("Parameters: 1, your own schema")).to_be_visible()

    chat = visit(app, model="openai/@cf/google/gemma-4-26b-a4b-it")
    panel = chat.page.locator(".st-key-parameters")
    panel.get_by_text("Advanced").click()
    expect(panel.get_by_role("slider", name="mirostat")).to_be_visible()
