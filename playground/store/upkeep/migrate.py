"""Bring a database to the schema of this version, safely when several processes start at once, with a copy before."""

import logging
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from playground.store.database.database import sqlite_path, use_wal
from playground.store.database.errors import StoreError, database_name, reason, store_errors
from playground.store.database.schema import VERSION
from playground.store.upkeep.backup import back_up, remove_old
from playground.system.private_files import close_to_others, private_file, private_folder

if TYPE_CHECKING:
    from alembic.config import Config

_ALEMBIC = threading.Lock()
"""Alembic keeps its context in globals."""

_MIGRATION_KEY = 0x506C6179
"""The advisory lock of whoever migrates, on PostgreSQL."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Migration:
    """A database went from one schema to another; `backup` is a copy from before, None on a server that has its own."""

    before: str
    after: str
    backup: Path | None


def bring_up_to_date(engine: Engine, patience_s: float = 5) -> Migration | None:
    """Create or migrate the tables where they are not those of VERSION; waits for another process that is at it.

    Returns what was changed, None where nothing had to be or the tables are new. An SQLite file is copied first.
    Raises StoreError, also for a database made by a newer version, and leaves the database as it was then.
    """
    with store_errors(engine.url):
        if engine.dialect.name == "sqlite":
            _keep_to_ourselves(sqlite_path(engine.url))
        with engine.connect() as connection:
            _refuse_other_encodings(connection)
            if schema_version(connection) == VERSION:
                return None
        if engine.dialect.name == "sqlite":
            use_wal(engine, patience_s)
        with _ALEMBIC, engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # another process may be at it for long
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_KEY})")
            before = schema_version(connection)
            if before == VERSION:
                return None
            if before is None:
                _upgrade(connection)
                return None
            _refuse_unknown(connection, before)
            migration = Migration(before, VERSION, _copied(engine))
            _migrate(connection, migration)
        log.warning(
            "the database %s was updated from schema %s to %s; %s",
            *(database_name(engine.url), migration.before, migration.after),
            f"as it was before: {migration.backup}" if migration.backup else "copies of it are made with pg_dump",
        )
        if migration.backup is not None:
            remove_old(sqlite_path(engine.url))
        return migration


def _keep_to_ourselves(path: Path) -> None:
    """Make an SQLite file for its owner alone; SQLite gives its companions the rights of the file itself."""
    private_folder(path.parent)
    private_file(path)
    for companion in ("-wal", "-shm", "-journal", "-claims"):
        close_to_others(path.with_name(f"{path.name}{companion}"))


def schema_version(connection: Connection) -> str | None:
    """The version of the schema that a database has; None where it has none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def alembic_config(connection: Connection) -> "Config":
    """Alembic's configuration for the migrations in this package, without a file."""
    from alembic.config import Config  # costs 100 ms, and is needed only when there is something to migrate

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


def _refuse_unknown(connection: Connection, before: str) -> None:
    from alembic.script import ScriptDirectory

    known = ScriptDirectory.from_config(alembic_config(connection)).walk_revisions()
    if before not in {script.revision for script in known}:
        raise StoreError(
            f"The database {database_name(connection.engine.url)} has an unknown schema, {before!r}.",
            "It was made by a newer version of the playground: update, or use another database.",
        )


def _copied(engine: Engine) -> Path | None:
    """A copy of an SQLite file; to be made while nobody else can write to it."""
    if engine.dialect.name != "sqlite":
        return None
    try:
        return back_up(sqlite_path(engine.url), VERSION)
    except (sqlite3.Error, OSError) as error:
        what, hint = reason(error, engine.url)
        raise StoreError(
            f"The database {database_name(engine.url)} must be updated, and cannot be copied before that: "
            f"the copy {what}.",
            f"{hint} Nothing was changed.",
        ) from error


def _migrate(connection: Connection, migration: Migration) -> None:
    """Migrate, inside the caller's transaction. Raises StoreError where that fails, after which nothing has changed."""
    try:
        _upgrade(connection)
    except Exception as error:
        log.exception("the database could not be updated to schema %s", migration.after)
        url = connection.engine.url
        cause = reason(error.orig, url)[0] if isinstance(error, DBAPIError) else f"failed ({type(error).__name__})"
        copy = f" A copy of it is {migration.backup}." if migration.backup else ""
        raise StoreError(
            f"The database {database_name(url)} could not be updated "
            f"from schema {migration.before} to {migration.after}: it {cause}.",
            f"It is as it was: an older version of the playground can use it.{copy} The log has the details.",
        ) from error


def _refuse_other_encodings(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise StoreError(
            f"The database {database_name(connection.engine.url)} is encoded in {encoding} and cannot hold every text.",
            "Create one with ENCODING 'UTF8'.",
        )
