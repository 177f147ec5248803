"""From Enter to one's own message, and to the first token, where the model answers at once."""

from contextlib import ExitStack

from bench.answers import Plan
from bench.apps import running
from bench.page import Page, browser, fresh
from bench.report import Figure
from bench.streaming import all_painted, open_for
from bench.turns import Turns
from bench.upstream import upstream

SHORT = Plan("document", 40, 200)


def measure(*, quick: bool) -> list[Figure]:
    """Medians over one conversation with each."""
    questions = iter(range(1_000))
    with (
        upstream([SHORT]) as origin,
        running(origin, "ours", "tutorial", "bare") as apps,
        browser() as chromium,
        ExitStack() as stack,
    ):
        pages = {app.name: stack.enter_context(fresh(chromium, app)) for app in apps}
        for page in pages.values():
            open_for(page, [SHORT])
        turns = Turns(apps, 4 if quick else 20, lambda app: asked(pages[app.name], [SHORT], next(questions)), warm_up=1)
    own, first = (lambda found: found[0]), (lambda found: found[1])
    return [
        turns.figure("Enter to own message", "ms", own, "tutorial", most=10),
        turns.figure("Enter to first token", "ms", first, "bare", ratio=1.8),
        turns.figure("Enter to first token", "ms", first, "tutorial", ratio=0.35),
    ]


def asked(page: Page, plans: list[Plan] | tuple[Plan, ...], number: int) -> tuple[float, float]:
    """Milliseconds from Enter until one's own message is in the document, and until all answers have begun there."""
    page.tab.bring_to_front()
    page.send(f"Question {number} of the sea.")
    page.until(all_painted(plans))
    page.rest()
    page.tab.wait_for_timeout(150)
    pressed, own, first = page.note("[bench.pressed, bench.own, bench.first]")
    return own - pressed, max(first[plan.pane] for plan in plans) - pressed
