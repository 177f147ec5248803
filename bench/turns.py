"""Measurements of several apps in turns, so that a busy moment of the machine meets all of them."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Generic, TypeVar

from bench.apps import App
from bench.report import Figure

Found = TypeVar("Found")


class Turns(Generic[Found]):
    """What was measured of each app, by its name."""

    def __init__(self, apps: Sequence[App], rounds: int, once: Callable[[App], Found], *, warm_up: int = 0) -> None:
        """Measure each app once a round; the rounds of the warm-up do not count."""
        self.found: dict[str, list[Found]] = {app.name: [] for app in apps}
        for turn in range(warm_up + rounds):
            for app in apps:
                found = once(app)
                if turn >= warm_up:
                    self.found[app.name].append(found)

    def figure(
        self,
        name: str,
        unit: str,
        value: Callable[[Found], float],
        peer: str = "",
        *,
        ratio: float | None = None,
        most: float | None = None,
        least: float | None = None,
    ) -> Figure:
        """The medians of ours and of a peer, with goals as Figure has them."""
        ours, theirs = (median(map(value, self.found[at])) if at else None for at in ("ours", peer))
        assert ours is not None
        return Figure(name, unit, ours, theirs, peer, ratio=ratio, most=most, least=least)
