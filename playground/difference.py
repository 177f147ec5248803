"""Word by word, how one text differs from another."""

import json
import re
from collections.abc import Iterator
from typing import Literal

from rapidfuzz.distance import Indel

Change = Literal["same", "added", "removed"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def difference(before: str, after: str) -> list[tuple[Change, str]]:
    """The pieces of both texts in order: what they share, what `after` adds, what it removes; joined, they are whole.

    JSON is compared by value, laid out in one way, so that spaces and the order of keys do not count.
    """
    before, after = _laid_out(before, after)
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    return list(_merged(_pieces(old, new)))


def _pieces(old: list[str], new: list[str]) -> Iterator[tuple[Change, str]]:
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            yield "same", "".join(old[step.src_start : step.src_end])
            continue
        if step.src_end > step.src_start:
            yield "removed", "".join(old[step.src_start : step.src_end])
        if step.dest_end > step.dest_start:
            yield "added", "".join(new[step.dest_start : step.dest_end])


def _merged(pieces: Iterator[tuple[Change, str]]) -> Iterator[tuple[Change, str]]:
    """Neighbours of one kind as one piece, and what was removed before what was put in its place."""
    last: tuple[Change, str] | None = None
    for change, text in pieces:
        if last is not None and last[0] == change:
            last = (change, last[1] + text)
            continue
        if last is not None and (last[0], change) == ("added", "removed"):
            yield change, text
            continue
        if last is not None:
            yield last
        last = (change, text)
    if last is not None:
        yield last


def _laid_out(before: str, after: str) -> tuple[str, str]:
    try:
        values = json.loads(before), json.loads(after)
    except ValueError:
        return before, after
    if not all(isinstance(value, dict | list) for value in values):
        return before, after
    old, new = (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) for value in values)
    return old, new
