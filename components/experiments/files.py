"""The results of an experiment as files, made when they are asked for."""

from collections.abc import Callable

import streamlit as st

from components.frame.session import Session
from playground.experiments.definition_file import write_definition
from playground.experiments.loading import stored_definition, stored_run
from playground.experiments.results import ExperimentRun
from playground.experiments.writing.junit import junit_xml
from playground.experiments.writing.lines import result_lines, summary_json
from playground.exporting.file_names import dated_name
from playground.store import StoredExperiment

_Written = Callable[[ExperimentRun], str | bytes]
_FILES: tuple[tuple[str, str, str, str, _Written], ...] = (
    ("Cells as JSON Lines", "results", "jsonl", "application/x-ndjson", lambda run: "".join(result_lines(run))),
    ("Summary as JSON", "summary", "json", "application/json", summary_json),
    ("JUnit XML", "junit", "xml", "application/xml", junit_xml),
)
"""What is on the button, what is added to the name of the file, its ending, its type, and what writes it."""


def result_files(here: Session, experiment: StoredExperiment) -> None:
    """Offer each kind of file, with what has come until it is asked for."""
    store = here.chat.store
    st.caption("What has come until now, as `python -m playground experiment run` writes it too.")
    with st.container(horizontal=True, gap="small", key="experiment_files"):
        _offer(
            experiment,
            ("The experiment as YAML", "experiment", "yaml", "application/yaml"),
            lambda: write_definition(stored_definition(store, experiment)),
        )
        for *told, write in _FILES:
            _offer(experiment, told, lambda write=write: write(stored_run(store, experiment)))  # type: ignore[misc]


def _offer(
    experiment: StoredExperiment, told: tuple[str, str, str, str] | list[str], make: Callable[[], str | bytes]
) -> None:
    label, kind, ending, mime = told
    st.download_button(
        label,
        make,
        dated_name(f"{experiment.title} {kind}", experiment.created_at, ending),
        mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"experiment_file-{kind}-{ending}",
    )
