"""Spaces of other scripts at the ends of headings and paragraphs stay: only blanks, tabs and line ends are cut off.

As CommonMark has it (0.31, sections 4.2, 4.3 and 4.8) and markdown-it 15; markdown-it-py 4.3 cuts off every space that
Unicode knows, with it the two wide blanks that Chinese and Japanese paragraphs begin with.
"""

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import heading as marked
from markdown_it.rules_block import lheading as underlined
from markdown_it.rules_block import paragraph as plain

_CUT = " \t\r\n"


def paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A paragraph, with the spaces at its ends."""
    return plain(state, start_line, end_line, silent) and (silent or _whole(state, start_line))


def lheading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A heading with a line under it, with the spaces at its ends."""
    return underlined(state, start_line, end_line, silent) and (silent or _whole(state, start_line))


def heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A heading behind number signs, with the spaces at its ends."""
    if not marked(state, start_line, end_line, silent):
        return False
    if not silent:
        inline = state.tokens[-2]
        line = state.getLines(start_line, start_line + 1, state.blkIndent, False).strip(_CUT)
        words = line.lstrip("#").rstrip(_CUT)
        before = words.rstrip("#")
        inline.content = (before if before[-1:] in ("", *_CUT) else words).strip(_CUT)
    return True


def _whole(state: StateBlock, start_line: int) -> bool:
    inline = state.tokens[-2]
    _, end = inline.map or (start_line, start_line + 1)
    inline.content = state.getLines(start_line, end, state.blkIndent, False).strip(_CUT)
    return True
