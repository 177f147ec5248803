"""Reloading a long conversation, and typing in it, beside one with a short answer."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from bench.apps import App, start
from bench.page import browser, fresh
from bench.report import Figure
from bench.upstream import upstream
from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores, sqlite_url

END = 9_999
"""The number of the last word of all."""
SENTENCE = "The sea is **wide**, and the boats leave their port under a `grey` sky.\n\n"
KEYS = 20


def measure(*, quick: bool) -> list[Figure]:
    """Medians of several reloads of each, in turns."""
    rounds = 1 if quick else 5
    with tempfile.TemporaryDirectory() as directory, upstream([]) as origin, browser() as chromium:
        chats = dict(_kept(Path(directory)))
        with start("ours", origin, Path(directory)) as app:
            found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in chats}
            _reloaded(chromium, app, next(iter(chats.values())))  # the first page of a process takes longer
            for _ in range(rounds):
                for name, chat in chats.items():
                    found[name].append(_reloaded(chromium, app, chat))
    middle = {name: [median(column) for column in zip(*taken, strict=True)] for name, taken in found.items()}
    short = middle.pop("one short answer")
    return [
        figure
        for name, (usable, shown, typed) in middle.items()
        for figure in (
            Figure(f"{name}: reload to its last words", "ms", shown, short[1], "short", ratio=2),
            Figure("  reload to composer", "ms", usable, short[0], "short", ratio=2),
            Figure("  key to letter on screen", "ms", typed, short[2], "short", most=16),
        )
    ]


def _kept(directory: Path) -> Iterator[tuple[str, str]]:
    """The conversations by what they hold, with their ids, in the database of that data directory."""
    lines = "".join(f"value = value + {line}\n" for line in range(20_000))
    answers: Mapping[str, list[str]] = {
        "one short answer": ["It is wide."],
        "1 MB": [SENTENCE * (1_000_000 // len(SENTENCE))],
        "20,000 lines of code": [f"```python\n{lines}```\n\n"],
        "500 turns": [SENTENCE * 10] * 250,
    }
    store = open_stores(sqlite_url(directory)).of(DEFAULT_OWNER)
    for name, texts in answers.items():
        conversation, parent = store.create_conversation().id, None
        for number, text in enumerate(texts):
            last = f"end{END}" if number == len(texts) - 1 else ""
            parent = store.add_turn(conversation, parent, Message("user", "Tell me more.")).id
            parent = store.add_turn(conversation, parent, Message("assistant", text + last)).id
        yield name, conversation


def _reloaded(chromium: Browser, app: App, chat: str) -> tuple[float, float, float]:
    """Milliseconds from a reload to a composer that can be used and to the last words, and from a key to its letter."""
    with fresh(chromium, app) as page:
        for _ in range(2):  # the first time it is a visit: the browser has no file of the page yet
            page.tab.goto(f"http://127.0.0.1:{app.port}/?c={chat}")
            page.until(f"bench.usable && bench.painted[0] === {END}")
        shown, usable = page.note("[bench.paints.find(([,, token]) => token === 9999)[0], bench.usable]")
        began = page.note("performance.timeOrigin")
        page.rest()
        page.tab.wait_for_timeout(500)
        typed: list[float] = []
        for _ in range(KEYS):
            page.begin()
            page.tab.press(app.kind.composer, "a")
            page.until("bench.typed")
            typed.append(page.note("bench.typed - bench.pressed"))
        return usable - began, shown - began, median(typed)
