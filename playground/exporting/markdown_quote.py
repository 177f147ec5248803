"""Quotes texts of models in Markdown files: their formatting stays, and cannot affect what is around them.

A block quote closes all blocks in it: https://spec.commonmark.org/0.31.2/#block-quotes. Raw HTML and link definitions,
which reach further, are escaped. Images become links, because opening a file should fetch nothing.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from markdown_it import MarkdownIt

_ENDS = re.compile(r"\r\n?|\n")
_blocks = MarkdownIt("commonmark").enable("table").disable(["html_block", "reference", "inline", "text_join"], True)
"""Finds code; reads HTML and link definitions as paragraphs, which they are after `quoted`."""
_DEFINITION = re.compile(r"[\s>*+\-\d.)]*(?P<bracket>\[)(?:[^\[\]\\]|\\.)++\]:", re.DOTALL)
_MARKERS = re.compile(r"[ \t>*+\-\d.)]*\t[ \t>*+\-\d.)]*")
_BLANKS = re.compile(r"[ \t]*\t[ \t]*")
_CLOSING = re.compile(rf"{_BLANKS.pattern}(?=`|~)")
_PIECES = re.compile(r"(?P<escaped>\\[!-/:-@\[-`{-~])|(?P<ticks>`+)|(?P<picture>!(?=\[))|<")
_HTML_BEGINS_A_LINE = re.compile(r"(\n[ \t>]*)<")


def block_quote(text: str) -> str:
    """The text as a block quote that cannot affect what is around it; HTML is shown as text."""
    lines = _without_tabs(_ENDS.split(text.replace("\0", "\ufffd")))
    for start, end, table in list(_prose(lines)):
        if table:
            for number in range(start, end):
                cells = re.split(r"(?<!\\)\|", lines[number])
                lines[number] = "|".join(_without_html(cell) for cell in cells)
        else:
            lines[start:end] = _without_html(_without_definition("\n".join(lines[start:end]))).split("\n")
    return "\n".join(f"> {line}" if line.strip(" \t") else ">" for line in lines)


def _without_tabs(lines: list[str]) -> list[str]:
    """The text with blanks for tabs at the beginning of lines, whose stops the quote marks would shift.

    Tabs stay in top-level fences, where they are code.
    """
    for token in _blocks.parse("\n".join(lines)):
        if token.map is None or token.type not in ("fence", "code_block", "inline", "table_open"):
            continue
        start, end = token.map
        for number in range(start, end):
            is_text = token.type != "fence" or number == start
            found = (_MARKERS if is_text else _BLANKS if token.level else _CLOSING).match(lines[number])
            if found is not None:
                lines[number] = found[0].expandtabs(4) + lines[number][found.end() :]
    return lines


def _prose(lines: list[str]) -> Iterator[tuple[int, int, bool]]:
    """Ranges of lines of each block that is not code, and whether it is a table."""
    end_of_table = 0
    for token in _blocks.parse("\n".join(lines)):
        if token.type == "table_open" and token.map:
            end_of_table = token.map[1]
            yield token.map[0], token.map[1], True
        elif token.type == "inline" and token.map and token.map[0] >= end_of_table:
            yield token.map[0], token.map[1], False


def _without_definition(text: str) -> str:
    """A paragraph whose link definition at the beginning is escaped."""
    found = _DEFINITION.match(text)
    return text if found is None else f"{text[: found.start('bracket')]}\\{text[found.start('bracket') :]}"


def _without_html(text: str) -> str:
    """Inline text with HTML and images escaped, code spans unchanged."""
    closing: dict[int, list[int]] = defaultdict(list)
    for run in re.finditer("`+", text):
        closing[len(run[0])].append(run.start())
    pieces: list[str] = []
    at = 0
    while found := _PIECES.search(text, at):
        pieces.append(text[at : found.start()])
        at = found.end()
        if ticks := found["ticks"]:
            ends = closing[len(ticks)]
            index = bisect_left(ends, at)
            at = ends[index] + len(ticks) if index < len(ends) else at
            pieces.append(_HTML_BEGINS_A_LINE.sub(r"\1\\<", text[found.start() : at]))
        else:
            pieces.append(found[0] if found["escaped"] else "\\!" if found["picture"] else "\\<")
    return "".join([*pieces, text[at:]])
