"""An experiment that runs or ran: how far it is, what came of it, and its files."""

from collections.abc import Mapping, Sequence

import streamlit as st

from components.experiments import run_actions
from components.experiments.asked_twice import asked_twice_table
from components.experiments.baseline import baseline_told, chosen_baseline
from components.experiments.cell_dialog import opened_cell
from components.experiments.files import result_files
from components.experiments.matrix_table import CELL_OPENED, matrix_table
from components.experiments.progress import is_active, progress
from components.experiments.result_charts import result_charts
from components.experiments.summary import pair_table, summary
from components.frame.session import Session
from playground.experiments.analysis import Analysis
from playground.experiments.candidates import Candidate
from playground.experiments.loading import stored_analysis
from playground.experiments.matrix import Matrix
from playground.experiments.named_columns import named_columns
from playground.experiments.rows import DataRow
from playground.store import StoredExperiment

RESULT_VIEWS = ("Matrix", "Pairs", "Charts", "Files", "Asked twice")


def experiment_view(here: Session, experiment: StoredExperiment) -> None:
    """Draw an experiment; what is below the summary is of the moment of the last run of the page."""
    store = here.chat.store
    columns = named_columns([Candidate.from_json(packed) for packed in experiment.candidates])
    names = [column.title for column in columns]

    def rows_at(numbers: Sequence[int]) -> Mapping[int, DataRow]:
        found = ((number, store.dataset_rows(experiment.version_id, start=number, limit=1)) for number in numbers)
        return {number: DataRow.model_validate(rows[0].body) for number, rows in found if rows}

    def texts_of(cells: Sequence[int]) -> Mapping[int, str]:
        found = store.cells(experiment.id, numbers=list(cells))
        return {cell.cell: str(cell.answer.get("text") or _message(cell.answer)) for cell in found}

    progress(here, experiment, lambda: summary(stored_analysis(store, experiment, columns)))
    analysis = stored_analysis(store, experiment, columns)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="experiment_views"):
        views = [view for view in RESULT_VIEWS if view != "Asked twice" or store.asked_twice(experiment.id)]
        view = st.segmented_control("Show", views, default="Matrix", key="experiment_view", required=True)
        if is_active(experiment):
            st.button("Update", key="experiment_update", icon=":material/refresh:", help="What came since.")
        elif not here.read_only:
            _again(here, experiment)
    match view:
        case "Pairs":
            pair_table(analysis.pairs().pairs, names)
        case "Charts":
            result_charts(analysis)
        case "Files":
            result_files(here, experiment)
        case "Asked twice":
            asked_twice_table(store.asked_twice(experiment.id))
        case _:
            matrix_table(_matrix(here, experiment, analysis), names, rows_at, texts_of)
    if (number := st.session_state.get(CELL_OPENED)) is not None:
        row = number // max(len(columns), 1) % max(experiment.rows, 1)
        opened_cell(here, experiment, columns, rows_at([row]))


def _matrix(here: Session, experiment: StoredExperiment, analysis: Analysis) -> Matrix:
    """The matrix, with what regressed against the run that is chosen above it."""
    baseline = chosen_baseline(here, experiment, analysis)
    if baseline is None:
        return Matrix(analysis)
    baseline_told(baseline, [column.title for column in analysis.columns])
    return Matrix(analysis, baseline.regressed)


def _message(answer: Mapping[str, object]) -> str:
    error = answer.get("error")
    return str(error.get("message", "")) if isinstance(error, Mapping) else ""


def _again(here: Session, experiment: StoredExperiment) -> None:
    st.button(
        "Change and run again",
        key="experiment_copy",
        icon=":material/content_copy:",
        on_click=run_actions.plan_again,
        args=(experiment,),
    )
    failed = [cell.cell for cell in here.chat.store.cell_facts(experiment.id) if cell.outcome in ("error", "stopped")]
    if failed:
        st.button(
            f"Ask the {len(failed):,} without an answer again",
            key="experiment_retry",
            icon=":material/refresh:",
            on_click=run_actions.ask_cells_again,
            args=(experiment.id, failed),
        )
