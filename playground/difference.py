"""Word by word, how one text differs from another."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from rapidfuzz.distance import Indel

Change = Literal["same", "added", "removed"]

_FENCED = re.compile(r"\s*```(?:json)?[ \t]*\n(?P<inside>.*)\n[ \t]*```\s*", re.DOTALL | re.IGNORECASE)
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def difference(before: str, after: str) -> list[tuple[Change, str]]:
    """The pieces of both texts in order: what they share, what `before` alone has, what `after` alone has.

    "same" and "removed" pieces joined are `before`, "same" and "added" ones `after`; what is removed comes before what
    takes its place, and blanks alone are no ground in common. JSON is compared by value: both texts are laid out in
    one way first, so that spaces, the order of keys, and a fence around it do not count.
    """
    before, after = _laid_out(before, after)
    return list(_merged(_pieces(_WORDS.findall(before), _WORDS.findall(after))))


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[Change, str]]:
    for step in Indel.opcodes(old, new):
        source, target = "".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])
        if step.tag == "equal":
            yield "same", source
            continue
        if source:
            yield "removed", source
        if target:
            yield "added", target


def _merged(pieces: Iterable[tuple[Change, str]]) -> Iterator[tuple[Change, str]]:
    """Replacements with nothing but blanks between them as one."""
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


def _changes(removed: str, added: str) -> Iterator[tuple[Change, str]]:
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
    """A text without the fence that models like to put around JSON."""
    fenced = _FENCED.fullmatch(text)
    return fenced["inside"] if fenced else text
