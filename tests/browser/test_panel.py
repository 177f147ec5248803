"""The model's own parameters: what its page allows can be set, what is set is sent, and nothing else is."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from playground.models.catalog import shipped
from playground.parameters import specs
from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

SCOUT = "@cf/meta/llama-4-scout-17b-16e-instruct"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"
GUARD = "@cf/meta/llama-guard-3-8b"
SELECTED = {"messages", "stream"}
"""What every request holds."""


def slider(page: ChatPage, name: str) -> Locator:
    """A parameter's slider, set or not."""
    return page.page.get_by_role("slider", name=re.compile(rf"^{name}\b"))


def number(page: ChatPage, name: str) -> Locator:
    """A parameter's number field, set or not."""
    return page.page.get_by_role("spinbutton", name=re.compile(rf"^{name}\b"))


def set_count(page: ChatPage, count: int) -> None:
    """Wait until the badge says how many parameters are set."""
    expect(page.page.locator(".st-key-parameters").get_by_text(f"{count} set", exact=True)).to_be_visible()


def choose_model(page: ChatPage, search: str) -> None:
    """Type a few letters, choose the first model that is left."""
    box = page.page.get_by_role("combobox", name="Model")
    box.click()
    box.fill(search)
    page.page.get_by_role("option", name=search).first.click()
    expect(page.page.get_by_test_id("stSidebar")).to_contain_text(search)
    page.settled()


def sent(page: ChatPage, upstream: Upstream) -> dict[str, Any]:
    """What goes over the wire for a question asked now."""
    page.ask(f"Hello {len(upstream.requests)} upstream: tokens=2")
    page.idle()
    body: dict[str, Any] = upstream.requests[-1].json
    return body


@pytest.mark.parametrize("model", [LLAMA, SCOUT, GEMMA, GUARD])
def test_sliders_have_the_bounds_of_the_model(app: App, visit: Visit, model: str) -> None:
    page = visit(app, model=model)
    card = next(card for card in shipped() if card.id == model)
    known = [spec for spec in specs(card.schemas["messages"]) if spec.control == "slider" and spec.group != "advanced"]

    assert known
    for spec in known:
        shown = slider(page, spec.name)
        expect(shown).to_have_attribute("min", f"{spec.minimum:g}")
        expect(shown).to_have_attribute("max", f"{spec.maximum:g}")


def test_the_keyboard_reaches_both_ends_of_a_range(page: ChatPage, upstream: Upstream) -> None:
    slider(page, "top_p").press("Home")
    set_count(page, 1)
    assert sent(page, upstream)["top_p"] == 0.001
    page.button("New chat").click()
    expect(page.turns).to_have_count(0)
    page.settled()

    slider(page, "top_p").press("End")
    expect(slider(page, "top_p")).to_have_attribute("aria-valuetext", "1")
    page.settled()
    assert sent(page, upstream)["top_p"] == 1


def test_only_what_is_set_is_sent(page: ChatPage, upstream: Upstream) -> None:
    assert sent(page, upstream).keys() == SELECTED

    slider(page, "temperature").press("End")
    set_count(page, 1)
    number(page, "seed").fill("9999999999")
    number(page, "seed").press("Enter")
    set_count(page, 2)
    body = sent(page, upstream)
    assert body.keys() == {*SELECTED, "temperature", "seed"}
    assert (body["temperature"], body["seed"]) == (5, 9_999_999_999)

    page.button("close icon").click()
    set_count(page, 1)
    assert sent(page, upstream).keys() == {*SELECTED, "seed"}
    page.page.locator(".st-key-parameters").get_by_role("button", name="Reset").click()
    set_count(page, 0)
    assert sent(page, upstream).keys() == SELECTED


def test_zero_is_a_value(page: ChatPage, upstream: Upstream) -> None:
    slider(page, "temperature").press("Home")
    set_count(page, 1)

    assert sent(page, upstream)["temperature"] == 0


def test_the_dice_throw_a_seed_that_is_allowed(page: ChatPage, upstream: Upstream) -> None:
    page.button("casino icon").click()
    set_count(page, 1)
    first = sent(page, upstream)["seed"]
    page.button("casino icon").click()
    expect(number(page, "seed")).not_to_have_value(str(first))
    page.settled()

    second = sent(page, upstream)["seed"]
    assert first != second
    assert all(1 <= seed <= 9_999_999_999 for seed in (first, second))


def test_another_model_keeps_what_fits_and_says_what_does_not(page: ChatPage, upstream: Upstream) -> None:
    choose_model(page, "llama-4-scout-17b-16e-instruct")
    slider(page, "top_p").press("End")
    set_count(page, 1)
    slider(page, "temperature").press("Home")
    set_count(page, 2)
    slider(page, "top_k").press("End")
    set_count(page, 3)

    choose_model(page, "llama-3.3-70b-instruct-fp8-fast")
    expect(page.page.get_by_text(re.compile(r"top_p 2(\.0)? → 1"))).to_be_visible()
    set_count(page, 3)
    for name, shown in (("top_p", "1"), ("temperature", "0"), ("top_k", "50")):
        expect(slider(page, name)).to_have_attribute("aria-valuetext", shown)

    choose_model(page, "gemma-4-26b-a4b-it")
    expect(page.page.get_by_test_id("stSidebar")).to_contain_text(re.compile("top_k.*gemma"))
    set_count(page, 2)
    body = sent(page, upstream)
    assert (body["top_p"], body["temperature"]) == (1, 0)
    assert "top_k" not in body


def test_a_value_is_shown_as_it_is_sent_also_where_the_new_model_has_other_bounds(
    page: ChatPage, upstream: Upstream
) -> None:
    slider(page, "top_p").press("End")
    slider(page, "top_p").press("ArrowLeft")
    expect(slider(page, "top_p")).to_have_attribute("aria-valuetext", "0.999")
    page.settled()
    choose_model(page, "llama-3.2-3b-instruct")

    expect(slider(page, "top_p")).to_have_attribute("max", "2")
    expect(slider(page, "top_p")).to_have_attribute("aria-valuetext", re.compile(r"^(0\.999|1)$"))
    expect(slider(page, "repetition_penalty")).to_have_attribute("aria-valuetext", "1")
    assert f"{sent(page, upstream)['top_p']:g}" == digits(page, "top_p").input_value() == "0.999"


def test_values_survive_pages_and_reloads(page: ChatPage, upstream: Upstream) -> None:
    slider(page, "temperature").press("End")
    set_count(page, 1)
    page.system_prompt("Be brief.")
    number(page, "max_tokens").fill("77")
    number(page, "max_tokens").press("Enter")
    set_count(page, 2)

    page.go("History")
    expect(page.page.get_by_role("heading", name="History")).to_be_visible()
    page.go("Chat")
    set_count(page, 2)
    expect(slider(page, "temperature")).to_have_attribute("aria-valuetext", "5")
    page.reload()
    set_count(page, 2)
    expect(number(page, "max_tokens")).to_have_value("77")
    expect(page.textbox("System prompt")).to_have_value("Be brief.")

    body = sent(page, upstream)
    assert body.keys() == {*SELECTED, "temperature", "max_tokens"}
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}


def test_an_answer_cut_at_its_cap_says_so_and_can_be_raised(page: ChatPage, upstream: Upstream) -> None:
    number(page, "max_tokens").fill("8")
    number(page, "max_tokens").press("Enter")
    set_count(page, 1)

    page.ask("Hello upstream: tokens=12")
    page.idle()

    expect(page.answer).to_contain_text("cut off after 8 tokens")
    page.button("Raise to 16 and retry").click()
    expect(page.answer).to_contain_text("2 / 2")
    page.idle()
    expect(page.answer).not_to_contain_text("cut off")
    assert upstream.requests[-1].json["max_tokens"] == 16


def test_the_preview_is_what_is_sent(page: ChatPage, upstream: Upstream) -> None:
    slider(page, "temperature").press("End")
    set_count(page, 1)
    page.ask("Hello upstream: tokens=2")
    page.idle()
    page.page.get_by_text("Request preview").click()
    preview = page.page.get_by_test_id("stSidebar").get_by_test_id("stCode")
    expect(preview).to_contain_text('"temperature": 5')

    page.button("Regenerate").click()
    expect(page.answer).to_contain_text("2 / 2")

    for key in upstream.requests[-1].json:
        expect(preview).to_contain_text(f'"{key}"')


def test_a_stop_sequence_with_a_line_break_can_be_typed(app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(app, model=GEMMA)
    box = page.page.get_by_role("combobox", name=re.compile(r"^stop\b"))
    if not box.count():
        page.page.get_by_text("Advanced", exact=True).click()
    for written in (r"\n\nHuman:", " END", r"\d", r"\\n"):
        box.fill(written)
        box.press("Enter")
        box.press("Escape")  # its list of options hides the rest of the page
        page.settled()
    assert sent(page, upstream)["stop"] == ["\n\nHuman:", " END", "\\d", "\\n"]
    expect(page.page.get_by_test_id("stSidebar").get_by_text(r"\n\nHuman:", exact=True)).to_be_visible()


def digits(page: ChatPage, name: str) -> Locator:
    """The field for the digits beside a slider."""
    return page.page.get_by_role("spinbutton", name=f"{name} in digits")


def test_a_number_that_is_typed_beside_a_slider_is_kept_to_the_digit(page: ChatPage, upstream: Upstream) -> None:
    digits(page, "temperature").fill("0.123")
    digits(page, "temperature").press("Enter")
    set_count(page, 1)
    page.settled()
    expect(digits(page, "temperature")).to_have_value("0.123")
    assert sent(page, upstream)["temperature"] == 0.123

    slider(page, "temperature").press("ArrowRight")
    expect(digits(page, "temperature")).to_have_value("0.15")
    page.settled()
    assert sent(page, upstream)["temperature"] == 0.15


def test_one_press_sets_a_slider_to_its_default_and_one_unsets_it(page: ChatPage, upstream: Upstream) -> None:
    group = page.page.get_by_role("group", name=re.compile("^temperature"))
    bar = group.locator("> div > div").first
    unset = bar.evaluate("bar => getComputedStyle(bar).backgroundImage")
    assert unset == "none"
    expect(digits(page, "temperature")).to_have_attribute("placeholder", "0.6 default")

    page.page.locator(".st-key-parameters-temperature-set button").first.click()
    set_count(page, 1)
    page.settled()
    assert bar.evaluate("bar => getComputedStyle(bar).backgroundImage") != "none"
    assert sent(page, upstream)["temperature"] == 0.6

    page.page.locator(".st-key-parameters-temperature-clear button").first.click()
    set_count(page, 0)
    expect(digits(page, "temperature")).to_have_value("")
    assert "temperature" not in sent(page, upstream)
