"""Stop in mid-answer: from the press of the button until the socket to the model is closed."""

from playwright.sync_api import Browser

from bench.answers import Plan
from bench.apps import App, running
from bench.page import browser, fresh
from bench.report import Figure
from bench.streaming import QUESTION, all_painted, open_for
from bench.turns import Turns
from bench.upstream import closed, upstream

LONG = Plan("document", 3_000, 100)


def measure(*, quick: bool) -> list[Figure]:
    """The median of several."""
    with upstream([LONG]) as origin, running(origin, "ours") as apps, browser() as chromium:
        turns = Turns(apps, 2 if quick else 10, lambda app: _stopped(chromium, app, origin))
    return [turns.figure("Stop pressed to socket closed", "ms", float, most=50)]


def _stopped(chromium: Browser, app: App, origin: str) -> float:
    with fresh(chromium, app) as page:
        open_for(page, [LONG])
        page.send(QUESTION)
        page.until(all_painted([LONG], 50))
        page.tab.click(".st-key-stop button:enabled")
        page.rest()
        pressed_s: float = page.note("bench.clicked") / 1e3 + page.clock_offset_s()
        return (closed(origin, LONG) - pressed_s) * 1e3
