"""Four answers side by side, and six, each as fast as a fast service sends them."""

from statistics import median

from bench.answers import PANE, PANE_BRIEFLY, Plan
from bench.apps import columns, ours
from bench.browser import browser, probe
from bench.report import Figure
from bench.streaming import Streamed, ask
from bench.upstream import upstream

COLUMN = "[data-testid=stColumn]"


def measure(*, quick: bool) -> list[Figure]:
    """Medians of several rounds, the two apps in turns; the goals are those of four panes."""
    plan, rounds = (PANE_BRIEFLY, 1) if quick else (PANE, 3)
    return [*_side_by_side(plan, 4, rounds, goals=True), *_side_by_side(plan, 6, rounds, goals=False)]


def _side_by_side(plan: Plan, panes: int, rounds: int, *, goals: bool) -> list[Figure]:
    plans = plan.panes(panes)
    streamed: dict[str, list[Streamed]] = {"ours": [], "columns": []}
    with upstream(plans) as origin, ours(origin) as app, columns(origin) as peer, browser() as chromium:
        for _ in range(rounds):
            for side in (app, peer):
                with probe(chromium) as page:
                    page.open(side.compare_url(plans), showing=plans[-1].model if side is app else "")
                    streamed[side.name].append(ask(page, side, origin, plans, shown_in=COLUMN))

    def figure(
        name: str, unit: str, what: str, *, most: float | None = None, least: float | None = None, by: float = 1
    ) -> Figure:
        here, there = (median(_value(one, what) for one in streamed[side]) * by for side in ("ours", "columns"))
        bounds = (most, least) if goals else (None, None)
        return Figure(
            f"{panes} panes: {name}", unit, here, there, bounds[0], "columns", bounds[0] is not None, bounds[1]
        )

    return [
        figure("Enter to first token, first pane", "ms", "first"),
        figure("Enter to first token, all panes", "ms", "all_first", most=90),
        figure("token on screen, p50", "ms", "lag_p50_ms"),
        figure("token on screen, p95", "ms", "lag_p95_ms", most=120),
        figure("last token on screen", "ms", "last_ms", most=100),
        figure("tokens missing", "tokens", "missing", most=0),
        figure("frames", "per s", "frames_per_s", least=55),
        figure("main thread busy", "%", "busy", most=45, by=100),
        figure("server CPU", "s", "server_cpu_s"),
        figure("bytes to the browser", "kB", "bytes", by=1e-3),
        figure("bytes by bytes of text", "times", "overhead", most=4),
        *([figure("the same, as they are sent", "times", "wire_overhead")] if streamed["ours"][0].wire_bytes else []),
    ]


def _value(one: Streamed, what: str) -> float:
    derived = {
        "first": one.firsts_ms[0],
        "all_first": one.firsts_ms[-1],
        "overhead": one.bytes / one.text_bytes,
        "wire_overhead": one.wire_bytes / one.text_bytes,
    }
    return derived[what] if what in derived else float(getattr(one, what))
