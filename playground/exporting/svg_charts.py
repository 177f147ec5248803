"""Charts as SVG, without scripts: in a page, whose style they take, or as files of their own."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from playground.compare.verdict import Cell, Metric, verdict
from playground.compare.verdict_table import cell_text
from playground.exporting.html_tables import as_html
from playground.sharing.document import SharedChart
from playground.store import StoredReply
from playground.text.cleaning import clean

CHARTED = ("First token", "Total", "Cost")
"""The metrics that have a chart."""
_WIDTH, _BAR, _GAP, _NAMES, _VALUES = 640, 20, 10, 220, 130
_LONGEST_NAME = 30
_HEIGHT, _AXIS, _FOOT, _DAY = 240, 70, 24, 80
"""Of a chart by days: its height, the room for amounts at its left and for days below, and how wide a day's name is."""
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#0d1716}rect{fill:#1a7f72}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edec}rect{fill:#4cc2b1}}"
)


def bar_charts(names: Sequence[str], answers: Sequence[Sequence[StoredReply]]) -> str:
    """A figure for each of CHARTED that says something."""
    figures = [
        f"<figure><figcaption>{as_html(metric.name)}</figcaption>{_bars(metric, names, cells)}</figure>"
        for metric, cells in _charted(answers)
    ]
    return f'<div class="charts">{"".join(figures)}</div>\n' if figures else ""


def chart_files(names: Sequence[str], answers: Sequence[Sequence[StoredReply]]) -> dict[str, str]:
    """The same charts as SVG files that need nothing else, by what they are of."""
    return {metric.name: _bars(metric, names, cells, alone=True) for metric, cells in _charted(answers)}


def stacked_bars(chart: SharedChart) -> str:
    """A figure with a bar for each day, put together of its series, and what their colours mean."""
    sums = [sum(values[day] for _, values in chart.series) for day in range(len(chart.days))]
    most = max(sums, default=0.0) or 1.0
    wide = (_WIDTH - _AXIS) / max(len(chart.days), 1)
    drawn: list[str] = []
    for day, name in enumerate(chart.days):
        left, low = _AXIS + day * wide, float(_HEIGHT)
        for number, (group, values) in enumerate(chart.series):
            height = values[day] / most * (_HEIGHT - 20)
            if not height:
                continue
            low -= height
            told = f"{name}, {group}: {_amount(values[day])}"
            drawn.append(
                f'<rect class="s{number}" x="{left + wide * 0.1:.1f}" y="{low:.1f}" width="{wide * 0.8:.1f}" '
                f'height="{height:.1f}"><title>{as_html(told)}</title></rect>'
            )
    every = math.ceil(_DAY / wide)
    days = (
        f'<text x="{_AXIS + (day + 0.5) * wide:.1f}" y="{_HEIGHT + 18}" text-anchor="middle">{name}</text>'
        for day, name in enumerate(chart.days)
        if day % every == 0 and _AXIS + (day + 0.5) * wide + _DAY / 2 <= _WIDTH + _DAY / 4
    )
    scale = (
        f'<text x="{_AXIS - 8}" y="{at}" text-anchor="end">{as_html(_amount(amount))}</text>'
        for at, amount in ((20 + 5, most), (_HEIGHT, 0))
    )
    label = escape(clean(f"{chart.title}. The table below has the sums."))
    meanings = "".join(
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="s{number}" width="10" height="10"/></svg>'
        f"{as_html(group)}</li>"
        for number, (group, _) in enumerate(chart.series)
    )
    return (
        f'<figure class="days"><figcaption>{as_html(chart.title)}</figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + _FOOT}" role="img" aria-label="{label}">'
        f'{"".join(drawn)}{"".join(days)}{"".join(scale)}</svg><ul class="legend">{meanings}</ul></figure>\n'
    )


def _charted(answers: Sequence[Sequence[StoredReply]]) -> Iterator[tuple[Metric, Sequence[Cell]]]:
    for metric, cells in verdict(answers):
        if metric.name in CHARTED and any(cell.value for cell in cells):
            yield metric, cells


def _bars(metric: Metric, names: Sequence[str], cells: Sequence[Cell], *, alone: bool = False) -> str:
    most = max(Decimal(str(cell.value or 0)) for cell in cells)
    lines, spoken = [], []
    head = 30 if alone else 0
    if alone:
        lines.append(f'<text x="0" y="15" font-weight="bold">{as_html(metric.name)}</text>')
    for number, (name, cell) in enumerate(zip(names, cells, strict=True)):
        top = head + number * (_BAR + _GAP)
        share = Decimal(str(cell.value or 0)) / most
        width = round(float(share) * (_WIDTH - _NAMES - _VALUES), 1)
        text = cell_text(metric, cell)
        spoken.append(f"{name}: {text}")
        lines.append(
            f'<text x="0" y="{top + 15}">{as_html(_short(name))}</text>'
            f'<rect x="{_NAMES}" y="{top}" width="{width}" height="{_BAR}" rx="3"/>'
            f'<text x="{_NAMES + width + 8}" y="{top + 15}">{as_html(text)}</text>'
        )
    height = head + len(cells) * (_BAR + _GAP)
    label = escape(clean(f"{metric.name}. {'; '.join(spoken)}"))
    file = f' xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}"' if alone else ""
    style = f"<style>{_STYLE}</style>" if alone else ""
    return f'<svg{file} viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">{style}{"".join(lines)}</svg>'


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"
