"""The composer beside controls of Streamlit's, as a person meets it."""

from functools import cached_property
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.composer_app.process import ComposerApp
from tests.browser.waiting import until


class ComposerPage:
    """One tab on the server `app`; `faults` are what a page must never do."""

    def __init__(self, page: Page, app: ComposerApp) -> None:
        self.page = page
        self.app = app
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))

    @cached_property
    def _developer(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)

    def slow_down(self, times: float) -> None:
        """Make this tab's processor that many times slower than it is."""
        self._developer.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def open(self, path: str = "/") -> "ComposerPage":
        """Go to an address of the server, and wait until the page can be used."""
        before = len(self.app.received("hello"))
        self.page.goto(self.app.url + path)
        self.drawn()
        self.received(before + 1, "hello")
        return self

    def drawn(self) -> None:
        """Wait until the page is there and at rest."""
        expect(self.box).to_be_visible()
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(self.page.get_by_text("line 39")).to_be_attached()

    @property
    def box(self) -> Locator:
        """The message box."""
        return self.page.locator(".st-key-composer textarea")

    @property
    def send_button(self) -> Locator:
        """Send, while nothing is on its way."""
        return self.page.locator(".st-key-composer").get_by_role("button", name="Send")

    @property
    def stop_button(self) -> Locator:
        """Stop, which is always there."""
        return self.page.locator(".st-key-composer .st-key-stop button")

    @property
    def problem(self) -> Locator:
        """What went wrong, above the box."""
        return self.page.locator(".st-key-composer").get_by_role("alert")

    @property
    def pictures(self) -> Locator:
        """The pictures beside the message."""
        return self.page.locator(".st-key-composer").get_by_role("listitem")

    def button(self, name: str) -> Locator:
        """A button by its name on screen."""
        return self.page.get_by_role("button", name=name)

    def busy(self, busy: bool = True) -> None:
        """An answer is on its way from now on, or has ended."""
        self.app.tell({"kind": "slot", "slot": "main", "busy": busy})
        expect(self.stop_button).to_be_visible(visible=busy)

    def received(self, count: int = 1, kind: str = "send") -> list[dict[str, Any]]:
        """What the server was asked, once that many have arrived."""
        return until(lambda: self.app.received(kind), lambda found: len(found) >= count)
