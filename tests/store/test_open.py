"""Opening: new, old, newer, damaged, full, locked and read-only databases, and several processes at once."""

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event

from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import Store, StoreError, Stores, open_stores, sqlite_url
from playground.store.database.schema import VERSION, metadata
from playground.store.upkeep.migrate import alembic_config, schema_version
from tests.store.chats import kept_chats

ROOT = Path(__file__).parents[2]


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", code, *arguments]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)


def _is_no_index_of_words(name: str | None, kind: str, _: object) -> bool:
    """It is another one on each engine, and no table of ours: playground/store/words.py."""
    return kind != "table" or name is None or not name.startswith("document_words")


def test_the_migrations_make_what_the_code_expects(stores: Stores) -> None:
    with stores.engine.begin() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": _is_no_index_of_words}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == VERSION
        assert schema_version(connection) == VERSION


def test_opening_again_finds_what_was_there(bare_url: str) -> None:
    with open_stores(bare_url) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation(model="m")
    with open_stores(bare_url) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert store.conversation(chat.id) == chat


def test_opening_a_current_database_does_not_load_alembic(url: str) -> None:
    open_stores(url).close()
    code = (
        "import sys; from playground.store import open_stores; "
        "open_stores(sys.argv[1]); print('alembic' in sys.modules)"
    )
    with python(code, url) as process:
        assert process.communicate()[0] == "False\n"


def test_processes_that_open_a_new_database_at_once_all_succeed(bare_url: str) -> None:
    code = """
import sys
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores
from tests.store.chats import kept_chats
print("ready", flush=True)
sys.stdin.read()
with open_stores(sys.argv[1]) as stores:
    store = stores.of(DEFAULT_OWNER)
    store.create_conversation()
    print("opened", flush=True)
"""
    gate, lift = os.pipe()
    command = [sys.executable, "-c", code, bare_url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(command, env=environment, stdin=gate, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(4)
        ]
        os.close(gate)
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        os.close(lift)
        assert [process.communicate()[0] for process in processes] == ["opened\n"] * 4
    with open_stores(bare_url) as stores:
        store = stores.of(DEFAULT_OWNER)
        assert len(kept_chats(store)) == 4


def test_threads_that_open_a_new_database_at_once_all_succeed(bare_url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(open_stores, [bare_url] * 8))
    chat = opened[0].of(DEFAULT_OWNER).create_conversation()
    assert all(stores.of(DEFAULT_OWNER).conversation(chat.id) == chat for stores in opened)
    for stores in opened:
        stores.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(url: str) -> None:
    with open_stores(url) as stores, stores.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="unknown schema, '9999'") as raised:
        open_stores(url)
    assert "newer version" in raised.value.hint
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert schema_version(connection) == "9999"
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "cannot be read"),
        ("nonsense", "cannot be read"),
        ("mysql://me:hush@host/db", "not supported|not installed"),
        ("klingon://host/db", "not supported"),
        ("sqlite://", "would be lost"),
        ("sqlite:///:memory:", "would be lost"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "would be lost"),
        ("postgres://me:hush@127.0.0.1:1/db", "db on 127.0.0.1 cannot be reached"),
    ],
)
def test_a_url_that_leads_nowhere_is_explained_without_its_password(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as raised:
        open_stores(url)
    assert raised.value.hint
    assert "hush" not in f"{raised.value.message}{raised.value.hint}"


def test_a_database_that_the_server_does_not_have(postgresql: str) -> None:
    with pytest.raises(StoreError, match=r"absent on 127\.0\.0\.1 does not exist"):
        open_stores(postgresql + "absent")


def test_an_encoding_that_cannot_hold_every_text_is_refused(postgresql: str) -> None:
    import psycopg

    with psycopg.connect(postgresql + "postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        try:
            with pytest.raises(StoreError, match="encoded in LATIN1"):
                open_stores(postgresql + "latin")
        finally:
            server.execute("DROP DATABASE latin WITH (FORCE)")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "playground.db"


@pytest.fixture
def opened(file: Path) -> Iterator[Stores]:
    with open_stores(sqlite_url(file.parent), busy_timeout_s=0.1) as stores:
        yield stores


@pytest.fixture
def sqlite(opened: Stores) -> Store:
    return opened.of(DEFAULT_OWNER)


def test_an_sqlite_file_has_a_write_ahead_log_and_a_folder_for_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a folder % with ? odd # signs" / "below"
    with open_stores(sqlite_url(folder)) as stores:
        store = stores.of(DEFAULT_OWNER)
        store.start_reply(model="m")
        with stores.engine.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert (folder / "playground.db").is_file()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list((folder / "playground.db-claims").iterdir()) == []


def test_a_file_that_is_no_database(file: Path) -> None:
    file.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(StoreError, match="is not a database") as raised:
        open_stores(sqlite_url(file.parent))
    assert str(file) in raised.value.message
    assert file.read_bytes() == b"Dear diary, " * 1000


def test_a_damaged_file(file: Path) -> None:
    with open_stores(sqlite_url(file.parent)) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation()
        for _ in range(20):
            store.add_turn(chat.id, None, Message("user", "x" * 10_000))
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(StoreError, match="is damaged"), open_stores(sqlite_url(file.parent)) as stores:
        stores.of(DEFAULT_OWNER).path(chat.id)


def test_a_folder_in_the_way(file: Path) -> None:
    file.mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        open_stores(sqlite_url(file.parent))


def test_a_file_where_the_folder_should_be(file: Path) -> None:
    file.write_text("")
    with pytest.raises(StoreError) as raised:
        open_stores(sqlite_url(file / "below"))
    assert raised.value.hint


def test_another_program_that_holds_the_file(sqlite: Store, file: Path) -> None:
    reply_id = sqlite.start_reply(model="m")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is locked by another program"):
            sqlite.save_partial(reply_id, "half")
        reply = sqlite.reply(reply_id)
        assert reply is not None
        assert reply.text == ""
    sqlite.save_partial(reply_id, "half of it")
    assert sqlite.replies("") == ()
    reply = sqlite.reply(reply_id)
    assert reply is not None
    assert reply.text == "half of it"


def test_a_full_disk_is_told_and_what_was_not_written_is_written_later(opened: Stores, sqlite: Store) -> None:
    reply_id = sqlite.start_reply(model="m")
    sqlite.save_partial(reply_id, "first ")
    limit = "PRAGMA max_page_count = 1"

    @event.listens_for(opened.engine, "begin")
    def fill(connection: object) -> None:
        connection.exec_driver_sql(limit)  # type: ignore[attr-defined]

    with pytest.raises(StoreError, match="the disk is full") as raised:
        sqlite.save_partial(reply_id, "first " + "x" * 1_000_000)
    assert raised.value.hint == "Free some space, then try again."
    limit = "PRAGMA max_page_count = 1000000"
    sqlite.save_partial(reply_id, "first " + "x" * 1_000_000 + " last")
    reply = sqlite.reply(reply_id)
    assert reply is not None
    assert reply.text == "first " + "x" * 1_000_000 + " last"


def test_a_read_only_file_can_be_read(sqlite: Store, file: Path) -> None:
    chat = sqlite.create_conversation()
    with open_stores(f"sqlite:///file:{file}?mode=ro&uri=true") as stores:
        store = stores.of(DEFAULT_OWNER)
        assert store.conversation(chat.id) == chat
        with pytest.raises(StoreError, match="is read-only"):
            store.rename(chat.id, "x")
        with pytest.raises(StoreError):
            store.start_reply(chat.id, None, model="m")


def test_what_people_wrote_stays_out_of_errors(opened: Stores, sqlite: Store) -> None:
    with opened.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE turns")
    chat = sqlite.create_conversation()
    with pytest.raises(StoreError) as raised:
        sqlite.add_turn(chat.id, None, Message("user", "my secret"))
    assert "my secret" not in repr(raised.value.__cause__) + str(raised.value.__cause__)
