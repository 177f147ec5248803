"""An experiment that runs or ran: how far it is, what came of it, and its files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from weakref import ref

import streamlit as st

from components.experiments import run_actions
from components.experiments.asked_twice import asked_twice_table
from components.experiments.baseline import baseline_told, chosen_baseline
from components.experiments.cell_dialog import opened_cell
from components.experiments.files import result_files
from components.experiments.label_view import cell_to_label, label_results, label_view
from components.experiments.matrix_table import CELL_OPENED, ROWS_HELD, matrix_table
from components.experiments.opened_once import new_press
from components.experiments.progress import is_active, progress
from components.experiments.result_charts import result_charts
from components.experiments.summary import pair_table, summary
from components.frame.session import Session
from components.frame.viewport import viewport
from playground.experiments.analysis import Analysis
from playground.experiments.candidates import Candidate
from playground.experiments.definition import Definition
from playground.experiments.early_stopping import early_stops
from playground.experiments.matrix import Matrix
from playground.experiments.named_columns import NamedColumn, named_columns
from playground.experiments.results import CellOutline
from playground.experiments.results_at_hand import results_at_hand
from playground.experiments.rows import DataRow
from playground.experiments.unsent import UnsentCells, obstacles_in_rows, unsent_cells
from playground.money import figures
from playground.store import StoredExperiment
from playground.text.markdown import plain

MOST_OBSTACLES = 3
_SHOWN = "experiment_shown"
"""In the session: the experiment that was shown last."""
_UNSENT = "experiment_unsent_cells"
"""In the session: what came, held weakly for it is large; which cells were never sent, and what their rows lack."""


@dataclass
class _Shown:
    """The experiment on screen, as a run of the page found it."""

    here: Session
    experiment: StoredExperiment
    narrow: bool
    active: bool
    _held: Analysis | None = None

    @cached_property
    def columns(self) -> tuple[NamedColumn, ...]:
        return named_columns([Candidate.from_json(packed) for packed in self.experiment.candidates])

    @cached_property
    def names(self) -> list[str]:
        return [column.title for column in self.columns]

    @contextmanager
    def results(self) -> Iterator[Analysis]:
        """What came until now; while it runs, until a moment ago: the same for all that is drawn within."""
        outermost = self._held is None
        if self._held is None:
            read = results_at_hand.lately if self.active else results_at_hand.now
            self._held = read(self.here.chat.store, self.experiment, self.columns)
        try:
            yield self._held
        finally:
            if outermost:
                self._held = None

    def unsent(self, analysis: Analysis) -> UnsentCells:
        """Of cells that were never sent, which could be now; rows are read once for what came."""
        chat = self.here.chat
        of, cells, in_rows = st.session_state.get(_UNSENT, (None, [], {}))
        if of is None or of() is not analysis:
            cells = [one.number for one in _unanswered(analysis) if not one.sent]
            in_rows = obstacles_in_rows(chat.store, self.experiment, cells)
            st.session_state[_UNSENT] = ref(analysis), cells, in_rows
        return unsent_cells(chat.roster, self.experiment, cells, in_rows) if cells else UnsentCells()

    def rows_at(self, numbers: Sequence[int]) -> Mapping[int, DataRow]:
        store, version = self.here.chat.store, self.experiment.version_id
        found = ((number, store.dataset_rows(version, start=number, limit=1)) for number in numbers)
        return {number: DataRow.model_validate(rows[0].body) for number, rows in found if rows}

    def texts_of(self, cells: Sequence[int]) -> Mapping[int, str]:
        found = self.here.chat.store.cells(self.experiment.id, numbers=list(cells))
        return {cell.cell: str(cell.answer.get("text") or _message(cell.answer)) for cell in found}


_Draw = Callable[[_Shown, Analysis], None]


def experiment_view(here: Session, experiment: StoredExperiment) -> None:
    """Draw an experiment; while it runs, what comes is drawn by itself."""
    st.session_state.pop(run_actions.ASKED_AGAIN, None)
    if st.session_state.get(_SHOWN) != experiment.id:
        for kept in (CELL_OPENED, ROWS_HELD):  # of another experiment
            st.session_state.pop(kept, None)
        st.session_state[_SHOWN] = experiment.id
    shown = _Shown(here, experiment, viewport(tall=False).narrow, is_active(experiment))
    with shown.results() as analysis:
        _page(shown, analysis)


def _page(shown: _Shown, analysis: Analysis) -> None:
    here, experiment, active = shown.here, shown.experiment, shown.active
    progress(here, experiment, lambda: _drawn(shown, _summary))
    plan = Definition.model_validate(experiment.definition).early_stop
    if plan is not None and (said := early_stops(analysis, plan).sentence):
        st.info(plain(said), icon=":material/done_all:")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="experiment_views"):
        views = [view for view in _VIEWS if view != _TWICE or here.chat.store.asked_twice(experiment.id)]
        view = st.segmented_control("Show", views, default="Matrix", key="experiment_view", required=True)
        unsent = UnsentCells() if active or here.read_only else _again(shown, analysis)
    with st.container(key="experiment_unsent"):
        _never_sent(unsent)
    draw = _VIEWS[view or "Matrix"]
    if draw in _MOVING:  # drawn by itself: a page of the matrix draws nothing else
        st.fragment(_drawn, run_every=_MOVING[draw] if active else None)(shown, draw)
    else:
        draw(shown, analysis)


def _drawn(shown: _Shown, draw: _Draw) -> None:
    """Draw a part, which Streamlit may do again without the rest of the page: then it is read anew."""
    with shown.results() as analysis:
        draw(shown, analysis)


def _summary(shown: _Shown, analysis: Analysis) -> None:
    summary(analysis, so_far=shown.active, narrow=shown.narrow)


def _matrix(shown: _Shown, analysis: Analysis) -> None:
    """The matrix, with what regressed against the run that is chosen above it."""
    baseline = chosen_baseline(shown.here, shown.experiment, analysis)
    if baseline is not None:
        baseline_told(baseline, shown.names)
    matrix = Matrix(analysis, () if baseline is None else baseline.regressed)
    matrix_table(matrix, shown.names, shown.rows_at, shown.texts_of, narrow=shown.narrow, moving=shown.active)
    opened_cell(shown.here, shown.experiment, shown.columns, shown.rows_at)


def _pairs(shown: _Shown, analysis: Analysis) -> None:
    pair_table(analysis.pairs().pairs, shown.names)


def _charts(shown: _Shown, analysis: Analysis) -> None:
    result_charts(analysis, narrow=shown.narrow)


def _label(shown: _Shown, analysis: Analysis) -> None:
    cell = cell_to_label(shown.here, shown.experiment, analysis)
    if cell is None:
        st.caption("Nothing is left to be labelled.")
    elif not shown.here.read_only:
        row = analysis.grid.place(cell).row
        label_view(shown.here, shown.experiment, shown.rows_at([row]).get(row), cell)
    label_results(shown.here, shown.experiment, analysis)


_TWICE = "Asked twice"
_MOVING: Mapping[_Draw, float] = {_matrix: 2.0, _pairs: 5.0, _charts: 5.0}
"""What is drawn anew while an experiment runs, every so many seconds."""
_VIEWS: Mapping[str, _Draw] = {
    "Matrix": _matrix,
    "Pairs": _pairs,
    "Charts": _charts,
    "Label": _label,
    "Files": lambda shown, _: result_files(shown.here, shown.experiment),
    _TWICE: lambda shown, _: asked_twice_table(
        shown.here.chat.store.asked_twice(shown.experiment.id), Definition.model_validate(shown.experiment.definition)
    ),
}


def _message(answer: Mapping[str, object]) -> str:
    error = answer.get("error")
    return str(error.get("message", "")) if isinstance(error, Mapping) else ""


def _unanswered(analysis: Analysis) -> list[CellOutline]:
    return [one for one in analysis.outlines if one is not None and one.outcome in run_actions.UNANSWERED]


def _again_cost(analysis: Analysis, cells: Sequence[int]) -> str:
    cost, unknown = analysis.cost_again(cells)
    if unknown == len(cells):
        return "cost unknown"
    return figures.usd(cost, estimated=True) + (" and more" if unknown else "")


def _never_sent(unsent: UnsentCells) -> None:
    """Say of cells that were never sent why asking again would not send them either, and what does."""
    told = [
        f"{figures.counted(count, 'cell')} never sent, nor would be if asked again: {why}"
        for why, count in [*unsent.obstacles.items()][:MOST_OBSTACLES]
    ]
    if more := sum([*unsent.obstacles.values()][MOST_OBSTACLES:]):
        told.append(f"And {figures.counted(more, 'cell')} more that were never sent.")
    for said in told:
        st.caption(f":material/block: {plain(said)}")


def _again(shown: _Shown, analysis: Analysis) -> UnsentCells:
    """Offer to ask again; returns what was never sent."""
    experiment = shown.experiment
    st.button(
        "Change and run again",
        key="experiment_copy",
        icon=":material/content_copy:",
        on_click=run_actions.plan_again,
        args=(experiment, new_press()),
    )
    unsent = shown.unsent(analysis)
    failed = sorted([*(one.number for one in _unanswered(analysis) if one.sent), *unsent.can_go])
    if failed:
        st.button(
            f"Ask the {len(failed):,} without an answer again · {_again_cost(analysis, failed)}",
            key="experiment_retry",
            icon=":material/refresh:",
            on_click=run_actions.ask_unanswered_again,
            args=(experiment.id, failed),
        )
    return unsent
