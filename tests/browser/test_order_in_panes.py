"""What is on screen is what is sent to every pane: a control changes, and in the same frame is asked.

As `test_order_on_pages.py`, for settings that panes share and settings of their own; `ORDER_ROUNDS=100` as there.
"""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.browser.pressed import WAYS, Way, asked, press_right_after, seen_then
from tests.browser.real_controls import (
    GEMMA,
    GPT_OSS,
    MODELS,
    NAMES,
    Control,
    model_of,
    option,
    parameter,
    search,
    system_prompt,
    there_and_back,
)
from tests.browser.test_compare import compare, with_own
from tests.browser.test_order_on_pages import ROUNDS, SPEEDS, more_than, way_of
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

PANE = ".st-key-pane-0 "
SLIDER = f"{PANE}[class*='-temperature'] input[type=range]"
SYSTEM = f"{PANE}.st-key-system_prompt-0 textarea"
PANE_WAYS: dict[str, tuple[Way, int]] = {
    "Enter": (WAYS["Enter"], 2),
    "Send": (WAYS["Send"], 2),
    "Regenerate": (
        Way(lambda page, _: None, f'document.querySelector("{PANE}[data-do=regenerate]").click()', has_words=False),
        1,
    ),
}
"""What is pressed, and how many panes are asked."""


def _focus(css: str) -> Callable[[Page, int], None]:
    return lambda page, _: page.locator(css).focus()


SLIDER_MOVED = Control(
    "keydown", there_and_back, f'+document.querySelector("{SLIDER}").value', parameter("temperature"), _focus(SLIDER)
)
CONTROLS: dict[str, Control] = {
    "slider that is shared": SLIDER_MOVED,
    "slider of its own": SLIDER_MOVED,
    "system prompt that is shared": Control(
        "input",
        lambda page, round_: page.keyboard.insert_text(f"Be {round_}. "),
        f'document.querySelector("{SYSTEM}").value',
        system_prompt,
        _focus(SYSTEM),
    ),
    "model": Control(
        "click",
        option("model-0", NAMES),
        None,
        model_of,
        search("model-0", NAMES),
        lambda round_: MODELS[round_ % 2],
    ),
}


@pytest.mark.timeout(120 + 40 * ROUNDS)
@pytest.mark.parametrize("kind", CONTROLS)
def test_panes_are_sent_what_is_on_screen(app: App, visit: Visit, upstream: Upstream, kind: str) -> None:
    control, first = CONTROLS[kind], list(CONTROLS).index(kind)
    own = kind == "slider of its own"
    page = prepared(app, visit, own)
    for round_ in range(ROUNDS):
        (name, (way, count)), before = way_of(PANE_WAYS, first, round_), len(asked(upstream))
        answers = [page.pane(number).locator("[data-role=assistant]").last for number in range(count)]
        said = [answer.get_attribute("data-turn") or "" for answer in answers]
        way.prepare(page.tab.page, f"{kind} {round_} upstream: tokens=1")
        control.prepare(page.tab.page, round_)
        page.tab.slow_down(SPEEDS[round_ % len(SPEEDS)])
        press_right_after(page.tab.page, control.event, way, control.read)
        control.change(page.tab.page, round_)
        wanted = seen_then(page.tab.page) if control.read else control.wanted(round_)
        page.tab.until(partial(more_than, upstream, before + count - 1))
        page.tab.slow_down(1)
        found = [control.sent(sent) for sent in asked(upstream)[before:]]
        if own and count > 1:
            assert wanted in found
            assert 0.5 in found, f"round {round_} by {name}"
        elif kind == "model":
            assert wanted in found, f"round {round_} by {name}"
        else:
            assert found == [wanted] * count, f"round {round_} by {name}"
        for answer, answer_before in zip(answers, said, strict=True):
            expect(answer).not_to_have_attribute("data-turn", answer_before)
            expect(answer).to_have_attribute("data-state", "done")
        page.ended()


def prepared(app: App, visit: Visit, own: bool) -> ComparePage:
    """Two panes in which something was said, with the settings of the first one open."""
    page = compare(
        app,
        visit,
        GEMMA,
        GPT_OSS,
        change=lambda two: with_own(two, "temperature", (1.0, 0.5)) if own else two,
    )
    page.ask("First upstream: tokens=1")
    page.ended()
    page.pane(0).get_by_text("Settings", exact=True).click()
    expect(page.tab.page.locator(SLIDER)).to_be_visible()
    page.tab.settled()
    return page
