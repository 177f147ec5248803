"""Splits text for cmd.exe into commands, as cmd.exe and the C runtime of Windows do.

cmd.exe removes carets (https://learn.microsoft.com/windows-server/administration/windows-commands/cmd), the program
splits the rest (https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments).
"""

import re
from collections.abc import Callable
from itertools import accumulate

from playground.importing.bounds import check_pieces
from playground.importing.commands.command import BLANKS, Command, dashed
from playground.importing.imported import UnreadableError

_PROMPT = re.compile(r"^[ \t]*(?:[A-Za-z]:\\[^>\n]*>|More\? )[ \t]*", re.MULTILINE)
_CARET = re.compile(r"\^[ \t\u00a0]*\n(.?)|\^(.)", re.DOTALL)
_VARIABLE = re.compile(r"%[A-Za-z_]\w*%")
_PLAIN = re.compile(r'[^"^\n&|<>%\\]+')
_ESCAPED_QUOTE = re.compile(r'\\(?:\\\\)*"|(?:\\\\)+(?=")|\\+(?!["\\])')
_COPIED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_QUOTES = re.compile(r'(\\*)"')
_IN_QUOTES = re.compile(r'\\+|[^"\\]+')
_OUTSIDE = re.compile(rf'\\+|[^"\\{BLANKS}]+')


def find_cmd_commands(text: str, named: Callable[[str], bool]) -> list[Command]:
    """The commands that call a program, in order. Raises UnreadableError for an unclosed quote."""
    found = []
    for pieces in _lines(_PROMPT.sub("", text.replace("\r\n", "\n"))):
        line = "".join(pieces)
        ends = accumulate(map(len, pieces))
        copied = {end - 1 for end, piece in zip(ends, pieces, strict=True) if isinstance(piece, _EscapedQuote)}
        command = Command(_arguments(line, copied), variable=next(iter(_VARIABLE.findall(line)), ""))
        if (named_one := command.starting_at(named)) is not None:
            found.append(named_one)
    return found


class _EscapedQuote(str):
    """A quote with a caret before it."""


def _lines(text: str) -> list[list[str]]:
    """The command lines that programs get: without carets outside of quotes, split at separators of commands.

    Inside quotes a caret at the end of a line also continues it. A quote after a backslash closes nothing, as for the
    program; for cmd.exe it would, but that is not what people mean.
    """
    lines: list[list[str]] = [[]]
    quoted, at = False, 0
    pieces = 0
    while at < len(text):
        pieces += 1
        check_pieces(pieces)
        char = text[at]
        if char == "^" and (found := _CARET.match(text, at)) and (not quoted or found[2] is None):
            at = found.end()
            escaped = found[1] if found[2] is None else found[2]
            lines[-1].append(_EscapedQuote(escaped) if escaped == '"' else escaped)
            continue
        if quoted and (escaped_quote := _ESCAPED_QUOTE.match(text, at)):
            at = escaped_quote.end()
            lines[-1].append(escaped_quote[0])
            continue
        if text.startswith("%%", at):
            lines[-1].append("%")
            at += 2
            continue
        if char == '"':
            quoted = not quoted
        if char in "&|<>\n" and not quoted:
            lines.append([])
            at += 1
            continue
        plain = _PLAIN.match(text, at)
        piece = char if plain is None else plain[0]
        lines[-1].append(piece)
        at += len(piece)
    return [line for line in lines if line]


def _arguments(line: str, copied: set[int]) -> list[str]:
    """The arguments of a command line.

    One that begins with a quote in `copied` was copied by a browser, which doubles every backslash, also those that
    the C runtime would keep.
    """
    arguments: list[str] = []
    word: list[str] | None = None
    quoted, at = False, 0
    while at < len(line):
        if line[at] in BLANKS and not quoted:
            if word is not None:
                arguments.append(dashed("".join(word)))
            word, at = None, at + 1
            continue
        if word is None and at in copied and (whole := _COPIED.match(line, at)):
            at = whole.end()
            word = [re.sub(r"\\(.)", r"\1", whole[1], flags=re.DOTALL)]
            continue
        word = [] if word is None else word
        if found := _QUOTES.match(line, at):
            at = found.end()
            word.append("\\" * (len(found[1]) // 2))
            if len(found[1]) % 2:
                word.append('"')
            elif quoted and line.startswith('"', at):
                word.append('"')
                at += 1
            else:
                quoted = not quoted
            continue
        plain = (_IN_QUOTES if quoted else _OUTSIDE).match(line, at)
        piece = line[at] if plain is None else plain[0]
        word.append(piece)
        at += len(piece)
    if quoted:
        raise UnreadableError('A quote " is not closed.')
    return arguments if word is None else [*arguments, dashed("".join(word))]
