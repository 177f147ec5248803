"""Cleans text from elsewhere where it enters: model lists, answers, imports, files, addresses, names.

It replaces what breaks programs further on: NUL ends strings in C and is refused by PostgreSQL, half of a surrogate
pair cannot be written as UTF-8, other control characters steer terminals, and invisible characters make different
names look the same.
"""

import re
import unicodedata
from typing import Literal

REPLACEMENT = "\ufffd"
"""Replaces a character that is not allowed."""
LONGEST_LINE = 300
LONGEST_ID = 512
"""Characters."""

# Control characters but tab and ends of lines, surrogates, and what XML does not allow either:
# https://www.w3.org/TR/xml/#charsets
_HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Default_Ignorable_Code_Point, https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point, and blank Braille.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_IN_EMOJI = "\u200c\u200d\ufe0e\ufe0f"
"""Invisible characters that emoji and some scripts need."""
_UNSEEN_ON_A_LINE = re.compile(f"(?![{_IN_EMOJI}])[{_UNSEEN}]")
_SYMBOLS = "\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff"
"""First characters of emoji: the blocks of https://www.unicode.org/Public/emoji/latest/emoji-sequences.txt."""
_UNCLEAR = re.compile(rf"(?!(?<=[{_SYMBOLS}\ufe0f])[{_IN_EMOJI}])[{_UNSEEN}]|<(?=U\+)|^ | $|(?<= ) ")


def join_surrogates(text: str, halves: Literal["replace", "surrogatepass"] = "replace") -> str:
    """The text with pairs of surrogates as their characters; halves become U+FFFD, or stay."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", halves)


def clean(text: str) -> str:
    """The text with U+FFFD for control characters (tab and ends of lines stay) and lone surrogates, pairs joined."""
    if _HARMFUL.search(text) is None:
        return text
    return _HARMFUL.sub(REPLACEMENT, join_surrogates(text))


def line(text: str, longest: int = LONGEST_LINE) -> str:
    """The text on one line, for a title, a name or a sentence: without control, invisible and bidi characters, and
    shortened with an ellipsis to so many characters."""
    text = join_surrogates(text[: 8 * longest], "surrogatepass") if _HARMFUL.search(text) else text[: 8 * longest]
    text = _UNSEEN_ON_A_LINE.sub("", _HARMFUL.sub("", " ".join(text.split())))
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def sendable(id_: str) -> bool:
    """Whether an id can be sent: no control characters, no half surrogates, at most LONGEST_ID characters."""
    return (
        0 < len(id_) <= LONGEST_ID
        and bool(id_.strip())
        and not _HARMFUL.search(id_)
        and not set(id_) & set("\t\r\n\ufffd")
    )


def spelled(id_: str) -> str:
    """An id with `<U+200B>` for each invisible or ambiguous character, so that no two ids look the same.

    Emoji keep their joiners.
    """
    if id_.isascii() and id_.isprintable() and _UNCLEAR.search(id_) is None:
        return id_
    composed = unicodedata.is_normalized("NFC", id_)
    clear = _UNCLEAR.sub(lambda found: _spell(found[0]), id_)
    return "".join(c if (c.isprintable() or c in _IN_EMOJI) and (composed or c.isascii()) else _spell(c) for c in clear)


def _spell(character: str) -> str:
    return f"<U+{ord(character):04X}>"
