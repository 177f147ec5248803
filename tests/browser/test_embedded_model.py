"""The main job as somebody with a fresh clone does it: no account, no key, the model on this machine."""

import os
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.app import App, free_port
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.model]

STORY = "Write a very long story about the sea, its ships and all the people who live on them."


@pytest.mark.parametrize("how", ["button", "Esc"])
def test_ask_watch_stop_reload(local_app: App, visit: Visit, how: str) -> None:
    page = visit(local_app)
    expect(page.page.get_by_role("combobox", name="Model")).to_have_value(re.compile("SmolLM2"))

    page.ask(STORY)
    seen = [""]
    while len(seen) < 6:
        seen.append(page.until(lambda: page.answer_text, lambda text: len(text) > len(seen[-1]), timeout_s=60))
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))
    if how == "button":
        page.stop_button.click()
    else:
        page.page.keyboard.press("Escape")
    page.idle()

    text, meter = page.answer_text, page.meter.inner_text()
    assert text.startswith(seen[-1].rstrip())
    expect(page.answer).to_contain_text("stopped")
    assert re.search(r"~?\d+ in · ~\d+ out · \$0 local · first token [\d.]+ s · total [\d.]+ s", meter)
    page.reload()
    assert page.answer_text == text
    assert page.meter.inner_text() == meter
    expect(page.answer).to_contain_text("stopped")


def test_a_whole_answer_counts_exactly(local_app: App, visit: Visit) -> None:
    page = visit(local_app)
    seed = page.page.get_by_role("spinbutton", name=re.compile("^seed"))
    seed.fill("7")
    seed.press("Enter")
    cap = page.page.get_by_role("spinbutton", name=re.compile("^max_tokens"))
    cap.fill("24")
    cap.press("Enter")
    expect(page.page.locator(".st-key-parameters").get_by_text("2 set")).to_be_visible()

    page.ask("Name three seas.")
    page.idle()

    assert re.search(r"^\d+ in( \(\d+ cached\))? · \d+ out · \$0 local", page.meter.inner_text())
    first = page.answer_text
    page.button("Regenerate").click()
    expect(page.answer).to_contain_text("2 / 2")
    page.idle()
    assert page.answer_text == first


def test_without_a_network_it_says_so_and_tries_again(start_app: Callable[..., App], visit: Visit) -> None:
    nowhere = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"http://127.0.0.1:{free_port()}/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_RETRIES": "0",
    }
    app = start_app(**nowhere)
    page = visit(app)

    page.ask("Say hello.")
    expect(page.error).to_be_visible(timeout=60_000)
    page.idle()
    expect(page.composer).to_have_value("Say hello.")
    address = page.conversation

    page.down()
    app.restart(**dict.fromkeys(nowhere))
    again = visit(app, address)
    again.button("Retry").click()
    expect(again.answer).to_contain_text("2 / 2", timeout=180_000)
    again.some()


def test_the_first_answer_fetches_the_model(start_app: Callable[..., App], visit: Visit) -> None:
    page = visit(start_app())
    expect(page.page.get_by_role("main")).to_contain_text("The first answer fetches it")

    page.ask("Say hello.")

    expect(page.answer).to_contain_text(re.compile(r"\d+%"))
    page.some()
    expect(page.meter).to_contain_text("$0 local")
