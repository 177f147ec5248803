"""What is taken along of each table. A new table belongs into one of the two lists here; a test says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import LargeBinary, Table

from playground.store.database.entry_tables import entries
from playground.store.database.experiment_tables import (
    dataset_versions,
    datasets,
    experiment_answers,
    experiment_exchanges,
    experiment_judgements,
    experiment_labels,
    experiment_retaken,
    experiments,
    version_rows,
)
from playground.store.database.schema import (
    batches,
    comparisons,
    conversations,
    exchanges,
    paces,
    preferences,
    presets,
    replies,
    requests,
    snapshots,
    turns,
    votes,
)

TableRow = dict[str, Any]
"""A row as its columns give it; packed bodies are JSON values."""


@dataclass(frozen=True)
class Transferred:
    """A table that is taken along.

    Of a table with `only`, these columns are: its rows are made with those that they are of, or counted here.
    `key` tells an owner's rows apart, of which one at most is here. `parent` is the column and the table of the row
    that a row hangs on; `references` are further columns with ids, in `inside` ids stand within JSON. `changed` is the
    column that says which of two versions of a row is the newer one, `person` the one that says who did it.
    """

    table: Table
    key: tuple[str, ...] = ("id",)
    parent: tuple[str, Table] | None = None
    references: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    changed: str | None = None
    only: tuple[str, ...] = ()
    person: str = ""

    @property
    def columns(self) -> list[str]:
        """What is taken along of a row: all that does not belong to the database that it is in."""
        return [*self.only] or [column.name for column in self.table.c if column.name not in _OF_THE_DATABASE]

    @property
    def packed(self) -> list[str]:
        """The columns in which JSON is compressed."""
        return [column.name for column in self.table.c if isinstance(column.type, LargeBinary)]

    @property
    def identified(self) -> str:
        """The column by which other rows refer to its rows."""
        return "id" if "id" in self.table.c else self.key[0]

    @property
    def owned(self) -> bool:
        """Whether its rows say themselves whose they are."""
        return "owner" in self.table.c


MARKS = ("id", "pinned", "archived", "name", "note", "tags")
"""What people put on an entry of the history."""
_OF_THE_DATABASE = ("owner", "process", "seq")
_OF_EXPERIMENT = ("experiment_id", experiments)

TRANSFERRED: Mapping[str, Transferred] = {
    known.table.name: known
    for known in (
        Transferred(comparisons, changed="updated_at", inside=("body",)),
        Transferred(
            votes,
            key=("comparison_id", "prompt", "voter"),
            parent=("comparison_id", comparisons),
            inside=("answers",),
            changed="at",
            person="voter",
        ),
        Transferred(
            conversations,
            parent=("comparison_id", comparisons),
            references=("head",),
            inside=("options",),
            changed="updated_at",
        ),
        Transferred(turns, parent=("conversation_id", conversations), references=("parent_id", "head_before")),
        Transferred(
            replies,
            parent=("conversation_id", conversations),
            references=("repeats", "preset", "copy_of"),
            inside=("setup",),
            changed="saved_at",
        ),
        Transferred(requests, key=("reply_id",), parent=("reply_id", replies)),
        Transferred(exchanges, key=("reply_id",), parent=("reply_id", replies)),
        Transferred(paces, key=("reply_id",), parent=("reply_id", replies)),
        Transferred(batches, changed="updated_at"),
        Transferred(presets, changed="updated_at"),
        Transferred(preferences, key=("name",)),
        Transferred(snapshots),
        Transferred(datasets, changed="updated_at"),
        Transferred(dataset_versions, parent=("dataset_id", datasets)),
        Transferred(version_rows, key=("version_id", "number"), parent=("version_id", dataset_versions)),
        Transferred(experiments, parent=("version_id", dataset_versions), inside=("definition",), changed="updated_at"),
        Transferred(experiment_answers, key=("experiment_id", "cell"), parent=_OF_EXPERIMENT, changed="ended_at"),
        Transferred(
            experiment_judgements, key=("experiment_id", "cell", "judge"), parent=_OF_EXPERIMENT, changed="ended_at"
        ),
        Transferred(
            experiment_exchanges, key=("experiment_id", "cell", "judge"), parent=_OF_EXPERIMENT, changed="ended_at"
        ),
        Transferred(
            experiment_retaken,
            key=("experiment_id", "cell", "judge", "at"),
            parent=_OF_EXPERIMENT,
            only=("experiment_id", "cell", "judge", "why", "holder", "spent", "at", "requests"),
        ),
        Transferred(
            experiment_labels,
            key=("experiment_id", "cell", "labeller"),
            parent=_OF_EXPERIMENT,
            changed="at",
            person="labeller",
        ),
        Transferred(entries, only=MARKS),
    )
}
"""In the order in which rows can be written: what a row hangs on comes before it."""

SELF = ""
"""How an export calls the owner whose export it is, among voters and labellers."""

LEFT_OUT: Mapping[str, str] = {
    "pieces": "part of the text of its reply, which has it",
    "ballots": "asked of a room here; its votes are taken along once it is closed",
    "usage_hours": "counted from replies, batches and experiments",
    "outdated_hours": "says what is to be counted",
    "budgets": "limits of this installation",
    "ledger": "what is held against them here; what was spent elsewhere does not count here",
    "ledger_days": "sums of the ledger",
    "experiment_claims": "says who asks for a cell just now",
    "experiment_submissions": "says which batches a service has just now",
    "entry_facets": "made of their entries",
    "documents": "made of the texts that they index",
    "document_numbers": "counts documents",
    "users": "who signs in here, and with which rights",
    "sign_ins": "who has signed in here",
    "switches": "what was switched here for everybody",
    "audit": "what administrators did here",
}
"""Tables that are not taken along, and why."""


@dataclass
class Tally:
    """Rows of one table: how many came, and how many of them were not there before or were older."""

    came: int = 0
    new: int = 0
    changed: int = 0


@dataclass
class Taken:
    """What was taken in, by table; `chats` are conversations that are no panes of a comparison."""

    tables: dict[str, Tally] = field(default_factory=dict)
    chats: Tally = field(default_factory=Tally)

    def of(self, name: str) -> Tally:
        """The rows of a table."""
        return self.tables.setdefault(name, Tally())


STAGING = "import "
"""How the owner of rows begins that are on their way in: nobody's yet."""
