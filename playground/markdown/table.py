"""Tables that lose nothing: `|` inside of code or a formula does not split a cell, and no cell is dropped."""

import re
from collections.abc import Iterator

from markdown_it.rules_block import StateBlock, table

from playground.markdown.math import end_of_formula


def mended_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """markdown-it's rule, with the rows split by ours."""
    at = len(state.tokens)
    src = state.src
    state.src = _without_inner_pipes(state, start_line, end_line)
    is_table = table(state, start_line, end_line, silent)
    state.src = src
    if not is_table or silent:
        return is_table
    tokens = state.tokens[at:]
    columns = sum(token.type == "th_open" for token in tokens)
    for index, token in enumerate(tokens):
        if token.type != "tr_open" or token.map is None:
            continue
        cells = cells_in(_line_at(state, token.map[0]))
        for column in range(columns):
            own = cells[column:] if column == columns - 1 else cells[column : column + 1]
            tokens[index + 2 + column * 3].content = " | ".join(map(str.strip, own)).strip()
    return True


def cells_in(row: str) -> list[str]:
    """The cells of a row, split at each `|` that is neither escaped nor inside of code or a formula."""
    cells = [""]
    for part in _parts_of(row.strip()):
        if part == "|":
            cells.append("")
        else:
            cells[-1] += part.replace("\\|", "|")
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return cells


def _line_at(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _without_inner_pipes(state: StateBlock, start_line: int, end_line: int) -> str:
    """The text with no `|` in the first line of a table but those that split cells."""
    if start_line + 1 >= end_line or not _line_at(state, start_line + 1).startswith(("|", ":", "-")):
        return state.src
    line = _line_at(state, start_line)
    start = state.bMarks[start_line] + state.tShift[start_line]
    parts = (part if part == "|" else part.replace("|", "x") for part in _parts_of(line))
    return state.src[:start] + "".join(parts) + state.src[start + len(line) :]


def _parts_of(row: str) -> Iterator[str]:
    """A row in parts, of which each `|` that splits cells is one."""
    at = 0
    while at < len(row):
        end = _end_of_part(row, at)
        yield row[at:end]
        at = end


def _end_of_part(row: str, at: int) -> int:
    if row[at] == "`":
        return _end_of_code(row, at)
    end = end_of_formula(row, at) if row[at] in "$\\" else -1
    if end > 0 and _may_hold_pipes(row[at:end]):
        return end
    return at + 2 if row[at] == "\\" and at + 1 < len(row) else at + 1


def _may_hold_pipes(formula: str) -> bool:
    """|$5|$ are two prices; $|x|$ and $P(A|B)$ are formulas."""
    if not formula.startswith("$") or formula.startswith("$$"):
        return True
    tex = formula[1:-1]
    return re.search("[A-Za-z0-9]", tex) is not None and tex.startswith("|") == tex.endswith("|")


def _end_of_code(text: str, start: int) -> int:
    """The end of the code span that begins here, or of its backticks where there is none."""
    after = _end_of_marks(text, start)
    marks = text[start:after]
    at = text.find(marks, after)
    while at >= 0:
        end = _end_of_marks(text, at)
        if end - at == len(marks):
            return end
        at = text.find(marks, end)
    return after


def _end_of_marks(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] == "`":
        end += 1
    return end
