"""How well texts that all fit a query fit it."""

from collections import Counter
from collections.abc import Sequence

from playground.text.search_terms import Term, terms_of

_K, _B = 1.2, 0.75
"""The usual constants of BM25."""


def relevance(texts: Sequence[str], query: Sequence[Term]) -> list[float]:
    """A score for each text, the higher the better: often what is asked for, in few other words.

    It is BM25 in which all terms weigh the same, as each of the texts has each of them. A term counts once where a text
    was cut off before it.
    """
    words = [terms_of(text) for text in texts]
    average = sum(map(len, words)) / max(len(words), 1) or 1.0
    wanted = [term for term in query if not term.excluded]
    return [_score(text, Counter(text), wanted, average) for text in words]


def _score(words: Sequence[str], counts: Counter[str], query: Sequence[Term], average: float) -> float:
    long = _K * (1 - _B + _B * len(words) / average)
    often = (max(_count(words, counts, term), 1) for term in query)
    return sum(count * (_K + 1) / (count + long) for count in often)


def _count(words: Sequence[str], counts: Counter[str], term: Term) -> int:
    *row, last = term.words
    if not row and not term.beginning:
        return counts[last]
    ends = [word for word in counts if word.startswith(last)] if term.beginning else [last]
    if not row:
        return sum(counts[word] for word in ends)
    known = frozenset(ends)
    return sum(words[at] in known and list(words[at - len(row) : at]) == row for at in range(len(row), len(words)))
