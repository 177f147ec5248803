"""Answers in which every token can be told on screen: words with the number of their token."""

import re
from functools import lru_cache
from typing import NamedTuple

WORDS = (
    "the",
    "sea",
    "turns",
    "slow",
    "and",
    "grey",
    "under",
    "a",
    "wide",
    "sky",
    "while",
    "boats",
    "leave",
    "their",
    "port",
)
NUMBERED = r"[a-z](\d+)"
"""A token's number as a regular expression, the same in Python and in JavaScript."""
PER_SECTION = 180


class Plan(NamedTuple):
    """An answer of `tokens` tokens at `rate` a second; a rate of 0 is "all at once"."""

    kind: str
    tokens: int
    rate: int

    @property
    def model(self) -> str:
        """The model that answers so."""
        return f"{self.kind}-{self.tokens}-{self.rate}"

    @classmethod
    def of(cls, model: str) -> "Plan":
        """The plan that a model's name tells. Raises ValueError."""
        kind, tokens, rate = model.split("-")
        return cls(kind, int(tokens), int(rate))


FIRST = Plan("markdown", 40, 200)
ONE = Plan("paragraph", 1, 0)
STEADY = Plan("markdown", 1_000, 100)
FAST = Plan("markdown", 4_000, 400)
ENDLESS = Plan("paragraph", 4_000, 400)
FAST_BRIEFLY = Plan("markdown", 400, 400)
ENDLESS_BRIEFLY = Plan("paragraph", 400, 400)
SERVED = (FIRST, ONE, STEADY, FAST, ENDLESS, FAST_BRIEFLY, ENDLESS_BRIEFLY)


@lru_cache(maxsize=8)
def tokens(plan: Plan) -> tuple[str, ...]:
    """The pieces of text, each with a word and its number; "markdown" has headings, paragraphs, lists, tables, code."""
    written = _paragraph if plan.kind == "paragraph" else _markdown
    return tuple(written(number) for number in range(plan.tokens))


def numbers(text: str) -> set[int]:
    """The tokens that a text holds."""
    return {int(number) for number in re.findall(NUMBERED, text)}


def _word(number: int) -> str:
    return f"{WORDS[number % len(WORDS)]}{number}"


def _paragraph(number: int) -> str:
    return f"{_word(number)} "


def _markdown(number: int) -> str:
    """One section after another: a heading, two paragraphs, a list, a paragraph, code, a table."""
    at, word = number % PER_SECTION, _word(number)
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
