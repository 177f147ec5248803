"""Compares two texts word by word."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from rapidfuzz.distance import Indel

from playground.money.figures import counted
from playground.text.cleaning import line

TextChange = Literal["same", "added", "removed"]

COMPARED_CHARS = 2_000
"""Characters of each text that `differing_words` compares."""
QUOTED_CHARS = 32

_FENCED = re.compile(r"\s*```(?:json)?[ \t]*\n(?P<inside>.*)\n[ \t]*```\s*", re.DOTALL | re.IGNORECASE)
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def difference(before: str, after: str) -> list[tuple[TextChange, str]]:
    """The pieces of both texts in order: those in both, in `before` only, in `after` only.

    "same" and "removed" pieces joined are `before`, "same" and "added" ones `after`. A removed piece comes before the
    one that replaces it; changes with only blanks between them are one. JSON is formatted first, so that spaces, the
    order of keys, and a fence around it do not count.
    """
    before, after = _laid_out(before, after)
    return list(_merged(_pieces(_WORDS.findall(before), _WORDS.findall(after))))


def differing_words(before: str, after: str) -> str:
    """The first change and the number of others, in a few words; empty where the texts do not differ."""
    pieces = difference(before[:COMPARED_CHARS], after[:COMPARED_CHARS])
    changes = _pairs(pieces)
    if not changes:
        if max(len(before), len(after)) <= COMPARED_CHARS or len(before) == len(after):
            return ""
        return "longer" if len(after) > len(before) else "shorter"
    removed, added = map(_quoted, changes[0])
    first = f"{removed} → {added}" if removed and added else f"with {added}" if added else f"without {removed}"
    more = len(changes) - 1
    return f"{first} and {counted(more, 'more change')}" if more else first


def _pairs(pieces: Iterable[tuple[TextChange, str]]) -> list[tuple[str, str]]:
    """Each change as the removed and the added text."""
    pairs: list[tuple[str, str]] = []
    follows = False
    for change, text in pieces:
        if change == "removed":
            pairs.append((text, ""))
        elif change == "added":
            pairs.append((pairs.pop()[0] if follows else "", text))
        follows = change == "removed"
    return [pair for pair in pairs if any(text.strip() for text in pair)]


def _quoted(text: str) -> str:
    quote = line(text, QUOTED_CHARS)
    return f"“{quote}”" if quote else ""


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[TextChange, str]]:
    for step in Indel.opcodes(old, new):
        source, target = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        if step.tag == "equal":
            yield "same", source
            continue
        if source:
            yield "removed", source
        if target:
            yield "added", target


def _merged(pieces: Iterable[tuple[TextChange, str]]) -> Iterator[tuple[TextChange, str]]:
    """The pieces, with replacements that have only blanks between them as one."""
    removed = added = blanks = ""
    for change, text in pieces:
        if change == "same" and removed and added and not blanks and text.isspace():
            blanks = text
        elif change == "same":
            yield from _changes(removed, added)
            yield "same", blanks + text
            removed = added = blanks = ""
        else:
            removed, added, blanks = removed + blanks, added + blanks, ""
            removed, added = (removed + text, added) if change == "removed" else (removed, added + text)
    yield from _changes(removed, added)
    if blanks:
        yield "same", blanks


def _changes(removed: str, added: str) -> Iterator[tuple[TextChange, str]]:
    if removed:
        yield "removed", removed
    if added:
        yield "added", added


def _laid_out(before: str, after: str) -> tuple[str, str]:
    try:
        values = json.loads(_unfenced(before)), json.loads(_unfenced(after))
        if all(isinstance(value, dict | list) for value in values):
            old, new = (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) for value in values)
            return old, new
    except (ValueError, RecursionError):
        pass
    return before, after


def _unfenced(text: str) -> str:
    """A text without a Markdown fence around it."""
    fenced = _FENCED.fullmatch(text)
    return fenced["inside"] if fenced else text
