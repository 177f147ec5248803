"""Bounds and checks the ids that a server lists."""

from collections.abc import Sequence

from playground.text.cleaning import LONGEST_ID, sendable

MOST_LISTED = 5_000
"""Of one server; PLAYGROUND_LISTED_MODELS changes it."""


def offerable(ids: Sequence[str], most: int = MOST_LISTED) -> tuple[tuple[str, ...], str]:
    """The ids that can be offered, without duplicates, and a note about those that are left out, or ""."""
    good = tuple(dict.fromkeys(id_ for id_ in ids if sendable(id_)))
    left_out = len(ids) - sum(map(sendable, ids))
    notes = []
    if left_out:
        count = "One id" if left_out == 1 else f"{left_out:,} ids"
        notes.append(
            f"{count} of the list left out: no model can be asked by an id with control characters, with half "
            f"characters, or longer than {LONGEST_ID} characters."
        )
    if len(good) > most:
        notes.append(
            f"The server lists {len(good):,} models; the first {most:,} are offered. Name others by hand, or set "
            "PLAYGROUND_LISTED_MODELS."
        )
    return good[:most], " ".join(notes)
