"""One to forty people at once, each with a chat at thirty tokens a second: `python -m bench.sessions CHART.svg`.

Without browsers, for forty of those would need a machine each: the sessions speak Streamlit's protocol over WebSockets.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import psutil

from bench.answers import ONE, VISITOR, VISITOR_BRIEFLY, Plan
from bench.apps import App, ours, tutorial
from bench.chart import Line, Panel, svg
from bench.report import Figure, table
from bench.upstream import sent, upstream
from bench.visitor import Visitor

SESSIONS = (1, 5, 10, 20, 40)
SESSIONS_BRIEFLY = (1, 5)
APART_S = 0.1
"""Nobody presses Enter in the very moment of another."""
PATIENCE_S = 180


@dataclass(frozen=True, slots=True)
class Level:
    """What so many sessions at once took."""

    sessions: int
    lag_p50_ms: float
    lag_p95_ms: float
    """From the sending of a token to the message on the WebSocket that has it."""
    cpu: float
    """Of one processor, from the first Enter to the last token."""
    mb_each: float
    cut: int
    """Sessions in which a token never came."""


def measure(*, quick: bool) -> list[Figure]:
    """Each number of sessions, in a process of its own."""
    return figures(*levels(quick=quick))


def levels(*, quick: bool) -> tuple[list[Level], list[Level]]:
    """Ours and the peer's, in turns."""
    plan, counts = (VISITOR_BRIEFLY, SESSIONS_BRIEFLY) if quick else (VISITOR, SESSIONS)
    plans = plan.panes(max(counts))
    mine: list[Level] = []
    theirs: list[Level] = []
    with upstream((ONE, *plans)) as origin:
        for count in counts:
            starts: tuple[tuple[Callable[[str], AbstractContextManager[App]], list[Level]], ...]
            starts = ((ours, mine), (tutorial, theirs))
            for start, found in starts:
                with start(origin) as app:
                    found.append(asyncio.run(asyncio.wait_for(_at_once(app, origin, plans[:count]), PATIENCE_S)))
    return mine, theirs


def figures(mine: Sequence[Level], theirs: Sequence[Level]) -> list[Figure]:
    """One table."""
    return [
        figure
        for here, there in zip(mine, theirs, strict=True)
        for figure in (
            Figure(f"{here.sessions} at once: token on the socket, p50", "ms", here.lag_p50_ms, there.lag_p50_ms),
            Figure("  token on the socket, p95", "ms", here.lag_p95_ms, there.lag_p95_ms),
            Figure("  server CPU", "% of one", here.cpu * 100, there.cpu * 100),
            Figure("  memory for each", "MB", here.mb_each, there.mb_each),
            Figure("  sessions cut", "sessions", here.cut, there.cut, 0, absolute=True),
        )
    ]


def chart(mine: Sequence[Level], theirs: Sequence[Level]) -> str:
    """Lag, processor and memory by the number of sessions, as SVG."""
    return svg(
        [
            Panel(
                name,
                unit,
                [
                    Line(who, [(level.sessions, value(level)) for level in found])
                    for who, found in (("playground", mine), ("tutorial app", theirs))
                ],
            )
            for name, unit, value in _CHARTED
        ],
        along="sessions at once",
    )


_CHARTED: tuple[tuple[str, str, Callable[[Level], float]], ...] = (
    ("Token lag, p95", "ms", lambda level: level.lag_p95_ms),
    ("Server CPU", "% of one processor", lambda level: level.cpu * 100),
    ("Memory for each session", "MB", lambda level: level.mb_each),
)


async def _at_once(app: App, origin: str, plans: Sequence[Plan]) -> Level:
    await _warm_up(app)
    memory = app.process.memory_info().rss
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(Visitor.visit(app.port, _query(app, plan))) for plan in plans]
        loop = asyncio.get_running_loop()
        started, cpu = loop.time(), app.cpu_s()
        await asyncio.gather(*(_ask(visitor, number * APART_S) for number, visitor in enumerate(visitors)))
        spent = (app.cpu_s() - cpu) / (loop.time() - started)
        memory = app.process.memory_info().rss - memory
    lags: list[float] = []
    cut = 0
    for visitor, plan in zip(visitors, plans, strict=True):
        moments = sent(origin, plan)
        came = [visitor.came.get(number) for number in plan.numbers]
        found = [(at - moment) * 1e3 for at, moment in zip(came, moments, strict=True) if at is not None]
        lags += found
        cut += len(found) < plan.tokens
    return Level(
        sessions=len(plans),
        lag_p50_ms=median(lags),
        lag_p95_ms=quantiles(lags, n=20)[-1],
        cpu=spent,
        mb_each=memory / len(plans) / 1e6,
        cut=cut,
    )


async def _ask(visitor: Visitor, after_s: float) -> None:
    await asyncio.sleep(after_s)
    await visitor.say("Tell me of the sea.")
    await visitor.rest()


async def _warm_up(app: App) -> None:
    """Until the app knows its models and has answered once."""
    while True:
        async with Visitor.visit(app.port, _query(app, ONE)) as visitor:
            await visitor.say("Good morning.")
            await visitor.rest()
            if visitor.came:
                return


def _query(app: App, plan: Plan) -> str:
    return app.url(plan).partition("?")[2]


def main() -> None:
    """Measure, print the table, and draw the chart into the file that is named."""
    mine, theirs = levels(quick=False)
    load = psutil.getloadavg()[0] / (psutil.cpu_count() or 1)
    print(f"with {load:.1f} processes waiting or running for each processor\n\n{table(figures(mine, theirs))}")
    Path(sys.argv[1]).write_text(chart(mine, theirs))


if __name__ == "__main__":
    main()
