"""Answers that are other than they seemed, or larger than anybody wants: the page stays usable and says what it did."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.upstream import Answer, Upstream

pytestmark = pytest.mark.browser

MEGABYTE = 1_000_000


def test_what_turns_out_to_be_thought_leaves_the_answer_as_it_comes(page: ChatPage, upstream: Upstream) -> None:
    pieces = ["Count the buoys. ", "Twelve of them.\n", "</think>\n\n", "There are ", "twelve."]
    upstream.script(Answer([{"response": piece} for piece in pieces], rate=1, then="hang"))
    page.ask("How many buoys?")
    page.until(lambda: page.answer_text, lambda text: "Count the buoys." in text)

    page.until(lambda: page.answer_text, lambda text: text.strip() == "There are twelve.")
    page.stop()

    assert page.answer_text.strip() == "There are twelve."
    expect(page.answer).to_contain_text("Thought for ")
    page.reload()
    assert page.answer_text.strip() == "There are twelve."


def test_an_answer_of_sixty_megabytes_leaves_every_page_usable(app: App, visit: Visit, upstream: Upstream) -> None:
    line = "All the water of the harbour goes out and comes back. " * 185
    upstream.script(Answer([{"response": f"{line}\n\n"}] * 6_000, then="hang"))
    page = visit(app, model=LLAMA)
    page.ask("Everything you know")
    page.idle()

    assert upstream.requests[-1].left_early.wait(20)
    expect(page.answer).to_contain_text("Cut by the playground after 2,000,000 characters")
    assert len(page.answer_text) <= 2 * MEGABYTE
    conversation = page.conversation
    expect(page.meter).to_contain_text(re.compile(r"~[\d,.]+\w? out"))
    for path in ("/compare", "/models", "/presets", "/history", "/batch", "/connections"):
        page.open(path)
        expect(page.page.get_by_test_id("stMain")).to_be_visible()
    page.open(conversation)
    expect(page.answer).to_contain_text("Cut by the playground")


def test_a_line_of_sixty_megabytes_is_refused_in_words(page: ChatPage, upstream: Upstream) -> None:
    upstream.script(Answer([{"response": "x" * 60 * MEGABYTE}]))
    page.ask("Say one thing")
    page.idle()

    expect(page.answer).to_contain_text("more than 32,000,000 bytes, which is not read")
