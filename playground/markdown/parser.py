"""markdown-it with our rules."""

import re
from types import ModuleType
from typing import Any, cast

from markdown_it import MarkdownIt, helpers
from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from playground.markdown.edges import heading, lheading, paragraph
from playground.markdown.fence import fence
from playground.markdown.flanking import WordsState
from playground.markdown.links import bare_address, is_destination
from playground.markdown.math import formula, formula_block
from playground.markdown.table import mended_table

_DEEPEST = 60
_ANYWHERE: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
_LINE_BREAK = re.compile(r"<br\s{0,9}/?>", re.I)


class _Blocks(ParserBlock):
    """markdown-it's block parser, but too deeply nested text is kept, and items tell whether their list is loose."""

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        parent = state.tokens[-1] if state.tokens else None
        rules = self.ruler.getRules("")
        has_empty_line = False
        line = startLine
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= state.md.options.maxNesting:
                paragraph(state, line, endLine, False)
            else:
                any(rule(state, line, endLine, False) for rule in rules)
            state.tight = not has_empty_line
            line = state.line
            has_empty_line = has_empty_line or state.isEmpty(line - 1)
            if line < endLine and state.isEmpty(line):
                has_empty_line = True
                line += 1
                state.line = line
        if parent is not None and parent.type == "list_item_open":
            ends_empty = state.line - startLine > 1 and state.isEmpty(state.line - 1)
            parent.meta = {"tight": state.tight, "ends_empty": ends_empty}


class _Words(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = WordsState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _Helpers:
    """markdown-it's inline parser, but without searching for the end of an unclosed label at each bracket."""

    parseLinkDestination = staticmethod(helpers.parseLinkDestination)  # noqa: N815
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815

    @staticmethod
    def parseLinkLabel(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N802, N803
        if state.src.rfind("]") < start:
            return -1
        return helpers.parseLinkLabel(state, start, disableNested)


class _Markdown(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("js-default", {"html": False, "breaks": True, "maxNesting": _DEEPEST})
        self.helpers = cast(ModuleType, _Helpers)
        self.block = _Blocks()
        self.inline = _Words()
        self.block.ruler.disable("html_block")
        self.block.ruler.at("table", mended_table, {"alt": ["paragraph", "reference"]})
        self.block.ruler.at("fence", fence, _ANYWHERE)
        self.block.ruler.at("heading", heading, {"alt": ["paragraph", "reference", "blockquote"]})
        self.block.ruler.at("lheading", lheading)
        self.block.ruler.at("paragraph", paragraph)
        self.block.ruler.before("table", "formula", formula_block, _ANYWHERE)
        self.inline.ruler.disable(["html_inline", "linkify"])
        self.inline.ruler.before("escape", "formula", formula)
        self.inline.ruler.before("newline", "address", bare_address)
        self.inline.ruler.before("autolink", "line_break", _line_break)
        self.core.ruler.enableOnly(["normalize", "block"])

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return is_destination(url)

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


def _line_break(state: StateInline, silent: bool) -> bool:
    found = _LINE_BREAK.match(state.src, state.pos) if state.env.get("in_cell") else None
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


_markdown = _Markdown()


def read_blocks(text: str, env: dict[str, Any]) -> list[Token]:
    """The blocks of a text, with inline text not parsed yet; `env` gets the link definitions."""
    return _markdown.parse(text, env)


def read_words(text: str, env: dict[str, Any]) -> list[Token]:
    """Parses inline text: emphasis, links, code, formulas."""
    return _markdown.inline.parse(text, _markdown, env, [])
