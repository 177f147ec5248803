"""Markdown that shows a text exactly, for pages and files."""

import re
from collections.abc import Iterable, Sequence

from playground.text.cleaning import clean


class Markdown(str):
    """Markdown for a cell of a table, in contrast to plain text."""

    __slots__ = ()


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: bool = False) -> str:
    """A table; cells are plain text or `Markdown`. With `numbers` all columns but the first are aligned right."""
    rule = ["---", *["---:" if numbers else "---"] * (len(head) - 1)]
    lines = (map(_cell, head), rule, *(map(_cell, row) for row in rows))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\|", text.replace("\n", " ")) if isinstance(text, Markdown) else plain(text)


def code_span(text: str) -> str:
    """One line as inline code, whatever is in it: https://spec.commonmark.org/0.31.2/#code-spans."""
    fence = _longer_ticks(text)
    return f"`{text}`" if fence == "`" else f"{fence} {text} {fence}"


def fenced(text: str, language: str = "") -> str:
    """A code block that no line of the text can end: https://spec.commonmark.org/0.31.2/#fenced-code-blocks."""
    fence = _longer_ticks(text).rjust(3, "`")
    return f"{fence}{language}\n{text}\n{fence}"


def _longer_ticks(text: str) -> str:
    """More backticks than any run of them in the text has."""
    return "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)


def plain(text: str) -> str:
    """Text as Markdown that shows exactly these characters, on one line."""
    text = clean(text)  # a path of this machine may hold bytes that are no text
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])", r"\\\1", " ".join(text.split()))
