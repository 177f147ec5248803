"""The chat page as a person meets it."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from playwright.sync_api import CDPSession, ConsoleMessage, Locator, Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.waiting import until

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
LOCAL_HOSTS = re.compile(r"^(?:(?:https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:)")
CONVERSATION = re.compile(r"[?&]c=")
"""What the address of a conversation has."""
WITHOUT_COMPOSER = re.compile(r"127\.0\.0\.1:\d+/\w")

T = TypeVar("T")


class ChatPage:
    """One tab of a browser, on the page of the app at `url`.

    `faults` is what a page must never do: errors on the console, uncaught exceptions, requests to other machines, an
    exception or a traceback on screen. `down()` says that the app is about to be gone, which a browser complains of.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self._faults: list[str] = []
        self._down = False
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._faults.append(f"uncaught: {error}"))
        # What is asked of another machine fails, for the browser finds none; to be told of all requests costs too much.
        page.on("requestfailed", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its own server under the page's path first, and finds 404 there.
        looks_around = "/_stcore/" in message.location["url"] and "404" in message.text
        if message.type == "error" and not self._down and not looks_around:
            self._faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not LOCAL_HOSTS.match(request.url):
            self._faults.append(f"request to another machine: {request.url}")

    @cached_property
    def _developer(self) -> CDPSession:
        return self.page.context.new_cdp_session(self.page)

    def slow_down(self, times: float) -> None:
        """Make this tab's processor that many times slower than it is."""
        self._developer.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def count_runs(self) -> Callable[[], int]:
        """Count from now on how often the page is drawn by a run."""
        self.settled()
        self.page.evaluate(
            """() => {
                window.runs = 0
                const app = document.querySelector("[data-testid=stApp]")
                new MutationObserver(() => { window.runs += app.dataset.testScriptState === "running" })
                    .observe(app, { attributeFilter: ["data-test-script-state"] })
            }"""
        )
        return lambda: int(self.page.evaluate("window.runs"))

    def down(self) -> None:
        """From now on the console may complain that the server cannot be reached."""
        self._down = True

    @property
    def faults(self) -> list[str]:
        """What has gone wrong so far; empty for a healthy page."""
        shown = [f"on screen: {text}" for text in self.page.get_by_test_id("stException").all_inner_texts()]
        if "Traceback (most recent call last)" in self.page.locator("body").inner_text():
            shown.append("a traceback on screen")
        return [*self._faults, *shown]

    def open(self, path: str = "/", *, model: str | None = None) -> "ChatPage":
        """Go to an address of the app, and wait until it can be used."""
        self.page.goto(self.url + path + (f"?model={model}" if model else ""))
        self.drawn(said=bool(CONVERSATION.search(path)))
        return self

    def reload(self) -> None:
        """Press F5; what was on screen is there again once this returns, though an answer may still be coming."""
        said = self.turns.count() > 0
        self.page.reload()
        self.drawn(said=said)

    def drawn(self, *, said: bool = False) -> None:
        """Wait until the page is there, with what was `said` or why that is not there."""
        expect(self.page.get_by_test_id("stElementContainer").first).to_be_attached()
        if said:
            expect(self.turns.or_(self.page.get_by_test_id("stAlert")).first).to_be_attached()
        if not WITHOUT_COMPOSER.search(self.page.url):
            expect(self.composer.or_(self.page.get_by_test_id("stException")).first).to_be_visible()
            assert not self.faults, self.faults
            expect(self.composer).to_be_enabled()

    def go(self, name: str) -> None:
        """Choose a page from the top, where some stand in a menu."""
        navigation = self.page.get_by_role("navigation", name="App pages")
        link = navigation.get_by_role("link", name=name)
        menu = navigation.get_by_test_id("stTopNavSection").filter(visible=True).first
        in_menu = self.page.get_by_test_id("stTopNavDropdownLink").filter(has_text=name)

        def gone() -> bool:
            """Press what is there now: the links find their places by and by."""
            try:
                if not link.is_visible() and not in_menu.is_visible():
                    menu.click(timeout=1_000)
                (link if link.is_visible() else in_menu).click(timeout=1_000)
            except PlaywrightTimeoutError:
                return False
            return True

        self.until(gone)

    @property
    def conversation(self) -> str:
        """The address of the conversation, without the host."""
        self.page.wait_for_url(re.compile(r"[?&]c="))
        return "/?" + self.page.url.split("?", 1)[1]

    @property
    def composer(self) -> Locator:
        """Where a message is written."""
        return self.page.locator(".st-key-composer textarea")

    def ask(self, text: str) -> None:
        """Write a message and send it; the answer is coming, or is there, once this returns."""
        self.write(text)
        self.composer.press("Enter")
        expect(self.questions.last).to_contain_text(text[:60].strip())
        expect(self.turns.last).to_have_attribute("data-role", "assistant")

    def write(self, text: str) -> None:
        """Write into the composer without sending."""
        self.composer.fill(text)

    def paste(self, text: str) -> None:
        """Put a text into the composer at once: typing, which `write` imitates, takes a browser minutes for a book."""
        self.composer.evaluate(
            """(box, text) => {
                Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, text);
                box.dispatchEvent(new Event("input", {bubbles: true}));
            }""",
            text,
        )

    def system_prompt(self, text: str) -> None:
        """Set the system prompt, in the sidebar."""
        box = self.textbox("System prompt")
        box.fill(text)
        box.press("Control+Enter")

    @property
    def stop_button(self) -> Locator:
        """Stop, by its name on screen."""
        return self.page.locator(".st-key-stop button", has_text="Stop")

    def stop(self) -> None:
        """Press Stop, and wait until all is still."""
        self.stop_button.click()
        self.idle()

    def some(self) -> None:
        """Wait for some words of an answer, and stop it: how many a small model writes is up to chance."""
        self.until(lambda: self.answer_text, timeout_s=180)
        self.page.keyboard.press("Escape")
        self.idle()

    def idle(self, timeout_s: float = 30) -> None:
        """Wait until no answer is coming and the page has been drawn to its end."""
        expect(self.stop_button).to_be_disabled(timeout=timeout_s * 1000)
        self.settled()

    def settled(self) -> None:
        """Wait until the page is not being drawn."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

    def textbox(self, name: str) -> Locator:
        """The text box of this name, not the one that it replaces, which Streamlit keeps, as stale, for a frame."""
        boxes = self.page.get_by_role("textbox", name=name, exact=True)
        return boxes.and_(self.page.locator("[data-stale=false] *"))

    @property
    def turns(self) -> Locator:
        """Everything said, questions and answers."""
        return self.page.locator(".st-key-transcript [data-turn]")

    @property
    def questions(self) -> Locator:
        """What the person said."""
        return self.page.locator(".st-key-transcript [data-turn][data-role=user]")

    @property
    def answer(self) -> Locator:
        """The last answer, with everything that belongs to it."""
        return self.page.locator(".st-key-transcript [data-turn][data-role=assistant]").last

    @property
    def answer_text(self) -> str:
        """The words of the last answer, as far as they are there."""
        return "\n".join(self.answer.locator("[data-part=text]").all_inner_texts())

    @property
    def meter(self) -> Locator:
        """What the last answer took, under it."""
        return self.answer.locator("[data-part=meter]")

    @property
    def model(self) -> Locator:
        """The model and the connection that gave the last answer."""
        return self.answer.locator("[data-part=model]")

    @property
    def error(self) -> Locator:
        """The error in the last answer."""
        return self.answer.locator("[data-part=error]")

    @property
    def refusal(self) -> Locator:
        """Why the message that is written cannot be sent."""
        return self.page.locator(".st-key-composer").get_by_role("alert")

    def version(self, turn: Locator, which: str) -> Locator:
        """The way to the "Earlier" or "Later" version of a turn."""
        return turn.get_by_role("button", name=re.compile(f"^{which}"))

    def raw(self, turn: Locator) -> Locator:
        """A text of a turn while it is shown as it was written."""
        return turn.locator("[data-part=text] .pg-raw")

    def button(self, name: str) -> Locator:
        """A button by its name on screen."""
        return self.page.get_by_role("button", name=name)

    def choose(self, turn: Locator, action: str) -> None:
        """Choose from the menu of a turn."""
        turn.locator("button[aria-haspopup=menu]").click()
        self.page.get_by_role("menuitem", name=action).click()

    def pick(self, box: Locator, name: str) -> None:
        """Choose from a list; one that opens while something around it still moves closes by itself."""
        option = self.page.get_by_role("option", name=name).first

        def picked() -> bool:
            try:
                option.click(timeout=2000)
            except PlaywrightTimeoutError:
                box.press("ArrowDown")
                return False
            return True

        self.until(picked, timeout_s=40)

    def until(self, look: Callable[[], T], wanted: Callable[[T], object] = bool, timeout_s: float = 15) -> T:
        """Look at the page again and again until what is seen is as wanted; each look takes processor time of it."""
        return until(look, wanted, pause=lambda: self.page.wait_for_timeout(40), timeout_s=timeout_s)
