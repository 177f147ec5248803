"""From Enter to one's own message, and to the first token, where the model answers at once."""

from statistics import median

from bench.answers import FIRST
from bench.apps import App, ours, tutorial
from bench.browser import Probe, browser, probe
from bench.report import Figure
from bench.upstream import upstream


def measure(*, quick: bool) -> list[Figure]:
    """Medians in milliseconds over one conversation with each, the two in turns."""
    rounds = 4 if quick else 21
    with (
        upstream() as origin,
        ours(origin) as app,
        tutorial(origin) as peer,
        browser() as chromium,
        probe(chromium) as here,
        probe(chromium) as there,
    ):
        here.open(app.url(FIRST), showing=f"Ask {FIRST.model}")
        there.open(peer.url(FIRST))
        sides: tuple[tuple[App, Probe], ...] = ((app, here), (peer, there))
        taken: dict[str, list[tuple[float, float]]] = {"ours": [], "tutorial": []}
        for turn in range(rounds):
            for side, page in sides:
                page.page.bring_to_front()
                taken[side.name].append(_enter(page, f"Question number {turn}, of the sea."))
    own, first = [{name: median(t[at] for t in times[1:]) for name, times in taken.items()} for at in (0, 1)]
    return [
        Figure("Enter to own message", "ms", own["ours"], own["tutorial"], 1.0),
        Figure("Enter to first token", "ms", first["ours"], first["tutorial"], 1.0),
    ]


def _enter(page: Probe, message: str) -> tuple[float, float]:
    page.send(message)
    page.wait_for(f"() => bench.newest[0] === {FIRST.tokens - 1}")
    page.idle()
    page.page.wait_for_timeout(150)
    entered, own, first = page.page.evaluate("[bench.entered, bench.own, bench.first]")
    return own - entered, first - entered
