"""The compare page as a person meets it."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.chat_page import ChatPage


class ComparePage:
    """Panes, the composer for all of them, and what is under them."""

    def __init__(self, tab: ChatPage) -> None:
        self.tab = tab
        expect(self.pane(1)).to_be_attached()

    def pane(self, number: int) -> Locator:
        """One pane."""
        return self.tab.page.locator(f".st-key-pane-{number}")

    def panes(self) -> int:
        """How many there are."""
        return self.tab.page.locator("[class*=st-key-pane-]").count()

    def text(self, number: int) -> str:
        """The words of all answers in a pane, as far as they are there."""
        texts = self.pane(number).locator("[data-turn][data-role=assistant] [data-part=text]")
        return "\n".join(texts.all_inner_texts()).strip()

    def name(self, number: int) -> str:
        """What a pane is called."""
        return self.pane(number).locator("strong").first.inner_text()

    def more(self) -> Locator:
        """Open what is needed less often; what is in it."""
        self.tab.page.locator(".st-key-compare_more button").first.click()
        inside = self.tab.page.get_by_test_id("stPopoverBody")
        expect(inside).to_be_visible()
        return inside

    def stop(self, number: int) -> Locator:
        """The Stop of one pane."""
        return self.tab.page.locator(f".st-key-stop-{number} button")

    def meter(self, number: int) -> Locator:
        """What the last answer of a pane took."""
        return self.pane(number).locator("[data-part=meter]").last

    def model(self, number: int) -> Locator:
        """The model and the connection that gave the last answer of a pane."""
        return self.pane(number).locator("[data-part=model]").last

    def again(self, number: int) -> Locator:
        """What asks for the last answer of a pane once more."""
        return self.pane(number).get_by_role("button", name=re.compile("^(Regenerate|Retry)")).last

    def ask(self, text: str) -> None:
        """Write a prompt for all panes and send it; answers are coming, or are there, once this returns."""
        self.tab.write(text)
        self.tab.composer.press("Enter")
        self._asked(0, text)

    def ask_alone(self, number: int, text: str) -> None:
        """Write a prompt for one pane and send it."""
        box = self.tab.page.locator(f".st-key-composer-{number}").get_by_role("textbox")
        box.fill(text)
        box.press("Enter")
        self._asked(number, text)

    def _asked(self, number: int, text: str) -> None:
        turns = self.pane(number).locator("[data-turn]")
        expect(turns.and_(self.tab.page.locator("[data-role=user]")).last).to_contain_text(text[:40].strip())
        expect(turns.last).to_have_attribute("data-role", "assistant")

    def unfold(self, number: int) -> None:
        """Open the settings of a pane."""
        self.pane(number).get_by_text("Settings", exact=True).click()
        expect(self.pane(number).get_by_text("Parameters", exact=True)).to_be_visible()
        self.tab.settled()

    def choose(self, number: int, action: str) -> None:
        """Choose from the menu of a pane."""
        self.tab.page.locator(f".st-key-menu-{number}").get_by_role("button").first.click()
        self.tab.page.get_by_role("menuitem", name=action).click()

    def ended(self) -> None:
        """Wait until nothing is on its way and the page has been drawn to its end."""
        expect(self.tab.page.locator(".st-key-stop button")).to_be_disabled(timeout=60_000)
        self.tab.settled()

    @property
    def verdict(self) -> dict[str, list[str]]:
        """The rows of the verdict, by their names, without what is said of those in which nobody is better."""
        rows = self.tab.page.locator(".st-key-verdict tbody tr").all()
        cells = [row.locator("td").all_inner_texts() for row in rows]
        return {row[0].partition(" (")[0].strip(): [cell.strip() for cell in row[1:]] for row in cells}

    @property
    def comparison_id(self) -> str:
        """The comparison that the address names."""
        self.tab.page.wait_for_url(re.compile(r"[?&]id="))
        return self.tab.page.url.rpartition("id=")[2]
