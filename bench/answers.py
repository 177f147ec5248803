"""Answers in which every token can be told on screen: words with the number of their token."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

WORDS = (
    *("the", "sea", "turns", "slow", "and", "grey", "under", "a"),
    *("wide", "sky", "while", "boats", "leave", "their", "port"),
)
NUMBERED = r"[a-z](\d+)"
"""A token's number as a regular expression; the same in probe.js."""
PER_PANE = 10_000
"""Numbers of tokens begin with the pane's times this, so that answers can be told apart; the same in probe.js."""
PER_SECTION = 180


class Plan(NamedTuple):
    """An answer of `tokens` tokens at `rate` a second; a rate of 0 is "all at once".

    Of several answers at once each has its own `pane`, from 0.
    """

    kind: str
    tokens: int
    rate: int
    pane: int = 0

    @property
    def model(self) -> str:
        """The model that answers so."""
        return f"{self.kind}-{self.tokens}-{self.rate}" + (f"-{self.pane}" if self.pane else "")

    @property
    def numbers(self) -> range:
        """The numbers that its tokens bear."""
        return range(self.pane * PER_PANE, self.pane * PER_PANE + self.tokens)

    def panes(self, count: int) -> tuple["Plan", ...]:
        """The same for each of so many panes."""
        return tuple(self._replace(pane=pane) for pane in range(count))

    @classmethod
    def of(cls, model: str) -> "Plan":
        """The plan that a model's name tells. Raises ValueError."""
        kind, *figures = model.split("-")
        return cls(kind, *map(int, figures))


@lru_cache(maxsize=64)
def tokens(plan: Plan) -> tuple[str, ...]:
    """The pieces of text, each with a word and its number; what they make depends on the plan's kind."""
    written = _KINDS[plan.kind]
    return tuple(written(at, f"{WORDS[number % len(WORDS)]}{number}") for at, number in enumerate(plan.numbers))


def numbers(text: str) -> set[int]:
    """The tokens that a text holds."""
    return {int(number) for number in re.findall(NUMBERED, text)}


def _paragraph(_: int, word: str) -> str:
    return f"{word} "


def _list(at: int, word: str) -> str:
    return f"{word} " if at % 8 else f"\n- {word} "


def _table(at: int, word: str) -> str:
    if at == 0:
        return f"| {word} | b | c | d |\n|---|---|---|---|\n"
    return f"| {word} |\n" if at % 4 == 0 else f"| {word} "


def _fence(at: int, word: str) -> str:
    if at == 0:
        return f"```python\n{word} = 0\n"
    return f"{word}\n" if at % 8 == 0 else f"{word} + "


def _document(at: int, word: str) -> str:
    """One section after another: a heading, two paragraphs, a list, a paragraph, code, a table."""
    at %= PER_SECTION
    if at in _OPENINGS:
        return _OPENINGS[at].format(word)
    if 85 < at < 115 and at % 6 == 1:
        return f"\n- {word} "
    if 140 < at < 160:
        return f"{word} = {at}\n"
    return f"| {word} | ok |\n" if at > 160 else f"{word} "


_OPENINGS = {
    0: "\n\n## {} ",
    3: "\n\n{} ",
    9: "**{}** ",
    14: "`{}` ",
    45: "\n\n{} ",
    85: "\n\n- {} ",
    115: "\n\n{} ",
    140: "\n\n```python\n{} = 1\n",
    160: "```\n\n| {} | value |\n|---|---|\n",
}
_KINDS: Mapping[str, Callable[[int, str], str]] = {
    "document": _document,
    "paragraph": _paragraph,
    "list": _list,
    "table": _table,
    "fence": _fence,
}
"""A document has some of everything; of the others there is one that never ends."""
