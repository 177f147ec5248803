"""What one waits for: imports, the first page of a new process, a click in a long chat."""

import ast
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from bench.answers import ONE
from bench.apps import App, ours, tutorial
from bench.browser import browser, probe
from bench.report import Figure
from bench.upstream import upstream
from playground.messages import Message
from playground.store import open_store
from tests.browser.app import ROOT

MESSAGES = 200
START_GOAL_S = 2.8


def measure(*, quick: bool) -> list[Figure]:
    """Medians; the apps in turns."""
    rounds = 1 if quick else 5
    imports: dict[str, list[float]] = {"ours": [], "tutorial": []}
    for _ in range(rounds):
        imports["ours"].append(_import_s(_imports_of(ROOT / "pages/chat.py")))
        imports["tutorial"].append(_import_s(["streamlit", "openai"]))
    starts: dict[str, list[float]] = {"ours": [], "tutorial": []}
    with upstream() as origin, browser() as chromium:
        for _ in range(rounds):
            for start in (ours, tutorial):
                name, taken = _start_s(start(origin), chromium)
                starts[name].append(taken)
        with tempfile.TemporaryDirectory() as directory:
            conversation = _long_chat(Path(directory))
            with ours(origin, Path(directory)) as app:
                address = f"http://127.0.0.1:{app.port}/?c={conversation}"
                mine = _click_ms(chromium, address, "st-key-parameters-seed-dice", 3 * rounds)
        with tutorial(origin) as peer:
            theirs = _click_ms(chromium, peer.url(ONE), "st-key-brief", 3 * rounds, messages=MESSAGES // 2)
    first = {name: median(times) for name, times in starts.items()}
    return [
        Figure("Imports of the chat page", "s", median(imports["ours"]), median(imports["tutorial"])),
        Figure("Process start to composer", "s", first["ours"], first["tutorial"], START_GOAL_S, absolute=True),
        Figure(f"A click in a chat of {MESSAGES} messages", "ms", mine, theirs, 1.0),
    ]


def _imports_of(page: Path) -> list[str]:
    """The modules that a page imports by itself."""
    names: list[str] = []
    for node in ast.walk(ast.parse(page.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
    return names


def _import_s(modules: list[str]) -> float:
    code = "import time; t = time.perf_counter()\nfor name in %r: __import__(name)\nprint(time.perf_counter() - t)"
    ran = subprocess.run([sys.executable, "-c", code % modules], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(ran.stdout)


def _start_s(starting: AbstractContextManager[App], chromium: Browser) -> tuple[str, float]:
    with probe(chromium) as page, starting as app:
        page.open(f"http://127.0.0.1:{app.port}/")
        return app.name, time.perf_counter() - app.started


def _long_chat(directory: Path) -> str:
    """The id of a new conversation with many messages, in the database of that data directory."""
    store = open_store(f"sqlite:///{directory / 'playground.db'}")
    conversation, parent = store.create_conversation().id, None
    for number in range(MESSAGES):
        role, text = ("user", "Tell me more.") if number % 2 == 0 else ("assistant", "The sea is **wide**. " * 20)
        parent = store.add_turn(conversation, parent, Message(role, text)).id  # type: ignore[arg-type]
    return conversation


def _click_ms(chromium: Browser, address: str, key: str, rounds: int, messages: int = 0) -> float:
    """From a click to the end of what it set off, in a chat that first gets that many messages."""
    times: list[float] = []
    with probe(chromium) as page:
        page.open(address)
        for number in range(messages):
            page.send(f"Tell me more, {number}.")
            page.wait_for("() => bench.first && bench.runs.at(-1)?.[1] === 'notRunning'")
        for _ in range(rounds):
            page.page.wait_for_timeout(300)
            page.forget()
            page.page.locator(f".{key} button, .{key} label").first.click()
            page.wait_for("() => bench.runs.at(-1)?.[1] === 'notRunning'")
            clicked, runs = page.page.evaluate("[bench.clicked, bench.runs]")
            times.append(runs[-1][0] - clicked)
    return median(times)
