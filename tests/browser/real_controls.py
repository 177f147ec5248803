"""The controls of the real pages: how each is changed by real input, what it shows, and where a request has it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.waiting import until
from tests.upstream.seen import Seen

GEMMA = "@cf/google/gemma-4-26b-a4b-it"
GPT_OSS = "@cf/openai/gpt-oss-20b"
MODELS, NAMES = (GPT_OSS, GEMMA), ("gpt-oss-20b", "gemma-4-26b")
"""Two models with the same parameters, one of each kind of control among them."""
UNSET = None
MOST_STOP_SEQUENCES = 4


@dataclass(frozen=True)
class Control:
    """`change` ends with an `event`; `read` is JavaScript for what is on screen, None where only the server knows it;
    `sent` finds the same in a request, and `wanted` is what it must be where nothing can be read."""

    event: str
    change: Callable[[Page, int], None]
    read: str | None
    sent: Callable[[Seen], Any]
    prepare: Callable[[Page, int], None] = lambda page, round_: None
    wanted: Callable[[int], Any] = lambda round_: UNSET


def parameter(name: str) -> Callable[[Seen], Any]:
    """A parameter of a request, None where it is not sent."""
    return lambda seen: seen.json.get(name)


def system_prompt(seen: Seen) -> str:
    """The system prompt of a request."""
    return "".join(said["content"] for said in seen.json["messages"] if said["role"] == "system")


def model_of(seen: Seen) -> str:
    """The model that was asked."""
    return "@cf/" + seen.path.partition("/@cf/")[2]


def value_of(css: str) -> str:
    """JavaScript for what stands in a field."""
    return f"document.querySelector({json.dumps(css)}).value"


def _in(key: str, css: str) -> str:
    return f".st-key-{key} {css}"


def _focus(css: str) -> Callable[[Page, int], None]:
    return lambda page, _: page.locator(css).focus()


def _select(css: str) -> Callable[[Page, int], None]:
    return lambda page, _: page.locator(css).select_text()


def there_and_back(page: Page, round_: int) -> None:
    """Eight steps of a slider to the right, eight to the left."""
    page.keyboard.press("ArrowRight" if round_ // 8 % 2 == 0 else "ArrowLeft")


def _drag(key: str) -> Callable[[Page, int], None]:
    def drag(page: Page, round_: int) -> None:
        slider = page.locator(_in(key, "[data-testid=stSlider]"))
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        down = box["y"] + box["height"] - 20
        page.mouse.move(box["x"] + box["width"] / 2, down)
        page.mouse.down()
        page.mouse.move(box["x"] + 40 + 17 * (round_ % 9), down, steps=2)
        page.mouse.up()

    return drag


def search(key: str, names: tuple[str, ...]) -> Callable[[Page, int], None]:
    """Open a list of options by typing what is to be chosen this round."""
    return lambda page, round_: _type_until_offered(page, key, names[round_ % len(names)])


def _type_until_offered(page: Page, key: str, name: str) -> None:
    box, option = page.locator(_in(key, "input")).first, page.get_by_role("option", name=name)

    def offered() -> bool:
        if not option.first.is_visible():  # a list that opens while something around it moves closes by itself
            box.fill("")
            box.fill(name)
        try:
            option.first.wait_for(timeout=2000)
        except PlaywrightTimeoutError:
            return False
        return True

    box.scroll_into_view_if_needed()
    until(offered, timeout_s=40)


def _type_stop_sequence(page: Page, round_: int) -> None:
    if round_ % MOST_STOP_SEQUENCES == 0:
        box = page.locator(_in("parameters-stop", "input")).first
        for _ in range(MOST_STOP_SEQUENCES if round_ else 0):
            box.press("Backspace")
    _type_until_offered(page, "parameters-stop", f"END{round_}")


def option(key: str, names: tuple[str, ...]) -> Callable[[Page, int], None]:
    """Choose from a list of options."""

    def choose(page: Page, round_: int) -> None:
        name = names[round_ % len(names)]

        def chosen() -> bool:
            try:
                page.get_by_role("option", name=name).first.click(timeout=2000)
            except PlaywrightTimeoutError:
                _type_until_offered(page, key, name)
                return False
            return True

        until(chosen, timeout_s=40)

    return choose


def button(key: str) -> Callable[[Page, int], None]:
    """Click the one button of a container."""
    return lambda page, _: page.locator(f".st-key-{key}").get_by_role("button").first.click()


TEMPERATURE, TOP_P, TOKENS = (f"parameters-{name}" for name in ("temperature", "top_p", "max_tokens"))
SLIDER, NUMBER, AREA = "input[type=range]", "input[type=number]", "textarea"
FORMATS = ("JSON object", "Text")
EFFORTS = ("low", "medium", "high")

CONTROLS: dict[str, Control] = {
    "slider by key": Control(
        "keydown",
        there_and_back,
        f"+{value_of(_in(TEMPERATURE, SLIDER))}",
        parameter("temperature"),
        _focus(_in(TEMPERATURE, SLIDER)),
    ),
    "slider by mouse": Control("pointerup", _drag(TOP_P), f"+{value_of(_in(TOP_P, SLIDER))}", parameter("top_p")),
    "number typed": Control(
        "input",
        lambda page, round_: page.keyboard.insert_text(str(100 + round_)),
        f"+{value_of(_in(TOKENS, NUMBER))}",
        parameter("max_tokens"),
        _select(_in(TOKENS, NUMBER)),
    ),
    "number typed and entered": Control(
        "keydown",
        lambda page, _: page.keyboard.press("Enter"),
        f"+{value_of(_in(TOKENS, NUMBER))}",
        parameter("max_tokens"),
        lambda page, round_: page.locator(_in(TOKENS, NUMBER)).fill(str(300 + round_)),
    ),
    "number stepped": Control(
        "keydown",
        lambda page, _: page.keyboard.press("ArrowUp"),
        f"+{value_of(_in(TOKENS, NUMBER))}",
        parameter("max_tokens"),
        lambda page, _: have_tokens(page),
    ),
    "system prompt left": Control(
        "input",
        lambda page, round_: page.keyboard.insert_text(f"Be {round_}. "),
        value_of(_in("system_prompt", AREA)),
        system_prompt,
        _focus(_in("system_prompt", AREA)),
    ),
    "model by mouse": Control(
        "click",
        option("model", NAMES),
        None,
        model_of,
        search("model", NAMES),
        lambda round_: MODELS[round_ % 2],
    ),
    "model by key": Control(
        "keydown",
        lambda page, _: page.keyboard.press("Enter"),
        None,
        model_of,
        search("model", NAMES),
        lambda round_: MODELS[round_ % 2],
    ),
    "option by mouse": Control(
        "click",
        option("parameters-reasoning_effort", EFFORTS),
        value_of(_in("parameters-reasoning_effort", "input")),
        parameter("reasoning_effort"),
        search("parameters-reasoning_effort", EFFORTS),
    ),
    "switch": Control(
        "click",
        lambda page, round_: (
            page.locator(".st-key-parameters-parallel_tool_calls").get_by_role("radio").nth(round_ % 2).click()
        ),
        None,
        parameter("parallel_tool_calls"),
        wanted=lambda round_: round_ % 2 == 0,
    ),
    "JSON": Control(
        "input",
        lambda page, round_: page.keyboard.insert_text(f'{{"round": {round_}}}'),
        f"JSON.parse({value_of(_in('parameters-chat_template_kwargs', AREA))})",
        parameter("chat_template_kwargs"),
        _select(_in("parameters-chat_template_kwargs", AREA)),
    ),
    "stop sequence": Control(
        "keydown",
        lambda page, _: page.keyboard.press("Enter"),
        None,
        lambda seen: (seen.json.get("stop") or [UNSET])[-1],
        _type_stop_sequence,
        lambda round_: f"END{round_}",
    ),
    "text": Control(
        "input",
        lambda page, round_: page.keyboard.insert_text(f"somebody {round_}"),
        value_of(_in("parameters-user", "input")),
        parameter("user"),
        _select(_in("parameters-user", "input")),
    ),
    "unset": Control(
        "click",
        button(f"{TEMPERATURE}-clear"),
        None,
        parameter("temperature"),
        lambda page, round_: set_temperature(page),
    ),
    "reset": Control(
        "click", button("parameters-reset"), None, parameter("temperature"), lambda page, round_: set_temperature(page)
    ),
    "checkbox": Control(
        "click",
        lambda page, _: page.locator(".st-key-reject_if_busy label").click(),
        None,
        lambda seen: seen.json.get("options", {}).get("rejectIfBusy", False),
        wanted=lambda round_: round_ % 2 == 0,
    ),
    "format": Control(
        "click",
        option("response_format", FORMATS),
        None,
        lambda seen: (seen.json.get("response_format") or {}).get("type", UNSET),
        search("response_format", FORMATS),
        lambda round_: "json_object" if round_ % 2 == 0 else UNSET,
    ),
    "preset used": Control(
        "click",
        lambda page, _: page.get_by_role("button", name="Use with this model").first.click(),
        None,
        parameter("temperature"),
        lambda page, _: choose_preset(page),
        lambda round_: 0.4,
    ),
}


def have_tokens(page: Page) -> None:
    """Have a number that can be stepped, with the focus on it."""
    box = page.locator(_in(TOKENS, NUMBER))
    if not box.input_value():
        box.fill("500")
        box.press("Enter")
    box.focus()


def set_temperature(page: Page) -> None:
    """Have a temperature, so that it can be taken back."""
    clear = page.locator(f".st-key-{TEMPERATURE}-clear").get_by_role("button").first
    if not clear.is_visible():
        page.locator(_in(TEMPERATURE, SLIDER)).press("ArrowRight")
    expect(clear).to_be_visible()


def choose_preset(page: Page) -> None:
    """Open the presets and choose one, without using it."""
    if not page.get_by_test_id("stPopoverBody").is_visible():
        page.get_by_role("button", name="Presets").click()
    box = page.get_by_test_id("stPopoverBody").get_by_role("combobox", name="Preset")
    if "Three sentences" not in box.input_value():
        box.fill("Three sentences")
        page.get_by_role("option", name="Three sentences").first.click()
    expect(page.get_by_role("button", name="Use with this model").first).to_be_visible()
