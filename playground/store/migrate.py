"""Bring a database to the schema of this version, safely when several processes start at once."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from playground.private_files import close_to_others, private_file, private_folder
from playground.store.database import sqlite_path, use_wal
from playground.store.errors import StoreError, place, translated
from playground.store.schema import VERSION

if TYPE_CHECKING:
    from alembic.config import Config

_ALEMBIC = threading.Lock()
"""Alembic keeps its context in globals."""

_MIGRATION_KEY = 0x506C6179
"""The advisory lock of whoever migrates, on PostgreSQL."""


def bring_up_to_date(engine: Engine, patience_s: float = 5) -> None:
    """Create or migrate the tables where they are not those of VERSION; waits for another process that is at it.

    Raises StoreError, also for a database made by a newer version, and leaves the database as it was then.
    """
    with translated(engine.url):
        if engine.dialect.name == "sqlite":
            _keep_to_ourselves(sqlite_path(engine.url))
        with engine.connect() as connection:
            _refuse_other_encodings(connection)
            if version(connection) == VERSION:
                return
        if engine.dialect.name == "sqlite":
            use_wal(engine, patience_s)
        with _ALEMBIC, engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_KEY})")
            if version(connection) != VERSION:
                _upgrade(connection)


def _keep_to_ourselves(path: Path) -> None:
    """Make an SQLite file for its owner alone; SQLite gives its companions the rights of the file itself."""
    private_folder(path.parent)
    private_file(path)
    for companion in ("-wal", "-shm", "-journal", "-owners"):
        close_to_others(path.with_name(f"{path.name}{companion}"))


def version(connection: Connection) -> str | None:
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
    from alembic.util.exc import CommandError

    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise StoreError(
            f"The database {place(connection.engine.url)} has an unknown schema, {version(connection)!r}.",
            "It was made by a newer version of the playground: update, or use another database.",
        ) from error


def _refuse_other_encodings(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise StoreError(
            f"The database {place(connection.engine.url)} is encoded in {encoding} and cannot hold every text.",
            "Create one with ENCODING 'UTF8'.",
        )
