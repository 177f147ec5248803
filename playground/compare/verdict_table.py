"""The verdict as a table in Markdown, the same on the page and in an export: the best of a row has a sign."""

from collections.abc import Sequence
from decimal import Decimal

from playground.answers.ending import how_it_ended
from playground.compare.verdict import Cell, Metric, verdict
from playground.money import figures
from playground.store import StoredReply
from playground.text.markdown import markdown_table

BEST = "★"


def table(names: Sequence[str], answers: Sequence[Sequence[StoredReply]]) -> str:
    """The verdict as a Markdown table."""
    rows = [[measure.name, *(cell_words(measure, cell) for cell in cells)] for measure, cells in verdict(answers)]
    rows.append(["Finish", *map(finish, answers)])
    return markdown_table(("Measure", *names), rows, numbers=True)


def cell_words(measure: Metric, cell: Cell) -> str:
    """A cell in words: value, spread, and the sign of the best."""
    if cell.value is None:
        return "unpriced" if cell.unpriced else "–"
    words = _amount(measure, cell.value, estimated=cell.estimated)
    if cell.low is not None and cell.high is not None and cell.low != cell.high:
        words += f" [{_amount(measure, cell.low)} … {_amount(measure, cell.high)}]"
    return f"{BEST} {words}" if cell.best else words


def _amount(measure: Metric, value: int | float | Decimal, *, estimated: bool = False) -> str:
    sign = "~" if estimated else ""
    match measure.unit:
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
    ways = [how_it_ended(reply) or ("failed" if reply.error else "complete") for reply in replies]
    counted = (f"{ways.count(way)} × {way}" if len(ways) > 1 else way for way in dict.fromkeys(ways))
    return ", ".join(counted) or "–"
