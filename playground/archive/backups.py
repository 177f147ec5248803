"""A copy of the whole database on request, and putting one back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from playground.archive.disk import BACKUPS
from playground.archive.errors import DataFileError
from playground.store import Stores, open_stores
from playground.store.database.database import sqlite_path
from playground.store.database.errors import database_name, reason
from playground.store.upkeep.backup import copy_database, damage, stamp
from playground.system.environment import least_environment
from playground.system.private_files import open_private, private_folder


def default_copy(data_dir: Path, url: str) -> Path:
    """Where a copy goes of which nobody said where."""
    ending = "db" if _is_sqlite(make_url(url)) else "dump"
    return data_dir / BACKUPS / f"playground-{stamp()}.{ending}"


def own_copies(stores: Stores, data_dir: Path) -> tuple[Path, ...]:
    """The copies of the database that the app made: before updates, and by `backup` where nobody said where to.

    Copies that somebody moved or made elsewhere are not known.
    """
    asked_for = [copy for ending in ("db", "dump") for copy in (data_dir / BACKUPS).glob(f"playground-*.{ending}")]
    return (*stores.backups(), *sorted(asked_for))


def delete_own_copies(stores: Stores, data_dir: Path) -> None:
    """Delete `own_copies`. Raises DataFileError where one cannot be."""
    for copy in own_copies(stores, data_dir):
        try:
            copy.unlink(missing_ok=True)
        except OSError as error:
            raise DataFileError(f"The copy {copy} cannot be deleted: {error.strerror}. Delete it by hand.") from None


def back_up_database(url: str, copy: Path) -> None:
    """Copy a database to a file that is not there yet, also while the app writes, and check the copy.

    A PostgreSQL database is written by pg_dump, where that is installed. Raises DataFileError, and leaves no file then.
    """
    parsed = make_url(url)
    if copy.exists():
        raise DataFileError(f"There is a file {copy} already. Name another one, or move it away.")
    try:
        private_folder(copy.parent)
    except OSError as error:
        raise DataFileError(f"The folder {copy.parent} cannot be made: {error.strerror}.") from None
    if _is_sqlite(parsed):
        _copy_sqlite(parsed, copy)
    else:
        _dump(parsed, copy)


def restore_database(url: str, copy: Path) -> None:
    """Make the database out of a copy, where there is none yet, and bring it up to date.

    Raises DataFileError, and StoreError where the copy is of a newer version; there is no database then, as before.
    """
    parsed = make_url(url)
    if not _is_sqlite(parsed):
        raise DataFileError(f"{database_name(parsed)} is on a server. Restore it with: {_PG_RESTORE} {copy}")
    file = sqlite_path(parsed)
    for there in (file, file.with_name(f"{file.name}-wal")):
        if there.exists():
            raise DataFileError(
                f"There is a database already: {there}. Move it away, or set PLAYGROUND_DATA_DIR to an empty folder."
            )
    _require_copy(copy)
    try:
        private_folder(file.parent)
        copy_database(copy, file)
    except (sqlite3.Error, OSError) as error:
        what, hint = reason(error, parsed)
        raise DataFileError(f"The database {file} {what}. {hint}") from None
    try:
        open_stores(url).close()
    except BaseException:
        for made in file.parent.glob(f"{file.name}*"):
            if made.is_file():
                made.unlink()
        raise


def _copy_sqlite(url: URL, copy: Path) -> None:
    file = sqlite_path(url)
    if not file.exists():
        raise DataFileError(f"There is no database {file} yet. PLAYGROUND_DATA_DIR says in which folder it is.")
    try:
        copy_database(file, copy)
        wrong = damage(copy)
    except (sqlite3.Error, OSError) as error:
        what, hint = reason(error, url)
        raise DataFileError(f"The database {file} was not copied to {copy}: it {what}. {hint}") from None
    if wrong:
        copy.unlink()
        raise DataFileError(f"The database {file} is damaged, and was not copied: {wrong}. Restore an earlier copy.")


def _require_copy(copy: Path) -> None:
    """Refuse a file that is no whole database of ours."""
    if not copy.is_file():
        raise DataFileError(f"There is no file {copy}.")
    try:
        wrong = damage(copy)
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise DataFileError(f"{copy} is no copy of a playground's database: {error}.") from None
    if wrong:
        raise DataFileError(f"{copy} is damaged: {wrong}. Take another copy.")


_PG_DUMP = "pg_dump --format=custom"
_PG_RESTORE = "pg_restore --no-owner --dbname=URL"


def _dump(url: URL, copy: Path) -> None:
    """https://www.postgresql.org/docs/current/app-pgdump.html"""
    program = shutil.which("pg_dump")
    if program is None:
        raise DataFileError(
            f"{database_name(url)} is on a server, and pg_dump is not installed here. Where it is, run: "
            f"{_PG_DUMP} --file={copy} URL"
        )
    address, secret = _address_and_secret(url)
    with open(copy, "wb", opener=lambda path, flags: open_private(path, flags | os.O_EXCL)) as file:
        done = subprocess.run(
            [program, "--format=custom", "--no-password", f"--dbname={address}"],
            stdout=file,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env={**least_environment(prefixes=("PG",)), **secret},
            check=False,
        )
    if done.returncode:
        copy.unlink()
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise DataFileError(f"pg_dump did not copy {database_name(url)}: {said[-1] if said else 'it does not say why'}")


def _address_and_secret(url: URL) -> tuple[str, Mapping[str, str]]:
    """A URL to be given as an argument, which others on this machine can read, and an environment with its password.

    As with libpq, the one of the query wins. https://www.postgresql.org/docs/current/libpq-connect.html
    """
    query = dict(url.query)
    if "sslpassword" in query:
        raise DataFileError(
            "The URL holds sslpassword, which pg_dump takes as an argument only, for all on this machine to read. "
            f"Run it where that does no harm: {_PG_DUMP} URL"
        )
    written = query.pop("password", url.password)
    password = written[-1] if isinstance(written, tuple) else written
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)  # set() keeps it
    return bare.render_as_string(), {"PGPASSWORD": str(password)} if password else {}


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"
