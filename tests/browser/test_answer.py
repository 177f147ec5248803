"""An answer while it comes: seen growing, stopped, left and found again, cut by a crash."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Upstream
from tests.upstream.writing import words

pytestmark = pytest.mark.browser


def said(upstream: Upstream, tokens: int) -> str:
    """All that the stand-in has to say to the last request, or will have said."""
    messages = upstream.requests[-1].json["messages"]
    return "".join(words("\n".join(message["content"] for message in messages), tokens))


def growing(page: ChatPage, times: int) -> list[str]:
    """The answer as it was on screen at `times` moments, each time with more to read."""
    seen = [""]
    for _ in range(times):
        seen.append(page.until(lambda: page.answer_text, lambda text: len(text) > len(seen[-1])))
    return seen[1:]


def test_tokens_are_seen_one_after_another(page: ChatPage, upstream: Upstream) -> None:
    page.ask("Count upstream: rate=30 tokens=600")

    seen = growing(page, 8)
    assert all(later.startswith(earlier) for earlier, later in pairwise(seen))
    assert len(seen[-1]) < len(said(upstream, 600)) / 2
    page.stop()
    assert said(upstream, 600).startswith(page.answer_text)


@pytest.mark.parametrize("how", ["button", "Esc"])
def test_stop_keeps_what_is_there_and_closes_the_connection(page: ChatPage, upstream: Upstream, how: str) -> None:
    page.ask("A long story upstream: rate=30 tokens=600")
    growing(page, 3)

    if how == "button":
        page.stop_button.click()
    else:
        page.page.keyboard.press("Escape")
    assert upstream.requests[-1].left_early.wait(2)
    page.idle()

    text = page.answer_text
    assert len(text) > 10
    assert said(upstream, 600).startswith(text)
    expect(page.answer).to_contain_text("stopped")
    expect(page.meter).to_contain_text(re.compile(r"~\d+ in · ~\d+ out · ~\$0\.0\d+"))
    page.reload()
    assert page.answer_text == text
    expect(page.answer).to_contain_text("stopped")


def test_stop_closes_a_connection_that_is_silent(page: ChatPage, upstream: Upstream) -> None:
    page.ask("Say nothing upstream: pause=600")
    expect(page.answer).to_contain_text("Waiting for the first token")

    page.page.keyboard.press("Escape")

    assert upstream.requests[-1].left_early.wait(2)
    page.idle()
    expect(page.answer).to_contain_text("stopped")
    expect(page.composer).to_have_value("Say nothing upstream: pause=600")


def test_nothing_of_the_screen_before_stays_beside_a_coming_answer(page: ChatPage) -> None:
    expect(page.button("List five names for a friendly robot.")).to_be_visible()

    page.ask("First upstream: rate=20 tokens=600")
    growing(page, 2)
    expect(page.button("List five names for a friendly robot.")).to_have_count(0)

    page.stop()
    expect(page.meter).to_be_visible()
    page.button("Regenerate").click()
    growing(page, 2)
    expect(page.button("Regenerate")).to_have_count(0)
    expect(page.meter).not_to_contain_text(" in · ")  # that of an answer that has ended
    expect(page.turns.last.get_by_text("stopped", exact=True)).to_have_count(0)
    page.stop()


def test_a_reload_loses_nothing(page: ChatPage, upstream: Upstream) -> None:
    page.ask("A story upstream: rate=40 tokens=2000")
    before = growing(page, 2)[-1]

    page.reload()

    assert page.until(lambda: page.answer_text).startswith(before)
    growing(page, 2)
    page.stop()
    assert said(upstream, 2000).startswith(page.answer_text)
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_a_slow_computer_gets_stop_and_composer_while_an_answer_comes(
    page: ChatPage, upstream: Upstream, width: int
) -> None:
    page.page.set_viewport_size({"width": width, "height": 844})
    page.ask("A story upstream: rate=40 tokens=2000")
    growing(page, 1)

    page.slow_down(6)
    page.reload()
    expect(page.stop_button).to_be_enabled()
    page.slow_down(1)

    page.stop()
    assert len(page.answer_text) < len(said(upstream, 2000))


def test_another_page_and_back_loses_nothing(page: ChatPage, upstream: Upstream) -> None:
    page.ask("A story upstream: rate=40 tokens=200")
    before = growing(page, 2)[-1]

    page.go("History")
    expect(page.page.get_by_role("heading", name="History")).to_be_visible()
    page.go("Chat")

    assert page.until(lambda: page.answer_text).startswith(before)
    page.idle()
    assert page.answer_text == said(upstream, 200)
    assert len(upstream.requests) == 1


def test_two_browsers_watch_the_same_answer(app: App, page: ChatPage, visit: Visit, upstream: Upstream) -> None:
    page.ask("A story upstream: rate=40 tokens=4000")
    growing(page, 1)

    other = visit(app, page.conversation, locale="de-DE")

    growing(other, 2)
    growing(page, 2)
    other.stop()
    page.idle()
    assert page.answer_text == other.answer_text
    assert said(upstream, 4000).startswith(page.answer_text)
    assert len(upstream.requests) == 1


def test_a_click_elsewhere_leaves_the_answer_alone(page: ChatPage, upstream: Upstream) -> None:
    page.ask("A story upstream: rate=20 tokens=160")
    growing(page, 2)

    page.button("casino icon").click()
    growing(page, 2)
    page.system_prompt("Be brief.")
    growing(page, 2)

    page.idle()
    assert page.answer_text == said(upstream, 160)
    assert len(upstream.requests) == 1


def test_the_app_ends_in_mid_answer_without_a_word_of_trouble(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit
) -> None:
    app = start_app(**cloudflare)
    page = visit(app, model=LLAMA)
    page.ask("A story upstream: rate=40 tokens=2000")
    growing(page, 2)

    page.down()
    app.stop()

    assert "Stopping" in app.log
    assert "Traceback" not in app.log
    app.start()
    again = visit(app, page.conversation)
    again.idle()
    assert len(again.answer_text) > 10


def test_what_had_arrived_outlives_a_crash(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    app = start_app(**cloudflare)
    page = visit(app, model=LLAMA)
    page.ask("A story upstream: rate=40 tokens=2000")
    before = growing(page, 4)[-1]
    # What is on screen may be a quarter of a second ahead of the disk.
    page.until(lambda: page.answer_text, lambda text: len(text) > len(before) + 120)
    address = page.conversation

    page.down()
    app.kill9()
    app.start()

    again = visit(app, address)
    again.idle()
    text = again.answer_text
    assert text.startswith(before)
    assert said(upstream, 2000).startswith(text)
    expect(again.answer).to_contain_text("interrupted")
    expect(again.questions.last).to_contain_text("A story")
    again.button("Regenerate").click()
    growing(again, 1)
    again.stop()
    expect(again.page.get_by_text("2 / 2", exact=True)).to_be_visible()


def test_the_context_gauge_counts_an_answer_once_it_has_ended_also_after_a_reload(page: ChatPage) -> None:
    def counted() -> int:
        found = re.search(r"context ~(\d+)", page.page.locator(".st-key-context_gauge").inner_text())
        return 0 if found is None else int(found[1])

    assert 0 < page.until(counted) < 40

    page.ask("Hello upstream: tokens=40")
    page.idle()
    after = page.until(counted, lambda count: count > 40)

    page.reload()
    assert page.until(counted) == after
