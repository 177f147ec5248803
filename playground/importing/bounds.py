"""Bounds of imports. Past a bound an import is refused before it costs time or memory."""

import json
from dataclasses import dataclass
from typing import Any

from playground.importing.imported import UnreadableError
from playground.text.cleaning import line

MOST_NOTES = 40
MOST_PIECES = 300_000
"""Words, quotes and blanks of a command; a body of some megabytes has as many where every character is escaped."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most characters of a text, and of YAML, which is slow to read, and the most messages of a conversation."""

    characters: int = 20_000_000
    yaml_characters: int = 1_000_000
    messages: int = 2_000

    @classmethod
    def of(cls, megabytes: int) -> "Bounds":
        """Texts of so many million characters, YAML of a twentieth of that."""
        return cls(megabytes * 1_000_000, megabytes * 50_000)


def check_length(text: str, most: int) -> None:
    """Raises UnreadableError for a text of more characters than that."""
    if len(text) > most:
        raise UnreadableError(
            f"It is longer than {most:,} characters. Import a part of it, or set PLAYGROUND_IMPORT_MB higher."
        )


def check_pieces(count: int) -> None:
    """Raises UnreadableError for a command of more than MOST_PIECES pieces, which would take long to split."""
    if count > MOST_PIECES:
        raise UnreadableError("There is too much in it for a command: paste the JSON of its body alone.")


def in_short(value: Any, most: int = 60) -> str:
    """A value shortened to be quoted in a note."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= most else f"{text[:most]}…"


def limited(notes: list[str]) -> list[str]:
    """The notes without duplicates, at most MOST_NOTES and one about the rest."""
    once = list(dict.fromkeys(map(line, notes)))
    return once if len(once) <= MOST_NOTES else [*once[:MOST_NOTES], f"And {len(once) - MOST_NOTES:,} more such notes."]
