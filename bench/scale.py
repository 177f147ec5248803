"""An experiment of a hundred thousand cells in a database, without requests: what each step takes at that size.

`SCALE_CELLS` says how many. The cells are narrow: an answer of 150 characters, one check.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil

from bench.report import Figure
from playground.experiments.candidates import Candidate
from playground.experiments.cells import Grid
from playground.experiments.definition import Definition
from playground.experiments.loading import stored_analysis
from playground.experiments.matrix import Matrix
from playground.experiments.setting_up import make_experiment
from playground.models.roster import Roster
from playground.money.budget import Most
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import CellEnd, Store, StoredExperiment, Wanted, new_id, open_stores, sqlite_url

CANDIDATES, REPETITIONS = 5, 2
_GROUP = 50
"""Cells of one claim and of one write, as a run has them at some hundred a second."""
_SAMPLED = 5_000
_LIMIT = Decimal(1_000)


def measure(*, quick: bool) -> list[Figure]:
    """The first cells and the last are claimed and written as a run does; those between are put in at once."""
    count = int(os.environ.get("SCALE_CELLS", "20000" if quick else "100000"))
    rows = count // (CANDIDATES * REPETITIONS)
    with tempfile.TemporaryDirectory() as folder, open_stores(sqlite_url(Path(folder))) as stores:
        store = stores.of(DEFAULT_OWNER)
        experiment = _made(store, rows)
        count = experiment.cells
        sampled = min(_SAMPLED, count // 4)
        first = _write(store, experiment, range(sampled))
        _put_in(store, experiment, range(sampled, count - sampled))
        last = _write(store, experiment, range(count - sampled, count))
        size = sum(path.stat().st_size for path in Path(folder).iterdir() if path.is_file()) / count
        memory = psutil.Process().memory_info().rss
        columns = [Candidate.from_json(packed) for packed in experiment.candidates]
        analysis, analysis_ms = _took(lambda: stored_analysis(store, experiment, columns))
        matrix, matrix_ms = _took(lambda: Matrix(analysis))
        page_ms = _took(lambda: matrix.page())[1]
        figures_ms = _took(lambda: analysis.figures)[1]
        grown = (psutil.Process().memory_info().rss - memory) / 1e6
        headway_ms = _took(lambda: store.headway(experiment.id))[1]
        missing_ms = _took(lambda: store.missing_cells(experiment.id))[1]
    return [
        Figure(f"{count:,} cells: claimed and written, the last of them", "ms a cell", last, first, "the first"),
        Figure("  in the database", "bytes a cell", size),
        Figure("  how far it is", "ms", headway_ms),
        Figure("  which are missing, of all", "ms", missing_ms),
        Figure("  all without their words, read", "ms", analysis_ms),
        Figure("  the matrix made", "ms", matrix_ms),
        Figure("  a page of it", "ms", page_ms),
        Figure("  the figures of all columns", "ms", figures_ms),
        Figure("  memory for those", "MB", grown),
    ]


def _took(call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call gives, and its processor time in milliseconds."""
    began = time.process_time()
    found = call()
    return found, (time.process_time() - began) * 1e3


def _made(store: Store, rows: int) -> StoredExperiment:
    definition = Definition.model_validate(
        {
            "title": "Seas",
            "dataset": {"rows": [{"word": f"sea {number}"} for number in range(rows)]},
            "variants": [{"name": "plain", "prompt": "Why is {{word}} salty?"}],
            "models": ["server/m"],
            "axes": {"temperature": [number / 10 for number in range(CANDIDATES)]},
            "repetitions": REPETITIONS,
            "limits": {"max_cost": str(_LIMIT)},
        }
    )
    roster = Roster({"server": Connection(kind="openai_compatible", name="server", base_url="http://127.0.0.1:1/v1")})
    experiment = make_experiment(store, roster, definition, definition.dataset.rows).experiment
    assert store.begin_experiment(experiment.id)
    return experiment


def _write(store: Store, experiment: StoredExperiment, cells: range) -> float:
    """Claim and write cells in groups; processor time a cell, in milliseconds."""
    began = time.process_time()
    for start in range(cells.start, cells.stop, _GROUP):
        numbers = range(start, min(start + _GROUP, cells.stop))
        wanted = [Wanted(number, new_id(), "server", Most(Decimal("0.0001"))) for number in numbers]
        claimed = store.claim_cells(experiment.id, wanted)
        assert len(claimed.cells) == len(numbers)
        store.finish_cells(experiment.id, _ends(experiment, claimed.cells))
    return (time.process_time() - began) / len(cells) * 1e3


def _put_in(store: Store, experiment: StoredExperiment, cells: range) -> None:
    """Cells as they are written, many at a time, without limit and so without a look at what is spent."""
    store.limit_experiment(experiment.id, None)
    for start in range(cells.start, cells.stop, 2_000):
        numbers = range(start, min(start + 2_000, cells.stop))
        wanted = [Wanted(number, new_id(), "server", Most(Decimal("0.0001"))) for number in numbers]
        store.finish_cells(experiment.id, _ends(experiment, store.claim_cells(experiment.id, wanted).cells))
    store.limit_experiment(experiment.id, _LIMIT)


def _ends(experiment: StoredExperiment, claimed: Sequence[Wanted]) -> list[CellEnd]:
    grid, at = Grid(experiment.rows, len(experiment.candidates), experiment.repetitions), datetime.now(UTC)
    ends = []
    for one in claimed:
        place, passed = grid.place(one.cell), one.cell % 3 > 0
        check = {"name": "contains", "passed": passed, "score": float(passed), "note": "", "number": 0, "weight": 1.0}
        ends.append(
            CellEnd(
                one.cell,
                one.ticket,
                place.candidate,
                place.row,
                place.repetition,
                "passed" if passed else "failed",
                {"text": "The sea is salty because rivers carry salt into it. " * 3, "cost": "0.00002", **_ANSWER},
                at,
                at,
                [check],
                float(passed),
                seconds=0.5 + one.cell % 7 / 10,
                spent=Decimal("0.00002"),
            )
        )
    return ends


_ANSWER = {"finish_reason": "stop", "usage": {"prompt_tokens": 12, "completion_tokens": 40}, "seconds": 0.9}
