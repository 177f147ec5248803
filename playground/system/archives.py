"""Unpacks uploaded zips within bounds, for a small one may expand to gigabytes."""

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
"""Files in an archive, of which the whole list is read first."""


class ArchiveError(ValueError):
    """The reason why an archive was not unpacked, as text after its name."""


def is_archive(data: bytes) -> bool:
    """Whether data begins like a zip."""
    return data.startswith(b"PK")


def unpacked(
    data: bytes, is_wanted: Callable[[str], bool], *, most: int, largest: int, total: int
) -> list[tuple[str, bytes]]:
    """The names and contents of the files whose names pass `is_wanted`, in order.

    At most `most` files and `total` bytes; of a longer file `largest` + 1 bytes, for the caller to refuse. Raises
    ArchiveError.
    """
    entries: list[tuple[str, bytes]] = []
    total_size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_ENTRIES:
                raise ArchiveError(f"{len(listed):,} files; at most {MOST_ENTRIES:,}")
            infos = [info for info in listed if is_wanted(info.filename)]
            if len(infos) > most:
                raise ArchiveError(f"{len(infos):,} files; at most {most:,}")
            for info in infos:
                with archive.open(info) as file:
                    entries.append((info.filename, file.read(largest + 1)))
                total_size += len(entries[-1][1])
                if total_size > total:
                    raise ArchiveError(f"larger than {total // 1_000_000} MB when unpacked")
    except ArchiveError:
        raise
    except _DAMAGED as error:
        raise ArchiveError(f"this zip cannot be read: {str(error) or type(error).__name__}") from None
    return entries
