"""The stage as an audience and a presenter meet it."""

from playwright.sync_api import Locator, expect

from tests.browser.chat_page import ChatPage


class StagePage:
    """What is presented in a tab."""

    def __init__(self, tab: ChatPage) -> None:
        self.tab = tab
        expect(self.stage).to_be_visible()
        expect(self.answers.first).to_be_attached()

    @property
    def stage(self) -> Locator:
        """All of it."""
        return self.tab.page.locator(".pg-stage")

    @property
    def prompt(self) -> Locator:
        """The question on screen."""
        return self.stage.locator(".pg-stage-prompt")

    @property
    def place(self) -> Locator:
        """Which step it is."""
        return self.stage.locator(".pg-stage-place")

    @property
    def answers(self) -> Locator:
        """What scrolls in each pane."""
        return self.stage.locator(".pg-stage-answer")

    @property
    def names(self) -> Locator:
        """The names of the panes."""
        return self.stage.locator(".pg-stage-name")

    @property
    def shown(self) -> Locator:
        """The answers that are on screen."""
        return self.stage.locator("[data-role=assistant]").locator("visible=true")

    def press(self, key: str) -> None:
        """Press a key of the map."""
        self.tab.page.keyboard.press(key)

    def fits(self, width: int, height: int) -> dict[str, float]:
        """The window made that large: the part of its height that the answers have, and pixels of their type."""
        self.tab.page.set_viewport_size({"width": width, "height": height})
        self.tab.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        measured: dict[str, float] = self.stage.evaluate(
            """stage => {
                const boxes = [...stage.querySelectorAll(".pg-stage-answer")].map(box => box.getBoundingClientRect())
                const log = stage.querySelector(".pg-log")
                return {
                    share: Math.min(...boxes.map(box => Math.min(box.bottom, innerHeight) - box.top)) / innerHeight,
                    narrowest: Math.min(...boxes.map(box => box.width)),
                    type: parseFloat(getComputedStyle(log).fontSize),
                    covered: stage.getBoundingClientRect().width * stage.getBoundingClientRect().height
                        / (innerWidth * innerHeight),
                    overflow: document.documentElement.scrollWidth - innerWidth,
                }
            }"""
        )
        return measured
