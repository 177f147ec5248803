"""A slider moved while four panes stream: how long Streamlit's slider keeps it, and when the app has answered."""

from playwright.sync_api import Browser

from bench.answers import Plan
from bench.apps import App, running
from bench.page import browser, fresh
from bench.report import Figure
from bench.streaming import QUESTION, all_painted, open_for
from bench.turns import Turns
from bench.upstream import upstream

PLANS = Plan("document", 600, 100).panes(4)
SETTINGS = ".st-key-parameters-0"
ANSWER = "1 set"
"""What the panel says of its parameters then."""


def measure(*, quick: bool) -> list[Figure]:
    """Medians of several."""
    with upstream(PLANS) as origin, running(origin, "ours") as apps, browser() as chromium:
        turns = Turns(apps, 1 if quick else 5, lambda app: _moved(chromium, app))
    return [
        turns.figure("Key to the change leaving the browser", "ms", lambda found: found[0]),
        turns.figure("  from there to the server's answer on screen", "ms", lambda found: found[1], most=100),
        turns.figure("Answers cut by it", "answers", lambda found: found[2], most=0),
    ]


def _moved(chromium: Browser, app: App) -> tuple[float, float, int]:
    with fresh(chromium, app) as page:
        open_for(page, PLANS)
        page.tab.click(f"{SETTINGS} summary")
        slider = page.tab.locator(f"{SETTINGS} [data-testid=stSlider] input").first
        slider.wait_for(state="attached")
        page.rest()
        page.send(QUESTION)
        page.until(all_painted(PLANS, 50))
        page.note(f"Object.assign(bench, {{awaited: '{ANSWER}', pressed: 0, left: 0, answered: 0}})")
        slider.press("ArrowRight")
        page.until("bench.answered")
        pressed, left, answered = page.note("[bench.pressed, bench.left, bench.answered]")
        page.rest()
        cut = sum(not page.note(all_painted([plan])) for plan in PLANS)
        return left - pressed, answered - left, cut
