"""The experiments that run or ran, the newest first: how each stands, and what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import cycle
from typing import Any

import streamlit as st

from components.experiments import run_actions
from components.experiments.progress import STATES, is_active
from components.experiments.summary import share_with_interval
from components.frame.page_link import page_link
from components.frame.reader_zone import reader_zone
from components.frame.session import Session
from components.frame.viewport import viewport
from playground.experiments.progress_line import counts_told
from playground.experiments.run_figures import RunFigures, run_figures_at_hand
from playground.money import figures
from playground.store import ExperimentTally, StoredExperiment
from playground.text.labels import labels, visible
from playground.text.markdown import plain

RUNS_SHOWN = 20
_LOOK_S = 2.0
_COMPARED = 2
_OPENS = "Run"
"""The column whose cells open a run. It is not the first one: arrow keys go down through that, and open nothing."""
_UNKNOWN = -1.0
"""What is sorted before all figures."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run with what is known of it now; while its `figures` are `late` they are None, or those of before."""

    experiment: StoredExperiment
    tally: ExperimentTally
    figures: RunFigures | None
    late: bool

    @property
    def cells(self) -> str:
        """How many there are; where not all have ended, how many are answered, judged and on their way."""
        tally, cells = self.tally, self.experiment.cells
        if tally.answered >= cells and not tally.judging:
            return f"{cells:,}"
        judged = tally.answered - tally.judging if self.experiment.judges else None
        return ", ".join(counts_told(cells, tally.answered, judged, tally.on_their_way))

    @property
    def seconds(self) -> float | None:
        """From its start to its end, with what it was paused."""
        begun, ended = self.experiment.started_at, self.experiment.ended_at
        return None if begun is None or ended is None else (ended - begun).total_seconds()

    @property
    def passed(self) -> str:
        """The rate; whether it is still to come, or cannot be told."""
        if self.figures is None:
            return "…" if self.late else "unknown"
        return share_with_interval(self.figures.rate)

    @property
    def best(self) -> str:
        if self.figures is None or self.figures.columns < 2:
            return ""
        return visible(self.figures.best) if self.figures.best is not None else "not clear"

    @property
    def told(self) -> tuple[str, ...]:
        """All of it, where there is no room for a table."""
        rate = None if self.figures is None else self.figures.rate
        clear = self.figures is not None and self.figures.best is not None
        best = f"best: {self.best}" if clear else "no clear winner" if self.best else ""
        parts = (
            STATES[self.experiment.status],
            self.cells if "of" in self.cells else figures.counted(self.experiment.cells, "cell"),
            "" if rate is None else f"{share_with_interval(rate)} passed",
            figures.usd(self.tally.spent) if self.tally.spent else "",
            best,
            _when(self.experiment),
        )
        return tuple(part for part in parts if part)


def _when(experiment: StoredExperiment) -> str:
    return figures.when(experiment.created_at, reader_zone())


def run_list(here: Session) -> None:
    """List them; more are shown on demand."""
    st.session_state.pop(run_actions.RUNS_DELETED, None)  # the whole page is drawn already, with what it says of that
    narrow = viewport(tall=False).narrow
    shown = st.session_state.get("runs_shown", RUNS_SHOWN)
    listed = here.chat.store.experiments(limit=shown + 1)
    if not listed:
        return
    st.header("Runs", anchor=False)
    first = [(listed[:shown], _runs(here, listed[:shown]))]
    moving = _late(first[0][1]) or any(map(is_active, listed[:shown]))

    def draw() -> None:
        if run_actions.RUN_OPENED in st.session_state or st.session_state.pop(run_actions.RUNS_DELETED, False):
            st.rerun()  # what was pressed draws the list alone
        if first:
            now, runs = first.pop()
        else:
            now = here.chat.store.experiments(limit=shown)
            runs = _runs(here, now)
        if moving and not _late(runs) and not any(map(is_active, now)):
            st.rerun()  # nothing more comes
        _lines(here, runs) if narrow else _table(here, runs)

    st.fragment(draw, run_every=_LOOK_S if moving else None)()
    if len(listed) > shown:
        st.button("Show older", key="runs_older", on_click=_more, args=(shown,))


def _runs(here: Session, listed: Sequence[StoredExperiment]) -> list[_Run]:
    store = here.chat.store
    tallies = store.experiment_tallies([one.id for one in listed])
    there = [one for one in listed if one.id in tallies]
    known, late = run_figures_at_hand.of(store, [(one, tallies[one.id].state) for one in there])
    return [_Run(one, tallies[one.id], known.get(one.id), one.id in late) for one in there]


def _late(runs: Sequence[_Run]) -> bool:
    return any(run.late for run in runs)


def _table(here: Session, runs: Sequence[_Run]) -> None:
    key = _key("runs", [run.experiment for run in runs])  # what is marked is kept by its place: others begin unmarked
    chosen = st.dataframe(
        _styled(runs),
        key=key,
        hide_index=True,
        on_select=lambda: _open(key, runs),
        selection_mode=["multi-row", "single-cell"],
        height="content",
        column_config={
            _OPENS: st.column_config.TextColumn(width="medium"),
            "Passed": st.column_config.Column(help="Of all columns together, with the interval of 95 %."),
            "Time": st.column_config.Column(help="From the start to the end, with what it was paused."),
            "Best": st.column_config.TextColumn(help="The column that is clearly better than all others."),
        },
        alt="The runs, the newest first. The box below opens one of them.",
    )
    rows: Sequence[int] = chosen["selection"]["rows"]
    marked = [runs[at].experiment for at in rows if at < len(runs)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs_chosen"):
        names = labels(
            {run.experiment.id: (run.experiment.title, _when(run.experiment)) for run in runs},
        )
        st.selectbox(
            "Open a run",
            list(names),
            index=None,
            key="runs_open",
            format_func=lambda id_: names.get(id_, id_),
            placeholder="Open a run",
            label_visibility="collapsed",
            width=320,
            on_change=_opened,
        )
        if len(marked) == _COMPARED:
            st.button(
                "Compare both",
                key=_key("runs_compare", marked),
                icon=":material/difference:",
                on_click=partial(run_actions.compare_runs, *marked),
            )
        if marked and not here.read_only:
            told = plain(marked[0].title) if len(marked) == 1 else figures.counted(len(marked), "run")
            st.button(
                f"Delete {told}",
                key=_key("runs_delete", marked),
                icon=":material/delete:",
                on_click=partial(run_actions.delete_runs, marked),
            )
    if not marked:
        st.caption("Choose the name of a run to open it; mark two to compare them.")


def _styled(runs: Sequence[_Run]) -> Any:
    """The table: sorted by figures, which are shown as they are told elsewhere."""
    import pandas as pd

    found = [None if run.figures is None else run.figures.rate for run in runs]
    frame = pd.DataFrame(
        {
            "When": [run.experiment.created_at for run in runs],
            _OPENS: [visible(run.experiment.title) for run in runs],
            "State": [STATES[run.experiment.status] for run in runs],
            "Cells": [run.tally.answered for run in runs],
            "Passed": [_UNKNOWN if rate is None else rate.value for rate in found],
            "Cost": [float(run.tally.spent) for run in runs],
            "Time": [_UNKNOWN if run.seconds is None else run.seconds for run in runs],
            "Best": [run.best for run in runs],
        }
    )
    told: Mapping[str, Sequence[str]] = {
        "When": [_when(run.experiment) for run in runs],
        "Cells": [run.cells for run in runs],
        "Passed": [run.passed for run in runs],
        "Cost": [figures.usd(run.tally.spent) for run in runs],
        "Time": ["" if run.seconds is None else figures.duration(run.seconds) for run in runs],
    }
    # A formatter is given values alone, one row after the other; a subset for each cell would take a second.
    return frame.style.format({name: partial(_next, cycle(texts)) for name, texts in told.items()})


def _next(texts: Iterator[str], _: object) -> str:
    return next(texts)


def _lines(here: Session, runs: Sequence[_Run]) -> None:
    for run in runs:
        experiment = run.experiment
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"run-{experiment.id}"):
            page_link("experiments", experiment.title, ":material/table_chart:", id=experiment.id)
            st.caption(plain(" · ".join(run.told)), width="content")
            if not here.read_only:
                st.button(
                    f"Delete {plain(experiment.title)}",
                    key=f"delete_run-{experiment.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=partial(run_actions.delete_runs, [experiment]),
                )


def _key(name: str, shown: Sequence[StoredExperiment]) -> str:
    """The key of what is of these runs alone: a second press never means others."""
    return f"{name}-{sha256(' '.join(one.id for one in shown).encode()).hexdigest()[:16]}"


def _open(key: str, runs: Sequence[_Run]) -> None:
    cells: Any = st.session_state[key]["selection"]["cells"]
    if cells and cells[0][0] < len(runs) and cells[0][1] == _OPENS:
        st.session_state[run_actions.RUN_OPENED] = runs[cells[0][0]].experiment.id


def _opened() -> None:
    st.session_state[run_actions.RUN_OPENED] = st.session_state["runs_open"]


def _more(shown: int) -> None:
    st.session_state.runs_shown = shown + RUNS_SHOWN
