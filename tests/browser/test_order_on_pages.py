"""What is on screen is what is sent, on the pages themselves: a control changes, and in the same frame is asked.

Settings and messages travel by two sockets. `ORDER_ROUNDS=100` tries each kind of control so often, by each way to ask
in turn, by turns at the speed of this computer and as slow as a phone. Some kinds share a chat, for opening one costs
more than a round.
"""

import os
from collections.abc import Mapping
from functools import partial
from itertools import product
from typing import TypeVar

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.browser.pressed import WAYS, asked, press_right_after, seen_then, words_of
from tests.browser.real_controls import CONTROLS, GEMMA
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

T = TypeVar("T")

ROUNDS = int(os.environ.get("ORDER_ROUNDS", "2"))
ROUNDS_A_CHAT = 20
KINDS, KINDS_A_CHAT = [*CONTROLS], 3
SPEEDS = (1, 4)
"""How many times slower the browser is, in turn, from the change until the model is asked. Each moment of that costs as
much processor time as it lasts: `test_order_of_changes.py` has six times, on a page that is drawn sooner."""


def way_of(ways: Mapping[str, T], first: int, round_: int) -> tuple[str, T]:
    """The way to ask in a round; each of them comes at each speed in turn."""
    name = [*ways][(first + round_ + round_ // len(ways)) % len(ways)]
    return name, ways[name]


def more_than(upstream: Upstream, before: int) -> bool:
    """Whether models were asked more than that many times."""
    return len(asked(upstream)) > before


def prepare(page: ChatPage) -> None:
    """Have something said in a new chat, and all controls in view."""
    for fold in ("Advanced", "Tools and format"):
        page.page.get_by_test_id("stSidebar").get_by_text(fold).first.click()
    expect(page.page.locator(".st-key-parameters-user")).to_be_visible()
    page.ask("First upstream: tokens=1")
    page.idle()


@pytest.mark.timeout(120 + 40 * ROUNDS * KINDS_A_CHAT)
@pytest.mark.parametrize(
    "kinds", [KINDS[at : at + KINDS_A_CHAT] for at in range(0, len(KINDS), KINDS_A_CHAT)], ids=" · ".join
)
def test_a_chat_sends_what_is_on_screen(app: App, visit: Visit, upstream: Upstream, kinds: list[str]) -> None:
    page = visit(app, model=GEMMA)
    prepare(page)
    for number, (kind, round_) in enumerate(product(kinds, range(ROUNDS))):
        if number and number % ROUNDS_A_CHAT == 0:
            page.open(model=GEMMA)
            prepare(page)
        control = CONTROLS[kind]
        (name, way), before = way_of(WAYS, KINDS.index(kind), round_), len(asked(upstream))
        answer_before = page.answer.get_attribute("data-turn") or ""
        words = f"{kind} {round_} upstream: tokens=1"
        way.prepare(page.page, words)
        control.prepare(page.page, round_)
        page.slow_down(SPEEDS[round_ % len(SPEEDS)])
        press_right_after(page.page, control.event, way, control.read)
        control.change(page.page, round_)
        wanted = seen_then(page.page) if control.read else control.wanted(round_)
        page.until(partial(more_than, upstream, before))
        page.slow_down(1)
        sent = asked(upstream)[before]
        assert control.sent(sent) == wanted, f"{kind}, round {round_} by {name}"
        if way.has_words:
            assert words_of(sent) == words
        # The browser hears of an answer after the server has asked for it: Stop alone would say that all is still.
        expect(page.answer).not_to_have_attribute("data-turn", answer_before)
        expect(page.answer).to_have_attribute("data-state", "done")
        expect(page.stop_button).to_be_disabled()
        assert len(asked(upstream)) == before + 1
