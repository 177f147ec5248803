"""Removing for good: what was deleted long ago goes, with every copy of its words, and the file gets smaller.

In many short transactions, so that whoever writes meanwhile waits for a moment at most. What an answer cost stays, also
when its conversation goes: it was paid for.
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
from playground.store.database.entry_tables import entries
from playground.store.database.errors import store_errors
from playground.store.database.schema import (
    ballots,
    batches,
    comparisons,
    conversations,
    exchanges,
    paces,
    pieces,
    presets,
    replies,
    requests,
    turns,
)
from playground.store.entries import refresh_entry_of, remove_entry_words, remove_turn_words
from playground.store.tree import read_tree
from playground.store.upkeep.backup import remove_old
from playground.store.upkeep.old_experiments import (
    old_experiments,
    remove_old_datasets,
    remove_words_of_experiment,
    wordless_answers,
    wordless_judgements,
)
from playground.store.words import merge_some

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

        Returns the number of conversations, panes too. Of turns deleted out of a conversation that stays, and of
        panes taken out of a comparison, the words go and what they cost stays. Raises StoreError; what is not removed
        then is removed by the next purge.
        """
        started, doomed = time.monotonic(), self._doom(before)
        for conversation_id in doomed:
            self._remove_conversation(conversation_id)
        thrown_away = self._remove_batches(before) + self._remove_experiments(before)
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
            if doomed or old or thrown_away:
                self._merge_words()
            self._shrink(removed=bool(doomed or old or unused or thrown_away))
        return len(doomed) + unused

    @contextmanager
    def _step(self) -> Iterator[Connection]:
        """A short transaction, after which others have their turn."""
        with self.write() as connection:
            yield connection
        time.sleep(PAUSE_S)

    def _doom(self, before: datetime) -> Sequence[str]:
        """The conversations that are to be removed; from here on none of them can be brought back."""
        with self.read() as connection:
            compared = connection.scalars(select(comparisons.c.id).where(comparisons.c.deleted_at < before)).all()
        for comparison_id in compared:
            with self._step() as connection:
                remove_entry_words(connection, comparison_id)
        with self._step() as connection:
            for table in (comparisons, presets):
                connection.execute(delete(table).where(table.c.deleted_at < before))
            old = conversations.c.deleted_at < before
            connection.execute(update(conversations).where(old).values(deleted_at=GOING))
            return connection.scalars(select(conversations.c.id).where(old)).all()

    def _remove_conversation(self, conversation_id: str) -> None:
        """Its turns from the newest up, since children refer to their parents. What it cost was paid for, and stays."""
        with self._step() as connection:
            pane = select(conversations.c.comparison_id).where(conversations.c.id == conversation_id)
            page = "chat" if connection.scalar(pane) is None else "compare"
        for table in (turns, replies):
            newest = turns.c.seq.desc() if table is turns else replies.c.started_at.desc()
            ids = select(table.c.id).where(table.c.conversation_id == conversation_id).order_by(newest).limit(PORTION)
            while True:
                with self._step() as connection:
                    some = connection.scalars(ids).all()
                    _remove_words(connection, some)
                    of_none = {"conversation_id": None, "page": page}
                    connection.execute(update(replies).where(replies.c.id.in_(some)).values(of_none))
                if len(some) < PORTION:
                    break
        with self._step() as connection:
            remove_entry_words(connection, conversation_id)
            connection.execute(delete(conversations).where(conversations.c.id == conversation_id))

    def _remove_batches(self, before: datetime) -> int:
        """The words of batches that were deleted; answers with their number. What they cost was paid for, and stays."""
        wordless = {"items": rows.packed_request([]), "results": None, "error": None, "deleted_at": GOING}
        with self.read() as connection:
            full = batches.c["items"] != wordless["items"]
            doomed = connection.scalars(select(batches.c.id).where(batches.c.deleted_at < before, full)).all()
        for batch_id in doomed:
            with self._step() as connection:
                remove_entry_words(connection, batch_id)
                connection.execute(update(batches).where(batches.c.id == batch_id).values(wordless))
                connection.execute(delete(entries).where(entries.c.id == batch_id))
        return len(doomed)

    def _remove_experiments(self, before: datetime) -> int:
        """The words of experiments that were deleted, and rows of datasets that were; what they cost stays."""
        with self.read() as connection:
            doomed = old_experiments(connection, before)
        for experiment_id in doomed:
            for wordless in (wordless_answers, wordless_judgements):
                cell: int | None = 0
                while cell is not None:
                    with self._step() as connection:
                        cell = wordless(connection, experiment_id, cell, PORTION)
            with self._step() as connection:
                remove_words_of_experiment(connection, experiment_id)
        with self._step() as connection:
            removed = remove_old_datasets(connection, before)
        return len(doomed) + removed

    def _merge_words(self) -> None:
        """Write SQLite's index of words anew, a part at a time: what was taken out of it is in there until then."""
        begin, more = True, True
        while more:
            with self._step() as connection:
                more = merge_some(connection, begin=begin)
            begin = False

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
        has_turns = exists().where(turns.c.conversation_id == conversations.c.id)
        panes = select(conversations.c.id).where(conversations.c.updated_at < before, has_turns, taken_out)
        with self.read() as connection:
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
            refresh_entry_of(connection, conversation_id)

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
        """Run a PRAGMA outside of transactions, and a statement after it; returns the first number of the result."""
        with (
            self._alone() if alone else nullcontext(),
            store_errors(self.engine.url),
            self.engine.connect() as connection,
            closing(connection.connection.cursor()) as cursor,
        ):
            cursor.execute(f"PRAGMA {name}")
            found = cursor.fetchall()
            if then is not None:
                cursor.execute(then)
        return int(found[0][0]) if found else 0


def _remove_words(connection: Connection, ids: Sequence[str]) -> None:
    """Remove turns, the words of their replies, and ballots of their comparisons, which have copies of them."""
    remove_turn_words(connection, ids)
    shown_by = select(conversations.c.comparison_id).join(turns, turns.c.conversation_id == conversations.c.id)
    connection.execute(delete(ballots).where(ballots.c.comparison_id.in_(shown_by.where(turns.c.id.in_(ids)))))
    connection.execute(delete(turns).where(turns.c.id.in_(ids)))
    for table in (pieces, requests, exchanges, paces):
        connection.execute(delete(table).where(table.c.reply_id.in_(ids)))
    connection.execute(update(replies).where(replies.c.id.in_(ids)).values(rows.WORDLESS))


def _delete_unused(connection: Connection, before: datetime) -> int:
    """Chats and comparisons in which nothing was ever said; a page that is opened begins one."""
    pane = conversations.alias()
    existing = select(comparisons.c.id)
    in_a_pane = exists().where(_used(pane), pane.c.comparison_id == comparisons.c.id)
    old = (comparisons.c.updated_at < before, comparisons.c.title == "", comparisons.c.renamed.is_(False))
    connection.execute(delete(comparisons).where(*old, ~in_a_pane))
    unused = connection.execute(
        delete(conversations).where(
            conversations.c.updated_at < before,
            conversations.c.renamed.is_(False),
            ~_used(conversations),
            or_(conversations.c.comparison_id.is_(None), conversations.c.comparison_id.not_in(existing)),
        )
    )
    return unused.rowcount


def _used(chat: FromClause) -> ColumnElement[bool]:
    """Whether anything was said in a chat, or paid for and deleted since."""
    return or_(*(exists().where(table.c.conversation_id == chat.c.id) for table in (turns, replies)))
