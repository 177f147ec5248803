"""Imports in a process that is killed in their middle: nothing is left of them, and they are done again."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.archive.reading import read_export
from playground.archive.writing import write_export
from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import HistoryFilter, Stores, open_stores, sqlite_url
from playground.store.transfer.tables import TRANSFERRED
from playground.system.places import ROOT
from tests.archive.test_transfer import ended, fill_more, rows_of
from tests.databases import new_database
from tests.store.test_owners import ANNA

IMPORTER = """
import sys
from pathlib import Path
from typing import Any
from sqlalchemy import event
from playground.archive.reading import read_export
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores

def about_to_commit(connection):
    print("commit", flush=True)
    sys.stdin.readline()

with open_stores(sys.argv[1]) as stores:
    event.listen(stores.engine, "commit", about_to_commit)
    read_export(stores.of(DEFAULT_OWNER), Path(sys.argv[2]))
    event.remove(stores.engine, "commit", about_to_commit)
"""


def commits(url: str, file: Path, killed_at: int | None = None) -> int:
    """Import a file in another process, which is killed inside a transaction; how many it got to the end of."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", IMPORTER, url, str(file)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, text=True, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        count = 0
        try:
            while process.stdout.readline():
                if count == killed_at:
                    break
                count += 1
                process.stdin.write("go on\n")
                process.stdin.flush()
        finally:
            if killed_at is not None:
                process.kill()
        process.wait(20)
    assert (process.returncode == 0) == (killed_at is None)
    return count


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with rows of each kind, more than fit a transaction."""
    folder = tmp_path_factory.mktemp("export")
    with open_stores(new_database(folder)) as stores:
        store = stores.of(DEFAULT_OWNER)
        fill_more(store)
        ended(stores)
        chat, parent = store.create_conversation(model="m").id, None
        for number in range(450):
            parent = store.add_turn(chat, parent, Message("user", f"Salt {number}")).id
        write_export(store, folder / "all.zip")
    return folder / "all.zip"


def filled(url: str) -> Stores:
    """Stores in which something is already, of the owner and of somebody else."""
    stores = open_stores(url)
    for owner in (DEFAULT_OWNER, ANNA):
        store = stores.of(owner)
        store.add_turn(store.create_conversation(model="m").id, None, Message("user", "Here before"))
    return stores


@pytest.mark.timeout(300)
def test_whenever_it_is_killed_nothing_is_left_and_it_is_done_again(export: Path, tmp_path: Path) -> None:
    with filled(new_database(tmp_path / "whole")) as stores:
        before_whole = rows_of(stores)
    all_of_it = commits(sqlite_url(tmp_path / "whole"), export)
    assert all_of_it > 15

    url = new_database(tmp_path)
    with filled(url) as stores:
        before = rows_of(stores)
    for at in (0, 1, all_of_it // 3, 2 * all_of_it // 3, all_of_it - 1):
        assert commits(url, export, killed_at=at) == at
        with open_stores(url) as stores:
            store = stores.of(DEFAULT_OWNER)
            assert len(store.history(HistoryFilter()).entries) == 1
            assert store.history(HistoryFilter(text="Salt")).entries == ()
            stores.remove_unfinished_imports()
            assert rows_of(stores) == before

    assert commits(url, export, killed_at=all_of_it - 1) == all_of_it - 1  # and nobody tidies up
    with open_stores(url) as stores, open_stores(sqlite_url(tmp_path / "whole")) as whole:
        read_export(stores.of(DEFAULT_OWNER), export)
        there, here = rows_of(whole), rows_of(stores)
        for name in TRANSFERRED:
            ours = [row for row in there[name] if row not in before_whole[name]]
            assert ours, name
            assert [row for row in here[name] if row not in before[name]] == ours, name
