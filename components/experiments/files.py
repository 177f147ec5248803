"""The results of an experiment as files, made when they are asked for."""

from collections.abc import Callable, Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import streamlit as st

from components.frame.session import Session
from playground.experiments.definition_file import write_definition
from playground.experiments.loading import stored_definition, stored_run
from playground.experiments.results import ExperimentRun
from playground.experiments.writing.inspect_log import inspect_logs
from playground.experiments.writing.junit import junit_xml
from playground.experiments.writing.lines import result_lines, summary_json
from playground.experiments.writing.promptfoo_results import promptfoo_results
from playground.experiments.writing.report_files import report_html, report_markdown
from playground.experiments.writing.spreadsheet import results_csv, results_parquet
from playground.exporting.file_names import dated_name
from playground.store import StoredExperiment

_Written = Callable[[ExperimentRun], str | bytes]
_FILES: tuple[tuple[str, str, str, str, _Written], ...] = (
    ("Cells as JSON Lines", "results", "jsonl", "application/x-ndjson", lambda run: "".join(result_lines(run))),
    ("Summary as JSON", "summary", "json", "application/json", summary_json),
    ("Cells as CSV", "results", "csv", "text/csv", results_csv),
    ("Cells as Parquet", "results", "parquet", "application/vnd.apache.parquet", results_parquet),
    ("Report as a page", "report", "html", "text/html", lambda run: report_html(run).page),
    ("Report as Markdown", "report", "md", "text/markdown", report_markdown),
    ("JUnit XML", "junit", "xml", "application/xml", junit_xml),
    ("promptfoo's results", "promptfoo", "json", "application/json", promptfoo_results),
    ("Inspect's logs", "inspect", "zip", "application/zip", lambda run: _zipped(inspect_logs(run))),
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


def _zipped(files: Iterable[tuple[str, str]]) -> bytes:
    """Files by their names, in a zip."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return written.getvalue()


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
