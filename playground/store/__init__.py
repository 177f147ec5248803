"""Conversations and replies on disk, in SQLite or PostgreSQL.

store = open_store(sqlite_url(data_dir))
chat = store.create_conversation(model="@cf/meta/llama-3.1-8b-instruct")
question = store.add_turn(chat.id, None, Message("user", "Why is the sea salty?"))
reply_id = store.start_reply(chat.id, question.id, model=chat.model)
store.save_partial(reply_id, "Rivers")
store.finish_reply(reply_id, state="done", text="Rivers carry salt into it.")
store.path(chat.id)
"""

import logging
from pathlib import Path

from playground.store.batches import StoredBatches
from playground.store.charges import Charge, ReplyState, Spent
from playground.store.comparisons import Comparisons
from playground.store.conversations import Conversations, Summary
from playground.store.database.database import connect, sqlite_path, sqlite_url
from playground.store.database.errors import MissingError, MovedError, StoreError, database_name
from playground.store.exchanges import Exchanges
from playground.store.ids import new_id
from playground.store.preferences import StoredPreferences
from playground.store.presets import Presets
from playground.store.records import (
    BatchState,
    Conversation,
    Ending,
    EndState,
    Failure,
    Outcome,
    ReplyRequest,
    SavedComparison,
    SavedPreset,
    StoredReply,
    SubmittedBatch,
    Turn,
)
from playground.store.replies import Replies
from playground.store.turns import Turns
from playground.store.upkeep.backup import backups
from playground.store.upkeep.migrate import Migration, bring_up_to_date
from playground.store.upkeep.purging import Purging

log = logging.getLogger(__name__)

__all__ = [
    "BatchState",
    "Charge",
    "Conversation",
    "EndState",
    "Ending",
    "Failure",
    "Migration",
    "MissingError",
    "MovedError",
    "Outcome",
    "ReplyRequest",
    "ReplyState",
    "SavedComparison",
    "SavedPreset",
    "Spent",
    "Store",
    "StoreError",
    "StoredReply",
    "SubmittedBatch",
    "Summary",
    "Turn",
    "new_id",
    "open_store",
    "sqlite_url",
]


class Store(Conversations, Turns, Replies, StoredBatches, StoredPreferences, Comparisons, Presets, Exchanges, Purging):
    """Everything that is kept. Every call is one short transaction, may come from any thread, and raises StoreError."""

    migration: Migration | None = None
    """What was changed in the schema when it was opened."""

    @property
    def location(self) -> str:
        """Where the database is, for people: a path, or a name and a server."""
        return database_name(self.engine.url)

    def backups(self) -> tuple[Path, ...]:
        """Copies of the database from before its schema was changed, the newest first; a server has its own."""
        return backups(sqlite_path(self.engine.url)) if self.engine.dialect.name == "sqlite" else ()


def open_store(url: str, *, busy_timeout_s: float = 5) -> Store:
    """The store at a database URL, its tables made or migrated; replies of processes that died become interrupted.

    `sqlite:////path/to/file.db` or `postgresql://user:password@host/name`. `busy_timeout_s` is how long a call waits
    for another program that holds what it needs. Raises StoreError.
    """
    engine = connect(url, busy_timeout_s)
    try:
        migration = bring_up_to_date(engine, busy_timeout_s)
        store = Store(engine, busy_timeout_s)
        store.migration = migration
        try:
            store.mark_interrupted()
        except StoreError as error:  # full, read-only or locked: what is there can be read all the same
            log.warning("replies of processes that died could not be marked: %s", error)
    except BaseException:
        engine.dispose()
        raise
    return store
