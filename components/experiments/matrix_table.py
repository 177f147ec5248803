"""Rows beside columns: what each came to, a page at a time; a cell leads to its answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from playground.experiments.matrix import ROW_FILTERS, Matrix, MatrixCell, RowFilter, RowOrder
from playground.experiments.rows import DataRow
from playground.money.figures import counted
from playground.text.cleaning import line

ROWS_A_PAGE = 25
COLUMNS_SHOWN = 24
CELL_OPENED = "experiment_cell"
"""In the session: the number of the cell whose answer is shown."""
_ORDERS: Mapping[RowOrder, str] = {
    "number": "In order",
    "worst": "Worst first",
    "dearest": "Dearest first",
    "slowest": "Slowest first",
}
_MARKS = {"passed": "✓", "failed": "✗", "error": "⚠ error", "stopped": "■ stopped", "judging": "… judging"}


def matrix_table(
    matrix: Matrix,
    names: Sequence[str],
    rows_of: Callable[[Sequence[int]], Mapping[int, DataRow]],
    texts_of: Callable[[Sequence[int]], Mapping[int, str]],
) -> None:
    """Draw a page of the matrix; rows and answers are read for that page alone, by their numbers."""
    import pandas as pd

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="matrix_controls"):
        filters = [name for name in ROW_FILTERS if name != "regressed" or matrix.baseline]
        chosen: RowFilter = st.segmented_control(
            "Rows", filters, default="all", key="matrix_filter", format_func=str.capitalize, required=True
        )
        order: RowOrder = st.selectbox(
            "Order", list(_ORDERS), key="matrix_order", format_func=_ORDERS.__getitem__, width=170
        )
    numbers = matrix.rows(chosen or "all", order)
    pages = max(1, -(-len(numbers) // ROWS_A_PAGE))
    page = 1
    if pages > 1:
        page = st.number_input(f"Page of {pages:,}", 1, pages, key="matrix_page", width=160)
    shown = numbers[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    if not shown:
        st.caption("No row is so." if matrix.cells else "Answers appear here as they come.")
        return
    columns = [f"{number + 1}. {name}" for number, name in enumerate(names[:COLUMNS_SHOWN])]
    first = [cell.worst.cell for row in shown for cell in matrix.cells[row].values()]
    rows, texts = rows_of(shown), texts_of(first)
    frame = pd.DataFrame(
        {
            "Row": [_row_text(rows.get(row)) for row in shown],
            **{name: [_cell_text(matrix, row, number, texts) for row in shown] for number, name in enumerate(columns)},
        },
        index=pd.Index([row + 1 for row in shown], name="#"),
    )
    st.dataframe(
        frame,
        key=f"matrix-{chosen}-{order}-{page}",
        on_select=lambda: _open(matrix, shown, columns, f"matrix-{chosen}-{order}-{page}"),
        selection_mode="single-cell",
        row_height=52,
        height=min(42 + 52 * len(shown), 640),
        column_config={name: st.column_config.TextColumn(width="medium") for name in frame.columns},
        alt="What each row came to in each column. The boxes below open the same answers.",
    )
    told = f"{counted(len(numbers), 'row')} of {len(matrix.cells):,}. Choose a cell to see its answer."
    if len(names) > COLUMNS_SHOWN:
        told += f" The first {COLUMNS_SHOWN} columns of {len(names):,} are shown; all are in the files."
    st.caption(told)
    _boxes(matrix, shown, columns)


def _row_text(row: DataRow | None) -> str:
    if row is None:
        return ""
    told = [line(value, 80) for value in row.variables.values()]
    if row.expected is not None:
        told.append(f"→ {line(row.expected, 60)}")
    return " · ".join(told)


def _cell_text(matrix: Matrix, row: int, candidate: int, texts: Mapping[int, str]) -> str:
    cell = matrix.cells[row].get(candidate)
    if cell is None:
        return ""
    worst = cell.worst
    mark = _MARKS.get(worst.outcome, "")
    if len(cell.facts) > 1:
        passed = sum(fact.outcome == "passed" for fact in cell.facts)
        mark = f"{mark if worst.outcome != 'passed' else '✓'} {passed}/{len(cell.facts)}"
    marks = [mark, *(name for name, there in (("cut", worst.cut), ("refused", worst.refused)) if there)]
    if matrix.regressed(row, candidate):
        marks.append("regressed")
    return f"{' '.join(filter(None, marks))}  {line(texts.get(worst.cell, ''), 120)}".strip()


def _open(matrix: Matrix, shown: Sequence[int], columns: Sequence[str], key: str) -> None:
    cells: Any = st.session_state[key]["selection"]["cells"]
    if not cells:
        return
    at, name = cells[0]
    if at < len(shown) and name in columns:
        _show(matrix.cells[shown[at]].get(columns.index(name)))


def _show(cell: MatrixCell | None) -> None:
    if cell is not None:
        st.session_state[CELL_OPENED] = cell.worst.cell


def _boxes(matrix: Matrix, shown: Sequence[int], columns: Sequence[str]) -> None:
    """The same by keyboard."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="matrix_open"):
        row = st.selectbox("Row", [row + 1 for row in shown], key="matrix_row", width=110)
        column = st.selectbox(
            "Column",
            range(len(columns)),
            key="matrix_column",
            format_func=lambda number: columns[number] if number < len(columns) else "",
            width=420,
        )
        cell = matrix.cells.get((row or 0) - 1, {}).get(column if column is not None else -1)
        st.button(
            "Show the answer",
            key="matrix_show",
            icon=":material/open_in_full:",
            disabled=cell is None,
            on_click=_show,
            args=(cell,),
        )
