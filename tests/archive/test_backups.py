"""Copies of the database on request: made while answers come, put back where there is no database yet."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from playground.archive.backups import back_up_database, default_copy, restore_database
from playground.archive.errors import DataFileError
from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import StoreError, open_stores, sqlite_url
from playground.system.places import ROOT
from tests.store.chats import kept_chats
from tests.store.conftest import program
from tests.store.test_migrations import OLD, make_old

PIECE = "Rivers carry salt into it. "


@pytest.fixture
def url(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "data")


@pytest.fixture
def elsewhere(tmp_path: Path) -> str:
    return sqlite_url(tmp_path / "elsewhere")


def called(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "playground", *words]
    environment = {**os.environ, "PLAYGROUND_DATA_DIR": str(data_dir)}
    environment.pop("PLAYGROUND_DATABASE_URL", None)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def streaming(url: str) -> Iterator[tuple[str, threading.Event]]:
    """An answer that comes as long as the test lasts, in its own process's store; and when it has got further."""
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation(model="m")
        question = store.add_turn(chat.id, None, Message("user", "Why is the sea salty?"))
        reply = store.start_reply(chat.id, question.id, model="m")
        further, over = threading.Event(), threading.Event()

        def stream() -> None:
            text = ""
            while not over.is_set():
                text += PIECE
                store.save_partial(reply, text)
                further.set()
            store.finish_reply(reply, state="done", text=text)

        coming = threading.Thread(target=stream)
        coming.start()
        try:
            yield reply, further
        finally:
            over.set()
            coming.join()


def test_a_copy_is_made_while_an_answer_comes_and_put_back_elsewhere(
    tmp_path: Path, url: str, elsewhere: str, streaming: tuple[str, threading.Event]
) -> None:
    reply, further = streaming
    copy = tmp_path / "copy.db"
    assert further.wait(20)

    made = called(tmp_path / "data", "backup", str(copy))

    assert (made.returncode, made.stderr) == (0, "")
    assert str(copy) in made.stdout
    further.clear()
    assert further.wait(20), "the answer goes on"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]

    restored = called(tmp_path / "elsewhere", "restore", str(copy))

    assert (restored.returncode, restored.stderr) == (0, "")
    with open_stores(elsewhere) as stores:
        found = stores.of(DEFAULT_OWNER).reply(reply)
    assert found is not None
    assert found.state == "interrupted"
    assert found.text == PIECE * (len(found.text) // len(PIECE)) != ""


def test_a_full_data_directory_is_not_written_over(tmp_path: Path, url: str, elsewhere: str) -> None:
    open_stores(url).close()
    with open_stores(elsewhere) as stores:
        chat = stores.of(DEFAULT_OWNER).create_conversation().id
    copy = tmp_path / "copy.db"
    back_up_database(url, copy)

    refused = called(tmp_path / "elsewhere", "restore", str(copy))

    assert refused.returncode == 1
    assert "There is a database already" in refused.stderr
    assert "PLAYGROUND_DATA_DIR" in refused.stderr
    with open_stores(elsewhere) as stores:
        assert stores.of(DEFAULT_OWNER).conversation(chat) is not None


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path, url: str) -> None:
    open_stores(url).close()
    (tmp_path / "mine.txt").write_text("Mine")
    with pytest.raises(DataFileError, match="already"):
        back_up_database(url, tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").read_text() == "Mine"


def test_what_is_no_copy_is_refused_and_nothing_is_left(tmp_path: Path, url: str, elsewhere: str) -> None:
    open_stores(url).close()
    whole = tmp_path / "whole.db"
    back_up_database(url, whole)
    half, other, text = tmp_path / "half.db", tmp_path / "other.db", tmp_path / "text.db"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    text.write_text("A letter")
    with closing(sqlite3.connect(other)) as opened:
        opened.execute("CREATE TABLE letters (words)")
    for file in (half, other, text, tmp_path / "nothing.db"):
        with pytest.raises(DataFileError, match=file.name):
            restore_database(elsewhere, file)
        assert not (tmp_path / "elsewhere" / "playground.db").exists()


def test_a_copy_of_an_older_version_is_brought_up_to_date(tmp_path: Path, url: str, elsewhere: str) -> None:
    make_old(url, OLD)
    back_up_database(url, tmp_path / "old.db")
    restore_database(elsewhere, tmp_path / "old.db")
    with open_stores(elsewhere) as stores:
        assert [*kept_chats(stores.of(DEFAULT_OWNER)).values()] == ["Kept words"]


def test_a_copy_of_a_newer_version_is_refused_and_nothing_is_left(tmp_path: Path, url: str, elsewhere: str) -> None:
    open_stores(url).close()
    with closing(sqlite3.connect(tmp_path / "data" / "playground.db")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '9999'")
        opened.commit()
    back_up_database(url, tmp_path / "newer.db")
    with pytest.raises(StoreError, match="unknown schema"):
        restore_database(elsewhere, tmp_path / "newer.db")
    assert not (tmp_path / "elsewhere" / "playground.db").exists()


def test_a_damaged_database_is_not_copied_as_if_it_were_whole(tmp_path: Path, url: str) -> None:
    with open_stores(url) as stores:
        store = stores.of(DEFAULT_OWNER)
        for number in range(200):
            store.create_conversation(system_prompt=f"{number} " * 200)
    file = tmp_path / "data" / "playground.db"
    written = bytearray(file.read_bytes())
    written[len(written) // 2 :] = os.urandom(len(written) - len(written) // 2)
    file.write_bytes(written)
    with pytest.raises(DataFileError, match="damaged"):
        back_up_database(url, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_without_a_name_it_is_in_the_data_directory(tmp_path: Path, url: str) -> None:
    open_stores(url).close()
    made = called(tmp_path / "data", "backup")
    assert made.returncode == 0
    (copy,) = (tmp_path / "data" / "backups").iterdir()
    assert str(copy) in made.stdout
    assert default_copy(tmp_path, url).parent == tmp_path / "backups"


def test_there_must_be_a_database(tmp_path: Path) -> None:
    refused = called(tmp_path / "empty", "backup", str(tmp_path / "copy.db"))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "There is no database" in refused.stderr


def test_a_server_is_dumped_by_its_own_program(
    tmp_path: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pg_dump = program("pg_dump")
    assert pg_dump is not None, "pg_dump is installed where initdb is"
    monkeypatch.setenv("PATH", f"{Path(pg_dump).parent}:{os.environ['PATH']}")
    copy = tmp_path / "copy.dump"
    back_up_database(postgresql + "postgres", copy)
    assert copy.read_bytes().startswith(b"PGDMP")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(DataFileError, match="pg_restore"):
        restore_database(postgresql + "postgres", copy)

    with pytest.raises(DataFileError, match="does not exist"):
        back_up_database(postgresql + "nobodys", tmp_path / "other.dump")
    assert not (tmp_path / "other.dump").exists()

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataFileError, match="pg_dump --format=custom"):
        back_up_database(postgresql + "postgres", tmp_path / "other.dump")


@pytest.mark.parametrize(
    "address", ["postgresql://me:s3cret@{host}/postgres", "postgresql://me:old@{host}/postgres?password=s3cret"]
)
def test_no_password_is_an_argument_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\necho "$PGPASSWORD" > {tmp_path}/password\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    back_up_database(address.format(host="127.0.0.1:9"), tmp_path / "copy.dump")
    assert (tmp_path / "password").read_text() == "s3cret\n"
    arguments = (tmp_path / "arguments").read_text()
    assert "--dbname=postgresql://me@127.0.0.1:9/postgres" in arguments
    assert "s3cret" not in arguments
    with pytest.raises(DataFileError, match="sslpassword") as raised:
        back_up_database("postgresql://me@127.0.0.1:9/postgres?sslpassword=s3cret", tmp_path / "other.dump")
    assert "s3cret" not in str(raised.value)
    assert not (tmp_path / "other.dump").exists()
