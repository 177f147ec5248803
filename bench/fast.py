"""Four thousand tokens at four hundred a second: a document, and one paragraph that never ends."""

from bench.answers import ENDLESS, ENDLESS_BRIEFLY, FAST, FAST_BRIEFLY
from bench.apps import ours, tutorial
from bench.browser import browser
from bench.report import Figure
from bench.streaming import Streamed, stream
from bench.upstream import upstream


def measure(*, quick: bool) -> list[Figure]:
    """One answer of each kind."""
    figures: list[Figure] = []
    with upstream() as origin, ours(origin) as app, tutorial(origin) as peer, browser() as chromium:
        document, paragraph = (FAST_BRIEFLY, ENDLESS_BRIEFLY) if quick else (FAST, ENDLESS)
        for name, plan in (("Fast", document), ("Endless paragraph", paragraph)):
            there = stream(chromium, peer, origin, plan)
            figures += _figures(name, stream(chromium, app, origin, plan), there)
    return figures


def _figures(name: str, here: Streamed, there: Streamed) -> list[Figure]:
    return [
        Figure(f"{name}: token on screen, p95", "ms", here.lag_p95_ms, there.lag_p95_ms, 150, absolute=True),
        Figure(f"{name}: last token on screen", "ms", here.last_ms, there.last_ms, 100, absolute=True),
        Figure(f"{name}: frames", "per s", here.frames_per_s, there.frames_per_s, least=55),
        Figure(f"{name}: tokens missing", "tokens", here.missing, there.missing, 0, absolute=True),
        Figure(f"{name}: bytes to the browser", "kB", here.bytes / 1e3, there.bytes / 1e3),
        Figure(f"{name}: main thread busy", "%", here.busy * 100, there.busy * 100),
        Figure(f"{name}: server CPU", "s", here.server_cpu_s, there.server_cpu_s),
    ]
