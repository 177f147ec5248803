"""Files that a definition names beside itself: inside its folder alone, and bounded."""

from dataclasses import dataclass
from pathlib import Path

from playground.importing.imported import UnreadableError
from playground.text.cleaning import line

LARGEST_BESIDE = 200_000_000
"""Bytes of one file."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a definition's file: nothing outside of it is read, whatever a link or `..` says."""

    path: Path

    def read(self, name: str) -> bytes:
        """What a file holds. Raises UnreadableError where it lies elsewhere, is none, or is too large."""
        shown = line(name, 100)
        try:
            root = self.path.resolve(strict=True)
            found = (root / name).resolve(strict=True)
            if not found.is_relative_to(root):
                raise UnreadableError(f"{shown} lies outside of the folder of the file that names it.")
            if not found.is_file():
                raise UnreadableError(f"{shown} is no file.")
            with found.open("rb") as file:
                data = file.read(LARGEST_BESIDE + 1)
        except FileNotFoundError:
            raise UnreadableError(f"There is no file {shown} beside the one that names it.") from None
        except (OSError, ValueError) as error:
            raise UnreadableError(f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
        if len(data) > LARGEST_BESIDE:
            raise UnreadableError(f"{shown} is larger than {LARGEST_BESIDE:,} bytes.")
        return data

    def text(self, name: str) -> str:
        """What a text file holds. Raises UnreadableError as `read` does, and where it is no UTF-8."""
        return decoded(self.read(name), name)


def decoded(data: bytes, name: str = "It") -> str:
    """The text of UTF-8, or of UTF-16 with its mark. Raises UnreadableError."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableError(f"{line(name, 100)} is no text in UTF-8.") from None
