"""Cells that were never sent, on the page: which of them can be asked again, and how often their rows are read."""

from datetime import UTC, datetime
from decimal import Decimal
from weakref import ref

import pytest

from components.experiments.runners import experiment_runner
from components.frame.process import chat
from playground.experiments.definition import Definition
from playground.experiments.setting_up import make_experiment
from playground.money.budget import Most
from playground.store import CellEnd, Store, StoredExperiment, StoredRow, Wanted, new_id
from tests.pages.conftest import shown
from tests.pages.test_experiments import DRAFT, page_of

pytestmark = pytest.mark.usefixtures("cloudflare")


def unsent(rows: list[dict[str, str]], **changes: object) -> StoredExperiment:
    """An experiment that is done, of which nothing was sent."""
    experiment_runner()
    store = chat().store
    definition = Definition.model_validate(DRAFT | {"dataset": {"rows": rows}, "checks": []} | changes)
    experiment = make_experiment(store, chat().roster, definition, definition.dataset.rows).experiment
    store.begin_experiment(experiment.id)
    at = datetime.now(UTC)
    wanted = [Wanted(cell, new_id(), "cloudflare", Most(Decimal(0))) for cell in range(experiment.cells)]
    store.claim_cells(experiment.id, wanted)
    answer = {"error": {"message": "Not sent."}}
    store.finish_cells(
        experiment.id,
        [CellEnd(one.cell, one.ticket, 0, one.cell, 0, "error", answer, at, at, requests=0) for one in wanted],
    )
    store.change_experiment(experiment.id, "done")
    return experiment


def test_cells_that_could_go_are_offered_behind_any_number_that_could_not() -> None:
    experiment = unsent([*({"other": str(n)} for n in range(1_100)), {"word": "blue"}, {"word": "green"}])
    page = page_of(id=experiment.id)
    assert page.button(key="experiment_retry").label.startswith("Ask the 2 without an answer again")
    assert "1,100 cells never sent, nor would be if asked again: The row has no value for word." in shown(page)


def test_a_message_that_its_row_leaves_empty_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    rows_of = Store.dataset_rows

    def counted(store: Store, version_id: str, *, start: int = 0, limit: int | None = None) -> tuple[StoredRow, ...]:
        read.extend([] if limit == 1 else [start])
        return rows_of(store, version_id, start=start, limit=limit)

    experiment = unsent([{"word": " "}, {"word": "blue"}], variants=[{"name": "plain", "prompt": "{{word}}"}])
    monkeypatch.setattr(Store, "dataset_rows", counted)
    page = page_of(id=experiment.id)
    assert "1 cell never sent, nor would be if asked again: The message is empty" in shown(page)
    read.clear()
    assert "Ask the 1 without an answer again" in page.run().button(key="experiment_retry").label
    assert read == []
    assert isinstance(page.session_state["experiment_unsent_cells"][0], ref)  # a session holds no results
