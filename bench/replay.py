"""Recorded answers that play again, four side by side: how far what a frame shows is from what had come by then."""

from playwright.sync_api import Page

from bench.page import browser
from bench.report import Figure
from tests.browser.stage import Stage
from tests.browser.test_replay import COUNT, errors, recorded, replay

PANES = 4


def measure(*, quick: bool) -> list[Figure]:
    """Of the frames of all replays; the browser part alone, on a bare page."""
    names = [f"pane-{number}" for number in range(PANES)]
    late: list[float] = []
    apart = count = 0
    with Stage() as stage, browser() as chromium:
        recorded(stage, *names)
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{stage.url}?slots={','.join(names)}")
        replay(page, "Replay all")
        for _ in range(1 if quick else 5):
            frames = _again(page)
            late += errors(frames, pane=PANES)
            count += len(frames)
            apart += sum(len(set(shown)) > 1 for _, *shown in frames)
    late.sort()
    return [
        Figure("Error of a frame's time, p95", "ms", late[int(len(late) * 0.95)], most=20),
        Figure("Error of a frame's time, most", "ms", late[-1]),
        Figure("Frames in which panes are apart", "frames", apart, most=0),
        Figure("Frames", "per s", count / (4.36 * (1 if quick else 5))),
    ]


def _again(page: Page) -> list[list[float]]:
    """The frames of a replay from its beginning."""
    controls = page.get_by_role("group", name="Replay")
    controls.get_by_role("slider").press("Home")
    play = controls.get_by_role("button", name="Play", exact=True)
    if play.is_visible():
        play.click()
    frames: list[list[float]] = page.evaluate(COUNT)
    return frames
