"""Words as search knows them: of a text, to index it; of a query, to look for them; and where a text has them.

The index holds what `terms_of` gives. To change that is to make the index anew: words are taken out of it by the text.
"""

import re
import sys
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, takewhile

LONGEST_TERM = 60
"""Characters of a word that count."""
LONGEST_QUERY = 300
MOST_TERMS = 16
"""What of a query counts."""
SHORTEST_BEGINNING = 4
SHORTEST_SYLLABLES = 2
"""From so many characters on a word of a query finds words that begin with it, as "salt" does "salty"; of Korean ones,
which are syllables, and are followed by particles.
"""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese, which are written without spaces."""
_UNSPACED_RUN = re.compile(f"([{_UNSPACED}]+)")
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
"""Accents, and points of Hebrew and Arabic, with which the same word is written or not."""
_PASSAGE = re.compile(r"(?s).{1,400}[^\s,.;\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]*")
"""Some of a text, up to a sign that is in no word, which also after it is folded is between words."""
_ASCII_WORD = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Term:
    """What must be in a text, or with `excluded` must not: words one after the other.

    With `beginning` the last of them only begins so.
    """

    words: tuple[str, ...]
    beginning: bool = False
    excluded: bool = False


def terms_of(text: str) -> list[str]:
    """The words of a text in their order, without case and accents; each two neighbours where there are no spaces."""
    folded = _folded(text)
    if folded.isascii():
        return [word[:LONGEST_TERM] for word in _ASCII_WORD.findall(folded)]
    return [term for word in _word().findall(folded) for term in _parts(word)]


def portions_of(text: str, size: int, wanted: Collection[int]) -> dict[int, str]:
    """The portions of a text that have so many of `terms_of` each, in whole passages: those that are `wanted`."""
    spans: dict[int, tuple[int, int]] = {}
    count, last = 0, max(wanted, default=-1)
    for passage in _PASSAGE.finditer(text):
        first, count = count // size, count + len(terms_of(passage[0]))
        if first > last:
            break
        for portion in range(first, (count - 1) // size + 1):
            spans[portion] = (spans.get(portion, passage.span())[0], passage.end())
    return {portion: text[slice(*spans[portion])] for portion in wanted if portion in spans}


def read_query(text: str) -> tuple[Term, ...]:
    """The terms of a query: words, "words in a row", beginn* and -without. Any text is a query."""
    terms = []
    for minus, quoted, bare in re.findall(r'(-?)(?:"([^"]*)"?|([^\s"]+))', text[:LONGEST_QUERY]):
        words = _folded(quoted or bare)
        # A bigram with the last character alone, as texts have it, would ask for the end of the text.
        found = [part for word in _word().findall(words) for part in _parts(word, ends=False)]
        if found:
            last = found[-1]
            syllables = "\uac00" <= last[0] <= "\ud7a3"
            enough = len(last) >= (SHORTEST_SYLLABLES if syllables else SHORTEST_BEGINNING)
            starred = bare.endswith("*") or (not quoted and enough)
            lone = len(last) == 1 and _UNSPACED_RUN.fullmatch(last) is not None
            terms.append(Term(tuple(found[:MOST_TERMS]), starred or lone, bool(minus)))
    return tuple(terms[:MOST_TERMS])


def excerpt(text: str, query: Sequence[Term], length: int = 160) -> tuple[tuple[str, bool], ...]:
    """The part of a text around the first words that a query asks for, in pieces, each with whether it is a hit.

    The beginning where there is none. White space is one space.
    """
    text = " ".join(text[:200_000].split())
    following = _hits(text, [term for term in query if not term.excluded])
    hits = list(islice(following, 1))
    start = max(0, hits[0][0] - length // 3) if hits else 0
    if start:
        start = text.find(" ", start, hits[0][0]) + 1 or start
    end = min(len(text), start + length)
    hits += takewhile(lambda hit: hit[1] <= end, following)
    pieces, at = [("…", False)] if start else [], start
    for begin, stop in hits:
        if at <= begin and stop <= end:
            pieces += [(text[at:begin], False), (text[begin:stop], True)]
            at = stop
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple(piece for piece in pieces if piece[0])


def _hits(text: str, terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Where words of terms are in a text, in their order."""
    exact = {word for term in terms for word in (term.words[:-1] if term.beginning else term.words)}
    beginnings = tuple(term.words[-1] for term in terms if term.beginning)
    if not exact and not beginnings:
        return
    end = 0
    for word in _word().finditer(text):
        for piece in _UNSPACED_RUN.finditer(word[0]) if not word[0].isascii() else ():
            whole = piece[0]
            for at in range(len(whole)):
                begin = word.start() + piece.start() + at
                pair = _folded(whole[at : at + 2])
                if begin + len(pair) > end and (pair in exact or pair.startswith(beginnings)):
                    stop = begin + (1 if pair not in exact and pair[:1] in beginnings else len(whole[at : at + 2]))
                    yield max(begin, end), stop
                    end = stop
        folded = _folded(word[0])[:LONGEST_TERM]
        if word.start() >= end and (folded in exact or (beginnings and folded.startswith(beginnings))):
            yield word.span()
            end = word.end()


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    bare = _POINTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFKC", bare).casefold()


def _parts(word: str, *, ends: bool = True) -> Iterator[str]:
    for piece in _UNSPACED_RUN.split(word):
        if _UNSPACED_RUN.fullmatch(piece) is None:
            if piece:
                yield piece[:LONGEST_TERM]
            continue
        for at in range(len(piece) - 1):
            yield piece[at : at + 2]
        if ends or len(piece) == 1:
            yield piece[-1]


@cache
def _word() -> re.Pattern[str]:
    """Letters and digits with the marks that belong to them, which are no letters to Python, as Hindi's vowels."""
    marks = "".join(
        re.escape(chr(code)) for code in range(0x300, 0x3100) if unicodedata.category(chr(code)).startswith("M")
    )
    return re.compile(rf"(?:[^\W_]|[{sys.intern(marks)}])+")
