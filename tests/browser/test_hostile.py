"""Text that nobody can be trusted with: what a model writes, and what a person pastes."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat_page import ChatPage
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

HOSTILE = """# Hello

<script>window.owned = 1</script><img src="http://192.0.2.1/a.png" onerror="window.owned = 2">
<iframe src="http://192.0.2.1/b"></iframe> <b>bold tag</b> <style>body { display: none }</style>

![seen](http://192.0.2.1/c.png) ![ref][pixel] [click](javascript:window.owned=3) [data](data:text/html,x)
<http://192.0.2.1/d> :red[colour]

[pixel]: http://192.0.2.1/e.png

| a | b |
|---|---|
| ![cell](http://192.0.2.1/f.png) | <svg onload="window.owned = 4"></svg> |

It costs $5 and $10, or $1.5M-$2.3M.\u2028After U+2028.\u2029After U+2029.\x85End \u202eright to left\u202c.
"""


def answered(page: ChatPage, upstream: Upstream, text: str, pieces: int = 40) -> None:
    """Have a model say exactly this, in small pieces."""
    size = max(1, len(text) // pieces)
    upstream.script([{"response": text[at : at + size]} for at in range(0, len(text), size)])
    page.ask("Say it")
    page.idle()


def test_what_a_model_writes_fetches_and_runs_nothing(page: ChatPage, upstream: Upstream) -> None:
    answered(page, upstream, HOSTILE)

    expect(page.answer.get_by_role("heading", name="Hello")).to_be_visible()
    text = page.answer.inner_text()
    assert "$5 and $10, or $1.5M-$2.3M." in text
    assert "<script>" in text
    assert "After U+2028." in text
    assert "After U+2029." in text
    assert page.page.evaluate("window.owned") is None
    written = page.answer.locator("[data-part=text]")
    assert written.locator("img, script, iframe, style, svg[onload]").count() == 0
    assert written.locator("a[href^='javascript:']").count() == 0
    written.get_by_text("click").first.click()
    assert page.page.evaluate("window.owned") is None
    expect(page.composer).to_be_visible()

    page.choose(page.answer, "Show raw text")
    expect(page.raw(page.answer)).to_contain_text("![seen](http://192.0.2.1/c.png)")
    page.reload()
    assert page.page.evaluate("window.owned") is None


def test_what_a_person_writes_is_text(page: ChatPage, upstream: Upstream) -> None:
    text = "<script>window.owned = 1</script> **not bold** ![x](http://192.0.2.1/a.png) $5 and $10"

    page.ask(text)
    page.idle()

    expect(page.questions.last).to_contain_text(text)
    assert upstream.requests[-1].json["messages"][-1]["content"] == text
    page.go("History")
    expect(page.page.get_by_role("link", name="<script>window.owned = 1</script> **not bold** ")).to_be_visible()


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦 e\u0301 🇪🇺 𝔘𝔫𝔦", "שלום مرحبا", "  two\n\nlines\tand a tab", "a\u2028b"])
def test_every_sign_arrives_as_it_was_written(page: ChatPage, upstream: Upstream, text: str) -> None:
    page.composer.fill(text)
    page.composer.press("Enter")
    page.until(lambda: len(upstream.requests))
    page.idle()

    assert upstream.requests[-1].json["messages"][-1]["content"].strip() == text.strip()
    expect(page.questions.last).to_contain_text(text.split("\n")[0].strip()[:1])


def test_a_megabyte_can_be_pasted(page: ChatPage, upstream: Upstream) -> None:
    page.paste("a word and " * 100_000)
    page.composer.press("Enter")

    expect(page.refusal).to_contain_text("24,000", timeout=60_000)

    assert not upstream.requests
    assert len(page.composer.input_value()) == 1_100_000


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing_is_not_sent(page: ChatPage, upstream: Upstream, text: str) -> None:
    page.write(text)
    page.composer.press("Enter")
    page.settled()

    expect(page.turns).to_have_count(0)
    assert not upstream.requests


def test_two_quick_presses_of_enter_ask_once(page: ChatPage, upstream: Upstream) -> None:
    page.write("Once upstream: rate=40 tokens=30")
    page.composer.press("Enter")
    page.composer.press("Enter")
    page.until(lambda: len(upstream.requests))
    page.idle()

    assert len(upstream.requests) == 1
    expect(page.questions).to_have_count(1)


def test_a_double_click_asks_once(page: ChatPage, upstream: Upstream) -> None:
    page.write("Once upstream: rate=40 tokens=30")
    page.page.locator(".st-key-composer").get_by_role("button", name="Send").dblclick()
    page.until(lambda: len(upstream.requests))
    page.idle()
    assert len(upstream.requests) == 1

    page.button("Regenerate").dblclick()
    page.until(lambda: len(upstream.requests), lambda count: count > 1)
    page.idle()
    expect(page.answer).to_contain_text("2 / 2")

    assert len(upstream.requests) == 2
    assert not upstream.requests[1].left_early.is_set()


def test_a_question_that_is_sent_at_once_during_an_answer_stops_it_first(page: ChatPage, upstream: Upstream) -> None:
    page.ask("First upstream: rate=20 tokens=600")
    before = page.until(lambda: page.answer_text)

    page.write("Second upstream: tokens=5")
    page.composer.press("Enter")
    page.button("Send now (stops it)").click()
    expect(page.questions.last).to_contain_text("Second")
    page.idle()

    assert upstream.requests[0].left_early.is_set()
    expect(page.turns).to_have_count(4)
    said = upstream.requests[-1].json["messages"]
    assert said[1]["content"].startswith(before)
