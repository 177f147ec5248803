"""The shape of a conversation: which turn follows which, and what is hidden."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from playground.store.database.schema import turns


class Tree:
    """The turns of one conversation by id. A deleted turn hides itself and everything under it.

    Walked here and not by recursive queries: PostgreSQL plans those badly for tables that it has not analysed yet.
    """

    def __init__(self, links: Iterable[tuple[str, str | None, bool]] = ()) -> None:
        """Links are (turn, its parent or None, whether it was deleted), oldest first: parents before their children."""
        self._parents: dict[str, str | None] = {}
        self._deleted: set[str] = set()
        self._children: dict[str | None, list[str]] = {}
        for turn_id, parent_id, deleted in links:
            self._parents[turn_id] = parent_id
            if deleted:
                self._deleted.add(turn_id)
            else:
                self._children.setdefault(parent_id, []).append(turn_id)

    def path_to(self, turn_id: str | None) -> tuple[str, ...]:
        """The turns from the first one down to this one; empty where it is not part of the tree."""
        up: list[str] = []
        while turn_id is not None and turn_id in self._parents:
            up.append(turn_id)
            turn_id = self._parents[turn_id]
        return tuple(reversed(up))

    def shows(self, turn_id: str) -> bool:
        """Whether the turn is there and neither it nor any above it was deleted."""
        return turn_id in self._parents and self._deleted.isdisjoint(self.path_to(turn_id))

    def siblings(self, turn_id: str) -> tuple[str, ...]:
        """The turns after the same parent that were not deleted, this one among them, oldest first."""
        return tuple(self._children.get(self._parents[turn_id], ()))

    def under(self, top: str | None = None, *, hidden: bool = False) -> tuple[str, ...]:
        """A turn and all that follows it (None: every turn), oldest first; with `hidden`, deleted ones too."""
        reached: set[str | None] = {None} if top is None else set()
        found = []
        for turn_id, parent_id in self._parents.items():
            if (turn_id == top or parent_id in reached) and (hidden or turn_id not in self._deleted):
                reached.add(turn_id)
                found.append(turn_id)
        return tuple(found)

    def newest(self, top: str | None = None) -> str | None:
        """The turn last added under `top`: a leaf, because what follows a turn is newer. None where nothing shows."""
        return next(reversed(self.under(top)), None)


def read_trees(connection: Connection, conversation_ids: Sequence[str]) -> dict[str, Tree]:
    """The trees of conversations, by id; an empty one for a conversation without turns."""
    query = select(turns.c.conversation_id, turns.c.id, turns.c.parent_id, turns.c.deleted_at.is_not(None))
    links: dict[str, list[tuple[str, str | None, bool]]] = {}
    for conversation_id, *link in connection.execute(
        query.where(turns.c.conversation_id.in_(conversation_ids)).order_by(turns.c.seq)
    ):
        turn_id, parent_id, deleted = link
        links.setdefault(conversation_id, []).append((turn_id, parent_id, deleted))
    return {conversation_id: Tree(links.get(conversation_id, ())) for conversation_id in conversation_ids}


def read_tree(connection: Connection, conversation_id: str) -> Tree:
    """The tree of one conversation."""
    return read_trees(connection, [conversation_id])[conversation_id]
