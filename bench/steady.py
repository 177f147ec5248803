"""A thousand tokens at a hundred a second, as a fast service sends them."""

from bench.answers import Plan
from bench.apps import running
from bench.page import browser
from bench.report import Figure
from bench.streaming import stream
from bench.turns import Turns
from bench.upstream import upstream


def measure(*, quick: bool) -> list[Figure]:
    """Medians of several answers."""
    plans = [Plan("document", 200 if quick else 1_000, 100)]
    with upstream(plans) as origin, running(origin, "ours", "tutorial", "bare") as apps, browser() as chromium:
        turns = Turns(apps, 1 if quick else 3, lambda app: stream(chromium, app, origin, plans))
    return [
        turns.figure("Channel bytes by bytes of text", "×", lambda one: one.channel_bytes / one.text_bytes, most=1.5),
        turns.figure("All bytes by bytes of text", "×", lambda one: one.bytes / one.text_bytes, "tutorial", most=3),
        turns.figure("Main thread busy", "%", lambda one: one.busy * 100, "bare", ratio=1.5),
        turns.figure("Main thread busy", "%", lambda one: one.busy * 100, "tutorial"),
        turns.figure("Server CPU", "s", lambda one: one.server_cpu_s, "tutorial", ratio=0.5),
        turns.figure("Token on screen, p95", "ms", lambda one: one.lag_p95_ms, "bare"),
        turns.figure("Tokens missing", "tokens", lambda one: one.missing, "tutorial", most=0),
    ]
