"""Whether a file is a shared page as it was made."""

from pathlib import Path
from typing import NamedTuple

from playground.sharing.digest import digest_in, is_whole

LARGEST_CHECKED = 200_000_000
"""Bytes."""


class Checked(NamedTuple):
    """What was found: a program's exit code, and a sentence."""

    exit_code: int
    sentence: str


def check_page(file: Path) -> Checked:
    """0 for a page that is whole, 1 for one that was changed, 2 for what is no such page or cannot be read."""
    try:
        if file.stat().st_size > LARGEST_CHECKED:
            return Checked(2, f"{file} is larger than any page that is shared.")
        page = file.read_bytes()
    except OSError as error:
        return Checked(2, f"{file} cannot be read: {error.strerror or error}.")
    digest = digest_in(page)
    if digest is None:
        return Checked(2, f"{file} is no page that was shared from a playground: it names no SHA-256 of its content.")
    if not is_whole(page):
        return Checked(1, f"{file} was changed since it was made: its content is not what its SHA-256 says.")
    return Checked(0, f"{file} is as it was made: SHA-256 {digest}.")
