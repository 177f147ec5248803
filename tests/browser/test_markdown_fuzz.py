"""Texts by chance: nothing runs, nothing is fetched, nothing hangs, and both parsers say the same."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from playground.markdown import to_html
from playground.text.cleaning import clean
from tests.browser.markdown_page import MarkdownPage, markdown_page
from tests.markdown.test_to_html import PIECES

# Chromium and Python know different versions of Unicode: only what both have heard of.
LETTERS = st.characters(exclude_categories=["Cn", "Cs"])
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(LETTERS, max_size=5), max_size=40).map("".join).map(clean)


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[MarkdownPage]:
    with markdown_page(browser) as opened:
        yield opened


@given(TEXTS, st.integers(1, 20))
@settings(max_examples=250, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_text_by_chance(page: MarkdownPage, text: str, size: int) -> None:
    drawn = page.draw(*(text[at : at + size] for at in range(0, len(text), size)))
    assert not drawn["faults"]
    assert not page.faults
    assert drawn["same"]
    html = to_html(text)
    assert page.looks_like(html), (drawn["html"], html)
