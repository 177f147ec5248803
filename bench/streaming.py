"""Answers as they stream into a page: how late, how smoothly, at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from playwright.sync_api import Browser

from bench.answers import Plan, numbers, tokens
from bench.apps import App
from bench.browser import Probe, probe
from bench.upstream import sent


@dataclass(frozen=True, slots=True)
class Streamed:
    """What one answer took, or several at once, from Enter to the last token on screen."""

    bytes: int
    """Of messages, unpacked, until the page is at rest."""
    wire_bytes: int
    """The same as they were sent, packed or not; 0 where that cannot be seen."""
    text_bytes: int
    busy: float
    """The share of the time in which the page's main thread worked."""
    server_cpu_s: float
    firsts_ms: Sequence[float]
    """From Enter to the frame that shows something of an answer, the quickest first."""
    lag_p50_ms: float
    """From the sending of a token to the frame that shows it, or a later one."""
    lag_p95_ms: float
    last_ms: float
    """Of the last tokens the one that took longest."""
    frames_per_s: float
    missing: int


def stream(browser: Browser, app: App, origin: str, plan: Plan) -> Streamed:
    """Ask for one answer in a fresh page."""
    with probe(browser) as page:
        page.open(app.url(plan), showing=f"Ask {plan.model}" if app.name == "ours" else "")
        return ask(page, app, origin, (plan,), shown_in="[data-testid=stChatMessage]")


def ask(page: Probe, app: App, origin: str, plans: Sequence[Plan], *, shown_in: str) -> Streamed:
    """Ask for as many answers as an open page shows at once; the last elements that match `shown_in` hold them."""
    cpu, wire, before = app.cpu_s(), app.sent(), page.work()
    page.send("Tell me of the sea.")
    page.wait_for(f"() => {ended('painted', plans)}")
    after, spent = page.work(), app.cpu_s() - cpu
    page.idle()
    page.page.wait_for_timeout(300)
    sent_since = sum(count - wire[end] for end, count in app.sent().items() if end in wire)
    offset, paints, entered = page.clock_offset_s(), page.note("paints"), page.note("entered")
    lags = [lags_ms(sent(origin, plan), of_pane(paints, plan.pane), offset) for plan in plans]
    all_lags = [lag for one in lags for lag in one]
    shown = page.page.locator(shown_in).all_inner_texts()[-len(plans) :]
    seen = numbers(" ".join(shown))
    wall = after.at - before.at
    return Streamed(
        bytes=page.work().bytes - before.bytes,
        wire_bytes=sent_since,
        text_bytes=sum(len(token.encode()) for plan in plans for token in tokens(plan)),
        busy=(after.busy_s - before.busy_s) / wall,
        server_cpu_s=spent,
        firsts_ms=sorted(of_pane(paints, plan.pane)[0][0] - entered for plan in plans),
        lag_p50_ms=median(all_lags),
        lag_p95_ms=quantiles(all_lags, n=20)[-1],
        last_ms=max(one[-1] for one in lags),
        frames_per_s=(after.frames - before.frames) / wall,
        missing=sum(number not in seen for plan in plans for number in plan.numbers),
    )


def ended(note: str, plans: Sequence[Plan]) -> str:
    """JavaScript that says whether a note has come to the last token of every plan."""
    return " && ".join(f"bench.{note}[{plan.pane}] === {plan.tokens - 1}" for plan in plans)


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
