"""What is done to a plan by somebody who presses or writes something."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.experiments.import_notes import keep_notes
from components.experiments.opened_once import open_once
from components.frame.session import session, shows_errors
from playground.experiments.definition_file import DefinitionFileError, read_definition
from playground.experiments.plans import LONGEST_PLAN, ExperimentPlans, PlanError, draft_of, first_draft
from playground.experiments.reading.experiment import read_experiment
from playground.experiments.reading.folder import decoded
from playground.importing import UnreadableError

MOST_UNDONE = 50
_BEFORE = "plan_before"
"""In the session: the name of the plan that was changed last, and its changes."""
OPENED = "plan_opened"
"""In the session: the name of the plan to show next."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of a plan: what it was before it, the length of that, and a hash of what it became."""

    before: Mapping[str, Any]
    length: int
    became: str


def plans() -> ExperimentPlans:
    """The visitor's plans."""
    return ExperimentPlans(session().chat.store)


@shows_errors
def begin_plan(press: str) -> None:
    """Begin a new plan, once for a press."""
    open_once(OPENED, press, lambda: plans().keep(first_draft()))


@shows_errors
def open_file() -> None:
    """Make a plan of an uploaded file."""
    uploaded = st.session_state.get("plan_file")
    if uploaded is None:
        return
    try:
        found = read_experiment(decoded(uploaded.getvalue(), uploaded.name), uploaded.name)
    except (DefinitionFileError, UnreadableError) as error:
        raise PlanError(f"{uploaded.name} is no experiment.", hint=str(error)) from None
    name = plans().keep_copy(draft_of(found.definition))
    st.session_state[OPENED] = name
    elsewhere = found.definition.dataset.file
    notes = (f"Its rows are in {elsewhere}: upload that file under Rows.",) if elsewhere else ()
    keep_notes(name, (*notes, *found.notes))


@shows_errors
def delete_plan(name: str) -> None:
    """Delete a plan."""
    known = plans()
    plan = known.find(name)
    known.delete(name)
    if plan is not None:
        st.session_state.plan_deleted = (name, dict(plan.draft))


@shows_errors
def restore_plan() -> None:
    """Keep the plan again that was deleted last."""
    if (deleted := st.session_state.get("plan_deleted")) is not None:
        name, draft = deleted
        plans().keep(draft, name)
        del st.session_state["plan_deleted"]


@shows_errors
def change(name: str, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change a plan by what `edit` does to its draft; a shipped one becomes an own one."""
    known = plans()
    plan = known.find(name)
    if plan is None:
        raise PlanError("This plan was deleted.", hint="Open another one.")
    draft = deepcopy(dict(plan.draft))
    edit(draft)
    if draft == plan.draft:
        return
    if plan.shipped:
        name = st.session_state[OPENED] = known.keep_copy(draft)
        copy = known.find(name)  # whose title is another
        draft = draft if copy is None else dict(copy.draft)
    else:
        known.keep(draft, name)
    _note(name, _Step(plan.draft, len(json.dumps(plan.draft)), _digest(draft)))


def _digest(draft: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(draft, sort_keys=True).encode()).hexdigest()


def _note(name: str, step: _Step) -> None:
    """Keep a step, with as many earlier ones as there is room for."""
    noted, steps = st.session_state.get(_BEFORE, (name, []))
    steps = [*(steps if noted == name else ()), step][-MOST_UNDONE:]
    while len(steps) > 1 and sum(one.length for one in steps) > LONGEST_PLAN:
        steps = steps[1:]
    st.session_state[_BEFORE] = name, steps


def may_undo(name: str) -> bool:
    """Whether a change of a plan in this session can be taken back."""
    noted, steps = st.session_state.get(_BEFORE, (None, ()))
    return noted == name and bool(steps)


@shows_errors
def undo_change(name: str) -> None:
    """Take the last change of a plan back, unless it is another one meanwhile."""
    if not may_undo(name):
        return
    known, (_, steps) = plans(), st.session_state[_BEFORE]
    plan = known.find(name)
    if plan is None:
        raise PlanError("This plan was deleted.", hint="Open another one.")
    if _digest(plan.draft) != steps[-1].became:
        raise PlanError(
            "Nothing is taken back: this plan was changed elsewhere since, as in another window.",
            hint="Change it by hand, so that what was changed there stays.",
        )
    known.keep(steps[-1].before, name)
    st.session_state[_BEFORE] = name, steps[:-1]


@shows_errors
def take_yaml(name: str, key: str) -> None:
    """Take the YAML in a box in place of the plan, where it is one."""
    try:
        definition = read_definition(st.session_state[key])
    except DefinitionFileError:
        return  # the page says what is wrong with it, and keeps it
    change(name, lambda draft: _replace(draft, draft_of(definition)))


def _replace(draft: dict[str, Any], by: dict[str, Any]) -> None:
    draft.clear()
    draft.update(by)


def _around(draft: dict[str, Any], place: Sequence[str | int]) -> Any:
    """The mapping or list that the last step of a place leads into; mappings on the way are made."""
    at: Any = draft
    for step in place[:-1]:
        at = at.setdefault(step, {}) if isinstance(at, dict) else at[step]
    return at


def set_at(name: str, place: Sequence[str | int], value: Any, empty: Sequence[Any] = (None,)) -> None:
    """Put a value at a place of a plan; one of `empty` takes away what is there."""

    def edit(draft: dict[str, Any]) -> None:
        at = _around(draft, place)
        if any(value is one or value == one for one in empty):
            if isinstance(at, dict):
                at.pop(place[-1], None)
            else:
                del at[place[-1]]
        else:
            at[place[-1]] = value

    change(name, edit)


def add_at(name: str, place: Sequence[str | int], value: Any) -> None:
    """Add a value to the list at a place of a plan."""

    def edit(draft: dict[str, Any]) -> None:
        at = _around(draft, place)
        at.setdefault(place[-1], []).append(value)

    change(name, edit)
