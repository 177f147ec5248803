"""What is done to an experiment that runs, or ran."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from components.experiments.opened_once import open_once
from components.experiments.plan_actions import OPENED, plans
from components.experiments.runners import experiment_runner
from components.frame.session import session, shows_errors
from playground.experiments.asking_again import ask_cells_again
from playground.experiments.loading import stored_definition
from playground.experiments.plans import PlanError, draft_of
from playground.experiments.setting_up import NothingToAskError
from playground.money.budget import LimitError, read_limit
from playground.store import MissingError, StoredExperiment

RUN_OPENED = "experiment_opened"
"""In the session: the id of the experiment to show next."""
RUN_AGAINST = "experiment_against"
"""In the session: the id of the run that it is to be compared with."""
RUNS_DELETED = "experiment_runs_deleted"
"""In the session: whether runs were just deleted, out of a list perhaps, which is drawn alone."""
ASKED_AGAIN = "experiment_asked_again"
"""In the session: whether cells were just asked again, out of a dialog perhaps, which is drawn alone."""
UNANSWERED = ("error", "stopped")
"""Outcomes of cells that have no answer."""
DRY_CELLS = 3
"""Cells that a dry run asks."""


@shows_errors
def run(plan_name: str, press: str, *, most: int | None = None) -> None:
    """Run a plan, or so many cells of it, after which it pauses to be looked at; once for a press."""
    open_once(RUN_OPENED, press, lambda: _begun(plan_name, most))


def _begun(plan_name: str, most: int | None) -> str:
    plan = plans().find(plan_name)
    if plan is None or plan.definition is None:
        raise PlanError("This plan is not finished.", hint="Mend what is said beside Run.")
    try:
        experiment_id = experiment_runner().create(plan.definition)
    except NothingToAskError as error:
        raise PlanError(str(error), hint="Change the plan.") from None
    experiment_runner().start(experiment_id, most=most)
    return experiment_id


def limit_text(experiment: StoredExperiment) -> str:
    """What an experiment may cost at most, as it is typed; empty for no limit."""
    return "" if experiment.max_cost is None else f"{experiment.max_cost:f}"


@shows_errors
def limit(experiment_id: str, typed: str) -> None:
    """Set what an experiment may cost at most, for when it goes on."""
    _set_limit(experiment_id, typed)


@shows_errors
def go_on(experiment_id: str, limit_key: str = "") -> None:
    """Go on with what was paused or stopped, below the limit in the box of that key, which was perhaps just typed."""
    if limit_key in st.session_state:
        _set_limit(experiment_id, st.session_state[limit_key])
    experiment_runner().start(experiment_id)


def _set_limit(experiment_id: str, typed: str) -> None:
    try:
        max_cost = read_limit(typed)
    except LimitError as error:
        raise PlanError(error.message, hint="The limit is as it was, and nothing was begun.") from None
    session().chat.store.limit_experiment(experiment_id, max_cost)


@shows_errors
def pause(experiment_id: str) -> None:
    """Ask nothing more; what is on its way may end."""
    experiment_runner().pause(experiment_id)


@shows_errors
def stop(experiment_id: str) -> None:
    """Stop what is on its way, and ask nothing more."""
    experiment_runner().stop(experiment_id)


@shows_errors
def delete_runs(chosen: Sequence[StoredExperiment]) -> None:
    """Delete experiments; those that were deleted before another one failed can be brought back too."""
    deleted: list[str] = st.session_state.setdefault("experiment_deleted", [])
    st.session_state[RUNS_DELETED] = True
    for experiment in chosen:
        experiment_runner().delete(experiment.id)
        if experiment.id not in deleted:
            deleted.append(experiment.id)


@shows_errors
def restore_runs() -> None:
    """Bring back what was deleted since the last time; of those that are gone for good the last is told."""
    deleted: list[str] = st.session_state.get("experiment_deleted", [])
    gone = None
    while deleted:
        try:
            session().chat.store.restore_experiment(deleted[0])
        except MissingError as error:
            gone = error
        deleted.pop(0)  # what could not be brought back now stays, for another try
    if gone is not None:
        raise gone


@shows_errors
def compare_runs(one: StoredExperiment, other: StoredExperiment) -> None:
    """Show the later of two runs against the earlier one."""
    earlier, later = sorted((one, other), key=lambda run: (run.created_at, run.id))
    st.session_state[RUN_OPENED], st.session_state[RUN_AGAINST] = later.id, earlier.id


@shows_errors
def ask_cell_again(experiment_id: str, cell: int, seen_at: datetime) -> None:
    """Throw away the answer of a cell that ended at `seen_at`, and ask for it again; no later one is taken."""
    if ask_cells_again(session().chat.store, experiment_id, [cell], seen_at=seen_at):
        experiment_runner().start(experiment_id)
    st.session_state[ASKED_AGAIN] = True


@shows_errors
def ask_unanswered_again(experiment_id: str, cells: Sequence[int]) -> None:
    """Ask again for those of some cells that have no answer, but an error or a stop."""
    if ask_cells_again(session().chat.store, experiment_id, cells, outcomes=UNANSWERED):
        experiment_runner().start(experiment_id)


@shows_errors
def plan_again(experiment: StoredExperiment, press: str) -> None:
    """Make a plan of an experiment, to be changed and run again; once for a press."""
    open_once(OPENED, press, lambda: plans().keep_copy(draft_of(stored_definition(session().chat.store, experiment))))
