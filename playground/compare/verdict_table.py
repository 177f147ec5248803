"""The verdict as a Markdown table, for the page and for exports; the best of each row is marked."""

from collections.abc import Sequence
from decimal import Decimal

from playground.answers.ending import ending_text
from playground.compare.verdict import Cell, Metric, likeness, verdict
from playground.money import figures
from playground.store import StoredReply
from playground.text.markdown import markdown_table

BEST = "★"


def table(names: Sequence[str], answers: Sequence[Sequence[StoredReply]]) -> str:
    """The verdict as a Markdown table."""
    return markdown_table(("Measure", *names), [cells for _, cells in table_rows(answers)], numbers=True)


def table_rows(answers: Sequence[Sequence[StoredReply]]) -> list[tuple[Metric | None, list[str]]]:
    """The rows of the verdict, each its name and a cell for each pane; None with the row that is no metric's."""
    rows: list[tuple[Metric | None, list[str]]] = [
        (metric, [_heading(metric, cells), *(cell_text(metric, cell) for cell in cells)])
        for metric, cells in verdict(answers)
    ]
    return [*rows, (None, ["Finish", *map(finish, answers)])]


def metric_rows(answers: Sequence[Sequence[StoredReply]], *, costs: bool) -> list[tuple[str, ...]]:
    """The rows of the verdict without their metrics, with what answers cost or without."""
    return [tuple(cells) for metric, cells in table_rows(answers) if costs or metric is None or metric.unit != "usd"]


def _heading(metric: Metric, cells: Sequence[Cell]) -> str:
    alike = likeness(metric, cells)
    return f"{metric.name} ({alike})" if alike else metric.name


def cell_text(metric: Metric, cell: Cell) -> str:
    """The text of a cell: value, range, and the mark of the best."""
    if cell.value is None:
        return "unpriced" if cell.unpriced else "–"
    text = _amount(metric, cell.value, estimated=cell.estimated)
    if cell.low is not None and cell.high is not None and cell.low != cell.high:
        text += f" [{_amount(metric, cell.low)} … {_amount(metric, cell.high)}]"
    return f"{BEST} {text}" if cell.best else text


def _amount(metric: Metric, value: int | float | Decimal, *, estimated: bool = False) -> str:
    sign = "~" if estimated else ""
    match metric.unit:
        case "usd":
            return figures.usd(Decimal(value), estimated=estimated)
        case "s":
            return figures.seconds(float(value))
        case "tokens/s":
            return f"{sign}{value:,.0f} tok/s" if value >= 100 else f"{sign}{value:.3g} tok/s"
        case "characters":
            return f"{value:,.0f} characters"
        case "tokens":
            return f"{sign}{value:,.0f}"


def finish(replies: Sequence[StoredReply]) -> str:
    """How the answers of a pane ended, in words."""
    endings = [ending_text(reply) or ("failed" if reply.error else "complete") for reply in replies]
    parts = (f"{endings.count(ending)} × {ending}" if len(endings) > 1 else ending for ending in dict.fromkeys(endings))
    return ", ".join(parts) or "–"
