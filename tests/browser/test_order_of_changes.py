"""What is on screen is what a message is sent with: a control that changes right before Enter is waited for.

Settings and messages travel by two sockets. Each round changes a control by real input and presses Enter in the box
before the browser does anything else, by turns at the speed of this computer and six times slower. `ORDER_ROUNDS=100`
tries each kind of control so often.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.composer_app.channel import MODELS
from tests.browser.composer_page import ComposerPage
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

ROUNDS = int(os.environ.get("ORDER_ROUNDS", "3"))
SPEEDS = (1, 6)
"""How many times slower the browser is, in turn."""
ENTER_RIGHT_AFTER = """(kind) => {
    const box = document.querySelector(".st-key-composer textarea");
    addEventListener(kind, () => {
        const right_after = new MessageChannel();
        right_after.port1.onmessage = () => {
            box.focus();
            document.execCommand("insertText", false, "Hello");
            box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
        };
        right_after.port2.postMessage(null);
    }, {capture: true, once: true});
}"""


class Control:
    """How a control is changed in a round, by which event it is, and what is on screen afterwards."""

    def __init__(
        self,
        key: str,
        event: str,
        change: Callable[[Page, int], None],
        shown: Callable[[Page], Any],
        prepare: Callable[[Page], None] = lambda page: None,
    ) -> None:
        self.key = key
        self.event = event
        self.change = change
        self.shown = shown
        self.prepare = prepare


def _slider(name: str) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("slider", name=name)


def _option(key: str, role: Any, number: int) -> Callable[[Page], Locator]:
    return lambda page: page.locator(f".st-key-{key}").get_by_role(role, name=MODELS[number])


def _checked(key: str, role: Any) -> Callable[[Page], str]:
    return lambda page: str(page.locator(f".st-key-{key}").get_by_role(role, checked=True).inner_text())


def _click_track(page: Page, round_: int) -> None:
    box = page.locator(".st-key-slider [data-testid=stSlider]").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 40 + 30 * (round_ % 5), box["y"] + box["height"] - 20)


def _pick_model(page: Page, round_: int) -> None:
    option = page.get_by_role("option", name=MODELS[(round_ + 1) % 6])

    def picked() -> bool:
        try:
            option.click(timeout=2000)
        except PlaywrightTimeoutError:  # a list that opens while something around it moves closes by itself
            page.get_by_role("combobox", name="Model").press("ArrowDown")
            return False
        return True

    until(picked, timeout_s=40)


CONTROLS = {
    "slider moved by a key": Control(
        "slider",
        "keydown",
        lambda page, _: page.keyboard.press("ArrowRight"),
        lambda page: int(_slider("Slider")(page).input_value()),
        lambda page: _slider("Slider")(page).focus(),
    ),
    "slider moved by the mouse": Control(
        "slider", "pointerup", _click_track, lambda page: int(_slider("Slider")(page).input_value())
    ),
    "slider of steps": Control(
        "steps",
        "keydown",
        lambda page, round_: page.keyboard.press("ArrowRight" if round_ % 8 < 4 else "ArrowLeft"),
        lambda page: _slider("Steps")(page).get_attribute("aria-valuetext"),
        lambda page: _slider("Steps")(page).focus(),
    ),
    "number typed": Control(
        "number",
        "input",
        lambda page, round_: page.keyboard.type(str(round_ % 9 + 1)),
        lambda page: int(page.get_by_role("spinbutton", name="Number").input_value()),
        lambda page: page.get_by_role("spinbutton", name="Number").select_text(),
    ),
    "number stepped": Control(
        "number",
        "click",
        lambda page, _: page.get_by_role("button", name="Increment").click(),
        lambda page: int(page.get_by_role("spinbutton", name="Number").input_value()),
    ),
    "system prompt left": Control(
        "system",
        "input",
        lambda page, _: page.keyboard.type("a"),
        lambda page: page.get_by_role("textbox", name="System prompt").input_value(),
        lambda page: page.get_by_role("textbox", name="System prompt").focus(),
    ),
    "words left": Control(
        "words",
        "input",
        lambda page, _: page.keyboard.type("a"),
        lambda page: page.get_by_role("textbox", name="Words").input_value(),
        lambda page: page.get_by_role("textbox", name="Words").focus(),
    ),
    "model picked": Control(
        "model",
        "click",
        _pick_model,
        lambda page: page.get_by_role("combobox", name="Model").input_value(),
        lambda page: page.locator(".st-key-model").get_by_role("button").click(),
    ),
    "one of several pressed": Control(
        "effort",
        "click",
        lambda page, round_: _option("effort", "radio", (round_ + 1) % 3)(page).click(),
        _checked("effort", "radio"),
    ),
    "radio picked": Control(
        "radio",
        "click",
        lambda page, round_: page.locator(".st-key-radio label", has_text=MODELS[(round_ + 1) % 6]).click(),
        lambda page: MODELS[int(page.locator(".st-key-radio input:checked").evaluate("it => it.value"))],
    ),
    "toggle": Control(
        "toggle",
        "click",
        lambda page, _: page.locator(".st-key-toggle label").click(),
        lambda page: page.locator(".st-key-toggle input").is_checked(),
    ),
    "checkbox": Control(
        "checkbox",
        "click",
        lambda page, _: page.locator(".st-key-checkbox label").click(),
        lambda page: page.locator(".st-key-checkbox input").is_checked(),
    ),
}


@pytest.mark.timeout(60 + 30 * ROUNDS)
@pytest.mark.parametrize("kind", CONTROLS)
def test_what_is_on_screen_is_what_is_sent(composer: ComposerPage, kind: str) -> None:
    control, page = CONTROLS[kind], composer.page
    for round_ in range(ROUNDS):
        composer.slow_down(SPEEDS[round_ % len(SPEEDS)])
        control.prepare(page)
        page.evaluate(ENTER_RIGHT_AFTER, control.event)
        control.change(page, round_)
        sent = composer.received(round_ + 1)[-1]
        assert (sent["text"], sent["settings"].get(control.key)) == ("Hello", control.shown(page)), f"round {round_}"


def test_a_slider_that_is_held_is_waited_for(composer: ComposerPage) -> None:
    page = composer.page
    box = page.locator(".st-key-slider [data-testid=stSlider]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 20)
    composer.box.fill("Hello")
    composer.box.press("Enter")
    expect(page.get_by_text("Waiting for a setting to arrive")).to_be_visible()
    assert composer.app.received() == []
    page.mouse.up()
    [sent] = composer.received()
    assert sent["settings"]["slider"] == int(_slider("Slider")(page).input_value()) != 50


def test_a_message_that_waits_is_shown_and_can_be_taken_back(composer: ComposerPage) -> None:
    composer.button("Slow").click()
    composer.box.fill("Hello")
    ways: list[Callable[[], None]] = [
        lambda: composer.page.keyboard.press("Escape"),
        lambda: composer.button("Take back").click(),
        lambda: composer.stop_button.click(),
    ]
    for take_back in ways:
        composer.box.press("Enter")
        expect(composer.page.get_by_text("Waiting for a setting to arrive")).to_be_visible()
        expect(composer.box).to_have_value("")
        take_back()
        expect(composer.box).to_have_value("Hello")
        expect(composer.page.get_by_text("Waiting for a setting to arrive")).to_be_hidden()
        expect(composer.box).to_be_focused()
    composer.box.press("Enter")
    composer.app.release()
    assert [sent["text"] for sent in composer.received()] == ["Hello"]
    expect(composer.box).to_have_value("")


def test_messages_that_wait_leave_in_their_order(composer: ComposerPage) -> None:
    composer.button("Slow").click()
    for text in ("One", "Two", "Three"):
        composer.box.fill(text)
        composer.box.press("Enter")
    expect(composer.page.get_by_text("“One”, “Two”, “Three”")).to_be_visible()
    composer.app.release()
    assert [sent["text"] for sent in composer.received(3)] == ["One", "Two", "Three"]
    expect(composer.page.get_by_text("Waiting for a setting to arrive")).to_be_hidden()


def test_a_setting_that_does_not_arrive_is_said(composer: ComposerPage) -> None:
    composer.button("Slow").click()
    composer.box.fill("Hello")
    composer.box.press("Enter")
    expect(composer.problem).to_contain_text("Not sent: a setting has not reached the server.", timeout=15_000)
    expect(composer.box).to_have_value("Hello")
    composer.app.release()
    composer.box.press("Enter")
    assert len(composer.received()) == 1
    expect(composer.problem).to_be_hidden()


def test_a_value_that_a_setting_cannot_have_is_not_ignored(composer: ComposerPage) -> None:
    number = composer.page.get_by_role("spinbutton", name="Number")
    number.fill("5000")
    composer.box.fill("Hello")
    composer.box.press("Enter")
    expect(composer.problem).to_contain_text("Not sent: “Number” has a value that it cannot have.")
    expect(composer.box).to_have_value("Hello")
    number.fill("500")
    composer.box.press("Enter")
    [sent] = composer.received()
    assert sent["settings"]["number"] == 500


def test_where_nothing_was_used_a_message_leaves_at_once(composer: ComposerPage) -> None:
    composer.box.fill("One")
    composer.box.press("Enter")
    composer.received(1)  # whatever was done before the page was there is settled by now
    composer.page.evaluate(
        """() => {
            window.sent = [];
            const send = WebSocket.prototype.send;
            WebSocket.prototype.send = function (data) {
                window.sent.push(typeof data === "string" ? JSON.parse(data).kind : "to Streamlit");
                return send.call(this, data);
            };
        }"""
    )
    composer.box.fill("Two")
    sent = composer.box.evaluate(
        """box => {
            box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
            return [...window.sent];
        }"""
    )
    assert sent == ["send"]
    composer.received(2)
    assert "to Streamlit" not in composer.page.evaluate("window.sent")


def test_what_is_used_while_a_message_waits_is_for_the_next(composer: ComposerPage) -> None:
    composer.button("Slow").click()
    composer.box.fill("One")
    composer.box.press("Enter")
    expect(composer.page.get_by_text("Waiting for a setting to arrive")).to_be_visible()
    composer.page.locator(".st-key-toggle label").click()
    composer.box.fill("Two")
    composer.box.press("Enter")
    composer.app.release()
    one, two = composer.received(2)
    assert [one["settings"].get("toggle"), two["settings"].get("toggle")] == [None, True]


def test_what_is_used_right_after_a_message_does_not_overtake_it(composer: ComposerPage) -> None:
    composer.box.fill("One")
    composer.box.press("Enter")
    composer.received(1)  # whatever was done before the page was there is settled by now
    composer.app.answer_next(hold=True)
    composer.box.fill("Two")
    composer.box.press("Enter")
    toggle = composer.page.locator(".st-key-toggle")
    toggle.locator("label").click()
    expect(toggle.locator("input")).to_be_checked()
    composer.received(2)
    composer.app.release()
    composer.box.fill("Three")
    composer.box.press("Enter")
    two, three = composer.received(3)[1:]
    assert [two["settings"].get("toggle"), three["settings"].get("toggle")] == [None, True]
