"""Zips that people upload, unpacked within bounds: a small one may say that it holds gigabytes."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, RuntimeError, ValueError),
)
MOST_ENTRIES = 20_000
"""Files in an archive, wanted or not: its list of contents is read before anything else."""


class ArchiveError(ValueError):
    """Why an archive was not unpacked, in words that may follow its name."""


def is_archive(data: bytes) -> bool:
    """Whether this begins as a zip does."""
    return data.startswith(b"PK")


def unpacked(
    data: bytes, wanted: Callable[[str], bool], *, most: int, largest: int, total: int
) -> list[tuple[str, bytes]]:
    """The names and contents of the files that are wanted, in their order.

    At most `most` files and `total` bytes; of a file longer than `largest` bytes one byte more than that, for the
    caller to refuse. Raises ArchiveError.
    """
    entries: list[tuple[str, bytes]] = []
    held = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_ENTRIES:
                raise ArchiveError(f"{len(listed):,} files; at most {MOST_ENTRIES:,}")
            infos = [info for info in listed if wanted(info.filename)]
            if len(infos) > most:
                raise ArchiveError(f"{len(infos):,} files; at most {most:,}")
            for info in infos:
                with archive.open(info) as file:
                    entries.append((info.filename, file.read(largest + 1)))
                held += len(entries[-1][1])
                if held > total:
                    raise ArchiveError(f"larger than {total // 1_000_000} MB when unpacked")
    except ArchiveError:
        raise
    except _DAMAGED as error:
        raise ArchiveError(f"this zip cannot be read: {str(error) or type(error).__name__}") from None
    return entries
