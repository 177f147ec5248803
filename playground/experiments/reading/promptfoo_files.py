"""Files that a configuration of promptfoo names."""

from playground.experiments.reading.folder import Folder, decoded
from playground.text.cleaning import line

FILE_URL = "file://"
"""What a name of a file begins with."""


class FilesBeside:
    """The files beside a configuration; why one is not read is added to `notes`."""

    def __init__(self, folder: Folder | None, notes: list[str]) -> None:
        self._folder, self._notes = folder, notes

    def read(self, name: str) -> bytes | None:
        """What a file holds; None without a folder. Raises UnreadableError."""
        name = name.removeprefix(FILE_URL)
        if self._folder is None:
            self._notes.append(f"{line(name, 80)} is a file beside it, which is not read here.")
            return None
        return self._folder.read(name)

    def text(self, name: str) -> str | None:
        """What a text file holds; None without a folder. Raises UnreadableError."""
        data = self.read(name)
        return None if data is None else decoded(data, name)
