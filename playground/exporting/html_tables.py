"""Tables of a page, without scripts."""

from collections.abc import Sequence
from html import escape

from playground.compare.verdict import verdict
from playground.compare.verdict_table import cell_text, finish
from playground.store import StoredReply
from playground.text.cleaning import clean


def table_html(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, its first column the heading of each row."""
    head = "".join(f'<th scope="col">{as_html(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{as_html(first)}</th>{"".join(f"<td>{as_html(cell)}</td>" for cell in cells)}</tr>\n'
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


def as_html(text: str) -> str:
    """A text as HTML that says the same, and as SVG."""
    return escape(clean(text))
