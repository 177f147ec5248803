"""Estimates how many tokens a text has from its words and scripts, without the model's own tokenizer.

The rates are those of Llama 3's tokenizer, in the middle of today's vocabularies of 100,000 to 250,000 tokens;
tests/conversation/test_estimation.py compares the two, text by text.
"""

import re
from functools import lru_cache

from playground.text.sized_cache import cached_within

_SAMPLED_ABOVE = 60_000
_SAMPLES = 6

_PARTS = re.compile(
    r"(?P<word>[A-Z]?[a-zß-öø-ÿĀ-ɏḀ-ỿ]+|[A-ZÀ-ÖØ-ÞßĀ-ɏḀ-ỿ]+)"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<lines>[ \t]*[\r\n]\s*)"
    r"|(?P<blanks>[ \t]{2,}|\t)"
    r"|(?P<same>(?P<one>[!-/:-@\[-`{-~])(?P=one){3,})"
    r"|(?P<marks>[!-/:-@\[-`{-~]+)"
    r"|(?P<slow>[^\x00-\u024f\u1e00-\u1eff]+)"
)
_ENGLISH = re.compile(r"\b(?:the|and|of|to|is|in|that|it|for|you|with|this|be|on|are|not|as|if|return|import)\b", re.I)
_RARE = re.compile(r"[Ā-ɏ]")
_ACCENTED = re.compile(r"[ß-öø-ÿĀ-ɏḀ-ỿ]")

_PER_CHARACTER = (
    (0x0370, 0x03FF, 0.45),  # Greek
    (0x0400, 0x052F, 0.36),  # Cyrillic
    (0x0590, 0x05FF, 1.05),  # Hebrew
    (0x0600, 0x06FF, 0.48),  # Arabic, Persian
    (0x0900, 0x097F, 0.6),  # Devanagari
    (0x0E00, 0x0E7F, 0.53),  # Thai
    (0x10A0, 0x10FF, 2.0),  # Georgian
    (0x1200, 0x137F, 2.6),  # Ethiopic
    (0x2000, 0x206F, 0.6),  # dashes, quotation marks, joiners
    (0x2070, 0x218F, 1.6),  # superscripts, letter-like signs
    (0x2190, 0x22FF, 1.3),  # arrows, mathematics
    (0x2500, 0x257F, 0.5),  # lines of boxes
    (0x3000, 0x303F, 0.8),  # Chinese and Japanese punctuation
    (0x3040, 0x30FF, 0.55),  # Kana
    (0x4E00, 0x9FFF, 1.0),  # Chinese characters
    (0xAC00, 0xD7AF, 0.78),  # Hangul
    (0xFE00, 0xFE0F, 0.8),  # variation selectors
    (0xFF00, 0xFFEF, 0.9),  # full-width forms
    (0x1F000, 0x1FAFF, 2.5),  # emoji
)
_ELSEWHERE, _ASTRAL = 1.6, 3.0
_LETTERS_A_TOKEN_ENGLISH, _LETTERS_A_TOKEN_OTHER = 7.5, 3.4
_RARE_LETTER = 0.3


@cached_within(16_000_000)
def estimate(text: str) -> int:
    """About how many tokens a text has: 0 for an empty one, else at least 1; mostly within 25 % of the real number.

    Of long texts samples are counted, so that no text takes longer than some hundredths of a second.
    """
    if not text:
        return 0
    if len(text) <= _SAMPLED_ABOVE:
        return max(1, round(_tokens(text)))
    size = _SAMPLED_ABOVE // _SAMPLES
    starts = [round(number * (len(text) - size) / (_SAMPLES - 1)) for number in range(_SAMPLES)]
    return round(sum(_tokens(text[start : start + size]) for start in starts) * len(text) / (size * _SAMPLES))


def _tokens(text: str) -> float:
    letters_a_token = _letters_a_token(text)
    total = len(_RARE.findall(text)) * _RARE_LETTER
    for part in _PARTS.finditer(text):
        length = part.end() - part.start()
        match part.lastgroup:
            case "word":
                total += max(1.0, length / letters_a_token)
            case "digits":
                total += (length + 2) // 3
            case "lines" | "blanks":
                total += 0.8
            case "same":
                total += 1 + length / 40
            case "marks":
                total += 0.35 + 0.45 * length
            case _:
                total += sum(_rate(ord(character)) for character in part[0])
    return total


def _letters_a_token(text: str) -> float:
    """Letters per token: words of English and code are mostly one token, those of other languages several."""
    words = text.count(" ") + 1
    if len(_ACCENTED.findall(text)) > words / 12 or (words > 8 and len(_ENGLISH.findall(text)) < words / 40):
        return _LETTERS_A_TOKEN_OTHER
    return _LETTERS_A_TOKEN_ENGLISH


@lru_cache(maxsize=4096)
def _rate(code: int) -> float:
    for first, last, rate in _PER_CHARACTER:
        if first <= code <= last:
            return rate
    return _ASTRAL if code > 0xFFFF else _ELSEWHERE
