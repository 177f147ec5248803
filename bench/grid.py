"""An experiment of ten thousand cells against a model server that answers after 50 ms."""

import tempfile
import time
from pathlib import Path

import psutil

from bench.prompt_server import prompt_server
from bench.report import Figure
from playground.experiments.definition import Definition
from playground.experiments.engine.runner import ExperimentRunners
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
        connection = Connection(kind="openai_compatible", name="server", base_url=f"{origin}/v1")
        roster = Roster({"server": connection})
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
    return [
        Figure(f"{count:,} cells: cells", "per s", count / seconds),
        Figure("  processor a cell", "ms", busy / count * 1e3, most=4),
        Figure("  memory more at the end", "MB", grown, most=60),
        Figure("  cells missing", "cells", count - ended, most=0),
        Figure("  all without their words, read", "ms", read),
    ]


def _definition(rows: int) -> Definition:
    return Definition.model_validate(
        {
            "title": "Seas",
            "dataset": {"rows": [{"word": f"sea {number}", "expected": "salt"} for number in range(rows)]},
            "variants": [{"name": "plain", "prompt": "Why is {{word}} salty?"}],
            "models": ["server/m"],
            "checks": [{"check": "contains", "value": "{{expected}}"}],
        }
    )
