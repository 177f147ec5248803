"""The tables. A change here needs a migration in `migrations/versions` and its name in VERSION.

conversations ─┬─< turns     a tree: `parent_id`; a turn with `deleted_at` hides everything under it
               └─< replies ─┬─< pieces     what came since the last fold, while the reply is live
                            ├── requests   the body that was sent, apart because it is long and seldom read
                            └── exchanges  everything else that went over the wire

batches          asynchronous batches, with what was submitted and what came back
preferences      what a person decided that belongs to no conversation
presets          named setups, as JSON

The turn of an answer and its reply have the same id. A reply may belong to no conversation.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from playground.store.database.columns import Exact, Json, Moment, SafeText, Sequence

VERSION = "0009"

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
    Column("title", SafeText, nullable=False),
    Column("renamed", Boolean, nullable=False),
    Column("model", SafeText, nullable=False),
    Column("system_prompt", SafeText, nullable=False),
    Column("parameters", Json, nullable=False),
    Column("options", Json, nullable=False),
    Column("head", SafeText),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False, index=True),
    Column("deleted_at", Moment),
    # Set for the panes of a comparison, which no list of chats shows.
    Column("comparison_id", SafeText, index=True),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("title", SafeText, nullable=False),
    Column("renamed", Boolean, nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False, index=True),
    Column("deleted_at", Moment),
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
    # What a server gave with the message and wants back: Given of playground/messages.py.
    Column("given", Json),
    Column("created_at", Moment, nullable=False),
    Column("deleted_at", Moment),
    Column("head_before", SafeText),
)

replies = Table(
    "replies",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("conversation_id", SafeText, ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
    Column("owner", SafeText, nullable=False),
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
    # What the server gave with the answer and wants back: Given of playground/messages.py.
    Column("given", Json),
    Column("started_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("finished_at", Moment),
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

batches = Table(
    "batches",
    metadata,
    Column("id", SafeText, primary_key=True),
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
    Column("created_at", Moment, nullable=False, index=True),
    Column("updated_at", Moment, nullable=False),
)

presets = Table(
    "presets",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("body", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),
)

preferences = Table(
    "preferences",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("value", Json, nullable=False),
)
