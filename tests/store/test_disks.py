"""Full, read-only, moved and locked databases, on real disks and a real server: each has its own message and hint."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import Store, StoreError, Stores, open_stores, sqlite_url
from playground.store.database.errors import store_errors
from tests.store.conftest import refusing
from tests.store.disks import make_read_only, small_disk

ROOT = Path(__file__).parents[2]


def fill(store: Store) -> str:
    """Say more and more until nothing more is taken; answers with the conversation."""
    chat = store.create_conversation()
    for _ in range(100):
        store.add_turn(chat.id, None, Message("user", "x" * 100_000))
    return chat.id


def test_a_full_disk() -> None:
    with small_disk(2_000_000) as disk, open_stores(sqlite_url(disk)) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation()
        reply_id = store.start_reply(chat.id, model="m")
        with pytest.raises(StoreError, match=r"cannot grow: the disk is full\.") as raised:
            fill(store)
        assert raised.value.hint == "Free some space, then try again."
        assert store.reply(reply_id) is not None
        with pytest.raises(StoreError, match="the disk is full"):
            store.finish_reply(reply_id, state="done", text="y" * 200_000)
        subprocess.run(["mount", "-o", "remount,size=8000000", str(disk)], check=True)
        store.finish_reply(reply_id, state="done", text="y" * 200_000)
        found = store.reply(reply_id)
        assert found is not None
        assert found.text == "y" * 200_000


def test_a_disk_without_room_for_a_new_database() -> None:
    with small_disk(100_000) as disk:
        with pytest.raises(StoreError, match="the disk is full") as raised:
            open_stores(sqlite_url(disk / "below"))
        assert "Free some space" in raised.value.hint


def test_a_disk_that_can_only_be_read() -> None:
    with small_disk(2_000_000) as disk:
        open_stores(sqlite_url(disk)).close()
        make_read_only(disk)
        with pytest.raises(StoreError, match="is read-only") as raised, open_stores(sqlite_url(disk)) as stores:
            stores.of(DEFAULT_OWNER).create_conversation()
        assert "PLAYGROUND_DATA_DIR" in raised.value.hint
        with pytest.raises(StoreError, match="is read-only"):
            open_stores(sqlite_url(disk / "below"))


def test_a_limit_on_the_size_of_files_is_not_taken_for_a_full_disk(tmp_path: Path) -> None:
    code = """
import sys, resource
from tests.store.test_disks import DEFAULT_OWNER, fill, open_stores, StoreError
with open_stores(sys.argv[1]) as stores:
    store = stores.of(DEFAULT_OWNER)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    try:
        fill(store)
    except StoreError as error:
        print(error.message, error.hint)
"""
    command = [sys.executable, "-c", code, sqlite_url(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert "cannot be read or written" in said
    assert "limits on the size of files" in said
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1_000_000


def test_a_file_that_was_moved_is_written_to_again_once_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with open_stores(sqlite_url(folder)) as stores:
        store = stores.of(DEFAULT_OWNER)
        reply_id = store.start_reply(model="m")
        folder.rename(tmp_path / "elsewhere")
        with pytest.raises(StoreError, match="was moved or deleted") as raised:
            store.save_partial(reply_id, "half")
        assert "Put the file back" in raised.value.hint
        folder.mkdir()
        shutil.copy(tmp_path / "elsewhere" / "playground.db", folder)
        with pytest.raises(StoreError, match="was moved or deleted"):
            store.save_partial(reply_id, "half")
        shutil.rmtree(folder)
        (tmp_path / "elsewhere").rename(folder)
        store.save_partial(reply_id, "half of it")
    with open_stores(sqlite_url(folder)) as stores:
        store = stores.of(DEFAULT_OWNER)
        found = store.reply(reply_id)
        assert found is not None
        assert found.text == "half of it"


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("53100", "the server's disk is full"),
        ("53200", "no memory left"),
        ("53300", "no connection left"),
        ("25006", "is read-only"),
        ("55P03", "is locked by another program"),
        ("40P01", "at the same moment"),
        ("57P03", "shutting down or starting"),
        ("58030", "cannot be read or written"),
        ("XX001", "damaged or in trouble"),
    ],
)
def test_what_a_server_says_has_words(postgresql_stores: Stores, state: str, message: str) -> None:
    engine = postgresql_stores.engine
    with pytest.raises(StoreError, match=message) as raised, store_errors(engine.url), engine.begin() as connection:
        connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$")
    assert raised.value.hint


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_server_that_is_locked_read_only_crowded_or_away(url: str) -> None:
    import psycopg

    with open_stores(url, busy_timeout_s=0.2) as stores:
        store = stores.of(DEFAULT_OWNER)
        reply_id = store.start_reply(model="m")
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE replies IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreError, match="is locked by another program"):
                store.save_partial(reply_id, "half")
        store.save_partial(reply_id, "half of it")
        with refusing(make_url(url)), pytest.raises(StoreError, match="is shutting down or starting"):
            store.save_partial(reply_id, "half of it all")
        store.save_partial(reply_id, "half of it all")
    name = make_url(url).database
    with psycopg.connect(url, autocommit=True) as control:
        control.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'.encode())
        with open_stores(url) as stores, pytest.raises(StoreError, match="is read-only"):
            stores.of(DEFAULT_OWNER).start_reply(model="m")
        control.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'.encode())
        control.execute(f'CREATE ROLE "plain_{name}" LOGIN'.encode())
        control.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0'.encode())
        with pytest.raises(StoreError, match="has no connection left"):
            open_stores(url.replace("playground@", f"plain_{name}@"))
        control.execute(f'DROP ROLE "plain_{name}"'.encode())
