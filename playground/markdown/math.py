r"""Formulas: `\(…\)`, `\[…\]`, `$$…$$`, and `$…$` where what is between can be one."""

import re

from markdown_it.rules_block.state_block import StateBlock
from markdown_it.rules_inline.state_inline import StateInline

_LONGEST = 8_000
_LONGEST_BETWEEN_DOLLARS = 1_000
_COMMAND = re.compile(r"\\[A-Za-z]")
_WORD = re.compile(r"[A-Za-z]{3}")
_MATHS = re.compile(r"[\\^_={}<>|+!'′]|[A-Za-z]|\A[0-9.,\s/*()-]*[0-9][0-9.,\s/*()%-]*\Z", re.A)
_STRONG = re.compile(r"[\\^_={}]")
_BETWEEN = {"\\(": ("\\)", "\\("), "\\[": ("\\]", "\\["), "$$": ("$$", "")}


def formula(state: StateInline, silent: bool) -> bool:
    """A formula among words."""
    src, pos = state.src, state.pos
    if src[pos] not in "$\\":
        return False
    opening = src[pos : pos + 2]
    if opening not in _BETWEEN:
        return src[pos] == "$" and _between_dollars(state, silent)
    end = _closing(src, pos + 2, state.posMax, *_BETWEEN[opening])
    tex = src[pos + 2 : end].strip() if end >= 0 else ""
    if not tex:
        return False
    if not silent:
        _push(state, tex, opening != "\\(")
    state.pos = end + 2
    return True


def _closing(src: str, start: int, maximum: int, close: str, opening: str) -> int:
    """Where the formula ends; -1 where it does not, or another one begins first."""
    last = min(maximum, start + _LONGEST)
    at = start
    while at + 1 < last:
        if src[at] in "\\$":
            pair = src[at : at + 2]
            if pair == close:
                return at
            if pair == opening:
                return -1
            if src[at] == "\\":
                at += 1
        at += 1
    return -1


def _between_dollars(state: StateInline, silent: bool) -> bool:
    src, pos = state.src, state.pos
    following = src[pos + 1 : pos + 2] or " "
    if following == "$" or following.isspace():
        return False
    last = min(state.posMax, pos + 2 + _LONGEST_BETWEEN_DOLLARS)
    end = pos + 1
    while end < last and src[end] != "$":
        if src[end] in "\n`":
            return False
        end += 2 if src[end] == "\\" else 1
    if end >= last:
        return False
    tex = src[pos + 1 : end]
    if tex[-1:].isspace():
        return False
    if not _COMMAND.search(tex):
        # A price, a variable of a shell: "US$5 and A$6", "$HOME/$USER".
        before, after = src[pos - 1 : pos] if pos else "", src[end + 1 : end + 2]
        if re.match(r"[A-Za-z0-9]", before) or re.match(r"[A-Za-z0-9$]", after):
            return False
        if not _MATHS.search(tex) or (_WORD.search(tex) and not _STRONG.search(tex)):
            return False
    if not silent:
        _push(state, tex, display=False)
    state.pos = end + 1
    return True


def _push(state: StateInline, tex: str, display: bool) -> None:
    token = state.push("formula", "span", 0)
    token.content = tex
    token.meta = {"display": display}


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""A formula on lines of its own, which begin with `$$` or `\[` and end with `$$` or `\]`."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    opening = state.src[start : start + 2]
    if opening not in ("$$", "\\[") or state.sCount[start_line] - state.blkIndent >= 4:
        return False
    close = "$$" if opening == "$$" else "\\]"
    first = state.src[start + 2 : state.eMarks[start_line]]
    alone = not first.strip()
    lines: list[str] = []
    length = 0
    for line in range(start_line, end_line):
        if line > start_line and not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return False
        if not alone and state.isEmpty(line):
            return False
        text = first if line == start_line else state.getLines(line, line + 1, state.blkIndent, False)
        # What begins another one is not within: a thousand openings would be a thousand searches otherwise.
        if line > start_line and text.lstrip().startswith("\\["):
            return False
        length += len(text) + 1
        if length > _LONGEST:
            return False
        at = text.find(close)
        if at < 0:
            lines.append(text)
            continue
        tex = "\n".join([*lines, text[:at]]).strip()
        if text[at + 2 :].strip() or not tex:
            return False
        if not silent:
            token = state.push("formula_block", "div", 0)
            token.content = tex
            token.map = [start_line, line + 1]
            state.line = line + 1
        return True
    return False
