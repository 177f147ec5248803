"""The run that an experiment is compared with."""

from collections.abc import Sequence
from weakref import ref

import streamlit as st

from components.experiments.summary import pair_table
from components.frame.reader_zone import reader_zone
from components.frame.same_page import go_to_address
from components.frame.session import Session
from playground.experiments.analysis import Analysis
from playground.experiments.baseline import BaselineComparison, against_baseline
from playground.experiments.candidates import Candidate
from playground.experiments.loading import stored_definition
from playground.experiments.named_columns import named_columns
from playground.experiments.results_at_hand import results_at_hand
from playground.money import figures
from playground.store import StoredExperiment
from playground.text.labels import visible
from playground.text.markdown import plain

MOST_RUNS = 50
_NONE = ""
"""The choice of no run."""
_COMPARED = "experiment_compared"
"""In the session: what was compared last, held weakly for it is large, and what came of that."""


def chosen_baseline(here: Session, experiment: StoredExperiment, now: Analysis) -> BaselineComparison | None:
    """Have a run chosen, and compare with it; None where none is."""
    store = here.chat.store
    runs = [one for one in store.experiments(limit=MOST_RUNS) if one.status != "ready"]
    runs = [one for one in runs if one.created_at < experiment.created_at]
    asked = st.query_params.get("against")
    if asked and asked not in [one.id for one in runs] and (older := store.experiment(asked)) is not None:
        runs = [*runs, *([older] if older.created_at < experiment.created_at else [])]
    if not runs:
        return None
    by_id = {_NONE: "None"} | {
        one.id: f"{visible(one.title)}, {figures.when(one.created_at, reader_zone())}"
        + ("" if one.version_id == experiment.version_id else ", other rows")
        for one in runs
    }
    wanted = st.query_params.get("against") or experiment.definition.get("baseline")
    chosen = st.selectbox(
        "Against an earlier run",
        list(by_id),
        index=list(by_id).index(wanted) if wanted in by_id else 0,
        key="experiment_baseline",
        format_func=by_id.__getitem__,
        width=460,
        on_change=_keep_in_address,
        args=(experiment.id,),
    )
    run = next((one for one in runs if one.id == chosen), None)
    if run is None:
        return None
    columns = named_columns([Candidate.from_json(packed) for packed in run.candidates])
    before = results_at_hand.now(store, run, columns)
    found, *read = st.session_state.get(_COMPARED, (None,))
    if [one() for one in read] != [now, before]:
        rows, rows_before = (stored_definition(store, one).dataset.rows for one in (experiment, run))
        found = against_baseline(now, rows, before, rows_before)
        st.session_state[_COMPARED] = found, ref(now), ref(before)
    compared: BaselineComparison = found
    return compared


def _keep_in_address(experiment_id: str) -> None:
    chosen = st.session_state["experiment_baseline"]
    go_to_address(id=experiment_id, **({"against": chosen} if chosen else {}))


def baseline_told(found: BaselineComparison, names: Sequence[str]) -> None:
    """What became better and worse since."""
    if found.note:
        st.warning(plain(found.note), icon=":material/difference:")
    if not found.columns:
        return
    st.markdown(
        f"**{len(found.regressed):,} regressed**, {len(found.improved):,} improved, "
        f"of {figures.counted(found.rows, 'row')} in both runs."
    )
    pairs = [one.pair for one in found.columns if one.pair is not None]
    if pairs:
        before = {one.pair.first: f"{names[one.now]}, before" for one in found.columns if one.pair is not None}
        st.caption("Each column against itself before, row by row.")
        pair_table(pairs, names, before)
