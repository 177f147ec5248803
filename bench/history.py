"""The history of many answers: its first page, searches and filters, and what its index takes.

`HISTORY_REPLIES` says how many answers; what is measured is processor time, as others may be at work.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from bench.history_copies import multiply
from bench.report import Figure
from playground.owner import DEFAULT_OWNER
from playground.store import HistoryFilter, Store, Stores, open_stores, sqlite_url
from playground.store.database.schema import conversations, replies, turns

EXCHANGES, DAYS = 5, 100
MOST_WRITTEN = 100_000
"""Answers that are written one by one; more are copies of them."""
MODELS = ("llama", "mistral", "qwen", "gemma", "rare")
_ROUNDS = 20


def measure(*, quick: bool) -> list[Figure]:
    """A database with so many answers is made, its index with it, and read."""
    count = int(os.environ.get("HISTORY_REPLIES", "2000" if quick else "100000"))
    slower = 2 if count > 100_000 else 1
    with tempfile.TemporaryDirectory() as folder, open_stores(sqlite_url(Path(folder))) as stores:
        written = min(count, MOST_WRITTEN)
        words = fill_history(stores, written)
        before = _size(stores)
        indexed_s = _index(stores)
        size = _size(stores) / before - 1
        multiply(stores, count // written, DAYS)
        store = stores.of(DEFAULT_OWNER)
        asked = dict(_asked(store, words))
        figures = [
            Figure(f"{count:,} answers: {name}, p95", "ms", _p95_ms(ask), most=limit * slower)
            for name, (ask, limit) in asked.items()
        ]
        figures.append(Figure(f"{written:,} answers: all of them indexed", "s", indexed_s))
        figures.append(Figure("size of the index beside that of the rest", "×", size))
        figures.append(Figure("opening the database", "ms", _opening_ms(Path(folder))))
        return figures


def _asked(store: Store, words: list[str]) -> Iterator[tuple[str, tuple[Callable[[int], object], float]]]:
    """What is asked, by what it is, and its limit in milliseconds."""
    middle = datetime.now(UTC) - timedelta(days=30)
    yield "first page", (lambda _: store.history(), 100)
    second = store.history().after or ""
    yield "an older page", (lambda _: store.history(after=second), 100)
    for name, first, step in (("a rare word", 20_000, 37), ("a word", 300, 11), ("a common word", 0, 1)):
        yield name, (lambda at, first=first, step=step: _search(store, words[first + at * step]), 100)  # type: ignore[misc]
    yield "two common words", (lambda at: _search(store, f"{words[at]} {words[at + 1]}"), 100)
    yield "the beginning of a word", (lambda at: _search(store, f"{words[50 + at][:3]}*"), 100)
    yield "a word and a model", (lambda at: _search(store, words[300 + at], model="qwen"), 100)
    yield "a common word and a rare model", (lambda at: _search(store, words[at], model="rare"), 100)
    yield "a model", (lambda at: _filter(store, model=MODELS[at % 5]), 100)
    yield (
        "a model, an outcome and a kind",
        (lambda at: _filter(store, model="rare", outcome="failed", kind="chat"), 100),
    )
    yield "a time", (lambda _: store.history(HistoryFilter(until=middle)), 100)
    yield "the values of a filter", (lambda _: store.history_values("model"), 100)


def _search(store: Store, words: str, **facets: str) -> object:
    return store.history(HistoryFilter(words, facets=facets))  # type: ignore[arg-type]


def _filter(store: Store, **facets: str) -> object:
    return store.history(HistoryFilter(facets=facets))  # type: ignore[arg-type]


def _p95_ms(ask: Callable[[int], object]) -> float:
    took = []
    for number in range(_ROUNDS):
        started = time.process_time()
        ask(number)
        took.append((time.process_time() - started) * 1e3)
    return sorted(took)[int(0.95 * len(took)) - 1]


def _index(stores: Stores) -> float:
    started = time.process_time()
    while stores.index_some():
        pass
    return time.process_time() - started


def _opening_ms(folder: Path) -> float:
    started = time.process_time()
    open_stores(sqlite_url(folder)).close()
    return (time.process_time() - started) * 1e3


def _size(stores: Stores) -> int:
    with stores.engine.connect() as connection:
        pages: int = connection.execute(text("PRAGMA page_count")).scalar_one()
        free: int = connection.execute(text("PRAGMA freelist_count")).scalar_one()
        return pages - free


def fill_history(stores: Stores, count: int) -> list[str]:
    """Chats with so many answers in all, of some 600 characters each; returns their words, the common ones first."""
    chance = random.Random(7)
    syllables = [consonant + vowel for consonant in "bcdfghklmnprst" for vowel in "aeiou"]
    words = list(dict.fromkeys("".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(40_000)))
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))

    def say(least: int, most: int) -> str:
        return " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(least, most)))

    chats = count // EXCHANGES
    start = datetime.now(UTC) - timedelta(days=DAYS)
    for first in range(0, chats, 200):
        with stores.write() as connection:
            for number in range(first, min(first + 200, chats)):
                _chat(connection, number, start + timedelta(days=DAYS) * number / chats, say, chance)
    return words


def _chat(
    connection: Connection, number: int, at: datetime, say: Callable[[int, int], str], chance: random.Random
) -> None:
    chat, model = f"chat{number:09}", "rare" if number % 1_000 == 0 else MODELS[number % 4]
    rows: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    above = None
    for turn in range(EXCHANGES):
        question, answer = f"{chat}q{turn}", f"{chat}a{turn}"
        common = {"conversation_id": chat, "created_at": at}
        rows.append(common | {"id": question, "parent_id": above, "role": "user", "text": say(8, 20)})
        rows.append(common | {"id": answer, "parent_id": question, "role": "assistant", "text": ""})
        above = answer
        answers.append(
            {
                "id": answer,
                "owner": DEFAULT_OWNER.id,
                "conversation_id": chat,
                "process": "x",
                "model": model,
                "connection": "here",
                "state": "failed" if chance.random() < 0.02 else "done",
                "text": say(60, 120),
                "reasoning": "",
                "started_at": at,
                "saved_at": at,
                "finished_at": at,
                "usage": {"prompt_tokens": 40, "completion_tokens": 150, "cached_tokens": 0, "neurons": None},
            }
        )
    connection.execute(
        conversations.insert(),
        {
            "id": chat,
            "owner": DEFAULT_OWNER.id,
            "title": rows[0]["text"][:60],
            "renamed": False,
            "model": model,
            "system_prompt": "",
            "parameters": {},
            "options": {},
            "head": above,
            "created_at": at,
            "updated_at": at,
        },
    )
    connection.execute(turns.insert(), rows)
    connection.execute(replies.insert(), answers)
