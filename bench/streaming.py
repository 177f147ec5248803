"""Answers as they stream into a page: how late, how smoothly, at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from playwright.sync_api import Browser

from bench.answers import Plan, numbers, tokens
from bench.apps import App
from bench.page import Page, fresh
from bench.upstream import sent

QUESTION = "Tell me of the sea."


@dataclass(frozen=True, slots=True)
class Streamed:
    """What one answer took, or several at once, from Enter to the last token on screen."""

    channel_bytes: int
    """Of the answer channel, unpacked, until the page is at rest."""
    bytes: int
    """Of all sockets."""
    text_bytes: int
    busy: float
    """The share of the time in which the page's main thread worked."""
    server_cpu_s: float
    lag_p50_ms: float
    """From the sending of a token to the frame that shows it, or a later one."""
    lag_p95_ms: float
    last_ms: float
    """Of the last tokens the one that took longest."""
    frames_per_s: float
    missing: int


def stream(browser: Browser, app: App, origin: str, plans: Sequence[Plan]) -> Streamed:
    """Ask for as many answers as there are plans, in a fresh page."""
    with fresh(browser, app) as page:
        open_for(page, plans)
        return ask(page, origin, plans)


def open_for(page: Page, plans: Sequence[Plan]) -> None:
    """Open the page on which these models answer, and wait until it knows them."""
    page.open(page.app.url(plans), showing=plans[-1].model if page.app.name == "ours" else "")


def ask(page: Page, origin: str, plans: Sequence[Plan]) -> Streamed:
    """Ask for as many answers as an open page shows at once."""
    app = page.app
    cpu, size, before = app.cpu_s(), page.bytes(), page.work()
    page.send(QUESTION)
    page.until(all_painted(plans))
    after, spent = page.work(), app.cpu_s() - cpu
    page.rest()
    page.tab.wait_for_timeout(300)
    came = {path: count - size.get(path, 0) for path, count in page.bytes().items()}
    offset, paints = page.clock_offset_s(), page.note("bench.paints")
    lags = [lags_ms(sent(origin, plan), of_pane(paints, plan.pane), offset) for plan in plans]
    all_lags = [lag for one in lags for lag in one]
    seen = numbers(" ".join(page.tab.locator(app.kind.answers).all_text_contents()))
    wall = after.at - before.at
    return Streamed(
        channel_bytes=sum(count for path, count in came.items() if path.endswith("/channel")),
        bytes=sum(came.values()),
        text_bytes=sum(len(token.encode()) for plan in plans for token in tokens(plan)),
        busy=(after.busy_s - before.busy_s) / wall,
        server_cpu_s=spent,
        lag_p50_ms=median(all_lags),
        lag_p95_ms=quantiles(all_lags, n=20)[-1],
        last_ms=max(one[-1] for one in lags),
        frames_per_s=(after.frames - before.frames) / wall,
        missing=sum(number not in seen for plan in plans for number in plan.numbers),
    )


def all_painted(plans: Sequence[Plan], token: int = -1) -> str:
    """JavaScript that says whether of every plan that token is on screen; -1 is the last one."""
    return " && ".join(f"bench.painted[{plan.pane}] >= {token % plan.tokens}" for plan in plans)


def of_pane(paints: Sequence[Sequence[float]], pane: int) -> list[tuple[float, int]]:
    """The frames that showed something new of one pane: when in milliseconds, and the newest token's number."""
    return [(at_ms, int(newest)) for at_ms, where, newest in paints if where == pane]


def lags_ms(moments: Sequence[float], paints: Sequence[tuple[float, int]], offset_s: float) -> list[float]:
    """For each token the milliseconds until it, or a later one, was painted.

    `moments` in seconds are those of their sending, `offset_s` is added to the page's clock to get the same.
    """
    lags: list[float] = []
    for at_ms, newest in paints:
        at = at_ms / 1e3 + offset_s
        lags += [(at - moments[number]) * 1e3 for number in range(len(lags), newest + 1)]
    return lags
