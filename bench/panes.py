"""Four answers side by side: when all have begun, and how they come at a hundred tokens a second each."""

from contextlib import ExitStack

from bench.answers import Plan
from bench.apps import running
from bench.chat import SHORT, asked
from bench.page import browser, fresh
from bench.report import Figure
from bench.streaming import open_for, stream
from bench.turns import Turns
from bench.upstream import upstream

PANES = 4


def measure(*, quick: bool) -> list[Figure]:
    """Medians over one conversation with each, and over several answers."""
    short, long = SHORT.panes(PANES), Plan("document", 100 if quick else 600, 100).panes(PANES)
    questions = iter(range(1_000))
    with (
        upstream([*short, *long]) as origin,
        running(origin, "ours", "columns", "bare") as apps,
        browser() as chromium,
    ):
        with ExitStack() as stack:
            pages = {app.name: stack.enter_context(fresh(chromium, app)) for app in apps}
            for page in pages.values():
                open_for(page, short)
            begun = Turns(
                apps, 2 if quick else 12, lambda app: asked(pages[app.name], short, next(questions))[1], warm_up=1
            )
        streamed = Turns(apps, 1 if quick else 3, lambda app: stream(chromium, app, origin, long))
    return [
        begun.figure("Enter to all first tokens", "ms", float, "columns", ratio=0.25),
        begun.figure("Enter to all first tokens", "ms", float, "bare"),
        streamed.figure("Token on screen, p95", "ms", lambda one: one.lag_p95_ms, "columns", most=60),
        streamed.figure("Last token on screen", "ms", lambda one: one.last_ms, "columns", most=50),
        streamed.figure("Frames", "per s", lambda one: one.frames_per_s, "columns", least=58),
        streamed.figure("Main thread busy", "%", lambda one: one.busy * 100, "columns", ratio=0.4),
        streamed.figure("Main thread busy", "%", lambda one: one.busy * 100, "bare"),
        streamed.figure("Server CPU", "s", lambda one: one.server_cpu_s, "columns"),
        streamed.figure("All bytes by bytes of text", "×", lambda one: one.bytes / one.text_bytes, "columns"),
        streamed.figure("Tokens missing", "tokens", lambda one: one.missing, "columns", most=0),
    ]
