"""What stands in a list: labels that show every character, and of which no two are alike.

Streamlit tells the options of a list apart by their labels alone (`SelectboxSerde` in its 1.67): of two with the same
label the last is chosen, whichever is clicked. And ids come from servers, so two may differ by what nobody sees.
"""

import unicodedata
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

LONGEST = 200
"""Characters of one part; of a longer one the beginning, the end and a digest are shown."""
SEPARATOR = " · "
_KEYED = f"{SEPARATOR}#"
_HEAD, _TAIL, _DIGEST = 100, 60, 16
_JOINERS = "\u200d\ufe0f"
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing: https://www.unicode.org/reports/tr36/#Recommendations_General."""

K = TypeVar("K", bound=Hashable)


def visible(text: str) -> str:
    r"""Text on one line with everything that would not be seen as `\u{…}`: no two texts come out the same.

    That is control and format characters, halves of surrogate pairs, blanks other than single ones between words, and
    marks of a text that is not composed (NFC). A backslash is doubled. Emoji keep their joiners.
    """
    if len(text) > LONGEST:
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
        return rf"{_escaped(text[:_HEAD])}\…{_escaped(text[-_TAIL:])}\#{digest}"
    return _escaped(text)


def labels(said: Mapping[K, Sequence[str]]) -> dict[K, str]:
    """A label for each option by its key: the parts that are said of it, and where two would be alike also its key.

    Unique for any keys and parts: a label with its key ends in ` · #` and the key, in which no `#` stands; one
    without has no ` · #` in it, and nobody else has its text.
    """
    texts = {key: SEPARATOR.join(map(visible, filter(None, parts))) for key, parts in said.items()}
    count = Counter(texts.values())
    return {
        key: text if count[text] == 1 and _KEYED not in text else f"{text}{_KEYED}{_key(key)}"
        for key, text in texts.items()
    }


def _key(key: Hashable) -> str:
    return visible(str(key)).replace("#", r"\u{23}")


def _escaped(text: str) -> str:
    if text.isascii() and text.isprintable() and "\\" not in text and text == " ".join(text.split()):
        return text
    composed = unicodedata.is_normalized("NFC", text)
    padded = f" {text} "  # a blank at either end follows or precedes a blank
    return "".join(
        _shown(character, padded[at], padded[at + 2], composed=composed) for at, character in enumerate(text)
    )


def _shown(character: str, before: str, after: str, *, composed: bool) -> str:
    if character == "\\":
        return r"\\"
    kind = unicodedata.category(character)
    if character == " ":
        seen = not before.isspace() and not after.isspace()
    elif character in _JOINERS:
        seen = unicodedata.category(before) in ("So", "Sk") or before in _JOINERS
    elif character in _BLANK or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        seen = False
    else:
        seen = kind[0] not in "CZ" and (composed or kind[0] != "M")
    return character if seen else rf"\u{{{ord(character):x}}}"
