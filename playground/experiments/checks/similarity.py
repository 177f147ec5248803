"""Checks of how like a text an answer is."""

import re
from typing import Literal

from pydantic import Field, model_validator

from playground.experiments.checks.seen import RuleCheck, Seen, Told, UntoldError
from playground.experiments.part import Template

LONGEST_ALIKE = 20_000
"""Characters of each of the two texts: the time grows with the product of both."""
_WORD = re.compile(r"\w+")


class SimilarityCheck(RuleCheck):
    """The answer is like this text, by letters (Levenshtein) or by words in their order (ROUGE-L)."""

    check: Literal["similarity"]
    value: Template = Field(description="A text, such as {{expected}}.")
    method: Literal["levenshtein", "rouge_l"] = "levenshtein"
    threshold: float = Field(0.8, ge=0, le=1, description="The score from which on it passes.")
    distance: int | None = Field(
        None, ge=0, description="In place of the threshold: so many letters at most are changed, added or removed."
    )
    ignore_case: bool = False

    @model_validator(mode="after")
    def _by_letters(self) -> "SimilarityCheck":
        if self.distance is not None and self.method != "levenshtein":
            raise ValueError("a distance is one by letters: its method is levenshtein")
        return self

    @property
    def label(self) -> str:
        if self.distance is not None:
            return f"at most {self.distance} letters differ"
        return f"{'ROUGE-L' if self.method == 'rouge_l' else 'Levenshtein'} at least {self.threshold:g}"

    def told(self, seen: Seen) -> Told:
        text, value = seen.answer.text.strip(), seen.filled(self.value).strip()
        if max(len(text), len(value)) > LONGEST_ALIKE:
            raise UntoldError(f"longer than {LONGEST_ALIKE:,} characters")
        if self.ignore_case:
            text, value = text.casefold(), value.casefold()
        score = rouge_l(text, value) if self.method == "rouge_l" else levenshtein_similarity(text, value)
        if self.distance is not None:
            distance = levenshtein_distance(text, value)
            return Told(distance <= self.distance, score, f"{distance:,} letters differ")
        return Told(score >= self.threshold, score, f"{score:.2f}")


def levenshtein_similarity(one: str, other: str) -> float:
    """1 minus the letters that have to be changed, added or removed, by the longer text's length."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(one, other))


def levenshtein_distance(one: str, other: str) -> int:
    """How many letters have to be changed, added or removed."""
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(one, other))


def rouge_l(text: str, reference: str) -> float:
    """The F measure of ROUGE-L: https://aclanthology.org/W04-1013/, by words in any script that has letters.

    Words are compared in lower case, without stemming.
    """
    from rapidfuzz.distance import LCSseq

    words, wanted = _WORD.findall(text.lower()), _WORD.findall(reference.lower())
    if not words or not wanted:
        return float(words == wanted)
    same = LCSseq.similarity(words, wanted)
    return 2 * same / (len(words) + len(wanted))
