"""What the command line does with the data: carried out, and said in a sentence."""

import sys
from argparse import Namespace
from collections.abc import Callable

from playground.archive.backups import back_up_database, default_copy, restore_database
from playground.archive.errors import DataFileError
from playground.archive.reading import read_export, taken_in_words
from playground.archive.writing import ArchiveProgress, write_export
from playground.connections import settings
from playground.owner import DEFAULT_OWNER, Owner
from playground.store import StoreError, open_stores


def carried_out(command: Callable[[Namespace], str], chosen: Namespace) -> int:
    """Do a command and print what it says, or why it failed; returns the process's exit code, 0 or 1."""
    try:
        settings.open_data_dir()
        print(command(chosen))
    except (DataFileError, settings.SettingError) as error:
        print(error, file=sys.stderr)
        return 1
    except StoreError as error:
        print(f"{error.message} {error.hint}", file=sys.stderr)
        return 1
    return 0


def backup_command(chosen: Namespace) -> str:
    """Copy the database."""
    url = settings.database_url()
    copy = chosen.file or default_copy(settings.data_dir(), url)
    back_up_database(url, copy)
    return f"The database was copied to {copy} ({copy.stat().st_size / 1e6:.1f} MB)."


def restore_command(chosen: Namespace) -> str:
    """Make the database out of a copy."""
    restore_database(settings.database_url(), chosen.file)
    return f"The database is that of {chosen.file} again. Keys of connections are not in a copy: enter them anew."


def export_command(chosen: Namespace) -> str:
    """Write everything of an owner to a zip."""
    with open_stores(settings.database_url()) as stores:
        write_export(stores.of(_owner(chosen)), chosen.file, _tell("Exporting"))
    return f"Everything was exported to {chosen.file} ({chosen.file.stat().st_size / 1e6:.1f} MB). Keys are not in it."


def import_command(chosen: Namespace) -> str:
    """Take in such a zip."""
    if not chosen.file.is_file():
        raise DataFileError(f"There is no file {chosen.file}.")
    with open_stores(settings.database_url()) as stores:
        taken = read_export(stores.of(_owner(chosen)), chosen.file, _tell("Importing"))
    return "\n".join(taken_in_words(taken)) or "There was nothing in it."


def _owner(chosen: Namespace) -> Owner:
    return DEFAULT_OWNER if chosen.owner is None else Owner(chosen.owner)


def _tell(doing: str) -> ArchiveProgress:
    """Tell how far something is, where somebody looks at a terminal."""

    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else "\r"
            print(f"{doing}: {done / max(total, 1):.0%}", end=end, file=sys.stderr, flush=True)

    return tell
