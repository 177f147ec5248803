"""Rows beside columns: what each came to, a page at a time; a cell leads to its answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from playground.experiments.matrix import MATRIX_FILTERS, Matrix, MatrixCell, MatrixFilter, MatrixOrder, MatrixRow
from playground.experiments.rows import DataRow
from playground.money.figures import counted
from playground.text.cleaning import line
from playground.text.markdown import plain

ROWS_A_PAGE = 25
COLUMNS_SHOWN = 24
CELL_OPENED = "experiment_cell"
"""In the session: the number of the cell whose answer is shown."""
ROWS_HELD = "experiment_rows_held"
"""In the session: a filter with an order, and the rows that were found by them."""
_ORDERS: Mapping[str, tuple[MatrixOrder, bool]] = {
    "In order": ("row", False),
    "Most failed first": ("failed", True),
    "Lowest score first": ("score", False),
    "Dearest first": ("cost", True),
    "Slowest first": ("seconds", True),
    "Most unlike first": ("spread", True),
}
_FILTERS: Mapping[str, str] = {"disagree": "unlike another", "error": "an error", "missing": "not answered"}
_MARKS = {"error": "⚠ error", "stopped": "■ stopped", "judging": "… judging"}


def matrix_table(
    matrix: Matrix,
    names: Sequence[str],
    rows_at: Callable[[Sequence[int]], Mapping[int, DataRow]],
    texts_of: Callable[[Sequence[int]], Mapping[int, str]],
    *,
    narrow: bool = False,
    moving: bool = False,
) -> None:
    """Draw a page of the matrix; rows and answers are read for that page alone, by their numbers.

    Where the window is narrow one column is shown at a time, as a list. While results come (`moving`) the rows that
    were found by a filter or an order stay in their places until somebody wants them found anew.
    """
    filters, order, numbers, total, start = _controls(matrix, moving=moving)
    rows = matrix.rows(numbers)
    if not rows:
        st.caption("No row is so." if filters else "Answers appear here as they come.")
        return
    columns = [f"{number + 1}. {name}" for number, name in enumerate(names if narrow else names[:COLUMNS_SHOWN])]
    if narrow:
        st.caption(f"{counted(total, 'row')}. Choose an answer to see all of it.")
        _list(rows, columns, rows_at, texts_of)
        return
    _table(rows, columns, rows_at, texts_of, key=f"matrix-{filters}-{order}-{start}")
    told = f"{counted(total, 'row')}. Choose a cell to see its answer."
    if len(names) > COLUMNS_SHOWN:
        told += f" The first {COLUMNS_SHOWN} columns of {len(names):,} are shown; all are in the files."
    st.caption(told)
    _boxes(rows, columns)


def _controls(matrix: Matrix, *, moving: bool) -> tuple[list[Any], str, list[int], int, int]:
    """The filters, the order, the rows of the page by their numbers, how many rows there are, and the first's place."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="matrix_controls"):
        there = [name for name in MATRIX_FILTERS if matrix.counts[name]]
        filters = (
            st.pills(
                "Only rows with one that is",
                there,
                selection_mode="multi",
                key="matrix_filter",
                format_func=lambda name: _filter_told(matrix, name, moving=moving),
            )
            if there
            else []
        )
        order = st.selectbox("Order", list(_ORDERS), key="matrix_order", width=190)
        kept, newer = _held(matrix, list(filters), order, moving=moving)
        pages = max(1, -(-len(kept) // ROWS_A_PAGE))
        at = st.number_input(f"Page of {pages:,}", 1, pages, key="matrix_page", width=150) if pages > 1 else 1
        if newer:
            st.button(newer, key="matrix_newer", icon=":material/refresh:", on_click=_let_go)
    start = (at - 1) * ROWS_A_PAGE
    return list(filters), order, kept[start : start + ROWS_A_PAGE], len(kept), start


def _filter_told(matrix: Matrix, name: MatrixFilter, *, moving: bool) -> str:
    """A filter with its count, but not while that changes: Streamlit loses a press of a label that has changed."""
    told = _FILTERS.get(name, name)
    return told if moving else f"{told}: {counted(matrix.counts[name], 'row')}"


def _held(matrix: Matrix, filters: list[Any], order: str, *, moving: bool) -> tuple[list[int], str]:
    """The rows by their numbers, which stay while results come; and what to offer where they would be others now."""
    by, descending = _ORDERS[order]
    found = matrix.ordered(filters, by, descending=descending)
    wanted, held = st.session_state.get(ROWS_HELD, (None, []))
    if not moving or not held or wanted != (filters, order):
        st.session_state[ROWS_HELD] = (filters, order), found
        return found, ""
    if more := len(set(found) - set(held)):
        return held, f"{counted(more, 'more row')}"
    return held, "" if found == held else "Find again" if filters else "Sort again"


def rows_found() -> Sequence[int]:
    """The rows of the matrix on the page by their numbers, with its filter and in its order."""
    found: Sequence[int] = st.session_state.get(ROWS_HELD, (None, ()))[1]
    return found


def _let_go() -> None:
    st.session_state.pop(ROWS_HELD, None)


def _table(
    rows: Sequence[MatrixRow],
    columns: Sequence[str],
    rows_at: Callable[[Sequence[int]], Mapping[int, DataRow]],
    texts_of: Callable[[Sequence[int]], Mapping[int, str]],
    *,
    key: str,
) -> None:
    import pandas as pd

    told = rows_at([row.row for row in rows])
    texts = texts_of([cell.cells[0] for row in rows for cell in row.cells[: len(columns)] if cell.cells])
    frame = pd.DataFrame(
        {
            "Row": [_row_text(told.get(row.row)) for row in rows],
            **{name: [_cell_text(row.cells[number], texts) for row in rows] for number, name in enumerate(columns)},
        },
        index=pd.Index([row.row + 1 for row in rows], name="#"),
    )
    st.dataframe(
        frame,
        key=key,
        on_select=lambda: _open(rows, columns, key),
        selection_mode="single-cell",
        row_height=44,
        height=min(42 + 44 * len(rows), 640),
        column_config={name: st.column_config.TextColumn(width="medium") for name in frame.columns},
        alt="What each row came to in each column. The boxes below open the same answers.",
    )


def _list(
    rows: Sequence[MatrixRow],
    columns: Sequence[str],
    rows_at: Callable[[Sequence[int]], Mapping[int, DataRow]],
    texts_of: Callable[[Sequence[int]], Mapping[int, str]],
) -> None:
    """One column below the other's choice, an answer a line."""
    name = st.selectbox("Column", columns, key="matrix_column") if len(columns) > 1 else columns[0]
    at = columns.index(name)
    told = rows_at([row.row for row in rows])
    texts = texts_of([row.cells[at].cells[0] for row in rows if row.cells[at].cells])
    with st.container(gap="xxsmall", key="matrix_list"):
        for row in rows:
            st.caption(plain(f"{row.row + 1} · {_row_text(told.get(row.row))}"))
            cell = row.cells[at]
            st.button(
                plain(_cell_text(cell, texts) or "Not answered yet"),
                key=f"matrix_answer-{row.row}",
                disabled=not cell.cells,
                width="stretch",
                on_click=_show,
                args=(cell,),
            )


def _row_text(row: DataRow | None) -> str:
    if row is None:
        return ""
    told = " · ".join(line(value, 80) for value in row.variables.values())
    return told if row.expected is None else f"{told} → {line(row.expected, 60)}"


def _cell_text(cell: MatrixCell, texts: Mapping[int, str]) -> str:
    if not cell.cells:
        return ""
    marks = [mark for name, mark in _MARKS.items() if cell.outcomes.get(name)]
    if cell.judged:
        share = f" {cell.passed}/{cell.judged}" if cell.judged > 1 else ""
        marks.insert(0, f"{'✓' if cell.passed == cell.judged else '✗'}{share}")
    marks += [
        name for name, there in (("cut", cell.cut), ("refused", cell.refused), ("regressed", cell.regressed)) if there
    ]
    return f"{' '.join(marks)}  {line(texts.get(cell.cells[0], ''), 120)}".strip()


def _open(rows: Sequence[MatrixRow], columns: Sequence[str], key: str) -> None:
    cells: Any = st.session_state[key]["selection"]["cells"]
    if cells:
        at, name = cells[0]
        if at < len(rows) and name in columns:
            _show(rows[at].cells[columns.index(name)])


def _show(cell: MatrixCell) -> None:
    if cell.cells:
        st.session_state[CELL_OPENED] = cell.cells[0]


def _boxes(rows: Sequence[MatrixRow], columns: Sequence[str]) -> None:
    """The same by keyboard."""
    by_number = {row.row + 1: row for row in rows}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="matrix_open"):
        chosen = st.selectbox("Row", list(by_number), key="matrix_row", width=110)
        column = st.selectbox("Column", list(columns), key="matrix_column", width=420)
        row = by_number.get(chosen)
        cell = row.cells[columns.index(column)] if row is not None and column in columns else None
        st.button(
            "Show the answer",
            key="matrix_show",
            icon=":material/open_in_full:",
            disabled=cell is None or not cell.cells,
            on_click=_show,
            args=(cell,),
        )
