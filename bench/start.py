"""From the start of the process to a composer that can be used."""

import time
from statistics import median

from playwright.sync_api import Browser

from bench.answers import Plan
from bench.apps import start
from bench.page import browser, fresh
from bench.report import Figure
from bench.upstream import upstream

ONE = Plan("paragraph", 1, 0)


def measure(*, quick: bool) -> list[Figure]:
    """Medians; the apps in turns."""
    found: dict[str, list[float]] = {"ours": [], "tutorial": []}
    with upstream([ONE]) as origin, browser() as chromium:
        for _ in range(1 if quick else 5):
            for name, taken in found.items():
                taken.append(_start_s(chromium, name, origin))
    ours, tutorial = map(median, found.values())
    return [Figure("Process start to composer", "s", ours, tutorial, "tutorial", ratio=1.0)]


def _start_s(chromium: Browser, name: str, origin: str) -> float:
    with start(name, origin) as app, fresh(chromium, app) as page:
        page.open(app.url([ONE]))
        return time.perf_counter() - app.started
