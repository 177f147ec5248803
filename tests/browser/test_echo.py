"""One's own message, between the key press and the server's word."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat_page import ChatPage
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

# One task of the page: whatever the server has to say comes after it.
PRESS = """(box, key) => {
    box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, ...key}));
    const asked = document.querySelectorAll('[aria-label="Chat message from user"]');
    return [...asked].map((one) => one.querySelector("[data-testid=stText]").innerText);
}"""


def test_a_message_is_on_screen_with_the_key_press_and_once_when_the_server_has_it(
    page: ChatPage, upstream: Upstream
) -> None:
    page.ask("First upstream: tokens=2")
    page.idle()
    page.write("Second <b>&amp;</b> 😀 upstream: tokens=2")

    assert page.composer.evaluate(PRESS, {}) == [
        "First upstream: tokens=2",
        "Second <b>&amp;</b> 😀 upstream: tokens=2",
    ]

    page.until(lambda: len(upstream.requests), lambda sent: sent == 2)
    page.idle()
    expect(page.questions).to_contain_text(["First upstream", "Second <b>&amp;</b> 😀"])


@pytest.mark.parametrize("key", [{"shiftKey": True}, {"isComposing": True}])
def test_a_new_line_is_no_message(page: ChatPage, upstream: Upstream, key: dict[str, bool]) -> None:
    page.ask("First upstream: tokens=2")
    page.idle()
    page.write("Not yet")

    assert page.composer.evaluate(PRESS, key) == ["First upstream: tokens=2"]
    assert len(upstream.requests) == 1
