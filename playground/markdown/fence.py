"""Fenced code blocks; fences inside of a Markdown block do not end it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.rules_block.state_block import StateBlock

_NESTING = re.compile(r"(?:markdown|md|mdx)\Z", re.I)
_LEADS = re.compile(r"\A[ \t]*#{1,6}[ \t]|[:：][ \t]*\Z")
_LOOK_AHEAD = 300
"""So many lines are read to tell whether a fence ends a block or begins one inside."""


@dataclass(frozen=True)
class _Mark:
    marker: str
    length: int
    info: str
    line: int

    @property
    def is_bare(self) -> bool:
        return not self.info.strip()

    @property
    def may_begin(self) -> bool:
        return self.marker == "~" or "`" not in self.info


def language_of(info: str) -> str:
    """The language after the fence."""
    found = re.match(r"\s*([^\s{]*)", info)
    return found[1] if found else ""


def fence(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The rule for markdown-it."""
    outer = _mark_at(state, start_line)
    if outer is None or not outer.may_begin:
        return False
    if silent:
        return True
    nests = _NESTING.match(re.split(r"[\s{]", outer.info.strip())[0]) is not None
    inner: _Mark | None = None
    closed = False
    line = start_line + 1
    while line < end_line and not _is_outside(state, line):
        mark = _mark_at(state, line)
        if mark is None or mark.marker != outer.marker:
            pass
        elif inner is not None:
            if mark.length >= inner.length and mark.is_bare:
                inner = None
        elif mark.length >= outer.length:
            if mark.is_bare and not (nests and _begins_within(state, line, end_line, outer)):
                closed = True
                break
            if nests and mark.may_begin:
                inner = mark
        line += 1
    state.line = line + closed
    token = state.push("fence", "code", 0)
    token.info = outer.info
    token.content = state.getLines(start_line + 1, line, state.sCount[start_line], True)
    token.map = [start_line, state.line]
    return True


def _mark_at(state: StateBlock, line: int) -> _Mark | None:
    start, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    text = state.src[start:end]
    marker = text[:1]
    if marker not in ("`", "~") or state.sCount[line] - state.blkIndent >= 4:
        return None
    info = text.lstrip(marker)
    length = len(text) - len(info)
    return _Mark(marker, length, info, line) if length >= 3 else None


def _is_outside(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] < state.blkIndent


def _begins_within(state: StateBlock, line: int, end_line: int, outer: _Mark) -> bool:
    """Whether a fence without a language begins a block inside of a Markdown block, and does not end that.

    It does where text follows directly, a colon before it announces it or the fences after it do not match otherwise,
    and another fence ends the outer block.
    """
    if line + 1 >= end_line or state.isEmpty(line + 1):
        return False
    marks: list[_Mark] = []
    for at in range(line + 1, min(end_line, line + 1 + _LOOK_AHEAD)):
        if _is_outside(state, at):
            break
        mark = _mark_at(state, at)
        if mark is not None and mark.marker == outer.marker and mark.length >= outer.length:
            marks.append(mark)
    announced = bool(marks) and _is_announced(state, line) and not _is_announced(state, marks[0].line)
    return (announced or not _make_sense(marks)) and _ends_within(marks)


def _is_announced(state: StateBlock, line: int) -> bool:
    """Whether what is before a mark leads to code: nothing ends after an empty line, a heading or a colon."""
    return state.isEmpty(line - 1) or _LEADS.search(state.getLines(line - 1, line, 0, False)) is not None


def _make_sense(marks: Sequence[_Mark]) -> bool:
    """Whether fences alternately begin and end blocks, and none that ends one has a language."""
    return len(marks) % 2 == 0 and all(mark.is_bare for mark in marks[1::2])


def _ends_within(marks: Sequence[_Mark]) -> bool:
    """Whether the first fence ends the inner block, and a later one the outer block."""
    if not marks or not marks[0].is_bare:
        return False
    is_open = False
    for mark in marks[1:]:
        if mark.is_bare and not is_open:
            return True
        is_open = not mark.is_bare
    return False
