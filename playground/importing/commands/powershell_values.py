"""Reads PowerShell's values as requests have them: strings, numbers, @{…}, @(…), variables, ConvertTo-Json.

https://learn.microsoft.com/powershell/scripting/lang-spec/chapter-02 and chapter-07. Nothing is run.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.importing.imported import UnreadableError
from playground.text.cleaning import join_surrogates
from playground.text.json_value import DEEPEST

_DOUBLE, _SINGLE = '"\u201c\u201d\u201e', "'\u2018\u2019\u201a\u201b"
BLANK = re.compile("(?:[ \t\u00a0]|`[ \t\u00a0]*\n|<#.*?#>|(?<![\\w`])#(?!>)[^\n]*)+", re.DOTALL)
SPACE = re.compile("(?:[ \t\u00a0\n]|`[ \t\u00a0]*\n|<#.*?#>|(?<![\\w`])#(?!>)[^\n]*)+", re.DOTALL)
VARIABLE = re.compile(r"\$(?:\{([^}\n]{1,60})\}|((?:env:)?\w+))", re.IGNORECASE)
KEY = re.compile(r"[A-Za-z_][\w-]*")
_PARAMETER = re.compile("[-\u2013\u2014]([A-Za-z]\\w*):?")
_SPLAT = re.compile(r"@(\w+)")
_BARE = re.compile(f"(?:[^\\s`(){{}};|,&$@{_DOUBLE}{_SINGLE}]|[@,](?=\\S)|`\\S)+")
_HERE = re.compile(f"@([{_DOUBLE}{_SINGLE}])[ \t]*\n")
_QUOTED = (
    re.compile(r'"((?:[^`"]|`.|"")*+)"', re.DOTALL),
    re.compile(r"'((?:[^']|'')*+)'"),
    re.compile(f"[{_DOUBLE[1:]}]((?:[^`{_DOUBLE}]|`.|[{_DOUBLE}]{{2}})*+)[{_DOUBLE}]", re.DOTALL),
    re.compile(f"[{_SINGLE[1:]}]((?:[^{_SINGLE}]|[{_SINGLE}]{{2}}|[{_SINGLE}](?=\\w))*+)[{_SINGLE}]"),
)
_EXPANDED = re.compile(
    rf"`(?P<escape>.)|(?P<twice>[{_DOUBLE}]{{2}})|\$\(\[char\]\s*(?P<code>0x[0-9a-fA-F]{{1,6}}|\d{{1,7}})\)"
    rf"|\$\(\s*(?P<inner>\$\w{{1,60}})\s*\)|\$\([^()\n]{{0,200}}\)|{VARIABLE.pattern}",
    re.DOTALL | re.IGNORECASE,
)
_NUMBER = re.compile(r"([-+]?)(\d+(?:\.\d*)?|\.\d+)([eE][-+]?\d+)?(?![\w.])")
_CAST = re.compile(r"\[[\w.\[\], ]{1,60}\](?!\s*::)[ \t]*")
_BYTES = re.compile(r"\[(?:System\.)?Text\.Encoding\]::\w+\.GetBytes\s*(?=\()", re.IGNORECASE)
_MEMBER = re.compile(r"\.[A-Za-z]\w*(?:\(\))?")
_TO_JSON = re.compile(r"ConvertTo-Json\b", re.IGNORECASE)
_PIPED_TO_JSON = re.compile(r"\s*\|\s*ConvertTo-Json\b", re.IGNORECASE)
_ESCAPES = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "\n": "",
}
_CONSTANTS = {"true": True, "false": False, "null": None}
_SWITCHES = {
    *(
        "usebasicparsing",
        "skipcertificatecheck",
        "skiphttperrorcheck",
        "verbose",
        "debug",
        "disablekeepalive",
        "asarray",
    ),
    *("passthru", "usedefaultcredentials", "noproxy", "skipheadervalidation", "compress", "enumsasstrings"),
}
_ENDS = "|;\n)}"


class PassedOverError(Exception):
    """The value is not supported, and is skipped."""


@dataclass(slots=True)
class Values:
    """Reads values from the position `at`; `unknown` is the first variable that was not expanded."""

    text: str
    at: int = 0
    depth: int = 0
    variables: dict[str, Any] = field(default_factory=dict)
    unknown: str = ""
    spent: int = 0

    def spend(self, characters: int) -> None:
        """Count the steps, because unsupported values are read again, which must end. Raises UnreadableError."""
        self.spent += characters
        if self.spent > 4 * len(self.text) + 10_000:
            raise UnreadableError("This script is too tangled to be read: paste the JSON of its body instead.")

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            self.spend(len(found[0]))
        return found

    def pipeline(self) -> Any:
        """A value, and what ConvertTo-Json makes of it."""
        self.take(BLANK)
        if self.take(_TO_JSON):
            positional, named = self.arguments()
            return json.dumps(named.get("inputobject", positional[0] if positional else None), ensure_ascii=False)
        value = self._list(self._sum)
        while self.take(_PIPED_TO_JSON):
            self.arguments()
            value = json.dumps(value, ensure_ascii=False)
        return value

    def arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """The positional and the named arguments of a command, names in lower case; a switch is True."""
        positional: list[Any] = []
        named: dict[str, Any] = {}
        while not self.ended():
            if splat := self.take(_SPLAT):
                splatted = self.variables.get(splat[1].lower())
                named |= (
                    {str(key).lower(): value for key, value in splatted.items()}
                    if isinstance(splatted, Mapping)
                    else {}
                )
            elif parameter := self.take(_PARAMETER):
                name = parameter[1].lower()
                switch = name in _SWITCHES or self.ended() or _PARAMETER.match(self.text, self.at)
                named[name] = True if switch else self._argument()
            else:
                positional.append(self._argument())
        return positional, named

    def ended(self) -> bool:
        """Whether a command ends here; skips blanks."""
        self.take(BLANK)
        return self.at >= len(self.text) or self.text[self.at] in _ENDS

    def _argument(self) -> Any:
        start = self.at
        try:
            value = self._list(self._value)
            if self.at >= len(self.text) or self.text[self.at] in " \t\u00a0`" + _ENDS:
                return value
        except PassedOverError:
            pass
        self.at = start
        return self.word()

    def word(self) -> str:
        """A word of a command: bare, quoted, or both joined."""
        start, pieces = self.at, []
        while self.at < len(self.text) and self.text[self.at] not in " \t\u00a0" + _ENDS:
            if BLANK.match(self.text, self.at) and self.text[self.at] == "`":
                break
            if (text := self.here_string()) is not None or (text := self.quoted()) is not None:
                pieces.append(text)
            elif variable := self.take(VARIABLE):
                pieces.append(_as_text(self._variable(variable)))
            elif bare := self.take(_BARE):
                pieces.append(bare[0].replace("`", ""))
            else:
                pieces.append(self.text[self.at])
                self.at += 1
        self.at = max(self.at, start + 1)
        return "".join(pieces)

    def _list(self, read: Callable[[], Any]) -> Any:
        """A list of values separated by commas, or one value."""
        values = [read()]
        while self._follows(","):
            values.append(read())
        return values if len(values) > 1 else values[0]

    def _sum(self) -> Any:
        """A value, or a sum of strings and lists; not for arguments of a command, where + is a word."""
        value = self._value()
        while self._follows("+"):
            more = self._value()
            if isinstance(value, str):
                value += _as_text(more)
            elif isinstance(value, list):
                value = [*value, *(more if isinstance(more, list) else [more])]
            else:
                raise PassedOverError
        return value

    def _follows(self, sign: str) -> bool:
        start = self.at
        self.take(BLANK)
        if self.text.startswith(sign, self.at):
            self.at += 1
            self.take(SPACE)
            return True
        self.at = start
        return False

    def _value(self) -> Any:
        self.spend(1)
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnreadableError(f"It is nested too deeply: more than {DEEPEST} levels.")
        try:
            value = self._bare_value()
            while self.take(_MEMBER):
                pass
            return value
        finally:
            self.depth -= 1

    def _bare_value(self) -> Any:
        self.take(BLANK)
        if self.take(_BYTES):
            return self._value()
        while self.take(_CAST):
            pass
        if (text := self.here_string()) is not None or (text := self.quoted()) is not None:
            return text
        if self.text.startswith("@{", self.at):
            return self._table()
        for opening in ("@(", "$(", "("):
            if self.text.startswith(opening, self.at):
                self.at += len(opening)
                return self._inside(array=opening == "@(")
        if self._follows(","):
            return [self._value()]
        if number := self.take(_NUMBER):
            return (-1 if number[1] == "-" else 1) * (float if number[3] or "." in number[2] else int)(
                number[2] + (number[3] or "")
            )
        if variable := self.take(VARIABLE):
            return self._variable(variable)
        raise PassedOverError

    def _inside(self, *, array: bool) -> Any:
        values: list[Any] = []
        while not self._closed(")"):
            values.append(self.pipeline())
            self.take(BLANK)
            if self.text[self.at : self.at + 1] not in (";", "\n", ")"):
                raise PassedOverError
        if array and not (len(values) == 1 and isinstance(values[0], list)):
            return values
        return values[0] if len(values) == 1 else values

    def _closed(self, sign: str) -> bool:
        while self.take(SPACE) or self.text.startswith(";", self.at):
            self.at += self.text.startswith(";", self.at)
        if self.at >= len(self.text):
            raise PassedOverError
        if self.text[self.at] != sign:
            return False
        self.at += 1
        return True

    def _table(self) -> dict[str, Any]:
        self.at += 2
        table: dict[str, Any] = {}
        while not self._closed("}"):
            key = self.quoted()
            if key is None:
                bare = self.take(KEY) or self.take(_NUMBER)
                if bare is None:
                    raise PassedOverError
                key = bare[0]
            if not self._follows("="):
                raise PassedOverError
            table[key] = self.pipeline()
        return table

    def _variable(self, found: re.Match[str]) -> Any:
        name = found[0].lstrip("${").rstrip("}").lower()
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if name not in self.variables:
            self.unknown = self.unknown or found[0]
            return found[0]
        return self.variables[name]

    def here_string(self) -> str | None:
        """A here-string between @" and "@; None where none begins here."""
        opening = self.take(_HERE)
        if opening is None:
            return None
        signs = _DOUBLE if opening[1] in _DOUBLE else _SINGLE
        ending = re.compile(rf"(?:^|\n)[ \t]*[{signs}]@", re.MULTILINE).search(self.text, self.at)
        if ending is None:
            raise UnreadableError(f"A text that begins with @{opening[1]} is not closed.")
        text, self.at = self.text[self.at : ending.start()], ending.end()
        return self._filled(text, doubled=False) if signs == _DOUBLE else text

    def quoted(self) -> str | None:
        """A quoted string, also with curly quotes; None where none begins here."""
        char = self.text[self.at : self.at + 1]
        if not char or char not in _DOUBLE + _SINGLE:
            return None
        found = next(filter(None, (pattern.match(self.text, self.at) for pattern in _QUOTED)), None)
        if found is None:
            raise UnreadableError(f"A quote {char} is not closed.")
        self.at = found.end()
        self.spend(len(found[0]))
        if char in _DOUBLE:
            return self._filled(found[1], doubled=True)
        return found[1].replace("''", "'")

    def _filled(self, text: str, *, doubled: bool) -> str:
        """A string with escapes replaced and known variables expanded."""

        def filled(found: re.Match[str]) -> str:
            if escape := found["escape"]:
                return _ESCAPES.get(escape, escape)
            if twice := found["twice"]:
                return twice[0] if doubled else twice
            if code := found["code"]:
                return chr(min(int(code, 0 if code[:2].lower() == "0x" else 10), 0x10FFFF))
            if variable := VARIABLE.fullmatch(found["inner"] or found[0]):
                return _as_text(self._variable(variable))
            self.unknown = self.unknown or found[0]
            return found[0]

        halves = _EXPANDED.sub(filled, text)
        return join_surrogates(halves)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
