"""Unique labels for lists, in which every character is visible.

Streamlit 1.67 identifies the options of a list by their labels (`SelectboxSerde`): of two with the same label the last
is chosen, whichever is clicked. And ids from servers may differ only in invisible characters.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from playground.text.cleaning import spelled

LONGEST_LABEL_PART = 200
"""Characters of one part; of a longer one the beginning, the end and a digest are shown."""
SEPARATOR = " · "
_KEYED = f"{SEPARATOR}#"
_HEAD, _TAIL, _DIGEST = 100, 60, 16

_K = TypeVar("_K", bound=Hashable)


def visible(text: str) -> str:
    """Text on one line with invisible characters spelled out; different texts stay different."""
    if len(text) <= LONGEST_LABEL_PART:
        return spelled(text)
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{spelled(text[:_HEAD])}<U+…{digest}>{spelled(text[-_TAIL:])}"  # `<U+…` is what nothing is spelled as


def labels(parts_by_key: Mapping[_K, Sequence[str]]) -> dict[_K, str]:
    """A label for each option, by its key: its parts, and also the key where two labels would be the same.

    Unique for any keys and parts: a label with a key ends in ` · #` and the key, which contains no `#`; one without
    does not contain ` · #`.
    """
    texts = {key: SEPARATOR.join(map(visible, filter(None, parts))) for key, parts in parts_by_key.items()}
    count = Counter(texts.values())
    return {
        key: text if count[text] == 1 and _KEYED not in text else f"{text}{_KEYED}{_key(key)}"
        for key, text in texts.items()
    }


def _key(key: Hashable) -> str:
    return visible(str(key)).replace("#", "<U+0023>")
