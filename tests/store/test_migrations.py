"""Migrating: a copy first, all or nothing, and words for where the copy is."""

import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection

from playground.store import Migration, StoreError, open_store, sqlite_url
from playground.store.database.database import connect
from playground.store.database.schema import VERSION
from playground.store.upkeep import migrate
from playground.store.upkeep.backup import BACKUPS_KEPT, back_up, backups
from playground.store.upkeep.migrate import alembic_config, schema_version
from tests.store.disks import small_disk

OLD = "0005"


def make_old(url: str) -> None:
    """A database as an older version left it, with words in it."""
    engine = connect(url, 5)
    if url.startswith("sqlite"):
        Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), OLD)
        connection.exec_driver_sql(
            "INSERT INTO conversations (id, title, renamed, model, system_prompt, parameters, options, created_at,"
            " updated_at) VALUES ('c', 'Kept words', true, 'm', '', '{}', '{}', '2026-01-01 00:00:00',"
            " '2026-01-01 00:00:00')"
        )
    engine.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "data" / "playground.db"
    make_old(sqlite_url(made.parent))
    return made


def read(file: Path) -> tuple[str, str]:
    """The schema of a file and the title in it."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        ((schema,),) = opened.execute("SELECT version_num FROM alembic_version")
        ((title,),) = opened.execute("SELECT title FROM conversations")
    return schema, title


def test_a_copy_is_made_before_and_said_where(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_store(sqlite_url(file.parent)) as store:
        (copy,) = backups(file)
        assert store.migration == Migration(OLD, VERSION, copy)
        assert [found.title for found in store.conversations()] == ["Kept words"]
    assert copy.name.startswith(f"playground.db.before-{VERSION}-")
    assert read(copy) == (OLD, "Kept words")
    assert read(file) == (VERSION, "Kept words")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert str(copy) in caplog.text
    assert {path.name for path in file.parent.glob("*.before-*")} == {copy.name}

    with open_store(sqlite_url(file.parent)) as store:
        assert store.migration is None
    assert backups(file) == (copy,)


def test_a_copy_can_be_put_back(file: Path) -> None:
    open_store(sqlite_url(file.parent)).close()
    (copy,) = backups(file)
    copy.replace(file)
    with open_store(sqlite_url(file.parent)) as store:
        assert store.conversations()[0].title == "Kept words"


def test_nothing_is_copied_where_the_database_is_new(tmp_path: Path) -> None:
    with open_store(sqlite_url(tmp_path)) as store:
        assert store.migration is None
    assert backups(tmp_path / "playground.db") == ()


def test_a_migration_that_fails_changes_nothing_and_names_the_copy(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM conversations")
        connection.exec_driver_sql("ALTER TABLE conversations ADD COLUMN half_done TEXT")
        connection.exec_driver_sql("UPDATE nowhere SET x = 1")

    monkeypatch.setattr(migrate, "_upgrade", upgrade)
    with pytest.raises(StoreError, match=f"could not be updated from schema {OLD} to {VERSION}") as raised:
        open_store(sqlite_url(file.parent))
    (copy,) = backups(file)
    assert str(copy) in raised.value.hint
    assert "It is as it was" in raised.value.hint
    assert read(file) == read(copy) == (OLD, "Kept words")
    with closing(sqlite3.connect(file)) as opened:
        columns = opened.execute("SELECT name FROM pragma_table_info('conversations')").fetchall()
        assert ("half_done",) not in columns
    assert "no such table" in caplog.text

    monkeypatch.undo()
    with open_store(sqlite_url(file.parent)) as store:
        assert store.conversations()[0].title == "Kept words"


def test_without_space_for_a_copy_nothing_is_touched() -> None:
    with small_disk(1_500_000) as disk:
        file = disk / "playground.db"
        make_old(sqlite_url(disk))
        with closing(sqlite3.connect(file, isolation_level=None)) as opened:
            opened.execute("CREATE TABLE ballast AS SELECT zeroblob(600000) AS x")
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with pytest.raises(StoreError, match=r"cannot be copied before that: the copy .* the disk is full") as raised:
            open_store(sqlite_url(disk))
        assert "Nothing was changed" in raised.value.hint
        assert read(file) == (OLD, "Kept words")
        assert not list(disk.glob("*.before-*"))


def test_only_the_newest_copies_are_kept(file: Path) -> None:
    for number in range(BACKUPS_KEPT + 2):
        older = file.with_name(f"{file.name}.before-000{number}-20200101T000000Z")
        older.write_bytes(b"")
        os.utime(older, (number, number))
    open_store(sqlite_url(file.parent)).close()
    kept = backups(file)
    assert len(kept) == BACKUPS_KEPT
    assert read(kept[0]) == (OLD, "Kept words")
    assert kept[1].name.startswith(f"{file.name}.before-000{BACKUPS_KEPT + 1}-")


def test_words_that_were_deleted_do_not_live_on_in_copies(file: Path) -> None:
    with open_store(sqlite_url(file.parent)) as store:
        store.purge(datetime.now(UTC) - timedelta(days=30))
        assert len(backups(file)) == 1
        store.purge(datetime.now(UTC) + timedelta(days=1))
        assert backups(file) == ()


def test_processes_that_migrate_at_once_make_one_copy(file: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(open_store, [sqlite_url(file.parent)] * 6))
    assert [store.migration for store in stores if store.migration is not None] == [
        Migration(OLD, VERSION, backups(file)[0])
    ]
    for store in stores:
        store.close()


def test_a_copy_holds_what_is_only_in_the_log_yet(tmp_path: Path) -> None:
    file = tmp_path / "it.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE words (word)")
        writer.execute("INSERT INTO words VALUES ('only in the log')")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO words VALUES ('not committed')")
        copy = back_up(file, "next")
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT * FROM words").fetchall() == [("only in the log",)]


@contextmanager
def _engine_of(url: str) -> Iterator[Connection]:
    engine = connect(url, 5)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_migrates_all_or_nothing_and_has_its_own_copies(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_old(url)

    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("ALTER TABLE conversations ADD COLUMN half_done TEXT")
        connection.exec_driver_sql("UPDATE nowhere SET x = 1")

    whole = migrate._upgrade
    monkeypatch.setattr(migrate, "_upgrade", upgrade)
    with pytest.raises(StoreError, match="could not be updated") as raised:
        open_store(url)
    monkeypatch.setattr(migrate, "_upgrade", whole)
    assert "It is as it was" in raised.value.hint
    with _engine_of(url) as connection:
        assert schema_version(connection) == OLD

    caplog.set_level(logging.WARNING)
    with open_store(url) as store:
        assert store.migration == Migration(OLD, VERSION, None)
        assert store.conversations()[0].title == "Kept words"
    assert "pg_dump" in caplog.text
