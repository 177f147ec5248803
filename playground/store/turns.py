"""Turns of a conversation: a tree, of which one way from the top to the head is on screen.

To edit a message is to add another one after the same parent; the old branch stays where it was.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from playground.messages import Message
from playground.store import rows
from playground.store.conversations import title_of, touch
from playground.store.database import Database, batches, first, new_id, now
from playground.store.errors import MissingError
from playground.store.pieces import read_pieces
from playground.store.records import Turn
from playground.store.schema import conversations, replies, turns
from playground.store.tree import Tree, read_tree


class Turns(Database):
    """The turns of a store."""

    def add_turn(self, conversation_id: str, parent_id: str | None, message: Message) -> Turn:
        """Say `message` after `parent_id` (None: first of all) and make it the head. Raises MissingError.

        For what a user or a tool says, and for an assistant's turn that no model wrote; `start_reply` is for answers.
        """
        turn_id = new_id()
        with self._write() as connection:
            place_turn(connection, conversation_id, parent_id, turn_id, **rows.packed_message(message))
            if message.role == "user":
                connection.execute(
                    update(conversations)
                    .where(conversations.c.id == conversation_id, conversations.c.title == "")
                    .values(title=title_of(message.text))
                )
            return _turns(connection, read_tree(connection, conversation_id), [turn_id])[0]

    def path(self, conversation_id: str) -> tuple[Turn, ...]:
        """The branch on screen, from the first turn to the head; empty where nothing was said or nothing is there."""
        with self._read() as connection:
            tree = read_tree(connection, conversation_id)
            return _turns(connection, tree, tree.way(_head(connection, conversation_id)))

    def turn(self, turn_id: str) -> Turn | None:
        """One turn, on whatever branch, deleted or not; None where there is none."""
        with self._read() as connection:
            row = first(connection, select(turns.c.conversation_id).where(turns.c.id == turn_id))
            if row is None:
                return None
            return _turns(connection, read_tree(connection, row["conversation_id"]), [turn_id])[0]

    def siblings(self, turn_id: str) -> tuple[str, ...]:
        """The branches at a turn: ids of all turns after the same parent, itself included, oldest first."""
        found = self.turn(turn_id)
        return () if found is None else found.siblings

    def select_branch(self, turn_id: str) -> str:
        """Put the branch of a turn on screen, down to its newest turn, and answer with that. Raises MissingError."""
        with self._write() as connection:
            conversation_id, tree = _shown(connection, turn_id)
            head = tree.newest(turn_id) or turn_id
            _move_head(connection, conversation_id, head)
        return head

    def set_head(self, turn_id: str) -> None:
        """Put the branch of a turn on screen, down to this turn and no further. Raises MissingError."""
        with self._write() as connection:
            conversation_id, _ = _shown(connection, turn_id)
            _move_head(connection, conversation_id, turn_id)

    def delete_turn(self, turn_id: str) -> None:
        """Hide a turn and all that follows it. Raises MissingError; again has no effect.

        Where the head was among them, the newest branch that is left after the same parent comes on screen.
        """
        with self._write() as connection:
            row = _row(connection, turn_id)
            if row["deleted_at"] is not None:
                return
            conversation_id, parent_id = row["conversation_id"], row["parent_id"]
            head = _head(connection, conversation_id)
            on_screen = turn_id in read_tree(connection, conversation_id).way(head)
            marks = {"deleted_at": now(), "head_before": head if on_screen else None}
            connection.execute(update(turns).where(turns.c.id == turn_id).values(marks))
            if on_screen:
                _move_head(connection, conversation_id, read_tree(connection, conversation_id).newest(parent_id))

    def restore_turn(self, turn_id: str) -> None:
        """Undo `delete_turn`, the head included where it was moved. Raises MissingError; again has no effect."""
        with self._write() as connection:
            row = _row(connection, turn_id)
            connection.execute(update(turns).where(turns.c.id == turn_id).values(deleted_at=None, head_before=None))
            tree = read_tree(connection, row["conversation_id"])
            before = row["head_before"]
            if before is not None and tree.shows(turn_id):
                head = before if tree.shows(before) else tree.newest(turn_id)
                _move_head(connection, row["conversation_id"], head)


def place_turn(
    connection: Connection, conversation_id: str, parent_id: str | None, turn_id: str, **columns: Any
) -> None:
    """Add a row to the tree and make it the head. Raises MissingError where the parent cannot be seen."""
    touch(connection, conversation_id, head=turn_id)
    if parent_id is not None and not read_tree(connection, conversation_id).shows(parent_id):
        raise MissingError("turn", parent_id)
    connection.execute(
        turns.insert().values(
            id=turn_id, conversation_id=conversation_id, parent_id=parent_id, created_at=now(), **columns
        )
    )


def _turns(connection: Connection, tree: Tree, ids: Sequence[str]) -> tuple[Turn, ...]:
    """The turns of these ids, oldest first, with replies and siblings."""
    found: list[RowMapping] = []
    answers: list[RowMapping] = []
    for some in batches(ids):
        found += connection.execute(select(turns).where(turns.c.id.in_(some))).mappings().all()
        answers += connection.execute(select(replies).where(replies.c.id.in_(some))).mappings().all()
    pieces = read_pieces(connection, [row["id"] for row in answers if row["state"] == "live"])
    by_id = {row["id"]: rows.reply(row, pieces.get(row["id"], ())) for row in answers}
    found.sort(key=lambda row: row["seq"])
    return tuple(rows.turn(row, tree.siblings(row["id"]), by_id.get(row["id"])) for row in found)


def _row(connection: Connection, turn_id: str) -> Any:
    row = first(connection, select(turns).where(turns.c.id == turn_id))
    if row is None:
        raise MissingError("turn", turn_id)
    return row


def _shown(connection: Connection, turn_id: str) -> tuple[str, Tree]:
    """The conversation of a turn that can be seen, and its tree. Raises MissingError."""
    conversation_id = _row(connection, turn_id)["conversation_id"]
    tree = read_tree(connection, conversation_id)
    if not tree.shows(turn_id):
        raise MissingError("turn", turn_id)
    return conversation_id, tree


def _head(connection: Connection, conversation_id: str) -> str | None:
    return connection.scalar(select(conversations.c.head).where(conversations.c.id == conversation_id))


def _move_head(connection: Connection, conversation_id: str, head: str | None) -> None:
    """To look at another branch is not to say something: the conversation keeps its place in the list."""
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(head=head))
