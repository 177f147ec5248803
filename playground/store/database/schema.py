"""The tables. A change here needs a migration in `migrations/versions` and its name in VERSION.

conversations ─┬─< turns     a tree: `parent_id`; a turn with `deleted_at` hides everything under it
               └─< replies ─┬─< pieces     what came since the last fold, while the reply is live
                            ├── requests   the body that was sent, apart because it is long and seldom read
                            ├── exchanges  everything else that went over the wire
                            └── paces      when its pieces came, to be played again

comparisons ──< votes   one of each voter for each prompt

batches          asynchronous batches, with what was submitted and what came back
usage_hours      what was used in an hour: sums of rows of replies and batches
outdated_hours   the hours whose sums are to be made anew
budgets          limits on what requests may cost: playground/money/budget.py
ledger           what is held for a request until it ends, and what it cost from then on
ledger_days      the sums of the ledger for a day, an owner and a connection
preferences      what a person decided that belongs to no conversation
presets          named setups, as JSON
users            who has signed in, and the role that an administrator gave them
sign_ins         each signing in, until it ends
switches         what an administrator switched for everybody
audit            what administrators did
snapshots        pages that were shared, as they were then
datasets         rows that experiments ask about; the tables of experiments are in `experiment_tables.py`
experiments      definitions, with what came of each of their cells

entries ─┬─< entry_facets   what the history is filtered by
         └─< documents      which words of an entry are indexed, with their numbers in the index

An entry is a chat, a comparison, a batch or an experiment as the history lists it (`entry_tables.py`). Triggers, made
by migrations, add and remove entries with the rows that they are of, and mark those as outdated in which something
changed. `playground/store/entries.py` brings them up to date before anybody reads them. The index itself is
`document_words`: a table of FTS5 on SQLite, tsvector and GIN on PostgreSQL (`playground/store/words.py`).

The turn of an answer and its reply have the same id. A reply may belong to no conversation.

Every row has an owner: conversations, comparisons, votes, replies, batches, presets, snapshots and preferences in a
column, which each statement of `playground/store/` names; what hangs on these by the row that it hangs on. A reply has
the owner of its conversation, a pane and a vote that of its comparison.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
)

from playground.store.database.columns import Exact, Json, Moment, SafeText, Sequence

VERSION = "0031"


def _owner() -> Column[str]:
    """Whose a row is. The default is that of rows from before; SQLite cannot take it away."""
    return Column("owner", SafeText, nullable=False, server_default="default")


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", SafeText, primary_key=True),
    _owner(),
    Column("title", SafeText, nullable=False),
    Column("renamed", Boolean, nullable=False),
    Column("model", SafeText, nullable=False),
    Column("system_prompt", SafeText, nullable=False),
    Column("parameters", Json, nullable=False),
    Column("options", Json, nullable=False),
    Column("head", SafeText),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    # Set for the panes of a comparison, which no list of chats shows.
    Column("comparison_id", SafeText, index=True),
    Index("ix_conversations_owner", "owner", "updated_at", "id"),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", SafeText, primary_key=True),
    _owner(),
    Column("title", SafeText, nullable=False),
    Column("renamed", Boolean, nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Index("ix_comparisons_owner", "owner", "updated_at", "id"),
)

votes = Table(
    "votes",
    metadata,
    Column("id", SafeText, primary_key=True),
    # That of the comparison.
    _owner(),
    Column("comparison_id", SafeText, ForeignKey("comparisons.id", ondelete="CASCADE"), nullable=False),
    # Which prompt of the comparison, from 1.
    Column("prompt", Integer, nullable=False),
    # Who voted: the id of an owner.
    Column("voter", SafeText, nullable=False),
    Column("kind", SafeText, nullable=False),
    # The pane that was better, and its title then.
    Column("pane", SafeText),
    Column("name", SafeText, nullable=False),
    Column("note", SafeText, nullable=False),
    Column("blind", Boolean, nullable=False),
    # What stood in the panes: VotedAnswer of playground/store/votes.py.
    Column("answers", Json, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("comparison_id", "prompt", "voter"),
    Index("ix_votes_owner", "owner", "at", "id"),
)

turns = Table(
    "turns",
    metadata,
    # Counts up with every turn, so that a child is always above its parent and "newest" needs no clock.
    Column("seq", Sequence, primary_key=True),
    Column("id", SafeText, nullable=False, unique=True),
    Column("conversation_id", SafeText, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    # Without CASCADE: SQLite follows one for 1,000 levels only, and a conversation may be longer.
    Column("parent_id", SafeText, ForeignKey("turns.id"), index=True),
    Column("role", SafeText, nullable=False),
    Column("text", SafeText, nullable=False),
    Column("parts", Json),
    Column("reasoning", SafeText),
    Column("tool_calls", Json),
    Column("tool_call_id", SafeText),
    # The ProviderMetadata of the message.
    Column("given", Json),
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("head_before", SafeText),
)

replies = Table(
    "replies",
    metadata,
    Column("id", SafeText, primary_key=True),
    _owner(),
    Column("conversation_id", SafeText, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    # The process that receives it: database/claims.py.
    Column("process", SafeText, nullable=False),
    Column("model", SafeText, nullable=False),
    Column("connection", SafeText, nullable=False),
    Column("state", SafeText, nullable=False, index=True),
    Column("text", SafeText, nullable=False),
    Column("reasoning", SafeText, nullable=False),
    Column("tool_calls", Json),
    Column("finish_reason", SafeText),
    Column("truncated", Boolean, nullable=False, default=False),
    Column("usage", Json),
    Column("price", Json),
    Column("cost", Exact),
    # Seconds before it was sent, by what they went into: WAITS of playground/metering.py.
    Column("waits", Json),
    Column("first_token_s", Float),
    # Of the last attempt; 0 where nothing was sent: `was_never_sent` of rows.py.
    Column("total_s", Float),
    # From the first token to the first that was no thought.
    Column("thought_s", Float),
    Column("error", Json),
    Column("request_id", SafeText),
    Column("notes", Json),
    Column("response_format", Json),
    Column("cached", Boolean, nullable=False, default=False),
    # The reply that this one was asked together with: the same prompt and settings once more.
    Column("repeats", SafeText),
    # What the answer was asked with: the model's name, system prompt, parameters and options, as they were then.
    Column("setup", Json),
    # Pictures, sources, further choices and probabilities: playground/answers/extras.py.
    Column("extras", Json),
    # The ProviderMetadata of the answer.
    Column("given", Json),
    Column("started_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("finished_at", Moment),
    # Where it was asked, once its conversation is gone, which says so as long as it is there.
    Column("page", SafeText),
    # The id of the preset that it was set by.
    Column("preset", SafeText),
    # The reply that this one is a copy of: that one was paid for.
    Column("copy_of", SafeText),
    Index("ix_replies_owner", "owner", "started_at"),
)

pieces = Table(
    "pieces",
    metadata,
    Column("reply_id", SafeText, ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", SafeText, nullable=False),
    Column("reasoning", SafeText, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("reply_id", SafeText, ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

exchanges = Table(
    "exchanges",
    metadata,
    Column("reply_id", SafeText, ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True),
    Column("trace", LargeBinary, nullable=False),
)

paces = Table(
    "paces",
    metadata,
    Column("reply_id", SafeText, ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True),
    # A Pace of playground/answers/pace.py, of at most LONGEST_PACE bytes.
    Column("steps", LargeBinary, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("id", SafeText, primary_key=True),
    _owner(),
    Column("connection", SafeText, nullable=False),
    Column("model", SafeText, nullable=False),
    # What the service calls it; NULL until the service has taken it.
    Column("request_id", SafeText),
    Column("status", SafeText, nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("items", LargeBinary, nullable=False),
    Column("results", LargeBinary),
    Column("failed", Integer),
    Column("usage", Json),
    Column("price", Json),
    Column("error", Json),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Index("ix_batches_owner", "owner", "created_at", "id"),
)

presets = Table(
    "presets",
    metadata,
    Column("id", SafeText, primary_key=True),
    _owner(),
    Column("body", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Index("ix_presets_owner", "owner", "created_at", "id"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("owner", SafeText, primary_key=True),
    Column("name", SafeText, primary_key=True),
    Column("value", Json, nullable=False),
)

budgets = Table(
    "budgets",
    metadata,
    # Billionths of a dollar, as in the ledger; NULL is no limit.
    Column("scope", SafeText, primary_key=True),
    Column("subject", SafeText, primary_key=True),
    Column("reply", BigInteger),
    Column("day", BigInteger),
    Column("month", BigInteger),
    Column("unpriced_allowed", Boolean, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    # That of the reply or batch. The row stays when those go: it was paid for.
    Column("id", SafeText, primary_key=True),
    Column("owner", SafeText, nullable=False),
    Column("connection", SafeText, nullable=False),
    # In UTC, when it was asked.
    Column("day", SafeText, nullable=False),
    # The most that it can cost; NULL where that is not known.
    Column("bound", BigInteger),
    # NULL until it has ended.
    Column("spent", BigInteger),
    # The part of what is spent of which nobody knows whether it was billed: the most that it can be.
    Column("unsure", BigInteger, nullable=False, server_default="0"),
    # Whether its owner pays for it, not the installation.
    Column("own", Boolean, nullable=False, server_default=false()),
)

ledger_days = Table(
    "ledger_days",
    metadata,
    Column("day", SafeText, primary_key=True),
    Column("owner", SafeText, primary_key=True),
    Column("connection", SafeText, primary_key=True),
    Column("held", BigInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    # The part of what is spent that may have been billed.
    Column("unsure", BigInteger, nullable=False, server_default="0"),
    # The part of these that the owner pays.
    Column("own_held", BigInteger, nullable=False, server_default="0"),
    Column("own_spent", BigInteger, nullable=False, server_default="0"),
    Column("own_unsure", BigInteger, nullable=False, server_default="0"),
)

usage_hours = Table(
    "usage_hours",
    metadata,
    Column("owner", SafeText, primary_key=True),
    # Its beginning.
    Column("hour", Moment, primary_key=True),
    Column("connection", SafeText, primary_key=True),
    Column("model", SafeText, primary_key=True),
    Column("page", SafeText, primary_key=True),
    # Its id; "" where there was none.
    Column("preset", SafeText, primary_key=True),
    # Totals of playground/money/totals.py.
    Column("totals", Json, nullable=False),
    Index("ix_usage_hours_hour", "hour", "owner"),
)

outdated_hours = Table(
    "outdated_hours",
    metadata,
    Column("owner", SafeText, primary_key=True),
    Column("hour", Moment, primary_key=True),
)

users = Table(
    "users",
    metadata,
    Column("owner", SafeText, primary_key=True),
    # The address of the last signing in, and whether the provider had verified it.
    Column("email", SafeText, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("name", SafeText, nullable=False),
    # What an administrator decided; NULL leaves it to secrets.toml.
    Column("role", SafeText),
    Column("first_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    # A hash of the cookie that the browser was given.
    Column("id", SafeText, primary_key=True),
    Column("owner", SafeText, nullable=False, index=True),
    Column("began_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
)

switches = Table(
    "switches",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("by", SafeText, nullable=False),
    Column("reason", SafeText, nullable=False),
    Column("at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Sequence, primary_key=True),
    Column("at", Moment, nullable=False),
    # The id of an owner.
    Column("by", SafeText, nullable=False),
    Column("what", SafeText, nullable=False),
    Column("about", SafeText, nullable=False),
)

ballots = Table(
    "ballots",
    metadata,
    # Its address: whoever has it may vote.
    Column("id", SafeText, primary_key=True),
    # That of the comparison.
    _owner(),
    Column("comparison_id", SafeText, ForeignKey("comparisons.id", ondelete="CASCADE"), nullable=False),
    Column("prompt", Integer, nullable=False),
    Column("blind", Boolean, nullable=False),
    Column("counts_hidden", Boolean, nullable=False),
    # Question and answers as the room is shown them, and VotedAnswer of playground/store/votes.py.
    Column("question", SafeText, nullable=False),
    Column("answers", Json, nullable=False),
    Column("voted", Json, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Index("ix_ballots_comparison", "comparison_id", "opened_at", "id"),
)

snapshots = Table(
    "snapshots",
    metadata,
    # Its address: whoever has it may read it, where `readers` says so.
    Column("id", SafeText, primary_key=True),
    _owner(),
    Column("kind", SafeText, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("readers", SafeText, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("visits", Integer, nullable=False),
    # Characters of the page, and what it says of its own content: playground/sharing/digest.py.
    Column("size", Integer, nullable=False),
    Column("digest", SafeText, nullable=False),
    Column("page", LargeBinary, nullable=False),
    Index("ix_snapshots_owner", "owner", "made_at", "id"),
)
