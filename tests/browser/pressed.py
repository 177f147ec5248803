"""What a person presses in the same frame in which a control changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.upstream import Upstream
from tests.upstream.seen import Seen

RIGHT_AFTER = """({event, press, read}) => {
    window.seen = null;
    addEventListener(event, () => {
        const rightAfter = new MessageChannel();
        rightAfter.port1.onmessage = () => {
            window.seen = {shown: read === null ? null : eval(read)};
            (0, eval)(press);
        };
        rightAfter.port2.postMessage(null);
    }, {capture: true, once: true});
}"""
"""Presses when the browser has done with the event, before it draws, and says what was on screen at that moment."""

BOX = "document.querySelector('.st-key-composer textarea')"
ENTER = "new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true})"


@dataclass(frozen=True)
class Way:
    """A way to ask: what is written before the control changes, and what is pressed then, as JavaScript."""

    prepare: Callable[[Page, str], None]
    press: str
    has_words: bool = True
    """Whether what is asked for are the words of this round."""


def _write(page: Page, text: str) -> None:
    page.evaluate("text => { window.words = text; }", text)


def _fill(page: Page, text: str) -> None:
    page.locator(".st-key-composer textarea").fill(text)


def _edit(page: Page, text: str) -> None:
    turn = page.locator(".st-key-transcript [data-turn][data-role=user]").last
    turn.locator("button[aria-haspopup=menu]").click()
    page.get_by_role("menuitem", name="Edit").click()
    page.get_by_role("textbox", name="Edit message").fill(text)


WAYS: Mapping[str, Way] = {
    "Enter": Way(
        _write,
        f"{BOX}.focus(); document.execCommand('insertText', false, window.words); {BOX}.dispatchEvent({ENTER})",
    ),
    "Send": Way(_fill, "document.querySelector('.pg-composer-send').click()"),
    "Regenerate": Way(
        lambda page, _: None, "[...document.querySelectorAll('[data-do=regenerate]')].at(-1).click()", has_words=False
    ),
    "Edit": Way(_edit, "document.querySelector('.pg-edit button[type=submit]').click()"),
}


def asked(upstream: Upstream) -> list[Seen]:
    """What the models were asked, in order."""
    return [seen for seen in tuple(upstream.requests) if seen.method == "POST"]


def words_of(seen: Seen) -> str:
    """The last words of a person in a request."""
    return str([message for message in seen.json["messages"] if message["role"] == "user"][-1]["content"])


def press_right_after(page: Page, event: str, way: Way, read: str | None) -> None:
    """Have `way` pressed right after the next `event`."""
    page.evaluate(RIGHT_AFTER, {"event": event, "press": way.press, "read": read})


def seen_then(page: Page) -> Any:
    """What was on screen when it was pressed."""
    page.wait_for_function("window.seen")
    return page.evaluate("window.seen.shown")
