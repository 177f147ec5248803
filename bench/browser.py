"""A page in Chromium that notes what comes and when: own message, tokens, frames, bytes, work of the main thread."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.answers import NUMBERED, PER_PANE
from tests import chromium

COMPOSER = "[data-testid=stChatInputTextArea]"
SUBMIT = "[data-testid=stChatInputSubmitButton]"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE_MS = 180_000

# Bytes are counted in the page: Chromium's own notes of each frame would be work of the thread that is measured.
# A token is on screen with the frame that paints it, the one that begins after the token came into the document.
PROBE = """() => {
  const numbered = new RegExp(PATTERN, "g")
  const bench = window.bench = {
    bytes: 0, frames: 0, newest: [], painted: [], paints: [], runs: [], entered: 0, clicked: 0, own: 0, first: 0,
    watched: "", awaited: "", answered: 0, pressed: 0, moved: 0, typed: 0
  }
  const now = () => performance.timeOrigin + performance.now()
  const Socket = window.WebSocket
  window.WebSocket = class extends Socket {
    constructor(...args) {
      super(...args)
      this.addEventListener("message", ({data}) => { bench.bytes += data.size ?? data.byteLength ?? data.length })
    }
  }
  addEventListener("keydown", event => { if (event.key === "Enter") bench.entered = now() }, true)
  addEventListener("keydown", event => { bench.pressed = performance.timeOrigin + event.timeStamp }, true)
  addEventListener("input", () => requestAnimationFrame(() => { bench.typed = now() }), true)
  addEventListener("click", () => { bench.clicked = now() }, true)
  const note = (said, node, at) => {
    if (!bench.own && bench.watched && said.includes(bench.watched) &&
        node.parentElement?.closest("[data-testid=stMainBlockContainer]")) bench.own = at
    if (bench.awaited && !bench.answered && said.includes(bench.awaited)) bench.answered = at
    for (const match of said.slice(-200).matchAll(numbered)) {
      const pane = Math.floor(match[1] / PER_PANE), number = match[1] % PER_PANE
      if (!(number <= bench.newest[pane])) bench.newest[pane] = number
      bench.first ||= at
    }
  }
  new MutationObserver(records => {
    const at = now()
    for (const record of records) {
      if (record.attributeName === "aria-valuetext") bench.moved ||= at
      else if (record.type === "attributes") bench.runs.push([at, record.target.getAttribute(record.attributeName)])
      else for (const added of record.type === "characterData" ? [record.target] : record.addedNodes) {
        const texts = document.createNodeIterator(added, NodeFilter.SHOW_TEXT)
        for (let node; (node = texts.nextNode()); ) note(node.data, node, at)
      }
    }
  }).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ["data-test-script-state", "aria-valuetext"]
  })
  const frame = () => {
    bench.frames++
    bench.newest.forEach((newest, pane) => {
      if (!(newest <= bench.painted[pane])) bench.paints.push([now(), pane, bench.painted[pane] = newest])
    })
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}""".replace("PATTERN", json.dumps(NUMBERED)).replace("PER_PANE", str(PER_PANE))


@dataclass(frozen=True, slots=True)
class Work:
    """What the page and its main thread have done so far."""

    at: float
    busy_s: float
    """Processor time of the main thread: what it waits for others on a busy machine does not count."""
    frames: int
    bytes: int


class Probe:
    """One page with its notes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(f"({PROBE})()")
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def open(self, url: str, *, showing: str = "") -> None:
        """Go there and wait until a message can be written; with `showing` until the page says that as well."""
        while True:
            self.page.goto(url)
            self.page.wait_for_selector(f"{COMPOSER}:not([disabled])", timeout=PATIENCE_MS)
            self.idle()
            if showing in self.page.inner_text("[data-testid=stMainBlockContainer]"):
                return
            time.sleep(0.2)

    def idle(self) -> None:
        """Wait until no script runs."""
        self.page.wait_for_selector(IDLE, timeout=PATIENCE_MS)

    def send(self, message: str) -> None:
        """Write a message and press Enter; notes begin anew."""
        self.page.fill(COMPOSER, message)
        self.page.wait_for_selector(f"{SUBMIT}:not([disabled])")
        self.forget(message)
        self.page.press(COMPOSER, "Enter")

    def forget(self, watched: str = "") -> None:
        """Begin the notes anew; `own` is noted when `watched` is in the document."""
        self.page.evaluate(
            """watched => Object.assign(bench, {
              newest: [], painted: [], paints: [], runs: [], own: 0, first: 0, watched, awaited: ""
            })""",
            watched,
        )

    def press(self, field: str, key: str, *, awaited: str) -> float:
        """Press a key in a field; the milliseconds until the text `awaited`, which is the app's answer, has come."""
        self.page.evaluate("awaited => Object.assign(bench, {awaited, answered: 0, moved: 0, typed: 0})", awaited)
        self.page.press(field, key)
        self.wait_for("() => bench.answered")
        return float(self.page.evaluate("bench.answered - bench.pressed"))

    def wait_for(self, condition: str) -> None:
        """Wait until a JavaScript expression about `bench` holds."""
        self.page.wait_for_function(condition, timeout=PATIENCE_MS, polling=50)

    def note(self, name: str) -> Any:
        """One of the notes."""
        return self.page.evaluate(f"bench.{name}")

    def work(self) -> Work:
        """How much has been done so far."""
        metrics = {row["name"]: row["value"] for row in self._cdp.send("Performance.getMetrics")["metrics"]}
        frames, size = self.page.evaluate("[bench.frames, bench.bytes]")
        return Work(time.perf_counter(), metrics["TaskDuration"], frames, size)

    def clock_offset_s(self) -> float:
        """What to add to the page's clock to get this machine's: the estimate of the quickest of several questions."""
        tries: list[tuple[float, float]] = []
        for _ in range(9):
            asked = time.time()
            page: float = self.page.evaluate("performance.timeOrigin + performance.now()") / 1e3
            answered = time.time()
            tries.append((answered - asked, (asked + answered) / 2 - page))
        return min(tries)[1]

    def answer(self) -> str:
        """The text of the last message."""
        return self.page.locator("[data-testid=stChatMessage]").last.inner_text()


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
def probe(browser: Browser) -> Iterator[Probe]:
    """A fresh page of its own, as wide as a laptop."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        yield Probe(context.new_page())
    finally:
        context.close()
