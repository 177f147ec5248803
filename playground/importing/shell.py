"""The words of the first command of a kind in a piece of shell, as bash would split it, without running anything.

https://www.gnu.org/software/bash/manual/html_node/Shell-Syntax.html
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from playground.importing.imported import UnreadableError

_HEREDOC = re.compile(r"""<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|(\\?)([\w.+-]+))""")
_VARIABLE = re.compile(r"\$(?:\w|\{|\()")
_OPERATOR = re.compile(r"(?:\d+(?=[<>]))?(<<<|<&|>&|>>|[<>])|[;&|()]+")
_REDIRECTIONS = ("<<<", "<&", ">&", ">>", "<", ">")
_ESCAPES = dict(zip("\\'\"?abeEfnrtv", "\\'\"?\a\b\x1b\x1b\f\n\r\t\v", strict=True))
_NUMBERED = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3}))")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its words, what it reads from standard input, and whether variables in it were left as they stand."""

    words: tuple[str, ...]
    stdin: str | None
    variables: bool


class _Operator(str):
    """What stands between words without being one."""


def find_command(text: str, name: str) -> Command | None:
    """The first command called `name`, None where there is none. Raises UnreadableError for a quote left open."""
    scan = _Scan(text.replace("\r\n", "\n"))
    commands: list[list[str]] = [[""]]
    for piece in scan.rewritten():
        if not isinstance(piece, _Operator):
            commands[-1][-1] += piece
        elif piece in _REDIRECTIONS:
            commands[-1] += [piece, ""]
        else:
            commands.append([""])
    for first, *redirected in commands:
        words, stdin = shlex.split(first), None
        for operator, rest in zip(redirected[::2], redirected[1::2], strict=True):
            target, *more = shlex.split(rest) or [""]
            stdin = target + "\n" if operator == "<<<" else stdin
            words += more
        at = next((number for number, word in enumerate(words) if word.rpartition("/")[2] == name), None)
        if at is not None:
            return Command(tuple(words[at:]), scan.stdin if stdin is None else stdin, scan.variables)
    return None


class _Scan:
    """Rewrites what `shlex` does not know into what it knows: each quoted piece into single quotes."""

    def __init__(self, text: str) -> None:
        self.stdin: str | None = None
        self.variables = False
        self._text = text
        self._at = 0
        self._awaited: list[tuple[str, bool, bool]] = []

    def rewritten(self) -> Iterator[str]:
        """The same commands, here-documents taken out."""
        fresh = True
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == "#" and fresh:
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
                continue
            operator = self._operator(char, fresh)
            yield operator or self._quote(char) or self._other(char)
            fresh = char in " \t\n;&|("

    def _operator(self, char: str, fresh: bool) -> str:
        """What stands between words; "" where nothing such does here."""
        if char == "\n":
            self._at += 1
            self._read_documents()
            return _Operator(";")
        if char == "<" and (found := _HEREDOC.match(self._text, self._at)):
            expanded = found[5] is not None and not found[4]
            self._awaited.append((found[2] or found[3] or found[5], bool(found[1]), expanded))
            self._at = found.end()
            return " "
        if (found := _OPERATOR.match(self._text, self._at)) and (fresh or not char.isdigit()):
            self._at = found.end()
            return _Operator(found[1] or found[0])
        return ""

    def _quote(self, char: str) -> str:
        """A quoted piece in single quotes; "" where none begins here."""
        if self._text.startswith('$"', self._at):
            self._at += 1
            char = '"'
        if char == "'":
            return _quoted(self._until("'", 1))
        if char == '"':
            return _quoted(self._double())
        if self._text.startswith("$'", self._at):
            return _quoted(self._ansi())
        return ""

    def _other(self, char: str) -> str:
        if char == "\\":
            following = self._text[self._at + 1 : self._at + 2]
            self._at += 2
            return "" if following == "\n" else _quoted(following)
        self.variables |= bool(_VARIABLE.match(self._text, self._at))
        self._at += 1
        return char

    def _read_documents(self) -> None:
        for ending, tabs, expanded in self._awaited:
            lines: list[str] = []
            while self._at < len(self._text):
                line, _, _ = self._text[self._at :].partition("\n")
                self._at += len(line) + 1
                line = line.lstrip("\t") if tabs else line
                if line.rstrip("\r") == ending:
                    break
                lines.append(line + "\n")
            document = "".join(lines)
            self.stdin = self._expanded(document) if expanded else document
        self._awaited.clear()

    def _until(self, ending: str, skipped: int) -> str:
        start = self._at + skipped
        end = self._text.find(ending, start)
        if end < 0:
            raise UnreadableError(f"A quote {ending} is not closed.")
        self._at = end + 1
        return self._text[start:end]

    def _double(self) -> str:
        end = self._at + 1
        while end < len(self._text) and self._text[end] != '"':
            end += 2 if self._text[end] == "\\" else 1
        if end >= len(self._text):
            raise UnreadableError('A quote " is not closed.')
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        return self._expanded(inner, also='"')

    def _expanded(self, text: str, also: str = "") -> str:
        """Text in which a backslash is only special before a few characters, and variables would be replaced."""
        self.variables |= bool(_VARIABLE.search(re.sub(r"\\.", "", text, flags=re.DOTALL)))
        return re.sub(rf"\\([\\$`\n{also}])", lambda found: found[1].strip("\n"), text)

    def _ansi(self) -> str:
        end = self._at + 2
        while end < len(self._text) and self._text[end] != "'":
            end += 2 if self._text[end] == "\\" else 1
        if end >= len(self._text):
            raise UnreadableError("A quote $' is not closed.")
        inner = self._text[self._at + 2 : end]
        self._at = end + 1
        return _ansi_c(inner)


def _ansi_c(text: str) -> str:
    """https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html; bytes above 127 are UTF-8."""
    said = bytearray()
    at = 0
    while at < len(text):
        if text[at] != "\\" or at + 1 == len(text):
            said += text[at].encode("utf-8", "surrogatepass")
            at += 1
        elif number := _NUMBERED.match(text, at):
            byte, *points = number[1] or (number[4] and f"{int(number[4], 8) & 255:x}"), number[2], number[3]
            point = next(filter(None, points), None)
            said += bytes([int(byte, 16)]) if byte else _character(int(point or "0", 16))
            at = number.end()
        else:
            said += _ESCAPES.get(text[at + 1], text[at : at + 2]).encode("utf-8", "surrogatepass")
            at += 2
    # Chrome writes characters beyond U+FFFF as two escapes, half a character each.
    halves = bytes(said).decode("utf-8", "surrogatepass" if b"\xed" in said else "replace")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(point: int) -> bytes:
    return chr(point).encode("utf-8", "surrogatepass") if point <= 0x10FFFF else b"\xef\xbf\xbd"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"
