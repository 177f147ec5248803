"""Turns of a conversation: a tree, of which one way from the top to the head is on screen.

To edit a message is to add another one after the same parent; the old branch stays where it was.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from playground.messages import Message
from playground.owner import Owner
from playground.store.conversations import touch
from playground.store.database import rows
from playground.store.database.database import first, in_portions, now
from playground.store.database.errors import MissingError, MovedError
from playground.store.database.schema import conversations, replies, turns
from playground.store.held import read_replies
from playground.store.ids import new_id
from playground.store.owned import OwnedRows
from playground.store.records import StoredReply, Turn
from playground.store.tree import Tree, read_tree, read_trees


class Turns(OwnedRows):
    """The turns of a store."""

    def add_turn(self, conversation_id: str, parent_id: str | None, message: Message) -> Turn:
        """Say `message` after `parent_id` (None: first of all) and make it the head. Raises MissingError.

        For what a user or a tool says, and for an assistant's turn that no model wrote; `start_reply` is for answers.
        """
        turn_id = new_id()
        with self._write() as connection:
            place_turns(connection, self.owner, [new_turn(turn_id, conversation_id, parent_id, message)])
            return self._turns(connection, read_trees(connection, [conversation_id]), [turn_id])[0]

    def path(self, conversation_id: str) -> tuple[Turn, ...]:
        """The branch on screen, from the first turn to the head; empty where nothing was said or nothing is there."""
        return self.paths([conversation_id])[conversation_id]

    def paths(self, conversation_ids: Sequence[str]) -> dict[str, tuple[Turn, ...]]:
        """The branches on screen of conversations, by id, all as they were at one moment."""
        query = select(conversations.c.id, conversations.c.head)
        own = query.where(conversations.c.id.in_(conversation_ids), self._is_own(conversations))
        with self._read() as connection:
            heads = {row.id: row.head for row in connection.execute(own)}
            trees = read_trees(connection, list(heads))
            branches = {id_: trees[id_].path_to(head) for id_, head in heads.items()}
            shown = [id_ for branch in branches.values() for id_ in branch]
            found = {turn.id: turn for turn in self._turns(connection, trees, shown)}
        return {known: tuple(found[id_] for id_ in branches.get(known, ())) for known in conversation_ids}

    def turn(self, turn_id: str) -> Turn | None:
        """One turn, on whatever branch, deleted or not; None where there is none."""
        with self._read() as connection:
            query = select(turns.c.conversation_id).where(turns.c.id == turn_id, self._is_own(turns))
            row = first(connection, query)
            if row is None:
                return None
            return self._turns(connection, read_trees(connection, [row["conversation_id"]]), [turn_id])[0]

    def turns(self, conversation_id: str, turn_ids: Sequence[str]) -> dict[str, Turn]:
        """Turns of a conversation by id, on whatever branches; without those that cannot be seen."""
        own = (conversations.c.id == conversation_id, self._is_own(conversations))
        with self._read() as connection:
            if first(connection, select(conversations.c.id).where(*own)) is None:
                return {}
            tree = read_tree(connection, conversation_id)
            there = [id_ for id_ in turn_ids if tree.shows(id_)]
            return {turn.id: turn for turn in self._turns(connection, {conversation_id: tree}, there)}

    def siblings(self, turn_id: str) -> tuple[str, ...]:
        """The branches at a turn: ids of all turns after the same parent, itself included, oldest first."""
        found = self.turn(turn_id)
        return () if found is None else found.siblings

    def select_branch(self, turn_id: str) -> str:
        """Put the branch of a turn on screen, down to its newest turn, and return that. Raises MissingError."""
        with self._write() as connection:
            conversation_id, tree = self._shown(connection, turn_id)
            head = tree.newest(turn_id) or turn_id
            _move_head(connection, conversation_id, head)
        return head

    def set_head(self, turn_id: str) -> None:
        """Put the branch of a turn on screen, down to this turn and no further. Raises MissingError."""
        with self._write() as connection:
            conversation_id, _ = self._shown(connection, turn_id)
            _move_head(connection, conversation_id, turn_id)

    def delete_turn(self, turn_id: str) -> None:
        """Hide a turn and all that follows it. Raises MissingError; again has no effect.

        Where the head was among them, the newest branch that is left after the same parent comes on screen.
        """
        with self._write() as connection:
            row = self._row(connection, turn_id)
            if row["deleted_at"] is not None:
                return
            conversation_id, parent_id = row["conversation_id"], row["parent_id"]
            head = _head(connection, conversation_id)
            on_screen = turn_id in read_tree(connection, conversation_id).path_to(head)
            marks = {"deleted_at": now(), "head_before": head if on_screen else None}
            connection.execute(update(turns).where(turns.c.id == turn_id).values(marks))
            if on_screen:
                _move_head(connection, conversation_id, read_tree(connection, conversation_id).newest(parent_id))

    def restore_turn(self, turn_id: str) -> None:
        """Undo `delete_turn`, the head included where it was moved. Raises MissingError; again has no effect."""
        with self._write() as connection:
            row = self._row(connection, turn_id)
            connection.execute(update(turns).where(turns.c.id == turn_id).values(deleted_at=None, head_before=None))
            tree = read_tree(connection, row["conversation_id"])
            before = row["head_before"]
            if before is not None and tree.shows(turn_id):
                head = before if tree.shows(before) else tree.newest(turn_id)
                _move_head(connection, row["conversation_id"], head)

    def _row(self, connection: Connection, turn_id: str) -> Any:
        """The row of a turn. Raises MissingError."""
        row = first(connection, select(turns).where(turns.c.id == turn_id, self._is_own(turns)))
        if row is None:
            raise MissingError("turn", turn_id)
        return row

    def _shown(self, connection: Connection, turn_id: str) -> tuple[str, Tree]:
        """The conversation of a turn that can be seen, and its tree. Raises MissingError."""
        conversation_id = self._row(connection, turn_id)["conversation_id"]
        tree = read_tree(connection, conversation_id)
        if not tree.shows(turn_id):
            raise MissingError("turn", turn_id)
        return conversation_id, tree

    def _turns(self, connection: Connection, trees: Mapping[str, Tree], ids: Sequence[str]) -> tuple[Turn, ...]:
        """The turns of these ids, oldest first, with replies and siblings."""
        found: list[RowMapping] = []
        answers: dict[str, StoredReply] = {}
        for some in in_portions(ids):
            found += connection.execute(select(turns).where(turns.c.id.in_(some))).mappings().all()
            answers |= {
                reply.id: reply for reply in read_replies(connection, replies.c.id.in_(some), self._database.held)
            }
        found.sort(key=lambda row: row["seq"])
        return tuple(
            rows.turn(row, trees[row["conversation_id"]].siblings(row["id"]), answers.get(row["id"])) for row in found
        )


def new_turn(turn_id: str, conversation_id: str, parent_id: str | None, message: Message) -> dict[str, Any]:
    """The row of a turn that says `message`."""
    columns = {"id": turn_id, "conversation_id": conversation_id, "parent_id": parent_id, "created_at": now()}
    return columns | rows.packed_message(message)


def place_turns(
    connection: Connection,
    owner: Owner,
    new: Sequence[Mapping[str, Any]],
    heads: Mapping[str, str | None] | None = None,
    *,
    beside: Collection[str] = (),
) -> None:
    """Add rows to the trees of an owner's conversations, parents first; the last of each becomes its head, of those
    that are not `beside` others where there are such.

    What a user says first titles a conversation. Raises MissingError where a parent cannot be seen, and MovedError
    where `heads`, by conversation, are not what its head is.
    """
    questions = {turn["conversation_id"]: turn["text"] for turn in reversed(new) if turn["role"] == "user"}
    ahead = {turn["conversation_id"]: turn["id"] for turn in new}
    ahead |= {turn["conversation_id"]: turn["id"] for turn in new if turn["id"] not in beside}
    before = touch(connection, owner, ahead, questions)
    if any(before[id_] != head for id_, head in (heads or {}).items()):
        raise MovedError
    # What follows the head, which can always be seen, or another of the new ones is known to stand in the tree.
    known = {(id_, head) for id_, head in before.items()} | {(id_, None) for id_ in before}
    elsewhere = []
    for turn in new:
        if (turn["conversation_id"], turn["parent_id"]) not in known:
            elsewhere.append(turn)
        known.add((turn["conversation_id"], turn["id"]))
    trees = read_trees(connection, sorted({turn["conversation_id"] for turn in elsewhere})) if elsewhere else {}
    for turn in elsewhere:
        if not trees[turn["conversation_id"]].shows(turn["parent_id"]):
            raise MissingError("turn", turn["parent_id"])
    connection.execute(turns.insert(), list(new))


def _head(connection: Connection, conversation_id: str) -> str | None:
    return connection.scalar(select(conversations.c.head).where(conversations.c.id == conversation_id))


def _move_head(connection: Connection, conversation_id: str, head: str | None) -> None:
    """To look at another branch is not to say something: the conversation keeps its place in the list."""
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(head=head))
