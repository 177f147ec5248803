"""Four thousand tokens at four hundred a second: a document, and a paragraph, list, table or fence that never ends."""

from bench.answers import Plan
from bench.apps import running
from bench.page import browser
from bench.report import Figure
from bench.streaming import stream
from bench.turns import Turns
from bench.upstream import upstream

KINDS = ("document", "paragraph", "list", "table", "fence")


def measure(*, quick: bool) -> list[Figure]:
    """One answer of each kind."""
    plans = {kind: Plan(kind, 400 if quick else 4_000, 400) for kind in KINDS}
    figures: list[Figure] = []
    with upstream(plans.values()) as origin, running(origin, "ours", "bare") as apps, browser() as chromium:
        for kind, plan in plans.items():
            turns = Turns(apps, 1, lambda app, plan=plan: stream(chromium, app, origin, [plan]))  # type: ignore[misc]
            figures += [
                turns.figure(
                    f"{kind.capitalize()}: token on screen, p95", "ms", lambda one: one.lag_p95_ms, "bare", most=50
                ),
                turns.figure("  last token on screen", "ms", lambda one: one.last_ms, "bare", most=40),
                turns.figure("  frames", "per s", lambda one: one.frames_per_s, "bare", least=58),
                turns.figure("  main thread busy", "%", lambda one: one.busy * 100, "bare"),
                turns.figure("  bytes by bytes of text", "×", lambda one: one.bytes / one.text_bytes, "bare"),
                turns.figure("  tokens missing", "tokens", lambda one: one.missing, "bare", most=0),
            ]
    return figures
