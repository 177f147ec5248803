"""Labels: a person says of one answer after the other whether it is good, without seeing whose it is."""

from collections.abc import Mapping, Sequence

import streamlit as st

from components.experiments.summary import share_with_interval
from components.frame.session import Session, session, shows_errors
from playground.experiments.agreements import judges_and_people
from playground.experiments.analysis import Analysis
from playground.experiments.answer import AnswerRecord
from playground.experiments.definition import Definition
from playground.experiments.labelling import LabelFigures, label_figures, next_to_label
from playground.experiments.rows import DataRow
from playground.experiments.statistics.agreement import Agreement
from playground.money.figures import counted
from playground.store import StoredExperiment
from playground.text.markdown import plain

_LABELS = (("Good", True, "thumb_up", "g"), ("Bad", False, "thumb_down", "b"))
BESIDE_OUTCOMES = "Labels stand beside what checks say, and change no outcome."
_PASSED_OVER = "labels_passed_over"
MOST_COMPARED = 5_000
"""Labelled answers that judges are compared with people about."""


def label_view(here: Session, experiment: StoredExperiment, row: DataRow | None, cell: int) -> None:
    """Show an answer with its row, and what can be said of it."""
    found = here.chat.store.cells(experiment.id, numbers=[cell])
    if not found or row is None:
        return
    answer = AnswerRecord.from_json(found[0].answer)
    with st.container(border=True, key="label_card"):
        for name, value in row.values.items():
            st.caption(plain(name))
            st.code(value, language=None, wrap_lines=True)
        st.caption("The answer")
        st.code(answer.text or "(empty)", language=None, wrap_lines=True)
        with st.container(horizontal=True, gap="small"):
            for label, good, icon, shortcut in (*_LABELS, ("Skip", None, "skip_next", "s")):
                st.button(
                    label,
                    key=f"label_{label.lower()}",
                    icon=f":material/{icon}:",
                    shortcut=shortcut,
                    on_click=_label,
                    args=(experiment.id, cell, good),
                )


def label_buttons(here: Session, experiment: StoredExperiment, cell: int) -> None:
    """What can be said of the answer of a cell that is open, and what people said of it."""
    said = here.chat.store.labels(experiment.id).get(cell, {})
    mine = said.get(here.chat.store.owner.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, good, icon, shortcut in _LABELS:
            st.button(
                label,
                key=f"cell_label_{label.lower()}",
                icon=f":material/{icon}:",
                type="primary" if mine is good else "secondary",
                shortcut=shortcut,
                help="Again to take it back." if mine is good else None,
                on_click=_say,
                args=(experiment.id, cell, None if mine is good else good),
            )
        people = f"{sum(said.values())} of {len(said):,} say good. " if said else ""
        st.caption(f"{people}{BESIDE_OUTCOMES}", width="stretch")


def cell_to_label(here: Session, experiment: StoredExperiment, analysis: Analysis) -> int | None:
    """The answer that the visitor labels next; None where there is none left."""
    labels = here.chat.store.labels(experiment.id)
    answered = [one.number for one in analysis.outlines if one is not None and one.outcome not in ("error", "stopped")]
    passed_over: Sequence[int] = st.session_state.get(_PASSED_OVER, {}).get(experiment.id, ())
    mine = sum(here.chat.store.owner.id in given for given in labels.values())
    st.caption(
        f"You labelled {mine:,} of {counted(len(answered), 'answer')}. Which column an answer belongs to is not shown. "
        f"{BESIDE_OUTCOMES}"
    )
    return next_to_label(answered, labels, here.chat.store.owner.id, passed_over)


def label_results(here: Session, experiment: StoredExperiment, analysis: Analysis) -> None:
    """What people said until now, once asked for: before, it would tell whose an answer is."""
    labels = here.chat.store.labels(experiment.id)
    if not labels:
        return
    with st.expander(f"What people said of {counted(len(labels), 'answer')}", icon=":material/groups:"):
        judges = judges_and_people(
            Definition.model_validate(experiment.definition).checks,
            here.chat.store.cells(experiment.id, numbers=list(labels)[:MOST_COMPARED], most=MOST_COMPARED),
            labels,
        )
        _told(label_figures(analysis, labels), judges, [column.title for column in analysis.columns])


def _told(found: LabelFigures, judges: Mapping[str, Agreement], names: Sequence[str]) -> None:
    for column, rate in found.rates.items():
        st.markdown(f"- {plain(names[column])}: {share_with_interval(rate)} good, of {rate.cells:,}")
    agreements: Mapping[str, Agreement | None] = {
        **{f"People and the judge “{plain(name)}”": agreement for name, agreement in judges.items()},
        "People and checks together": found.with_checks,
        "People among each other": found.among_people,
    }
    for who, agreement in agreements.items():
        if agreement is None:
            continue
        told = f"{who} say the same of {agreement.agreed:.0%} of {counted(agreement.answers, 'answer')}"
        if agreement.kappa is not None and agreement.interval is not None:
            low, high = agreement.interval
            told += f"; beyond chance (Cohen's kappa) {agreement.kappa:.2f} ({low:.2f} to {high:.2f})"
        st.markdown(f"{told}.")


@shows_errors
def _say(experiment_id: str, cell: int, good: bool | None) -> None:
    store = session().chat.store
    store.label_cell(experiment_id, cell, labeller=store.owner.id, passed=good)


@shows_errors
def _label(experiment_id: str, cell: int, good: bool | None) -> None:
    store = session().chat.store
    over = st.session_state.setdefault(_PASSED_OVER, {})
    if good is None:
        over[experiment_id] = [*(one for one in over.get(experiment_id, ()) if one != cell), cell]
    else:
        store.label_cell(experiment_id, cell, labeller=store.owner.id, passed=good)
