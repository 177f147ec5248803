"""A page of the app while an experiment runs in it: what a click takes, beside what it takes once that has ended."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.answers import Plan
from bench.apps import App, start
from bench.report import Figure
from bench.visitor import visit
from playground.experiments.definition import Definition
from playground.experiments.setting_up import make_experiment
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores, sqlite_url


class _Page(Plan):
    """That of the one model which the server has."""

    @property
    def model(self) -> str:
        return "m"


_WARM = 5
_PATIENCE_S = 300


def click_beside(origin: str, roster: Roster, definition: Definition, rounds: int) -> Figure:
    """Medians of so many runs of the chat's page, which is another than that of the experiment."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder))
        with open_stores(url) as stores:  # as if the app had been ended: it goes on with it when it starts
            store = stores.of(DEFAULT_OWNER)
            experiment = make_experiment(store, roster, definition, definition.dataset.rows).experiment
            store.begin_experiment(experiment.id)
        with start("ours", origin, Path(folder)) as app, open_stores(url) as stores:
            store = stores.of(DEFAULT_OWNER)

            def left() -> int:
                return experiment.cells - store.headway(experiment.id).ended

            beside = asyncio.run(_clicks(app, rounds))
            assert left(), "the experiment had ended before the clicks had"
            until = time.monotonic() + _PATIENCE_S
            while left():
                assert time.monotonic() < until
                time.sleep(0.2)
            alone = asyncio.run(_clicks(app, rounds))
    return Figure("A click on another page meanwhile", "ms", beside * 1e3, alone * 1e3, "without", ratio=2)


async def _clicks(app: App, rounds: int) -> float:
    """Seconds from a click to the end of the page's run."""
    took = []
    async with visit(app, _Page("", 0, 0)) as visitor:
        for _ in range(rounds + _WARM):
            began = time.perf_counter()
            await visitor.run()
            await visitor.rest()
            took.append(time.perf_counter() - began)
    return median(took[_WARM:])
