"""Conversations and replies on disk, in SQLite or PostgreSQL: a store for each owner.

stores = open_stores(sqlite_url(data_dir))
store = stores.of(DEFAULT_OWNER)
chat = store.create_conversation(model="@cf/meta/llama-3.1-8b-instruct")
question = store.add_turn(chat.id, None, Message("user", "Why is the sea salty?"))
reply_id = store.start_reply(chat.id, question.id, model=chat.model)
store.save_partial(reply_id, "Rivers")
store.finish_reply(reply_id, state="done", text="Rivers carry salt into it.")
store.path(chat.id)
"""

import logging
from pathlib import Path

from playground.owner import Owner
from playground.store.ballots import Ballot, BallotAnswer, BallotChoice, BallotCounts, Ballots, BallotsOfAll
from playground.store.batches import BatchState, Outcome, StoredBatches, SubmittedBatch
from playground.store.budgets import Budgets
from playground.store.charges import Charge, ReplyState, Spent
from playground.store.comparisons import Comparisons, SavedComparison
from playground.store.conversations import Conversations
from playground.store.database.database import connect, sqlite_path, sqlite_url
from playground.store.database.errors import MissingError, MovedError, ReadOnlyError, StoreError, database_name
from playground.store.datasets import StoredDatasets, StoredRow, StoredVersion
from playground.store.deleting import Deleting
from playground.store.entry_facts import EntryFacts
from playground.store.exchanges import Exchanges
from playground.store.experiment_judgements import JudgeEnd, Judgement, Verdict
from playground.store.experiment_records import (
    AskedTwice,
    CellEnd,
    CellFacts,
    Claimed,
    GivenUp,
    Headway,
    StoredCell,
    Submission,
    SubmittedCell,
    Wanted,
)
from playground.store.experiment_submissions import ExperimentSubmissions
from playground.store.experiment_tallies import ExperimentTallies, ExperimentTally
from playground.store.experiments import ExperimentStatus, NewExperiment, StoredExperiment, StoredExperiments
from playground.store.history import History
from playground.store.history_pages import HistoryEntry, HistoryFilter, HistoryPage
from playground.store.ids import new_id
from playground.store.ledger import Ledger, Reservation
from playground.store.paces import Paces
from playground.store.preferences import StoredPreferences
from playground.store.presets import Presets, SavedPreset
from playground.store.records import (
    Conversation,
    Ending,
    EndState,
    Failure,
    ReplyRequest,
    StoredReply,
    Turn,
)
from playground.store.replies import Replies
from playground.store.snapshots import NewSnapshot, Readers, SharedPages, Snapshot, SnapshotKind, Snapshots
from playground.store.spending import Spending
from playground.store.switches import AuditEntry, Stopped, Switches
from playground.store.transfer.incoming import BusyError, Incoming
from playground.store.transfer.outgoing import Outgoing
from playground.store.transfer.tables import Taken
from playground.store.transfer.unfit import UnfitError
from playground.store.turns import Turns
from playground.store.upkeep.backup import backups
from playground.store.upkeep.indexing import Indexing
from playground.store.upkeep.leftovers import Leftovers
from playground.store.upkeep.migrate import Migration, bring_up_to_date
from playground.store.upkeep.purging import Purging
from playground.store.upkeep.sizes import Sizes
from playground.store.usage import StoredUsage, UsageOfAll
from playground.store.users import GivenRole, User, Users
from playground.store.votes import Vote, VotedAnswer, VoteKind, VotesOfOthers

log = logging.getLogger(__name__)

__all__ = [
    "AskedTwice",
    "AuditEntry",
    "Ballot",
    "BallotAnswer",
    "BallotChoice",
    "BallotCounts",
    "BatchState",
    "BusyError",
    "CellEnd",
    "CellFacts",
    "Charge",
    "Claimed",
    "Conversation",
    "EndState",
    "Ending",
    "EntryFacts",
    "ExperimentStatus",
    "ExperimentTally",
    "Failure",
    "GivenRole",
    "GivenUp",
    "Headway",
    "HistoryEntry",
    "HistoryFilter",
    "HistoryPage",
    "JudgeEnd",
    "Judgement",
    "Migration",
    "MissingError",
    "MovedError",
    "NewExperiment",
    "NewSnapshot",
    "Outcome",
    "ReadOnlyError",
    "Readers",
    "ReplyRequest",
    "ReplyState",
    "Reservation",
    "SavedComparison",
    "SavedPreset",
    "Snapshot",
    "SnapshotKind",
    "Spent",
    "Stopped",
    "Store",
    "StoreError",
    "StoredCell",
    "StoredExperiment",
    "StoredReply",
    "StoredRow",
    "StoredVersion",
    "Stores",
    "Submission",
    "SubmittedBatch",
    "SubmittedCell",
    "Taken",
    "Turn",
    "UnfitError",
    "User",
    "Verdict",
    "Vote",
    "VoteKind",
    "VotedAnswer",
    "Wanted",
    "new_id",
    "open_stores",
    "sqlite_url",
]


class Store(
    Conversations,
    Spending,
    History,
    Turns,
    Replies,
    StoredBatches,
    StoredDatasets,
    StoredExperiments,
    ExperimentSubmissions,
    ExperimentTallies,
    StoredPreferences,
    Comparisons,
    Ballots,
    Presets,
    Snapshots,
    Exchanges,
    Paces,
    StoredUsage,
    Ledger,
    Deleting,
    Outgoing,
    Incoming,
):
    """Everything that is kept of one owner. Every call is one short transaction, may come from any thread, and raises
    StoreError. An id of somebody else's row is like one that nobody has.
    """


class Stores(
    Leftovers, Purging, Indexing, Sizes, Users, Switches, Budgets, UsageOfAll, VotesOfOthers, BallotsOfAll, SharedPages
):
    """The stores of all owners, in one database, and what a process does for all of them."""

    migration: Migration | None = None
    """What was changed in the schema when it was opened."""

    def of(self, owner: Owner, *, read_only: bool = False) -> Store:
        """The store of an owner. It costs nothing, and another one of the same owner is as good.

        One that is `read_only` refuses to change anything: raises ReadOnlyError.
        """
        return Store(self, owner, read_only=read_only)

    @property
    def location(self) -> str:
        """Where the database is, for people: a path, or a name and a server."""
        return database_name(self.engine.url)

    def backups(self) -> tuple[Path, ...]:
        """Copies of the database from before its schema was changed, the newest first; a server has its own."""
        return backups(sqlite_path(self.engine.url)) if self.engine.dialect.name == "sqlite" else ()


def open_stores(url: str, *, busy_timeout_s: float = 5) -> Stores:
    """The stores at a database URL, their tables made or migrated; replies of processes that died become interrupted.

    `sqlite:////path/to/file.db` or `postgresql://user:password@host/name`. `busy_timeout_s` is how long a call waits
    for another program that holds what it needs. Raises StoreError.
    """
    engine = connect(url, busy_timeout_s)
    try:
        migration = bring_up_to_date(engine, busy_timeout_s)
        stores = Stores(engine, busy_timeout_s)
        stores.migration = migration
        try:
            stores.mark_interrupted()
            stores.free_lost_cells()
        except StoreError as error:  # full, read-only or locked: what is there can be read all the same
            log.warning("replies of processes that died could not be marked: %s", error)
    except BaseException:
        engine.dispose()
        raise
    return stores
