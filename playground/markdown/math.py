r"""Formulas: `\(…\)`, `\[…\]`, `$$…$$`, and `$…$` where the content looks like one."""

import re

from markdown_it.rules_block.state_block import StateBlock
from markdown_it.rules_inline.state_inline import StateInline

_LONGEST = 8_000
_MOST_ENVIRONMENTS = 20
"""So many lines of a formula may begin an environment."""
_LONGEST_BETWEEN_DOLLARS = 1_000
_COMMAND = re.compile(r"\\[A-Za-z]")
_WORD = re.compile(r"[A-Za-z]{3}")
_MATHS = re.compile(r"[\\^_={}<>|+!'′]|[A-Za-z]|\A[0-9.,\s/*()-]*[0-9][0-9.,\s/*()%-]*\Z", re.A)
_STRONG = re.compile(r"[\\^_={}]")
_ENDING = re.compile(r"(?:st|nd|rd|th|s)(?![A-Za-z0-9])")
"""The $n$th of the $x$s."""
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:align|alignat|aligned|equation|gather|gathered|multline|eqnarray|split|cases|[pbBvV]?matrix|array)\*?)\}"
)
_BLOCKS = {"$$": "$$", "\\[": "\\]"}
_BETWEEN = {"\\(": ("\\)", "\\("), "\\[": ("\\]", "\\["), "$$": ("$$", "")}


def formula(state: StateInline, silent: bool) -> bool:
    """The rule for inline formulas."""
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


def end_of_formula(text: str, at: int) -> int:
    """Where the formula that begins here ends in a row of a table, after its marks; -1 where none begins."""
    between = _BETWEEN.get(text[at : at + 2])
    if between is None:
        return (_closing_dollar(text, at, len(text)) + 1 or -1) if text[at] == "$" else -1
    end = _closing(text, at + 2, len(text), *between)
    return -1 if end < 0 or not text[at + 2 : end].strip() else end + 2


def _closing(src: str, start: int, maximum: int, close: str, opening: str) -> int:
    """The end of a formula; -1 where there is none, or another one begins before it."""
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
    end = _closing_dollar(src, pos, state.posMax)
    if end < 0:
        return False
    if not silent:
        _push(state, src[pos + 1 : end], display=False)
    state.pos = end + 1
    return True


def _closing_dollar(src: str, pos: int, maximum: int) -> int:
    """The position of the dollar that ends a formula which begins with one; -1 where there is none."""
    following = src[pos + 1 : pos + 2] or " "
    if following == "$" or following.isspace():
        return -1
    last = min(maximum, pos + 2 + _LONGEST_BETWEEN_DOLLARS)
    end = pos + 1
    while end < last and src[end] != "$":
        if src[end] in "\n`":
            return -1
        end += 2 if src[end] == "\\" else 1
    if end >= last:
        return -1
    tex = src[pos + 1 : end]
    if tex[-1:].isspace():
        return -1
    if not _COMMAND.search(tex):
        # Prices and shell variables: "US$5 and A$6", "$HOME/$USER".
        before, after = src[pos - 1 : pos] if pos else "", src[end + 1 : end + 2]
        is_nth = _ENDING.match(src, end + 1) and re.match(r"[^ \t0-9]*[A-Za-z][^ \t]*\Z", tex)
        if re.match(r"[A-Za-z0-9]", before) or (not is_nth and re.match(r"[A-Za-z0-9$]", after)):
            return -1
        if not _MATHS.search(tex) or (_WORD.search(tex) and not _STRONG.search(tex)):
            return -1
    return end


def _push(state: StateInline, tex: str, display: bool) -> None:
    token = state.push("formula", "span", 0)
    token.content = tex
    token.meta = {"display": display}


def formula_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    r"""The rule for formulas on lines of their own: `$$…$$`, `\[…\]`, `\begin{align}…\end{align}`."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    opening = state.src[start : start + 2]
    environment = _ENVIRONMENT.match(state.src, start)
    if (opening not in _BLOCKS and environment is None) or state.sCount[start_line] - state.blkIndent >= 4:
        return False
    close = f"\\end{{{environment[1]}}}" if environment else _BLOCKS[opening]
    first = state.src[start if environment else start + 2 : state.eMarks[start_line]]
    alone = not first.strip()
    lines: list[str] = []
    environments = length = 0
    for line in range(start_line, end_line):
        if line > start_line and not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return False
        if not alone and state.isEmpty(line):
            return False
        text = first if line == start_line else state.getLines(line, line + 1, state.blkIndent, False)
        # Stops at the next opening: otherwise a thousand openings would be a thousand searches.
        environments += text.lstrip().startswith("\\begin{")
        if environments > _MOST_ENVIRONMENTS or (line > start_line and text.lstrip().startswith("\\[")):
            return False
        length += len(text) + 1
        if length > _LONGEST:
            return False
        at = text.find(close)
        if at < 0:
            lines.append(text)
            continue
        after = at + len(close)
        tex = "\n".join([*lines, text[: after if environment else at]]).strip()
        if text[after:].strip() or not tex:
            return False
        if not silent:
            token = state.push("formula_block", "div", 0)
            token.content = tex
            token.map = [start_line, line + 1]
            state.line = line + 1
        return True
    return False
