"""Forty people at once, each with a chat at thirty tokens a second.

Without browsers, for forty of those would need a machine each: `bench.visitor`.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median, quantiles

from bench.answers import Plan
from bench.apps import App, start
from bench.report import Figure
from bench.upstream import sent, upstream
from bench.visitor import Visitor, visit

ONE = Plan("paragraph", 1, 0)
APART_S = 0.1
"""Nobody presses Enter in the very moment of another."""
PATIENCE_S = 180


@dataclass(frozen=True, slots=True)
class Crowd:
    """What so many sessions at once took."""

    lag_p50_ms: float
    lag_p95_ms: float
    """From the sending of a token to the message on the WebSocket that has it."""
    cpu: float
    """Of one processor, from the first Enter to the last token."""
    mb_each: float
    cut: int
    """Sessions in which a token never came."""


def measure(*, quick: bool) -> list[Figure]:
    """The apps one after the other."""
    plans = Plan("document", 60 if quick else 360, 30).panes(5 if quick else 40)
    found: list[Crowd] = []
    with upstream([ONE, *plans]) as origin:
        for name in ("ours", "tutorial"):
            with start(name, origin) as app:
                found.append(asyncio.run(asyncio.wait_for(_at_once(app, origin, plans), PATIENCE_S)))
    ours, peer = found
    count = f"{len(plans)} at once: "
    return [
        Figure(f"{count}token on the socket, p50", "ms", ours.lag_p50_ms, peer.lag_p50_ms, "tutorial"),
        Figure("  p95", "ms", ours.lag_p95_ms, peer.lag_p95_ms, "tutorial", ratio=0.05),
        Figure("  server CPU", "% of one", ours.cpu * 100, peer.cpu * 100, "tutorial", ratio=0.5),
        Figure("  memory for each", "MB", ours.mb_each, peer.mb_each, "tutorial"),
        Figure("  sessions cut", "sessions", ours.cut, peer.cut, "tutorial", most=0),
    ]


async def _at_once(app: App, origin: str, plans: Sequence[Plan]) -> Crowd:
    await _warm_up(app)
    memory = app.process.memory_info().rss
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visit(app, plan)) for plan in plans]
        loop = asyncio.get_running_loop()
        started, cpu = loop.time(), app.cpu_s()
        await asyncio.gather(*(_ask(visitor, number * APART_S) for number, visitor in enumerate(visitors)))
        spent = (app.cpu_s() - cpu) / (loop.time() - started)
        memory = app.process.memory_info().rss - memory
    lags: list[float] = []
    cut = 0
    for visitor, plan in zip(visitors, plans, strict=True):
        moments = zip(plan.numbers, sent(origin, plan), strict=True)
        found = [(visitor.came[number] - moment) * 1e3 for number, moment in moments if number in visitor.came]
        lags += found
        cut += len(found) < plan.tokens
    return Crowd(median(lags), quantiles(lags, n=20)[-1], spent, memory / len(plans) / 1e6, cut)


async def _ask(visitor: Visitor, after_s: float) -> None:
    await asyncio.sleep(after_s)
    await visitor.ask("Tell me of the sea.")


async def _warm_up(app: App) -> None:
    """Until the app knows its models and has answered once."""
    while True:
        async with visit(app, ONE) as visitor:
            await visitor.ask("Good morning.")
            if visitor.came:
                return
