"""The exchange of a cell in its dialog, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from components.experiments.matrix_table import CELL_OPENED
from components.experiments.runners import experiment_runner
from components.frame.process import chat
from tests.experiments.engine.conftest import definition
from tests.pages.conftest import ROOT, TIMEOUT_S, shown
from tests.upstream import Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def first_cell(experiment: str) -> AppTest:
    """The page of an experiment with the exchange of its first cell open."""
    page = AppTest.from_file(ROOT / "pages/experiments.py", default_timeout=TIMEOUT_S)
    page.query_params["id"] = experiment
    page.run()
    page.session_state[CELL_OPENED] = 0
    page.session_state["cell_exchange-0"] = True
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize(("prompt", "kept"), [("tokens=1", "of errors; of all"), ("fail=400", "status 400")])
def test_it_says_what_was_sent_and_shows_what_came_of_errors(cloudflare: Upstream, prompt: str, kept: str) -> None:
    variants = [{"name": "v", "prompt": f"{{{{word}}}} upstream: {prompt}"}]
    experiment = experiment_runner().create(definition(LLAMA, rows=1, variants=variants, checks=[]))
    experiment_runner().start(experiment).result(20)
    assert chat().store.experiment(experiment) is not None
    page = first_cell(experiment)
    assert "As it was sent" in shown(page)
    assert kept in shown(page)
    assert any('"content": "sea 0 upstream' in code.value for code in page.code)


def test_it_shows_what_came_of_judges_that_failed(cloudflare: Upstream) -> None:
    checks = [{"check": "judge", "name": "Salty", "prompt": "Is it salty? upstream: fail=400"}]
    asked = definition(LLAMA, rows=1, checks=checks, judge=LLAMA)
    experiment = experiment_runner().create(asked)
    experiment_runner().start(experiment).result(20)
    page = first_cell(experiment)
    assert "What came for Salty:" in shown(page)
    assert "status 400" in shown(page)
