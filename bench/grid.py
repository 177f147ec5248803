"""An experiment of ten thousand cells against a model server that answers after 50 ms: in the app, and on a cluster."""

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from unittest import mock

import psutil

from bench import promptfoo
from bench.cluster import Cluster, cluster
from bench.grid_beside import click_beside
from bench.prompt_server import prompt_server
from bench.report import Figure
from playground.experiments.definition import Definition
from playground.experiments.engine.runner import ExperimentRunner, ExperimentRunners
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import open_stores, sqlite_url

CELLS = 10_000


def measure(*, quick: bool) -> list[Figure]:
    """One run, after a short one that loads what every first run loads."""
    count = CELLS // 10 if quick else CELLS
    with (
        tempfile.TemporaryDirectory() as folder,
        prompt_server() as origin,
        open_stores(sqlite_url(Path(folder))) as stores,
    ):
        connection = Connection(kind="openai_compatible", name="openai", base_url=f"{origin}/v1")
        roster = Roster({"openai": connection})
        runner = ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER)
        runner.start(runner.create(_definition(50))).result()
        experiment = runner.create(_definition(count))
        process = psutil.Process()
        memory = process.memory_info().rss
        began, busy = time.perf_counter(), time.process_time()
        runner.start(experiment).result()
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
        grown = (process.memory_info().rss - memory) / 1e6
        ended = runner.store.headway(experiment).ended
        begun = time.process_time()
        runner.store.cell_facts(experiment)
        read = (time.process_time() - begun) * 1e3
        with cluster(Path(folder), origin) as there:
            on_cluster = _on_cluster(runner, there, count)
        click = click_beside(origin, roster, _definition(count), 5 if quick else 15)
        peers = _beside_promptfoo(origin, count / seconds, quick=quick) if promptfoo.is_there() else []
    return [
        Figure(f"{count:,} cells: cells", "per s", count / seconds),
        *peers,
        Figure("  processor a cell", "ms", busy / count * 1e3, most=4),
        Figure("  memory more at the end", "MB", grown, most=60),
        Figure("  cells missing", "cells", count - ended, most=0),
        Figure("  all without their words, read", "ms", read),
        on_cluster,
        click,
    ]


def _beside_promptfoo(origin: str, ours: float, *, quick: bool) -> list[Figure]:
    """Beside it as it is by itself, which has the goal, and with as many requests at once as suit it best."""
    by_itself, at_best = (
        promptfoo.cells_per_second(origin, at_once, quick=quick)
        for at_once in (promptfoo.BY_ITSELF, promptfoo.QUICKEST)
    )
    return [
        Figure("  the same", "per s", ours, by_itself, "promptfoo", least_ratio=5),
        Figure("  the same", "per s", ours, at_best, f"with {promptfoo.QUICKEST} at once"),
    ]


def _on_cluster(runner: ExperimentRunner, there: Cluster, count: int) -> Figure:
    """Processor time of all that takes part beside that of the app alone, in turns, once the worker is warm."""

    def busy(engine: str, cells: int) -> float:
        experiment = runner.create(_definition(cells, engine))
        own, others = time.process_time(), there.cpu_s()
        runner.start(experiment).result()
        took = time.process_time() - own
        if engine == "cluster":
            took += there.cpu_s() - others
        assert runner.store.headway(experiment).ended == cells
        return took / cells * 1e3

    with mock.patch.dict(os.environ, {"PLAYGROUND_CLUSTER_URL": there.address}):
        busy("cluster", 400)
        turns = [(busy("cluster", count // 3), busy("app", count // 3)) for _ in range(3)]
    ours, peer = (median(one) for one in zip(*turns, strict=True))
    return Figure("  by a cluster of one worker: processor a cell", "ms", ours, peer, "the app", 1.05)


def _definition(rows: int, engine: str = "app") -> Definition:
    return Definition.model_validate(
        {
            "engine": engine,
            "title": "Seas",
            "dataset": {"rows": [{"word": f"sea {number}", "expected": "salt"} for number in range(rows)]},
            "variants": [{"name": "plain", "prompt": "Why is {{word}} salty?"}],
            "models": ["openai/m"],
            "checks": [{"check": "contains", "value": "{{expected}}"}],
        }
    )
