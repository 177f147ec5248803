"""An experiment whose cells go to Workers AI as batches, in the page: chosen, told before, waited for, paused."""

import pytest
from playwright.sync_api import expect

from playground.experiments.plans import ExperimentPlans
from tests.browser.app import App
from tests.browser.conftest import Visit
from tests.browser.test_compare import store_of
from tests.browser.test_screen import fits
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SMALL = "@cf/meta/llama-3.2-1b-instruct"
DRAFT = {
    "title": "Seas in batches",
    "dataset": {"rows": [{"word": f"sea {number}"} for number in range(6)]},
    "variants": [{"name": "plain", "prompt": "Say {{word}}. upstream: tokens=1 echo=yes"}],
    "models": [LLAMA, SMALL],
    "checks": [{"check": "contains", "value": "{{word}}"}],
}


def test_batches_are_chosen_waited_for_and_taken_up_after_a_pause(app: App, visit: Visit, upstream: Upstream) -> None:
    upstream.service.batches.polls = 10**9
    with store_of(app) as store:
        plan = ExperimentPlans(store).keep(DRAFT)
    page = visit(app, f"/experiments?plan={plan}")
    told = page.page.locator(".st-key-plan_run")
    expect(told).to_contain_text("12 cells")
    expect(told).not_to_contain_text("batch")
    page.settled()
    page.pick(page.page.get_by_role("combobox", name="Run on"), "Workers AI batches")
    expect(told).to_contain_text("6 cells go to Workers AI in 1 batch or more; it does not say how long it takes.")
    expect(told).to_contain_text("6 cells are asked by this app: llama-3.2-1b-instruct takes no batches.")
    page.settled()
    page.page.set_viewport_size({"width": 390, "height": 844})
    fits(page)
    page.page.set_viewport_size({"width": 1400, "height": 900})

    page.button("Run").click()
    progress = page.page.locator(".st-key-experiment_progress")
    expect(progress).to_contain_text("6 of 12 cells")
    expect(page.page.get_by_text("1 batch of 6 cells at Workers AI, which does not say how long")).to_be_visible()
    page.settled()
    page.button("Pause").click()
    expect(progress).to_contain_text("Paused")
    expect(page.page.get_by_text("What the service has cannot be cancelled")).to_be_visible()
    upstream.service.batches.polls = 0
    page.settled()
    page.button("Go on").click()
    expect(progress).to_contain_text("Done · 12 of 12 cells answered · 12 passed")
    assert sum("requests" in seen.json for seen in upstream.requests if seen.method == "POST") == 1
