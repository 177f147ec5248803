"""Exports larger than what may be in memory: written and read a piece at a time."""

import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from playground.archive.reading import read_export
from playground.archive.writing import write_export
from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores
from tests.databases import new_database

PICTURES, SIZE = 60, 1_000_000


def peak_of(do: Callable[[], object]) -> int:
    """The most bytes that Python had in use at once."""
    tracemalloc.start()
    try:
        do()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_neither_way_needs_as_much_memory_as_the_file_has(tmp_path: Path) -> None:
    noise, file = random.Random(1), tmp_path / "all.zip"
    with open_stores(new_database(tmp_path / "a")) as one, open_stores(new_database(tmp_path / "b")) as two:
        here, there = one.of(DEFAULT_OWNER), two.of(DEFAULT_OWNER)
        parent = None
        chat = here.create_conversation(model="m").id
        for _ in range(PICTURES):
            url = f"data:image/png;base64,{noise.randbytes(SIZE // 2).hex()}"
            picture = {"type": "image_url", "image_url": {"url": url}}
            parent = here.add_turn(chat, parent, Message("user", (picture,))).id

        written = peak_of(lambda: write_export(here, file))
        read = peak_of(lambda: read_export(there, file))

        assert file.stat().st_size > PICTURES * SIZE * 0.4
        assert written < PICTURES * SIZE * 0.4, written
        assert read < PICTURES * SIZE * 0.4, read
        assert len(there.path(chat)) == PICTURES
