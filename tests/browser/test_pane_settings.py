"""The settings of a pane are drawn by themselves; whatever shows them elsewhere on the page is right all the same."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from playground.compare.comparison import Comparison
from tests.browser.app import App
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.browser.real_controls import GEMMA, GPT_OSS
from tests.browser.test_compare import compare, with_own

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(app: App, visit: Visit) -> Callable[..., ComparePage]:
    """Open the page with panes for these models, the settings of the first one unfolded."""

    def open_(*models: str, change: Callable[[Comparison], Comparison] = lambda same: same) -> ComparePage:
        page = compare(app, visit, *models, change=change)
        page.unfold(0)
        return page

    return open_


def slider(page: ComparePage, number: int, name: str = "temperature") -> Locator:
    # The first one: the one that a new one replaces is there until the run has ended.
    return page.pane(number).locator(f"[class*='-{name}'] input[type=range]").first


def less(page: ComparePage, number: int, name: str = "temperature") -> None:
    slider(page, number, name).press("ArrowLeft")
    expect(page.pane(number).get_by_label(re.compile(f"^{name}$")).first).to_be_visible()  # "(unset)" before
    page.tab.settled()


def test_they_alone_are_drawn(opened: Callable[..., ComparePage]) -> None:
    page = opened(GEMMA, GPT_OSS)
    runs = runs_of(page)
    page.tab.page.reload()
    page.unfold(0)
    runs.clear()

    less(page, 0)

    expect(page.pane(0)).to_contain_text("1 set")
    assert runs == [True]


def runs_of(page: ComparePage) -> list[bool]:
    """Whether each run drew a part of the page and not the whole, from the next reload on."""
    runs: list[bool] = []

    def came(frame: str | bytes) -> None:
        message = ForwardMsg()
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        if message.WhichOneof("type") == "script_finished":
            runs.append(message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)

    def connected(socket: WebSocket) -> None:
        if socket.url.endswith("/_stcore/stream"):
            socket.on("framereceived", came)

    page.tab.page.on("websocket", connected)
    return runs


def test_what_a_pane_is_called_follows(opened: Callable[..., ComparePage]) -> None:
    page = opened(GEMMA, GEMMA, change=lambda two: with_own(two, "temperature", (0.2, 1.0)))
    assert page.name(0) == "temperature 0.2"

    less(page, 0)

    expect(page.pane(0).locator("strong").first).to_have_text(re.compile(r"temperature 0\.(?!2$)\d+"))


def test_what_is_shared_follows_wherever_it_is_unfolded(opened: Callable[..., ComparePage]) -> None:
    page = opened(GEMMA, GPT_OSS)
    less(page, 0)
    page.unfold(1)
    first, second = slider(page, 0), slider(page, 1)
    expect(second).to_have_value(first.input_value())

    first.press("ArrowRight")
    expect(second).to_have_value(first.input_value())
    first.press("ArrowLeft")
    expect(second).to_have_value(first.input_value())
    second.press("ArrowRight")

    expect(first).to_have_value(second.input_value())


def test_the_context_gauge_follows(opened: Callable[..., ComparePage]) -> None:
    page = opened(GEMMA, GPT_OSS)
    gauge = page.tab.page.locator(".st-key-composer .st-key-context_gauge")
    expect(gauge).to_contain_text("context")

    box = page.pane(0).locator("[class*='-max_completion_tokens'] input")
    box.fill("77")
    box.press("Enter")

    expect(gauge).to_contain_text("answers end at 77 tokens")


def test_what_is_exported_follows(opened: Callable[..., ComparePage]) -> None:
    page = opened(GEMMA, GPT_OSS)
    less(page, 0, "top_p")
    with page.tab.page.expect_download() as downloading:
        page.more().locator(".st-key-export_comparison button").click()

    value = slider(page, 0, "top_p").input_value()
    assert Path(downloading.value.path()).read_text().count(f"- top\\_p: `{float(value):g}`") == 2


def test_a_link_that_is_broken_is_drawn_where_it_counts(opened: Callable[..., ComparePage]) -> None:
    page = opened(GEMMA, GPT_OSS)

    page.tab.page.locator(".st-key-prompt-0-link").get_by_role("button").first.click()

    expect(page.tab.page.locator(".st-key-composer-0 textarea")).to_be_visible()
    expect(page.tab.page.get_by_placeholder("To 1 of 2 panes")).to_be_visible()


def test_code_and_request_show_what_is_set_now(opened: Callable[..., ComparePage]) -> None:
    page = opened(GEMMA, GPT_OSS)
    less(page, 0, "top_p")
    value = f"{float(slider(page, 0, 'top_p').input_value()):g}"
    page.pane(0).get_by_text("Request preview").click()
    expect(page.pane(0).get_by_test_id("stCode")).to_contain_text(f'"top_p": {value}')

    page.pane(0).get_by_role("button", name="Code").click()

    expect(page.tab.page.get_by_role("dialog").get_by_test_id("stCode")).to_contain_text(value)
    page.tab.page.keyboard.press("Escape")
    expect(page.tab.page.get_by_role("dialog")).to_be_hidden()
    less(page, 0, "top_p")
    expect(page.tab.page.get_by_role("dialog")).to_be_hidden()
