"""A model's Markdown on screen: untrusted, and drawn at a cost that does not grow with its length."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import streamlit as st
from markdown_it import MarkdownIt
from streamlit.delta_generator import DeltaGenerator

from playground.sized_cache import kept
from playground.text import clean

_CODE = re.compile(
    r"(?:^|\n)[ >]*+(?P<fence>`{3,}+(?=[^`\n]*+\n)|~{3,}+)[^\n]*+\n"  # a fence …
    r"(?:.*?\n)??[ >]*+(?P=fence)[`~]*+[ \t]*+(?=\n|$)"  # … that is closed
    r"|(?:^|\n)[ >]*+(?:`{3,}+[^`\n]*+|~{3,}+[^\n]*+)\n.*\Z"  # a fence still open
    r"|(?<!`)(?P<ticks>`++)(?:.*?[^`])(?P=ticks)(?!`)",  # inline
    re.DOTALL,
)
_FORMULA = re.compile(r"(?<!\\)\$\$.+?\$\$|(?<![\\$])\$(?![\s$])(?P<body>[^$\n]{0,400}?[^\s$\\])\$(?![\d$])", re.DOTALL)
_MATHS = re.compile(r"[\\^_{}=<>|+]|^[A-Za-z]['′]?$|^[A-Za-z]\([A-Za-z0-9, ]*\)$")
# What is between does not open another one: without that, a thousand openings without an end take seconds.
_DISPLAY = re.compile(r"(?<!\\)\\\[((?:(?!\\[\[\]]).)++)\\\]", re.DOTALL)
_INLINE = re.compile(r"(?<!\\)\\\(((?:(?!\\[()]).)++)\\\)", re.DOTALL)
_DIRECTIVE = re.compile(r"(?<![\\:\w]):(?=[a-zA-Z][\w-]*\[)")
_REFERENCE = re.compile(r"^[ >]*\[[^\]\n]+\]:", re.MULTILINE)
_TOLD = re.compile(
    r"(?: {4}| {0,3}\t)\s*\S"
    r"| {0,3}(?:[-:|][^\n]*[^-:|\s]|#+[^#\n]|\d+(?:[^\d.)\n]|[.)][^\n])|[*+][^\n]|<[^\n]{11}|[^-:|#\d<*+\s])"
)
_END_OF_LINE = re.compile(r"\r\n?|\n")
_blocks = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"], ignoreInvalid=True)


SECTION = 400
"""So many characters, and the block they end in, are drawn once and for all."""
TELLING = 16
"""In so many characters a line tells what kind of block it begins."""


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


def block_ends(text: str) -> list[int]:
    """Where, in a growing Markdown text, blocks end that nothing to come can change: offsets, in order.

    The last block is always open, and so is everything after a `$$` that has no partner yet. Link references, which
    work backwards, are resolved when the whole text is drawn at the end.
    """
    known = told(text)
    starts = [token.map[0] for token in _blocks.parse(known) if token.level == 0 and token.map and token.nesting >= 0]
    offsets = [0, *(found.end() for found in _END_OF_LINE.finditer(known))]
    ends = [offsets[start] for start in starts[1:]]
    settled: list[int] = []
    dollars = brackets = 0
    for start, end in pairwise([0, *ends]):  # none of the signs has an end of a line in it
        dollars += text.count("$$", start, end)
        brackets += text.count("\\[", start, end) - text.count("\\]", start, end)
        if dollars % 2 == 0 and brackets == 0:
            settled.append(end)
    return settled


def told(text: str) -> str:
    """A growing text without its last line while that may still become this or that kind of block.

    `-` is the beginning of a list, of a rule, of a row under a table's head, or makes a heading of the line above it.
    """
    line = text.rfind("\n") + 1
    return text if _TOLD.match(text, line) else text[:line]


def sections(text: str) -> list[str]:
    """A finished Markdown text cut at ends of blocks into pieces of SECTION characters or a little more.

    The same pieces that `LiveMarkdown` drew while it came, so that nothing on screen changes when it has ended. A
    text with link references or footnotes, which work across pieces, stays whole.
    """
    if len(text) <= SECTION or _REFERENCE.search(text):
        return [text]
    cut: list[str] = []
    start = 0
    for end in block_ends(text):
        if end - start >= SECTION:
            cut.append(text[start:end])
            start = end
    return [*cut, text[start:]] if start < len(text) else cut


class LiveMarkdown:
    """Draws a growing text into a slot, section by section; again only the last one, which still grows.

    With each message to the browser there is more to read and nothing twice, for it may show a frame between any two.
    """

    def __init__(self, slot: DeltaGenerator, seen: Callable[[str], str] | None = None) -> None:
        """`seen` is what the eye gets of a piece of text, where that is not all of it."""
        self._seen = seen
        self._sections: Any = slot.container(gap="small")
        self._last: Any = None
        self._open = ""

    def update(self, more: str) -> None:
        """Draw what has been added."""
        new_line = "\n" in more or len(self._open) - self._open.rfind("\n") <= TELLING
        self._open += more
        start = 0
        for end in block_ends(self._open) if new_line else ():
            if end - start >= SECTION:
                self._put(self._open[start:end])
                self._last, start = None, end
        self._open = self._open[start:]
        shown = told(self._open) or self._open
        if shown.strip():
            self._put(shown, growing=True)

    @property
    def weight(self) -> float:
        """How much longer than usual to wait before the next update: 1 to 2, as the open block grows."""
        return min(1 + len(self._open) / 10_000, 2.0)

    def _put(self, text: str, *, growing: bool = False) -> None:
        """Draw the last section.

        In what grows half-open **bold** and fences are closed for the eye, as st.write_stream does.
        """
        shown = prepare(self._seen(text) if self._seen else text)
        place = self._sections if self._last is None else self._last
        drawn = place._markdown(shown, unterminated_parsing=growing)
        if self._last is None:
            self._last = drawn


def markdown(text: str) -> None:
    """A finished text."""
    prepared = _prepared(text)
    if len(prepared) == 1:
        st.markdown(prepared[0])
        return
    with st.container(gap="small"):
        for section in prepared:
            st.markdown(section)


@kept(32_000_000)
def _prepared(text: str) -> tuple[str, ...]:
    """Kept, because every run draws every text again."""
    return tuple(map(prepare, sections(text)))


def code_span(text: str) -> str:
    """One line as inline code, whatever is in it: https://spec.commonmark.org/0.31.2/#code-spans."""
    fence = _longer_ticks(text)
    return f"`{text}`" if fence == "`" else f"{fence} {text} {fence}"


def fenced(text: str, language: str = "") -> str:
    """A block of code that no line of the text can end: https://spec.commonmark.org/0.31.2/#fenced-code-blocks."""
    fence = _longer_ticks(text).rjust(3, "`")
    return f"{fence}{language}\n{text}\n{fence}"


def _longer_ticks(text: str) -> str:
    """More backticks than stand together anywhere in the text."""
    return "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)


def in_badge(text: str) -> str:
    """The same as `plain` for `st.badge`, which writes a backslash before brackets itself."""
    return plain(text).replace(r"\[", "[").replace(r"\]", "]")


def plain(text: str) -> str:
    """Text as Markdown that shows exactly these characters, on one line."""
    text = clean(text)  # a path of this machine may hold bytes that are no text
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])", r"\\\1", " ".join(text.split()))
