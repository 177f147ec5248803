"""The history of many answers in the browser: its first page, and a search.

`HISTORY_REPLIES` says how many answers.
"""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.apps import STILL, App, start
from bench.history import DAYS, MOST_WRITTEN, fill_history
from bench.history_copies import multiply
from bench.page import Page, browser, fresh
from bench.report import Figure
from bench.upstream import upstream
from playground.store import open_stores, sqlite_url

PAGE = 25
_OPEN = """([count]) => new Promise((done) => {
  const began = performance.now();
  const links = [...document.querySelectorAll("[data-testid=stTopNavLink]")];
  links.find((link) => link.textContent.endsWith("History")).click();
  const look = () => document.querySelectorAll(".stMain [class*=st-key-entry-]").length === count
    ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
  look();
})"""
_SEARCH = """([word]) => new Promise((done) => {
  const box = document.querySelector(".st-key-history_search input");
  const isThere = () => [...document.querySelectorAll(".stMain [class*=st-key-entry-] strong")]
    .some((hit) => hit.textContent.startsWith(word));
  box.addEventListener("keydown", () => {
    const began = performance.now();
    const look = () => isThere()
      ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
    look();
  }, { once: true });
})"""


def measure(*, quick: bool) -> list[Figure]:
    """Medians of several visits."""
    count = int(os.environ.get("HISTORY_REPLIES", "2000" if quick else "100000"))
    with tempfile.TemporaryDirectory() as folder:
        with open_stores(sqlite_url(Path(folder))) as stores:
            words = fill_history(stores, min(count, MOST_WRITTEN))
            while stores.index_some():
                pass
            multiply(stores, max(count // MOST_WRITTEN, 1), DAYS)
        return measured(Path(folder), words[300:], count, rounds=2 if quick else 9)


@dataclass(slots=True)
class _Visits:
    """What each visit of a page took, in milliseconds."""

    opened: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)

    def go(self, app: App, page: Page, rows: int) -> None:
        """Go from the first page of an app to the one with rows."""
        page.tab.goto(f"http://127.0.0.1:{app.port}/")
        page.tab.wait_for_selector(app.kind.composer)
        _rest(page)
        server, work = app.cpu_s(), page.work()
        self.opened.append(page.tab.evaluate(_OPEN, [rows]))
        _rest(page)
        self.served.append((app.cpu_s() - server) * 1e3)
        self.drawn.append((page.work().busy_s - work.busy_s) * 1e3)


def measured(folder: Path, words: list[str], count: int, rounds: int) -> list[Figure]:
    """The figures of a data directory that holds so many answers; each visit beside one of a page with one line."""
    ours, plain = _Visits(), _Visits()
    found: list[float] = []
    with (
        upstream([]) as origin,
        browser() as chromium,
        start("ours", origin, folder) as app,
        start("plain", origin) as floor,
        fresh(chromium, app) as page,
        fresh(chromium, floor) as other,
    ):
        for word in words[: rounds + 1]:
            plain.go(floor, other, 1)
            ours.go(app, page, PAGE)
            box = page.tab.locator(".st-key-history_search input")
            box.fill(word)
            page.tab.evaluate("([script, word]) => { window.searched = eval(script)([word]); }", [_SEARCH, word])
            box.press("Enter")
            found.append(page.tab.evaluate("() => window.searched"))
            _rest(page)

    def pair(what: str, unit: str, name: str, most: float | None = None) -> Figure:
        # The first page of a process takes longer.
        taken = [median(getattr(visits, name)[1:]) for visits in (ours, plain)]
        return Figure(what, unit, taken[0], taken[1], "a page with one line", most=most)

    return [
        pair(f"{count:,} answers: from the press to the first page of the history", "ms", "opened", 300),
        pair("  processor time of the server", "ms", "served"),
        pair("  work of the browser's main thread, until it rests", "ms", "drawn"),
        Figure(f"{count:,} answers: from Enter to the hits of a word", "ms", median(found[1:])),
    ]


def _rest(page: Page) -> None:
    page.tab.wait_for_selector(STILL)
    page.tab.wait_for_timeout(300)
