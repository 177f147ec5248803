"""A command as a shell hands it to a program, and a request as a program sends it."""

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
"""The quotes of word processors, each with what may close it."""
BLANKS = " \t\u00a0\u2007\u202f\u2009\u3000"
"""What separates words: also blanks that no shell would take for any, as web pages and word processors write them."""
DASHES = "\u2013\u2014\u2212\u2010\u2011"


@dataclass(slots=True)
class Command:
    """A command: its words, what it reads from standard input, and sentences about what stands in it otherwise.

    `variable` is an example of those that were left as they are written, "" where there are none.
    """

    words: list[str] = field(default_factory=list)
    stdin: str | None = None
    variable: str = ""
    notes: list[str] = field(default_factory=list)

    def starting_at(self, named: Callable[[str], bool]) -> "Command | None":
        """The same from the word on that names a program; None where no word does."""
        at = next((number for number, word in enumerate(self.words) if named(word)), None)
        return None if at is None else Command(self.words[at:], self.stdin, self.variable, self.notes)


@dataclass(slots=True)
class Request:
    """What is sent, to be read as what is asked of a model. Of headers the names alone."""

    url: str = ""
    headers: list[str] = field(default_factory=list)
    body: str = ""
    notes: list[str] = field(default_factory=list)


def is_curl(word: str) -> bool:
    """Whether a word of a command calls curl, with or without its folder and its ending on Windows."""
    return re.fullmatch(r"(?:.*[/\\])?curl(?:\.exe)?", word, re.IGNORECASE) is not None


def dashed(word: str) -> str:
    """An option whose dashes a word processor joined, as it was typed."""
    rest = word.lstrip(DASHES)
    if rest == word or not rest[:1].isalpha():
        return word
    return f"{'-' if len(rest) == 1 else '--'}{rest}"


def curly_end(text: str, at: int) -> int:
    """Where a curly quote that opens at `at` is closed; -1 where it is not.

    An apostrophe looks the same as a closing quote: the one that ends a word does, and for JSON that which follows it.
    """
    closing = OPENING[text[at]]
    body = text[at + 1 : at + 2]
    before = {"{": r"\}\s*", "[": r"\]\s*"}.get(body, "")
    found = re.compile(rf"{before}(?<!\\)[{closing}](?=[\s;&|)]|$)").search(text, at + 1)
    return -1 if found is None else found.end() - 1
