"""What stands in a list: labels that show every character, and of which no two are alike.

Streamlit tells the options of a list apart by their labels alone (`SelectboxSerde` in its 1.67): of two with the same
label the last is chosen, whichever is clicked. And ids come from servers, so two may differ by what nobody sees.
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
    """Text on one line with everything spelled that would not be seen: no two texts come out the same."""
    if len(text) <= LONGEST_LABEL_PART:
        return spelled(text)
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{spelled(text[:_HEAD])}<U+…{digest}>{spelled(text[-_TAIL:])}"  # `<U+…` is what nothing is spelled as


def labels(said: Mapping[_K, Sequence[str]]) -> dict[_K, str]:
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
    return visible(str(key)).replace("#", "<U+0023>")
