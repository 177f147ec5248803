"""Flanking of `*`, `_` and `~` as in CommonMark, but without the need of a blank between CJK and punctuation."""

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned, StateInline

CJK = (
    (0x1100, 0x11FF),
    (0x2E80, 0x303E),
    (0x3041, 0x4DBF),
    (0x4E00, 0xA4CF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE10, 0xFE1F),
    (0xFE30, 0xFE6F),
    (0xFF00, 0xFFEF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)
"""First and last code points of the CJK blocks: Han, kana, Hangul, punctuation."""


class WordsState(StateInline):
    """markdown-it's inline state, with CJK-aware flanking."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Length of the run that begins at `start`, and whether it can open or close."""
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        last = self.src[start - 1] if start else " "
        following = self.src[end] if end < self.posMax else " "
        last_space, next_space = isWhiteSpace(ord(last)), isWhiteSpace(ord(following))
        last_mark, next_mark = _is_punctuation(last), _is_punctuation(following)
        last_cjk, next_cjk = _is_cjk(last), _is_cjk(following)
        left = not next_space and (not next_mark or next_cjk or last_space or last_mark or last_cjk)
        right = not last_space and (not last_mark or last_cjk or next_space or next_mark or next_cjk)
        return Scanned(
            left and (canSplitWord or not right or last_mark),
            right and (canSplitWord or not left or next_mark),
            end - start,
        )


def _is_cjk(character: str) -> bool:
    code = ord(character)
    return code >= CJK[0][0] and any(first <= code <= last for first, last in CJK)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
