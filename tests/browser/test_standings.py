"""Standings: a vote on the compare page counts, and leads back to its comparison."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA
from tests.browser.conftest import Visit
from tests.browser.test_compare import GEMMA, compare
from tests.browser.test_screen import fits

pytestmark = pytest.mark.browser


def test_a_vote_counts_and_leads_back_to_its_comparison(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit
) -> None:
    page = compare(start_app(**cloudflare), visit, LLAMA, GEMMA)
    page.ask("Why is the sea salty? upstream: tokens=3")
    page.ended()
    page.tab.page.locator(".st-key-vote-1 button").click()
    expect(page.tab.page.locator(".st-key-vote")).to_contain_text("gemma-4-26b-a4b-it is better")
    page.tab.settled()

    page.tab.go("Standings")
    table = page.tab.page.locator(".st-key-standings-0 tbody tr")
    expect(table.filter(has_text="gemma-4-26b-a4b-it")).to_contain_text("too few votes to tell")
    expect(page.tab.page.get_by_role("main")).to_contain_text("1 vote by 1 person")
    page.tab.settled()
    page.tab.page.set_viewport_size({"width": 390, "height": 844})
    fits(page.tab)
    for label, name in (("Comparisons of", "gemma"), ("with", "llama")):
        box = page.tab.page.get_by_role("combobox", name=label)
        expect(box).to_be_enabled()
        page.tab.pick(box, name)
        page.tab.settled()
    pair = page.tab.page.locator(".st-key-pair_comparisons")
    expect(pair).to_contain_text("1 win, 0 ties, 0 lost; 1 prompt in all.")
    pair.get_by_role("link").click()
    expect(page.tab.page.locator(".st-key-vote")).to_contain_text("gemma-4-26b-a4b-it is better")
