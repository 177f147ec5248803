"""Blocks of code between marks; in one of Markdown the fences within stay inside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.rules_block.state_block import StateBlock

_NESTING = re.compile(r"(?:markdown|md|mdx)\Z", re.I)
_LOOK_AHEAD = 300
"""So many lines are looked at to tell an end from a beginning."""


@dataclass(frozen=True)
class _Mark:
    marker: str
    length: int
    info: str

    @property
    def is_bare(self) -> bool:
        return not self.info.strip()

    @property
    def may_begin(self) -> bool:
        return self.marker == "~" or "`" not in self.info


def language_of(info: str) -> str:
    """The language that is named after the marks."""
    found = re.match(r"\s*([^\s{]*)", info)
    return found[1] if found else ""


def fence(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """The rule."""
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
    return _Mark(marker, length, info) if length >= 3 else None


def _is_outside(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] < state.blkIndent


def _begins_within(state: StateBlock, line: int, end_line: int, outer: _Mark) -> bool:
    """Whether a bare mark in a block of Markdown begins a fence within rather than ending the block.

    Text follows at once, what is before it announces it or the marks after it make no sense otherwise, and the block
    does end after it.
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
    announced = state.getLines(line - 1, line, 0, False).rstrip().endswith((":", "："))
    return (announced or not _make_sense(marks)) and _ends_within(marks)


def _make_sense(marks: Sequence[_Mark]) -> bool:
    """Whether they are beginnings and ends of fences in turn, none with a language where one is to end."""
    return len(marks) % 2 == 0 and all(mark.is_bare for mark in marks[1::2])


def _ends_within(marks: Sequence[_Mark]) -> bool:
    """Whether the fence that begins within is ended by the first mark, and the block around it by a later one."""
    if not marks or not marks[0].is_bare:
        return False
    is_open = False
    for mark in marks[1:]:
        if mark.is_bare and not is_open:
            return True
        is_open = not mark.is_bare
    return False
