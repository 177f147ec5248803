"""Removing for good: what was deleted long ago goes, with every copy of its words, and the file gets smaller.

In many short transactions, so that whoever writes meanwhile waits for a moment at most. What an answer cost stays where
its conversation stays: it was paid for.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, String, cast, delete, exists, func, or_, select, update

from playground.store.comparisons import retitle_comparison
from playground.store.conversations import GOING, retitle
from playground.store.database import rows
from playground.store.database.database import INCREMENTAL, Database, in_portions, sqlite_path
from playground.store.database.errors import store_errors
from playground.store.database.schema import (
    comparisons,
    conversations,
    exchanges,
    pieces,
    presets,
    replies,
    requests,
    turns,
)
from playground.store.tree import read_tree
from playground.store.upkeep.backup import remove_old

PORTION = 200
"""Turns that one transaction removes."""
PAGES_AT_ONCE = 500
"""Pages of an SQLite file that are given back at once."""
PAUSE_S = 0.005
"""What others get between two transactions."""

log = logging.getLogger(__name__)


class Purging(Database):
    """What removes for good in a store."""

    def purge(self, before: datetime) -> int:
        """Remove for good what was deleted before a moment, or was begun before it and never used.

        Answers with the number of conversations, panes too. Of turns deleted out of a conversation that stays, and of
        panes taken out of a comparison, the words go and what they cost stays. Raises StoreError; what is not removed
        then is removed by the next purge.
        """
        started, doomed = time.monotonic(), self._doom(before)
        for conversation_id in doomed:
            self._remove_conversation(conversation_id)
        old = self._with_old_turns(before)
        for conversation_id in old:
            self._remove_old_turns(conversation_id, before)
        with self._step() as connection:
            unused = _delete_unused(connection, before)
        if doomed or unused:
            took = time.monotonic() - started
            log.info("removed for good: %d conversations, %d never used; %.1f s", len(doomed), unused, took)
        if self.engine.dialect.name == "sqlite":
            with store_errors(self.engine.url):
                remove_old(sqlite_path(self.engine.url), made_before=before)
            self._shrink(removed=bool(doomed or old or unused))
        return len(doomed) + unused

    @contextmanager
    def _step(self) -> Iterator[Connection]:
        """A short transaction, after which others have their turn."""
        with self._write() as connection:
            yield connection
        time.sleep(PAUSE_S)

    def _doom(self, before: datetime) -> Sequence[str]:
        """The conversations that are to be removed; from here on none of them can be brought back."""
        with self._step() as connection:
            for table in (comparisons, presets):
                connection.execute(delete(table).where(table.c.deleted_at < before))
            old = conversations.c.deleted_at < before
            connection.execute(update(conversations).where(old).values(deleted_at=GOING))
            return connection.scalars(select(conversations.c.id).where(old)).all()

    def _remove_conversation(self, conversation_id: str) -> None:
        """Its turns from the newest up, since children refer to their parents, each with its reply."""
        for table in (turns, replies):
            newest = turns.c.seq.desc() if table is turns else replies.c.started_at.desc()
            ids = select(table.c.id).where(table.c.conversation_id == conversation_id).order_by(newest).limit(PORTION)
            while True:
                with self._step() as connection:
                    some = connection.scalars(ids).all()
                    connection.execute(delete(turns).where(turns.c.id.in_(some)))
                    connection.execute(delete(replies).where(replies.c.id.in_(some)))
                if len(some) < PORTION:
                    break
        with self._step() as connection:
            connection.execute(delete(conversations).where(conversations.c.id == conversation_id))

    def _with_old_turns(self, before: datetime) -> Sequence[str]:
        """Conversations that stay, with turns in them that do not."""
        position = func.instr if self.engine.dialect.name == "sqlite" else func.strpos

        def named(pane: FromClause) -> ColumnElement[bool]:
            return position(cast(comparisons.c.body, String), pane.c.id) > 0

        # Where the comparison still has others, so that a body that names no panes at all takes none out.
        other = conversations.alias()
        others = exists().where(other.c.comparison_id == comparisons.c.id, named(other))
        taken_out = exists().where(
            comparisons.c.id == conversations.c.comparison_id,
            comparisons.c.updated_at < before,
            ~named(conversations),
            others,
        )
        said = exists().where(turns.c.conversation_id == conversations.c.id)
        panes = select(conversations.c.id).where(conversations.c.updated_at < before, said, taken_out)
        with self._read() as connection:
            found = list(
                connection.scalars(select(turns.c.conversation_id).where(turns.c.deleted_at < before).distinct())
            )
            taken = connection.scalars(panes).all()
        if taken:
            with self._step() as connection:
                # As if their first turns had been deleted when they were taken out.
                firsts = (turns.c.conversation_id.in_(taken), turns.c.parent_id.is_(None))
                connection.execute(update(turns).where(*firsts).values(deleted_at=GOING))
        return list(dict.fromkeys([*found, *taken]))

    def _remove_old_turns(self, conversation_id: str, before: datetime) -> None:
        old = (turns.c.conversation_id == conversation_id, turns.c.deleted_at < before)
        with self._step() as connection:
            tree = read_tree(connection, conversation_id)
            tops = connection.scalars(select(turns.c.id).where(*old)).all()
            doomed = {turn for top in tops for turn in tree.under(top, hidden=True)}
            # Children go before their parents, to which they refer.
            for some in in_portions([turn for turn in reversed(tree.under(hidden=True)) if turn in doomed]):
                _remove_words(connection, some)
            retitle(connection, conversation_id)
            retitle_comparison(connection, conversation_id)

    def _shrink(self, *, removed: bool) -> None:
        """Give the space of what was removed back to the disk, and empty the write-ahead log: it has the words too."""
        if self._pragma("auto_vacuum") != INCREMENTAL:
            if removed or self._pragma("freelist_count"):
                self._rewrite()
        else:
            left = self._pragma("freelist_count")
            while left and (before := left):
                self._pragma(f"incremental_vacuum({PAGES_AT_ONCE})", alone=True)
                time.sleep(PAUSE_S)
                left = self._pragma("freelist_count")
                if left >= before:
                    break
        if self._pragma("wal_checkpoint(TRUNCATE)", alone=True):
            log.info("the write-ahead log is in use and is emptied by the next purge")

    def _rewrite(self) -> None:
        """Write a file anew that was made before files gave space back: what is in its gaps goes too. Others wait."""
        started, pages = time.monotonic(), self._pragma("page_count")
        self._pragma(f"auto_vacuum = {INCREMENTAL}", then="VACUUM", alone=True)
        took = time.monotonic() - started
        log.info("wrote the database anew, %d pages instead of %d; %.1f s", self._pragma("page_count"), pages, took)

    def _pragma(self, name: str, *, then: str | None = None, alone: bool = False) -> int:
        """Run a PRAGMA outside of transactions, and a statement after it; answers with the first number it says."""
        with (
            self._alone() if alone else nullcontext(),
            store_errors(self.engine.url),
            self.engine.connect() as connection,
            closing(connection.connection.cursor()) as cursor,
        ):
            cursor.execute(f"PRAGMA {name}")
            said = cursor.fetchall()
            if then is not None:
                cursor.execute(then)
        return int(said[0][0]) if said else 0


def _remove_words(connection: Connection, ids: Sequence[str]) -> None:
    """Remove turns, and the words of their replies."""
    connection.execute(delete(turns).where(turns.c.id.in_(ids)))
    for table in (pieces, requests, exchanges):
        connection.execute(delete(table).where(table.c.reply_id.in_(ids)))
    connection.execute(update(replies).where(replies.c.id.in_(ids)).values(rows.WORDLESS))


def _delete_unused(connection: Connection, before: datetime) -> int:
    """Chats and comparisons in which nothing was ever said; a page that is opened begins one."""
    pane = conversations.alias()
    kept = select(comparisons.c.id)
    in_a_pane = exists().where(_used(pane), pane.c.comparison_id == comparisons.c.id)
    old = (comparisons.c.updated_at < before, comparisons.c.title == "", comparisons.c.renamed.is_(False))
    connection.execute(delete(comparisons).where(*old, ~in_a_pane))
    unused = connection.execute(
        delete(conversations).where(
            conversations.c.updated_at < before,
            conversations.c.renamed.is_(False),
            ~_used(conversations),
            or_(conversations.c.comparison_id.is_(None), conversations.c.comparison_id.not_in(kept)),
        )
    )
    return unused.rowcount


def _used(chat: FromClause) -> ColumnElement[bool]:
    """Whether anything was said in a chat, or paid for and deleted since."""
    return or_(*(exists().where(table.c.conversation_id == chat.c.id) for table in (turns, replies)))
