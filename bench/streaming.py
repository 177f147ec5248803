"""One answer as it streams into a page: how late, how smoothly, at what cost."""

from dataclasses import dataclass
from statistics import quantiles

from playwright.sync_api import Browser

from bench.answers import Plan, numbers
from bench.apps import App
from bench.browser import probe
from bench.upstream import sent


@dataclass(frozen=True, slots=True)
class Streamed:
    """What one answer took, from Enter to its last token on screen."""

    bytes: int
    busy: float
    """The share of the time in which the page's main thread worked."""
    server_cpu_s: float
    lag_p95_ms: float
    """From the sending of a token to the frame that shows it, or a later one."""
    last_ms: float
    frames_per_s: float
    missing: int


def stream(browser: Browser, app: App, origin: str, plan: Plan) -> Streamed:
    """Ask for one answer in a fresh page."""
    with probe(browser) as page:
        page.open(app.url(plan), showing=f"Ask {plan.model}" if app.name == "ours" else "")
        cpu, before = app.cpu_s(), page.work()
        page.send("Tell me of the sea.")
        page.wait_for(f"() => bench.paints.length && bench.paints.at(-1)[1] === {plan.tokens - 1}")
        after, spent = page.work(), app.cpu_s() - cpu
        page.idle()
        page.page.wait_for_timeout(300)
        offset, moments = page.clock_offset_s(), sent(origin)
        lags = _lags(moments, page.note("paints"), offset)
        missing = set(range(plan.tokens)) - numbers(page.answer())
    wall = after.at - before.at
    return Streamed(
        bytes=after.bytes - before.bytes,
        busy=(after.busy_s - before.busy_s) / wall,
        server_cpu_s=spent,
        lag_p95_ms=quantiles(lags, n=20)[-1],
        last_ms=lags[-1],
        frames_per_s=(after.frames - before.frames) / wall,
        missing=len(missing),
    )


def _lags(moments: list[float], paints: list[list[float]], offset_s: float) -> list[float]:
    """For each token the milliseconds until it, or a later one, was painted."""
    lags: list[float] = []
    for at_ms, newest in paints:
        at = at_ms / 1e3 + offset_s
        lags += [(at - moments[number]) * 1e3 for number in range(len(lags), int(newest) + 1)]
    return lags
