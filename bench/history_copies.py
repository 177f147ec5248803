"""Makes a history many times as long: rows are copied with other ids and times, and indexed. SQLite alone.

To write a million answers one after the other, and to index them, takes a quarter of an hour of processor time.
"""

from sqlalchemy import Connection, Table, select, text

from playground.owner import DEFAULT_OWNER
from playground.store import Stores
from playground.store.database.entry_tables import entries, entry_facets, word_documents
from playground.store.database.schema import conversations, replies, turns
from playground.store.entries import texts_of_turns
from playground.store.words import add_words

_ID = "{} || '-' || {copy}"
_EARLIER = "strftime('%Y-%m-%d %H:%M:%f', {}, '-{days} days')"
_COPIED: dict[Table, dict[str, str]] = {
    conversations: {"id": _ID, "head": _ID, "created_at": _EARLIER, "updated_at": _EARLIER},
    turns: {
        "seq": "{} + {copy} * {turns}",
        "id": _ID,
        "parent_id": _ID,
        "conversation_id": _ID,
        "created_at": _EARLIER,
    },
    replies: {"id": _ID, "conversation_id": _ID, "started_at": _EARLIER, "saved_at": _EARLIER, "finished_at": _EARLIER},
    entries: {"number": "{} + {copy} * {entries}", "id": _ID, "updated_at": _EARLIER},
    entry_facets: {"entry": "{} + {copy} * {entries}", "updated_at": _EARLIER},
}
"""What a column is in a copy; the others are as they were."""
_ORIGINALS: dict[Table, str] = {
    conversations: "instr(id, '-') = 0",
    turns: "seq <= {turns}",
    replies: "instr(id, '-') = 0",
    entries: "number <= {entries}",
    entry_facets: "entry <= {entries}",
}


def multiply(stores: Stores, times: int, days: int) -> None:
    """Have a history `times` as long; each copy is that of so many days before the one before."""
    with stores.write() as connection:
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        last: dict[str, int] = {
            table.name: connection.execute(select(column).order_by(column.desc()).limit(1)).scalar_one()
            for table, column in ((turns, turns.c.seq), (entries, entries.c.number))
        }
        for copy in range(1, times):
            for table, changed in _COPIED.items():
                _copy(connection, table, changed, copy=copy, days=copy * days, **last)
        known = select(word_documents.c.entry, word_documents.c.turn).order_by(word_documents.c.number.desc())
        documents = [row._tuple() for row in connection.execute(known)]
        for copy in range(1, times):
            for start in range(0, len(documents), 5_000):
                some = documents[start : start + 5_000]
                texts = texts_of_turns(connection, [turn for _, turn in some])
                old = {
                    (entry + copy * last["entries"], turn + copy * last["turns"]): texts[turn] for entry, turn in some
                }
                add_words(connection, DEFAULT_OWNER.id, dict(reversed(old.items())), old=True)
        for _, statement in triggers:
            connection.exec_driver_sql(statement)


def _copy(connection: Connection, table: Table, changed: dict[str, str], **numbers: int) -> None:
    names = [column.name for column in table.columns]
    values = [changed.get(name, "{}").format(f'"{name}"', **numbers) for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    original = _ORIGINALS[table].format(**numbers)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({columns}) SELECT {', '.join(values)} FROM {table.name} WHERE {original}"
    )
