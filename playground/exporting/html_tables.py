"""Tables and charts of a page, without scripts: HTML, and SVG in it."""

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from playground.compare.verdict import Cell, Metric, verdict
from playground.compare.verdict_table import cell_text, finish
from playground.store import StoredReply
from playground.text.cleaning import clean

CHARTED = ("First token", "Total", "Cost")
"""The metrics that have a chart."""
_WIDTH, _BAR, _GAP, _NAMES, _VALUES = 640, 20, 10, 220, 130
_LONGEST_NAME = 30


def table_html(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, its first column the heading of each row."""
    head = "".join(f'<th scope="col">{_shown(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{_shown(first)}</th>{"".join(f"<td>{_shown(cell)}</td>" for cell in cells)}</tr>\n'
        for first, *cells in rows
    )
    return (
        f'<div class="wide"><table class="facts"><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>\n'
    )


def verdict_rows(answers: Sequence[Sequence[StoredReply]]) -> list[list[str]]:
    """The verdict on the answers of panes, without metrics of which nothing is known."""
    found = verdict(answers)
    known = [
        (metric, cells) for metric, cells in found if any(cell.value is not None or cell.unpriced for cell in cells)
    ]
    rows = [[metric.name, *(cell_text(metric, cell) for cell in cells)] for metric, cells in known]
    return [*rows, ["Finish", *map(finish, answers)]]


def bar_charts(names: Sequence[str], answers: Sequence[Sequence[StoredReply]]) -> str:
    """A chart for each of CHARTED that says something."""
    charts = [
        _chart(metric, names, cells)
        for metric, cells in verdict(answers)
        if metric.name in CHARTED and any(cell.value for cell in cells)
    ]
    return f'<div class="charts">{"".join(charts)}</div>\n' if charts else ""


def _chart(metric: Metric, names: Sequence[str], cells: Sequence[Cell]) -> str:
    most = max(Decimal(str(cell.value or 0)) for cell in cells)
    lines, spoken = [], []
    for number, (name, cell) in enumerate(zip(names, cells, strict=True)):
        top = number * (_BAR + _GAP)
        share = Decimal(str(cell.value or 0)) / most
        width = round(float(share) * (_WIDTH - _NAMES - _VALUES), 1)
        text = cell_text(metric, cell)
        spoken.append(f"{name}: {text}")
        lines.append(
            f'<text x="0" y="{top + 15}">{_shown(_short(name))}</text>'
            f'<rect x="{_NAMES}" y="{top}" width="{width}" height="{_BAR}" rx="3"/>'
            f'<text x="{_NAMES + width + 8}" y="{top + 15}">{_shown(text)}</text>'
        )
    height = len(cells) * (_BAR + _GAP)
    label = escape(clean(f"{metric.name}. {'; '.join(spoken)}"))
    return (
        f'<figure><figcaption>{_shown(metric.name)}</figcaption><svg viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{label}">{"".join(lines)}</svg></figure>'
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _shown(text: str) -> str:
    return escape(clean(text))
