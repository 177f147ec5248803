"""A model's Markdown on screen: untrusted, and drawn at a cost that does not grow with its length."""

import re
from collections.abc import Callable
from typing import Any

import streamlit as st
from markdown_it import MarkdownIt
from streamlit.delta_generator import DeltaGenerator

_CODE = re.compile(
    r"(?:^|\n)[ >]*+(?P<fence>`{3,}+|~{3,}+)[^\n]*+\n(?:.*?\n)??[ >]*+(?P=fence)[`~]*+[ \t]*+(?=\n|$)"  # closed fence
    r"|(?:^|\n)[ >]*+(?:`{3,}+|~{3,}+)[^`\n]*+\n.*\Z"  # a fence still open
    r"|(?<!`)(?P<ticks>`++)(?:.*?[^`])(?P=ticks)(?!`)",  # inline
    re.DOTALL,
)
_FORMULA = re.compile(r"(?<!\\)\$\$.+?\$\$|(?<![\\$])\$(?![\s$])(?P<body>[^$\n]{0,400}?[^\s$\\])\$(?![\d$])", re.DOTALL)
_MATHS = re.compile(r"[\\^_{}=<>|+]|^[A-Za-z]['′]?$|^[A-Za-z]\([A-Za-z0-9, ]*\)$")
# What is between does not open another one: without that, a thousand openings without an end take seconds.
_DISPLAY = re.compile(r"(?<!\\)\\\[((?:(?!\\[\[\]]).)++)\\\]", re.DOTALL)
_INLINE = re.compile(r"(?<!\\)\\\(((?:(?!\\[()]).)++)\\\)", re.DOTALL)
_DIRECTIVE = re.compile(r"(?<![\\:\w]):(?=[a-zA-Z][\w-]*\[)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)")
_blocks = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"], ignoreInvalid=True)


def prepare(text: str) -> str:
    r"""A model's text as Markdown that shows what it wrote; for the view only, never to be stored.

    Outside code: `\(…\)` and `\[…\]` become formulas, dollars that are not part of a formula stay dollars, images
    become links (the browser fetches nothing by itself), and Streamlit's colour directives stay plain text.
    """
    prepared: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        prepared += _prose(text[at : code.start()]), code.group()
        at = code.end()
    prepared.append(_prose(text[at:]))
    return "".join(prepared)


def _prose(text: str) -> str:
    if "\\[" in text:
        text = _DISPLAY.sub(lambda match: f"$${match[1]}$$", text)
    if "\\(" in text:
        text = _INLINE.sub(lambda match: f"${match[1].strip()}$", text)
    if "$" in text:
        text = _dollars(text)
    if "![" in text:
        text = re.sub(r"(?<!\\)!\[", "[image: ", text)
    return _DIRECTIVE.sub(r"\\:", text) if ":" in text else text


def _dollars(text: str) -> str:
    """Escape every dollar that is not the sign of a formula."""
    pieces: list[str] = []
    at = 0
    for match in _FORMULA.finditer(text):
        if match["body"] is None or _MATHS.search(match["body"]):
            pieces += _escape(text[at : match.start()]), match.group()
            at = match.end()
    return "".join((*pieces, _escape(text[at:])))


def _escape(text: str) -> str:
    return re.sub(r"(?<!\\)\$", r"\\$", text)


def finished_length(text: str) -> int:
    """How many characters at the start of a growing Markdown text are blocks that nothing to come can change.

    The last block is always open, and so is everything after a `$$` that has no partner yet. Link references, which
    work backwards, are resolved when the whole text is drawn at the end.
    """
    complete = text[: text.rfind("\n") + 1]
    starts = [
        token.map[0] for token in _blocks.parse(complete) if token.level == 0 and token.map and token.nesting >= 0
    ]
    if len(starts) < 2:
        return 0
    lines = _LINE.findall(complete)
    length = sum(len(line) for line in lines[: starts[-1]])
    finished = text[:length]
    return length if finished.count("$$") % 2 == 0 and finished.count("\\[") == finished.count("\\]") else 0


class LiveMarkdown:
    """Draws a growing text into a slot: each finished block once, only the open tail again."""

    def __init__(self, slot: DeltaGenerator, seen: Callable[[str], str] | None = None) -> None:
        """`seen` is what the eye gets of a piece of text, where that is not all of it."""
        self._seen = seen
        self._blocks: DeltaGenerator = slot.container(gap="small")
        self._tail: Any = None
        self._text = ""

    def update(self, more: str) -> None:
        """Draw what has been added."""
        if not more:
            return
        self._text += more
        if "\n" in more and (length := finished_length(self._text)):
            self._draw(self._text[:length])
            self._tail, self._text = None, self._text[length:]
        if self._text.strip():
            self._draw(self._text)

    def _draw(self, text: str) -> None:
        if self._tail is None:
            self._tail = self._blocks.empty()
        # What st.write_stream does: half-open **bold** and fences are closed for the eye.
        shown = self._seen(text) if self._seen else text
        self._tail._markdown(prepare(shown), unterminated_parsing=True)


def markdown(text: str) -> None:
    """A finished text."""
    st.markdown(prepare(text))


def plain(text: str) -> str:
    """Text as Markdown that shows exactly these characters, on one line."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])", r"\\\1", " ".join(text.split()))
