"""Splits shell text into commands as bash would, without running anything.

https://www.gnu.org/software/bash/manual/html_node/Shell-Syntax.html. Typical damage of
pasted text is repaired: curly quotes, other blanks, a backslash followed by blanks, an option on a line of its own.
"""

import re
from collections.abc import Callable

from playground.importing.bounds import check_pieces
from playground.importing.commands.command import BLANKS, CURLY_QUOTES, OPENING, Command, curly_end, dashed
from playground.importing.imported import UnreadableError
from playground.text.cleaning import join_surrogates

_HEREDOC = re.compile(r"""<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|(\\?)([\w.+-]+))""")
_VARIABLE = re.compile(r"\$(?:\w+|\{[^}\n]{0,60}\}?|\()")
_OPERATOR = re.compile(r"(?:\d+(?=[<>]))?(<<<|<&|>&|>>|[<>])|[;&|()]+")
_ESCAPES = dict(zip("\\'\"?abeEfnrtv", "\\'\"?\a\b\x1b\x1b\f\n\r\t\v", strict=True))
_NUMBERED = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3}))")
_PLAIN = re.compile(rf"[^\n\r{BLANKS}'\"\\$;&|()<>{''.join(OPENING)}]+")
_LINE_GOES_ON = re.compile(rf"\\[{BLANKS}]*\r?\n|\n[{BLANKS}]*(?=--?[A-Za-z])")


def find_shell_commands(text: str, named: Callable[[str], bool]) -> list[Command]:
    """The commands that call a program, in order. Raises UnreadableError for an unclosed quote."""
    commands = _Scan(text.replace("\r\n", "\n")).commands()
    return [found for command in commands if (found := command.starting_at(named)) is not None]


class _Scan:
    """Splits a text in one pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._command = Command()
        self._commands = [self._command]
        self._word: list[str] | None = None
        self._redirection = ""
        self._awaited: list[tuple[Command, str, bool, bool]] = []

    def commands(self) -> list[Command]:
        pieces = 0
        while self._at < len(self._text):
            pieces += 1
            check_pieces(pieces)
            char = self._text[self._at]
            if char in BLANKS or char == "\r":
                self._end_word()
                self._at += 1
            elif char == "#" and self._word is None:
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif not (self._line_goes_on(char) or self._operator(char)):
                piece = self._piece(char)
                self._word = [] if self._word is None else self._word
                self._word.append(piece)
        self._end_word()
        return self._commands

    def _line_goes_on(self, char: str) -> bool:
        found = _LINE_GOES_ON.match(self._text, self._at) if char in "\\\n" else None
        if found is None or (char == "\n" and (self._awaited or not (self._command.arguments or self._word))):
            return False
        if found[0] != "\\\n":
            self._end_word()
        self._at = found.end()
        return True

    def _operator(self, char: str) -> bool:
        """Read a separator, if there is one here."""
        if char == "\n":
            self._at += 1
            self._end_command()
            self._read_documents()
        elif char == "<" and (found := _HEREDOC.match(self._text, self._at)):
            self._end_word()
            expanded = found[5] is not None and not found[4]
            self._awaited.append((self._command, found[2] or found[3] or found[5], bool(found[1]), expanded))
            self._at = found.end()
        elif (found := _OPERATOR.match(self._text, self._at)) and (self._word is None or not char.isdigit()):
            self._at = found.end()
            if found[1]:
                self._end_word()
                self._redirection = found[1]
            else:
                self._end_command()
        else:
            return False
        return True

    def _end_word(self) -> None:
        if self._word is None:
            return
        word, self._word = "".join(self._word), None
        if not self._redirection:
            self._command.arguments.append(dashed(word))
        elif self._redirection == "<<<":
            self._command.stdin = word + "\n"
        self._redirection = ""

    def _end_command(self) -> None:
        self._end_word()
        self._redirection = ""
        if self._command.arguments:
            self._command = Command()
            self._commands.append(self._command)

    def _piece(self, char: str) -> str:
        """The next piece of a word, without its quotes."""
        if self._text.startswith('$"', self._at):
            self._at += 1
            char = '"'
        if char == "'":
            return self._until("'")
        if char == '"':
            return self._expanded(self._escaped('"', 1), also='"')
        if self._text.startswith("$'", self._at):
            return _ansi_c(self._escaped("'", 2))
        if char in OPENING and (end := curly_end(self._text, self._at)) > 0:
            return self._curly(char, end)
        if char == "\\":
            self._at += 2
            return self._text[self._at - 1 : self._at]
        if char == "$" and (found := _VARIABLE.match(self._text, self._at)):
            self._command.variable = self._command.variable or found[0]
        found = _PLAIN.match(self._text, self._at)
        piece = char if found is None else found[0]
        self._at += len(piece)
        return piece

    def _until(self, ending: str) -> str:
        start = self._at + 1
        end = self._text.find(ending, start)
        if end < 0:
            raise UnreadableError(f"A quote {ending} is not closed.")
        self._at = end + 1
        return self._text[start:end]

    def _escaped(self, ending: str, skipped: int) -> str:
        """The content of quotes in which a backslash escapes the next character."""
        found = _QUOTED[ending].match(self._text, self._at + skipped)
        if found is None:
            raise UnreadableError(f"A quote {'$' * (skipped - 1)}{ending} is not closed.")
        self._at = found.end()
        return found[1]

    def _expanded(self, text: str, also: str = "") -> str:
        """The content of double quotes: a backslash escapes few characters, and variables are not expanded."""
        if "$" in text and (found := _VARIABLE.search(re.sub(r"\\.", "", text, flags=re.DOTALL))):
            self._command.variable = self._command.variable or found[0]
        return re.sub(rf"\\([\\$`\n{also}])", lambda found: found[1].strip("\n"), text)

    def _curly(self, char: str, end: int) -> str:
        text, self._at = self._text[self._at + 1 : end], end + 1
        if CURLY_QUOTES not in self._command.notes:
            self._command.notes.append(CURLY_QUOTES)
        return text if char in "\u2018\u2019" else re.sub('\\\\([\\\\"\u201c\u201d])', r"\1", text)

    def _read_documents(self) -> None:
        for command, ending, tabs, expanded in self._awaited:
            lines: list[str] = []
            while self._at < len(self._text):
                end = self._text.find("\n", self._at)
                line = self._text[self._at : len(self._text) if end < 0 else end]
                self._at += len(line) + 1
                line = line.lstrip("\t") if tabs else line
                if line.rstrip("\r") == ending:
                    break
                lines.append(line + "\n")
            document = "".join(lines)
            if command.stdin is None:
                command.stdin = self._expanded(document) if expanded else document
        self._awaited.clear()


_QUOTED = {
    '"': re.compile(r'((?:[^"\\]|\\.)*+)"', re.DOTALL),
    "'": re.compile(r"((?:[^'\\]|\\.)*+)'", re.DOTALL),
}


def _ansi_c(text: str) -> str:
    """https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html; bytes above 127 are UTF-8."""
    encoded = bytearray()
    at = 0
    while at < len(text):
        if text[at] != "\\" or at + 1 == len(text):
            end = text.find("\\", at + 1)
            end = len(text) if end < 0 else end
            encoded += text[at:end].encode("utf-8", "surrogatepass")
            at = end
        elif number := _NUMBERED.match(text, at):
            byte, *points = number[1] or (number[4] and f"{int(number[4], 8) & 255:x}"), number[2], number[3]
            point = next(filter(None, points), None)
            encoded += bytes([int(byte, 16)]) if byte else _character(int(point or "0", 16))
            at = number.end()
        else:
            encoded += _ESCAPES.get(text[at + 1], text[at : at + 2]).encode("utf-8", "surrogatepass")
            at += 2
    # Chrome writes characters beyond U+FFFF as two escapes, one for each surrogate.
    halves = bytes(encoded).decode("utf-8", "surrogatepass" if b"\xed" in encoded else "replace")
    return join_surrogates(halves)


def _character(point: int) -> bytes:
    return chr(point).encode("utf-8", "surrogatepass") if point <= 0x10FFFF else b"\xef\xbf\xbd"
