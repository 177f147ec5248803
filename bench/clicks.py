"""A slider moved and a number typed while four panes stream: when it shows, and when the app has answered.

The peer's answers end with the first such click, so its number is typed into a page at rest.
"""

from statistics import median

from bench.answers import PANE, Plan
from bench.apps import App, columns, ours
from bench.browser import Probe, browser, probe
from bench.report import Figure
from bench.streaming import ended
from bench.upstream import upstream

MOST_MS = 200
PANES = 4


def measure(*, quick: bool) -> list[Figure]:
    """Medians of several answers, the two apps in turns."""
    rounds = 1 if quick else 5
    plans = PANE.panes(PANES)
    taken: dict[str, list[tuple[float, ...]]] = {"ours": [], "columns": []}
    with upstream(plans) as origin, ours(origin) as app, columns(origin) as peer, browser() as chromium:
        for _ in range(rounds):
            for side in (app, peer):
                with probe(chromium) as page:
                    page.open(side.compare_url(plans), showing=plans[-1].model if side is app else "")
                    taken[side.name].append(_clicked(page, side, plans))

    def figure(name: str, at: int, unit: str = "ms", most: float | None = MOST_MS) -> Figure:
        here, there = (median(times[at] for times in taken[side]) for side in ("ours", "columns"))
        return Figure(name, unit, here, there, most, "columns", absolute=most is not None)

    return [
        figure("Key to slider moved", 0),
        figure("Key to slider's change answered by the server", 1),
        figure("Key to digit on screen", 2),
        figure("Enter to number answered by the server", 3),
        figure("Answers cut by the clicks", 4, "answers", 0),
    ]


def _clicked(page: Probe, app: App, plans: tuple[Plan, ...]) -> tuple[float, ...]:
    """Milliseconds of each, and how many answers never came to their end."""
    slider, number = "[data-testid=stSlider] input", "[data-testid=stNumberInput] input"
    awaited = ("temperature 0.01", "at most 7 tokens")
    if app.name == "ours":
        page.page.click(".st-key-parameters-0 summary")
        page.page.wait_for_selector(f".st-key-settings-0 {number}")
        page.idle()
        slider, number = f".st-key-settings-0 {slider} >> nth=0", f".st-key-settings-0 {number} >> nth=0"
        awaited = ("1 set", "2 set")
    page.send("Tell me of the sea.")
    page.wait_for(f"() => {' && '.join(f'bench.newest[{plan.pane}] > 50' for plan in plans)}")
    slid = page.press(slider, "ArrowRight", awaited=awaited[0])
    moved, pressed = page.page.evaluate("[bench.moved, bench.pressed]")
    page.page.wait_for_timeout(500)
    page.page.fill(number, "")
    page.page.press(number, "7")
    page.wait_for("() => bench.typed > bench.pressed")
    typed = page.page.evaluate("bench.typed - bench.pressed")
    told = page.press(number, "Enter", awaited=awaited[1])
    page.idle()
    cut = sum(not page.page.evaluate(ended("newest", (plan,))) for plan in plans)
    return moved - pressed, slid, typed, told, cut
