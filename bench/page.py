"""A page in Chromium that notes what comes and when: own message, tokens, frames, bytes, work of the main thread."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, sync_playwright
from playwright.sync_api import Page as Tab

from bench.apps import App
from tests import chromium

PATIENCE_MS = 180_000
PROBE = Path(__file__).with_name("probe.js").read_text()


@dataclass(frozen=True, slots=True)
class Work:
    """What the page and its main thread have done so far."""

    at: float
    busy_s: float
    """Processor time of the main thread: what it waits for others on a busy machine does not count."""
    frames: int


class Page:
    """One page of an app with its notes, which are `bench` in probe.js."""

    def __init__(self, tab: Tab, app: App) -> None:
        self.tab = tab
        self.app = app
        tab.set_default_timeout(PATIENCE_MS)
        # Bytes are counted in the page: Chromium's own notes of each would be work of the thread that is measured.
        tab.add_init_script(f"{PROBE.rstrip()}({json.dumps(asdict(app.kind))})")
        self._developer: CDPSession = tab.context.new_cdp_session(tab)
        self._developer.send("Performance.enable", {"timeDomain": "threadTicks"})

    def open(self, url: str, *, showing: str = "") -> None:
        """Go there and wait until a message can be written; with `showing` until the page says that as well."""
        while True:
            self.tab.goto(url)
            self.rest()
            if showing in self.tab.inner_text("body"):
                return
            time.sleep(0.2)

    def rest(self) -> None:
        """Wait until a message can be written and nothing is on its way."""
        self.tab.wait_for_selector(f"{self.app.kind.composer}:not([disabled])")
        for still in self.app.kind.still:
            self.tab.wait_for_selector(still, state="attached")

    def send(self, message: str) -> None:
        """Write a message and press Enter; notes begin anew."""
        self.tab.fill(self.app.kind.composer, message)
        if self.app.kind.submit:
            self.tab.wait_for_selector(f"{self.app.kind.submit}:not([disabled])")
        self.begin(watched=message)
        self.tab.press(self.app.kind.composer, "Enter")

    def begin(self, **notes: str) -> None:
        """Begin the notes anew; `own` is when `watched` is in a turn, `answered` when `awaited` is in the document."""
        self.tab.evaluate("notes => bench.begin(notes)", notes)

    def until(self, condition: str) -> None:
        """Wait until a JavaScript expression about `bench` holds."""
        self.tab.wait_for_function(f"() => {condition}", polling=50)

    def note(self, expression: str) -> Any:
        """What a JavaScript expression about `bench` is."""
        return self.tab.evaluate(expression)

    def bytes(self) -> dict[str, int]:
        """Bytes of what came over sockets, unpacked, by the sockets' paths."""
        found: dict[str, int] = self.note("bench.bytes")
        return found

    def work(self) -> Work:
        """How much has been done so far."""
        metrics = {row["name"]: row["value"] for row in self._developer.send("Performance.getMetrics")["metrics"]}
        return Work(time.perf_counter(), metrics["TaskDuration"], self.note("bench.frames"))

    def clock_offset_s(self) -> float:
        """What to add to the page's clock to get this machine's: the estimate of the quickest of several questions."""
        tries: list[tuple[float, float]] = []
        for _ in range(9):
            asked = time.time()
            page: float = self.note("performance.timeOrigin + performance.now()") / 1e3
            answered = time.time()
            tries.append((answered - asked, (asked + answered) / 2 - page))
        return min(tries)[1]


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGS))
        try:
            yield found
        finally:
            found.close()


@contextmanager
def fresh(browser: Browser, app: App) -> Iterator[Page]:
    """A page with a browser's profile of its own, as wide as a laptop."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        yield Page(context.new_page(), app)
    finally:
        context.close()
