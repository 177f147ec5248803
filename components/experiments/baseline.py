"""The run that an experiment is compared with: one of the same rows, and no other."""

from collections.abc import Mapping, Sequence

import streamlit as st

from components.frame.session import Session
from playground.experiments.candidates import Candidate
from playground.experiments.matrix import Matrix
from playground.money import figures
from playground.store import StoredExperiment
from playground.text.labels import visible
from playground.text.markdown import plain

MOST_RUNS = 50


def baseline_of(
    here: Session, experiment: StoredExperiment, candidates: Sequence[Candidate]
) -> Mapping[tuple[int, int], float]:
    """What rows came to in the chosen run, by row and candidate; nothing where none is chosen."""
    store = here.chat.store
    runs = [
        one
        for one in store.experiments(limit=MOST_RUNS)
        if one.id != experiment.id and one.version_id == experiment.version_id and one.status != "ready"
    ]
    if not runs:
        return {}
    by_id = {one.id: f"{visible(one.title)}, {figures.when(one.created_at)}" for one in runs}
    wanted = experiment.definition.get("baseline")
    chosen = st.selectbox(
        "Against an earlier run of the same rows",
        list(by_id),
        list(by_id).index(wanted) if wanted in by_id else None,
        key="experiment_baseline",
        format_func=by_id.__getitem__,
        placeholder="None",
        width=420,
    )
    run = next((one for one in runs if one.id == chosen), None)
    if run is None:
        return {}
    before = {_known_by(Candidate.from_json(packed)): number for number, packed in enumerate(run.candidates)}
    same = {candidate.number: before.get(_known_by(candidate)) for candidate in candidates}
    if len(run.candidates) == len(candidates) == 1:
        same = {0: 0}  # a changed prompt against the one before
    if all(number is None for number in same.values()):
        st.caption(plain("None of its columns is one of these: nothing is compared."))
        return {}
    cells = Matrix(store.cell_facts(run.id), len(run.candidates)).cells
    values = {
        (row, number): columns[old].value
        for row, columns in cells.items()
        for number, old in same.items()
        if old is not None and old in columns
    }
    return {place: value for place, value in values.items() if value is not None}


def _known_by(candidate: Candidate) -> str:
    return candidate.title
