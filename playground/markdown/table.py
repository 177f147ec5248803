"""Tables that keep what is written: a sign of columns within code is code, and no cell is left out."""

from markdown_it.rules_block import StateBlock, table


def mended_table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """markdown-it's rule, with the cells of each row cut anew."""
    at = len(state.tokens)
    if not table(state, start_line, end_line, silent):
        return False
    if silent:
        return True
    tokens = state.tokens[at:]
    columns = sum(token.type == "th_open" for token in tokens)
    for index, token in enumerate(tokens):
        if token.type != "tr_open" or token.map is None or token.map[0] == start_line:
            continue
        line = token.map[0]
        cells = cells_in(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])
        for column in range(columns):
            own = cells[column:] if column == columns - 1 else cells[column : column + 1]
            tokens[index + 2 + column * 3].content = " | ".join(map(str.strip, own)).strip()
    return True


def cells_in(row: str) -> list[str]:
    """A row cut at its signs of columns, but for those that are escaped or within code."""
    text = row.strip()
    cells = [""]
    at = 0
    while at < len(text):
        pair = text[at : at + 2]
        if pair == "\\|":
            cells[-1] += "|"
            at += 2
        elif text[at] == "\\" and len(pair) == 2:
            cells[-1] += pair
            at += 2
        elif text[at] == "|":
            cells.append("")
            at += 1
        else:
            end = _end_of_code(text, at) if text[at] == "`" else at + 1
            cells[-1] += text[at:end].replace("\\|", "|")
            at = end
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return cells


def _end_of_code(text: str, start: int) -> int:
    """The end of the code that begins here, or of its marks where it is none."""
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
