"""A command as a shell passes it to a program, and the request that a program sends."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

LEFT_AS_WRITTEN = "Variables of the shell, such as {}, were taken as they are written."
CURLY_QUOTES = "Curly quotes were read as straight ones."

OPENING = {
    "\u201c": "\u201d\u201c\u201f",
    "\u201d": "\u201d\u201c",
    "\u201e": "\u201c\u201d",
    "\u2018": "\u2019\u2018",
    "\u2019": "\u2019\u2018",
}
"""Curly quotes, each with those that may close it."""
BLANKS = " \t\u00a0\u2007\u202f\u2009\u3000"
"""What separates words, also other blanks of web pages and word processors."""
DASHES = "\u2013\u2014\u2212\u2010\u2011"


@dataclass(slots=True)
class Command:
    """A command: its arguments, its standard input, and notes about how it was read.

    `variable` is an example of a variable that was not expanded, "" where there is none.
    """

    arguments: list[str] = field(default_factory=list)
    stdin: str | None = None
    variable: str = ""
    notes: list[str] = field(default_factory=list)

    def starting_at(self, named: Callable[[str], bool]) -> "Command | None":
        """The command from the argument that names a program on; None where there is none."""
        at = next((number for number, word in enumerate(self.arguments) if named(word)), None)
        return None if at is None else Command(self.arguments[at:], self.stdin, self.variable, self.notes)


@dataclass(slots=True)
class Request:
    """A request that a program sends. Of headers only the names are kept."""

    url: str = ""
    headers: list[str] = field(default_factory=list)
    body: str = ""
    notes: list[str] = field(default_factory=list)


def is_curl(word: str) -> bool:
    """Whether an argument names curl, with or without folder and .exe."""
    return re.fullmatch(r"(?:.*[/\\])?curl(?:\.exe)?", word, re.IGNORECASE) is not None


def dashed(word: str) -> str:
    """An option with the dashes that a word processor has joined."""
    rest = word.lstrip(DASHES)
    if rest == word or not rest[:1].isalpha():
        return word
    return f"{'-' if len(rest) == 1 else '--'}{rest}"


def curly_end(text: str, at: int) -> int:
    """The position at which a curly quote that opens at `at` is closed; -1 where it is not.

    An apostrophe is the same character as a closing quote; it closes at the end of a word, and after JSON.
    """
    closing = OPENING[text[at]]
    body = text[at + 1 : at + 2]
    before = {"{": r"\}\s*", "[": r"\]\s*"}.get(body, "")
    found = re.compile(rf"{before}(?<!\\)[{closing}](?=[\s;&|)]|$)").search(text, at + 1)
    return -1 if found is None else found.end() - 1
