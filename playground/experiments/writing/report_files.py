"""The report of an experiment as Markdown, and as a page that works offline, with its definition in it."""

import json
from datetime import UTC, datetime

from playground.experiments.results import ExperimentRun
from playground.experiments.statistics.clusters import RateEstimate
from playground.experiments.writing.report import ExperimentReport, ReportTable, rate_text, report_of
from playground.exporting.html_page import embedded, page_around
from playground.exporting.html_tables import as_html
from playground.sharing.digest import Sealed
from playground.text.markdown import markdown_table, plain

_WIDTH, _NAMES, _TOLD, _LINE = 640, 220, 150, 28


def report_markdown(run: ExperimentRun) -> str:
    """The report as Markdown; what models and people wrote shows as it is."""
    report = report_of(run)
    parts = [f"# {plain(report.title)}", "\n".join(f"- {plain(sentence)}" for sentence in report.sentences)]
    for table in report.tables:
        parts.append(f"## {plain(table.heading)}")
        parts += [plain(table.note)] if table.note else []
        parts.append(markdown_table(table.columns, table.rows))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def report_html(run: ExperimentRun, at: datetime | None = None) -> Sealed:
    """The report as a page; the definition of the experiment is the data in it."""
    report = report_of(run)
    sentences = "".join(f"<li>{as_html(sentence)}</li>" for sentence in report.sentences)
    made = f"Made on {at or datetime.now(UTC):%Y-%m-%d at %H:%M} UTC."
    body = (
        f"<ul>{sentences}</ul>\n{_chart(report)}{''.join(map(_table, report.tables))}"
        f'<p class="made">{as_html(made)}</p>\n'
    )
    definition = json.loads(run.definition.model_dump_json(by_alias=True, exclude_defaults=True))
    return page_around(
        report.title, "experiment", body, embedded({"format": "llm-playground-experiment", **definition})
    )


def _table(table: ReportTable) -> str:
    head = "".join(f'<th scope="col">{as_html(column)}</th>' for column in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{_lines(first)}</th>{"".join(f"<td>{_lines(cell)}</td>" for cell in cells)}</tr>\n'
        for first, *cells in table.rows
    )
    note = f"<p>{as_html(table.note)}</p>\n" if table.note else ""
    return (
        f"<h2>{as_html(table.heading)}</h2>\n{note}"
        f'<div class="wide"><table class="facts"><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n'
    )


def _lines(text: str) -> str:
    return f'<div class="said">{as_html(text)}</div>' if "\n" in text else as_html(text)


def _chart(report: ExperimentReport) -> str:
    """Rates with their intervals, a line for each candidate."""
    if not report.rates:
        return ""
    drawn = "".join(_bar(number, name, rate) for number, (name, rate) in enumerate(report.rates))
    height = len(report.rates) * _LINE
    spoken = as_html("; ".join(f"{name}: {rate_text(rate)}" for name, rate in report.rates))
    return (
        "<figure><figcaption>Rate with its interval of 95 %</figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{spoken}">{drawn}</svg></figure>\n'
    )


def _bar(number: int, name: str, rate: RateEstimate) -> str:
    top = number * _LINE
    wide = _WIDTH - _NAMES - _TOLD

    def at(share: float) -> float:
        return round(_NAMES + share * wide, 1)

    low, high = at(rate.interval.low), at(rate.interval.high)
    shown = name if len(name) <= 30 else f"{name[:29].rstrip()}…"
    return (
        f'<text x="0" y="{top + 17}">{as_html(shown)}</text>'
        f'<rect x="{low}" y="{top + 11}" width="{max(1.0, round(high - low, 1))}" height="4" rx="2" opacity=".45"/>'
        f'<rect x="{at(rate.value) - 3}" y="{top + 5}" width="6" height="16" rx="2"/>'
        f'<text x="{_WIDTH - _TOLD + 10}" y="{top + 17}">{as_html(rate_text(rate))}</text>'
    )
