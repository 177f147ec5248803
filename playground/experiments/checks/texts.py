"""Checks of the words of an answer."""

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from playground.experiments.checks.seen import RuleCheck, Seen, Told, UntoldError
from playground.experiments.part import Template
from playground.text.cleaning import line

REGEX_PATIENCE_S = 0.25
"""Time for one search, whatever the pattern and the text are."""
LONGEST_PATTERN = 2_000
LONGEST_SEARCHED = 500_000
"""Characters of an answer that a pattern is searched in."""
Templates = Annotated[tuple[Template, ...], Field(min_length=1, max_length=200)]


class _TextCheck(RuleCheck):
    ignore_case: bool = Field(False, description="Upper and lower case are the same.")

    def _folded(self, text: str) -> str:
        return text.casefold() if self.ignore_case else text


class _OneText(_TextCheck):
    value: Template = Field(description="A text, with {{expected}} and the variables of the row.")

    @property
    def label(self) -> str:
        return f"{super().label} {line(self.value, 40)}".strip()

    def _pair(self, seen: Seen) -> tuple[str, str]:
        return self._folded(seen.answer.text), self._folded(seen.sought(self.value))


class Equals(_OneText):
    """The answer is this text; blanks at its ends do not count."""

    check: Literal["equals"]

    def told(self, seen: Seen) -> Told:
        text, value = seen.answer.text, seen.filled(self.value)
        return Told(self._folded(text).strip() == self._folded(value).strip())


class Contains(_OneText):
    """The answer has this text in it."""

    check: Literal["contains"]

    def told(self, seen: Seen) -> Told:
        text, value = self._pair(seen)
        return Told(value in text)


class StartsWith(_OneText):
    """The answer begins with this text; blanks before it do not count."""

    check: Literal["starts_with"]

    def told(self, seen: Seen) -> Told:
        text, value = self._pair(seen)
        return Told(text.lstrip().startswith(value.lstrip()))


class EndsWith(_OneText):
    """The answer ends with this text; blanks after it do not count."""

    check: Literal["ends_with"]

    def told(self, seen: Seen) -> Told:
        text, value = self._pair(seen)
        return Told(text.rstrip().endswith(value.rstrip()))


class _ManyTexts(_TextCheck):
    values: Templates = Field(description="Texts, with {{expected}} and the variables of the row.")

    @property
    def label(self) -> str:
        return f"{super().label} {line(', '.join(self.values), 40)}"

    def _found(self, seen: Seen) -> list[tuple[str, bool]]:
        text = self._folded(seen.answer.text)
        values = [seen.sought(value) for value in self.values]
        return [(value, self._folded(value) in text) for value in values]


class ContainsAny(_ManyTexts):
    """The answer has one of these texts in it."""

    check: Literal["contains_any"]

    def told(self, seen: Seen) -> Told:
        return Told(any(there for _, there in self._found(seen)))


class ContainsAll(_ManyTexts):
    """The answer has all of these texts in it; its score is the share that it has."""

    check: Literal["contains_all"]

    def told(self, seen: Seen) -> Told:
        found = self._found(seen)
        missing = [value for value, there in found if not there]
        note = f"missing: {line(', '.join(missing), 200)}" if missing else ""
        return Told(not missing, 1 - len(missing) / len(found), note)


class ContainsNone(_ManyTexts):
    """The answer has none of these texts in it."""

    check: Literal["contains_none"]

    def told(self, seen: Seen) -> Told:
        there = [value for value, is_there in self._found(seen) if is_there]
        return Told(not there, note=f"there: {line(', '.join(there), 200)}" if there else "")


_CALLS_ITSELF = re.compile(r"\(\?(?:R|[-+]?[0-9]|&|P>)")


def _pattern(written: str) -> str:
    import regex

    if _CALLS_ITSELF.search(written):
        raise ValueError("a pattern that calls itself is not taken")
    try:
        regex.compile(written)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(f"this pattern cannot be read: {line(str(error), 200)}") from None
    return written


class Regex(RuleCheck):
    """A pattern is found in the answer; it is given a quarter of a second."""

    check: Literal["regex"]
    value: Annotated[str, Field(min_length=1, max_length=LONGEST_PATTERN), AfterValidator(_pattern)] = Field(
        description="A regular expression as Python writes it, without variables of the row."
    )
    ignore_case: bool = False
    whole: bool = Field(False, description="All of the answer fits, not a part of it.")

    @property
    def label(self) -> str:
        return f"regex {line(self.value, 40)}"

    def told(self, seen: Seen) -> Told:
        import regex

        text = seen.answer.text.strip() if self.whole else seen.answer.text
        if len(text) > LONGEST_SEARCHED:
            raise UntoldError(f"the answer is longer than {LONGEST_SEARCHED:,} characters")
        compiled = regex.compile(self.value, regex.IGNORECASE if self.ignore_case else 0)
        search: Callable[..., object] = compiled.fullmatch if self.whole else compiled.search
        try:
            return Told(search(text, timeout=REGEX_PATIENCE_S, concurrent=True) is not None)
        except TimeoutError:
            raise UntoldError(f"the pattern took longer than {REGEX_PATIENCE_S:g} s") from None
        except (MemoryError, RecursionError):
            raise UntoldError("the pattern takes too much memory") from None
