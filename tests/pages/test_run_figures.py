"""What came of runs, as the list tells it: when it is read, and what one that cannot be read leaves of the others."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st

from playground.experiments import run_figures
from playground.experiments.run_figures import RunFiguresAtHand, run_figures_at_hand
from playground.store import StoredExperiment
from tests.browser.waiting import until
from tests.pages.test_experiments import page_of
from tests.pages.test_moving_results import come, running, store
from tests.pages.test_run_list import table

pytestmark = pytest.mark.usefixtures("cloudflare")


def now(experiment: StoredExperiment) -> tuple[StoredExperiment, Hashable]:
    """The run as it stands, with its state."""
    found = store().experiment(experiment.id)
    assert found is not None
    return found, store().experiment_tallies([found.id])[found.id].state


def rates(at_hand: RunFiguresAtHand, *experiments: StoredExperiment) -> tuple[list[float | None], int]:
    """The rates that are known, and how many are not up to date."""
    known, late = at_hand.of(store(), [now(one) for one in experiments])
    return [one.rate.value if one.rate else None for one in known.values()], len(late)


def test_a_run_that_ended_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, at_hand = running(), RunFiguresAtHand()
    come(experiment, {0: "passed"})
    assert rates(at_hand, experiment) == ([], 1)
    at_hand.wait()
    assert rates(at_hand, experiment) == ([1.0], 0)
    monkeypatch.setattr(run_figures, "_SHARE", 1e-9)
    come(experiment, {1: "failed"})
    assert rates(at_hand, experiment) == ([1.0], 1)
    at_hand.wait()
    assert rates(at_hand, experiment) == ([1.0], 1)
    store().change_experiment(experiment.id, "done")
    rates(at_hand, experiment)
    at_hand.wait()
    assert rates(at_hand, experiment) == ([0.5], 0)


def test_the_list_looks_again_while_a_rate_is_that_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = running()
    come(experiment, {0: "passed"})
    page = until(page_of().run, lambda now: table(now)["Passed"] == [1.0])
    come(experiment, {1: "failed"})
    store().change_experiment(experiment.id, "done")
    looks: list[float | None] = []
    fragment: Callable[..., Any] = st.fragment

    def noted(draw: Callable[[], None], run_every: float | None = None) -> Any:
        if draw.__module__.endswith("run_list"):
            looks.append(run_every)
        return fragment(draw, run_every=run_every)

    monkeypatch.setattr(st, "fragment", noted)
    page.run()
    assert looks == [2.0]
    run_figures_at_hand.wait()
    assert table(page.run())["Passed"] == [0.5]
    assert looks[1:] == [None]


def test_what_one_list_wants_another_one_leaves() -> None:
    made, at_hand = [running() for _ in range(4)], RunFiguresAtHand()
    rates(at_hand, *made[1:])
    rates(at_hand, made[0])
    at_hand.wait()
    assert rates(at_hand, *made)[1] == 0


def test_a_run_that_cannot_be_read_is_said_once_and_blocks_no_other(caplog: pytest.LogCaptureFixture) -> None:
    broken, whole = running(), running()
    come(whole, {0: "passed"})
    at_hand = RunFiguresAtHand()
    listed = [(replace(broken, candidates=({},)), None), now(whole)]
    at_hand.of(store(), listed)
    at_hand.wait()
    known, late = at_hand.of(store(), listed)
    assert (list(known), late) == ([whole.id], frozenset())
    assert caplog.text.count(f"what came of experiment {broken.id} cannot be told") == 1
