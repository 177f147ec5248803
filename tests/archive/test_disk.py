"""Sizes on disk: each byte counts once, in words that say what it is."""

from pathlib import Path

from playground.archive.disk import disk_usage
from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import Stores, open_stores
from playground.store.upkeep.backup import back_up
from playground.store.upkeep.sizes import INDEXES
from tests.databases import new_database
from tests.store.test_owners import COSTLY


def test_all_parts_together_are_what_is_on_the_disk(tmp_path: Path) -> None:
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation(model="m").id
        question = store.add_turn(chat, None, Message("user", "x" * 300_000))
        reply = store.start_reply(chat, question.id, model="m")
        request = {"messages": [f"{number}" for number in range(50_000)]}
        store.finish_reply(reply, state="done", text="y", **COSTLY | {"request": request})
        for name, size in {"models/a.gguf": 5_000, "exports/x.zip": 700, "backups/y.db": 80, "odd.json": 3}.items():
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"." * size)
        copy = back_up(tmp_path / "playground.db", "0001")

        usage = disk_usage(stores, tmp_path)

        assert 300_000 < usage["messages and answers"] < 400_000
        assert usage["what was sent and received"] > 50_000
        assert usage["models that were fetched, and what runs them"] == 5_000
        assert usage["exports"] == 700
        assert usage["copies of the database"] == 80 + copy.stat().st_size
        on_disk = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
        index = tmp_path / "playground.db-shm"
        assert sum(usage.values()) == on_disk - index.stat().st_size


def test_a_server_says_it_too(stores: Stores, tmp_path: Path) -> None:
    store = stores.of(DEFAULT_OWNER)
    store.add_turn(store.create_conversation().id, None, Message("user", "Hello"))
    usage = disk_usage(stores, tmp_path / "nothing")
    assert usage["messages and answers"] == 5
    assert usage[INDEXES] > 0
