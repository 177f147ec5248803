"""Reads the text of an uploaded file, which may be a zip of an export."""

from playground.importing.bounds import Bounds
from playground.importing.imported import UnreadableError
from playground.system.archives import ArchiveError, is_archive, unpacked

_WANTED = ("conversations.json", "chats.json")
MOST_IMPORTED_FILES = 20


def read_file(data: bytes, bounds: Bounds | None = None) -> str:
    """The text of a file; of a zip that of conversations.json, or of its only JSON file.

    Raises UnreadableError.
    """
    bounds = bounds or Bounds()
    if is_archive(data):
        data = _conversations(data, bounds)
    if len(data) > 4 * bounds.characters:
        raise UnreadableError(f"It is larger than {4 * bounds.characters // 1_000_000} MB.")
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("It is no text in UTF-8.") from None


def _conversations(data: bytes, bounds: Bounds) -> bytes:
    def within(name: str) -> bool:
        parts = name.split("/")
        return parts[-1].lower().endswith((".json", ".jsonl")) and not parts[0].startswith(("__MACOSX", "."))

    def named(name: str) -> bool:
        return within(name) and name.rpartition("/")[2].lower() in _WANTED

    largest = 4 * bounds.characters
    try:
        found = unpacked(data, named, most=MOST_IMPORTED_FILES, largest=largest, total=largest) or unpacked(
            data, within, most=MOST_IMPORTED_FILES, largest=largest, total=largest
        )
    except ArchiveError as error:
        raise UnreadableError(f"The archive was not unpacked: {error}.") from None
    if not found:
        raise UnreadableError("The archive holds no conversations.json and no other JSON.")
    if len(found) > 1:
        names = ", ".join(name for name, _ in found[:5])
        raise UnreadableError(f"The archive holds several JSON files ({names}): unpack it and import one.")
    return found[0][1]
