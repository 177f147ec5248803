"""A thousand tokens at a hundred a second, as a fast service sends them."""

from statistics import median

from bench.answers import STEADY
from bench.apps import ours, tutorial
from bench.browser import browser
from bench.report import Figure
from bench.streaming import Streamed, stream
from bench.upstream import upstream


def measure(*, quick: bool) -> list[Figure]:
    """Medians of several answers, the two apps in turns."""
    streamed: dict[str, list[Streamed]] = {"ours": [], "tutorial": []}
    with upstream() as origin, ours(origin) as app, tutorial(origin) as peer, browser() as chromium:
        for _ in range(1 if quick else 3):
            for side in (app, peer):
                streamed[side.name].append(stream(chromium, side, origin, STEADY))

    def middle(what: str) -> tuple[float, float]:
        here, there = (median(getattr(one, what) for one in streamed[name]) for name in ("ours", "tutorial"))
        return here, there

    size, busy = middle("bytes"), middle("busy")
    return [
        Figure("Steady: bytes to the browser", "kB", size[0] / 1e3, size[1] / 1e3, 0.1),
        Figure("Steady: main thread busy", "%", busy[0] * 100, busy[1] * 100, 0.5),
        Figure("Steady: server CPU", "s", *middle("server_cpu_s"), 1.0),
        Figure("Steady: token on screen, p95", "ms", *middle("lag_p95_ms")),
        Figure("Steady: last token on screen", "ms", *middle("last_ms")),
        Figure("Steady: tokens missing", "tokens", *middle("missing"), 0, absolute=True),
    ]
