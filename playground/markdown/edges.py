"""Strips only blanks, tabs and line ends from headings and paragraphs, not spaces of other scripts.

As in CommonMark (0.31, sections 4.2, 4.3 and 4.8) and markdown-it 15; markdown-it-py 4.3 strips all Unicode spaces,
also the two wide ones at the beginning of Chinese and Japanese paragraphs.
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
    """A setext heading, with the spaces at its ends."""
    return underlined(state, start_line, end_line, silent) and (silent or _whole(state, start_line))


def heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """An ATX heading, with the spaces at its ends."""
    if not marked(state, start_line, end_line, silent):
        return False
    if not silent:
        inline = state.tokens[-2]
        line = state.getLines(start_line, start_line + 1, state.blkIndent, False).strip(_CUT)
        heading = line.lstrip("#").rstrip(_CUT)
        before = heading.rstrip("#")
        inline.content = (before if before[-1:] in ("", *_CUT) else heading).strip(_CUT)
    return True


def _whole(state: StateBlock, start_line: int) -> bool:
    inline = state.tokens[-2]
    _, end = inline.map or (start_line, start_line + 1)
    inline.content = state.getLines(start_line, end, state.blkIndent, False).strip(_CUT)
    return True
