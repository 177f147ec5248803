"""The chats of a store, as its history lists them, and all that it keeps."""

from sqlalchemy import select

from playground.store import HistoryEntry, HistoryFilter, Store
from playground.store.database.schema import conversations

CHATS = HistoryFilter(facets={"kind": "chat"})


def listed_chats(store: Store) -> tuple[HistoryEntry, ...]:
    """Those in which something was said, the one last used first."""
    return store.history(CHATS, limit=100).entries


def kept_chats(store: Store) -> dict[str, str]:
    """The titles by ids of all that were not deleted, also where nothing was said and no list has them."""
    own = (conversations.c.owner == store.owner.id, conversations.c.deleted_at.is_(None))
    query = select(conversations.c.id, conversations.c.title).where(*own, conversations.c.comparison_id.is_(None))
    with store._database.read() as connection:
        return {row.id: row.title for row in connection.execute(query)}
