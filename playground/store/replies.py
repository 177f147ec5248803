"""Replies: started, saved as they come, finished, and marked where the process that received them died."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack

from sqlalchemy import Connection, Engine, delete, exists, func, or_, select, update

from playground.messages import Message, ToolCall
from playground.metering import Price, Usage
from playground.store.database import rows
from playground.store.database.database import Database, first, now
from playground.store.database.errors import MissingError, StoreError, store_errors
from playground.store.database.schema import conversations, pieces, replies, requests, turns
from playground.store.exchanges import keep_trace, pack_trace
from playground.store.held import read_replies
from playground.store.pieces import add_piece, fold
from playground.store.records import Ending, ReplyRequest, StoredReply
from playground.store.turns import new_turn, place_turns


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the database holds of a live reply; `number` is that of the next piece."""

    text: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    number: int = 0


@dataclass(slots=True)
class _Draft:
    """A live reply that is saved from here; `kept` is None where the database must be asked."""

    kept: _Kept | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Replies(Database):
    """The replies of a store."""

    def __init__(self, engine: Engine, busy_timeout_s: float = 5) -> None:
        super().__init__(engine, busy_timeout_s)
        self._drafts: dict[str, _Draft] = {}

    def start_reply(
        self,
        conversation_id: str | None = None,
        parent_id: str | None = None,
        *,
        model: str,
        connection: str = "",
        response_format: Mapping[str, Any] | None = None,
        started_at: datetime | None = None,
        setup: Mapping[str, Any] | None = None,
    ) -> str:
        """A live reply, as a turn after `parent_id` and the new head; without a conversation, one of its own.

        What `ReplyRequest` says of the rest. Answers with the id of the reply, which is that of its turn. Raises
        MissingError.
        """
        asked = ReplyRequest(
            conversation_id,
            parent_id,
            model,
            connection,
            response_format=response_format,
            started_at=started_at,
            setup=setup,
        )
        self.ask([asked])
        return asked.id

    def ask(self, asked: Sequence[ReplyRequest], heads: Mapping[str, str | None] | None = None) -> None:
        """Say messages and begin a live reply to each, all or none; the replies become the heads.

        `heads` are what the heads of conversations are thought to be, by id. Raises MissingError, MovedError where a
        head is another one, and StoreError also where so many answers wait to be saved that another one should not
        join them.
        """
        if not asked:
            return
        if self._held.full:
            raise StoreError(
                "Too many answers could not be saved yet.",
                "They are tried again all the time. Ask on when the notes at them are gone.",
            )
        with store_errors(self.engine.url):
            self._claims.hold(self.owner)
        new, begun = [], []
        for one in asked:
            parent_id, at = one.parent_id, one.started_at or now()
            if one.conversation_id is not None:
                if one.message is not None:
                    new.append(new_turn(one.message_id, one.conversation_id, parent_id, one.message))
                    parent_id = one.message_id
                new.append(new_turn(one.id, one.conversation_id, parent_id, Message("assistant", "")))
            begun.append(self._begun(one, at))
        with self._write() as connection:
            if new:
                place_turns(connection, new, heads)
            connection.execute(replies.insert(), begun)
        self._drafts |= {one.id: _Draft(_Kept()) for one in asked}

    def _begun(self, asked: ReplyRequest, at: datetime) -> dict[str, Any]:
        """The row of a reply that has just been asked for."""
        return {
            "id": asked.id,
            "conversation_id": asked.conversation_id,
            "owner": self.owner,
            "model": asked.model,
            "connection": asked.connection,
            "state": "live",
            "text": "",
            "reasoning": "",
            "response_format": None if asked.response_format is None else dict(asked.response_format),
            "repeats": asked.repeats,
            "setup": None if asked.setup is None else dict(asked.setup),
            "started_at": at,
            "saved_at": at,
        }

    def save_partial(
        self,
        reply_id: str,
        text: str,
        reasoning: str = "",
        tool_calls: Sequence[ToolCall] = (),
        *,
        usage: Usage | None = None,
        price: Price | None = None,
        cost: Decimal | None = None,
    ) -> None:
        """Keep what came so far, given whole; only what is new is written. After `finish_reply` it has no effect.

        Usage, price and cost (USD) are those that count if nothing more is written: the process may die. Raises
        StoreError where it could not be kept; the next call then writes what this one did not.
        """
        draft = self._drafts.setdefault(reply_id, _Draft())
        with draft.lock:
            wanted = _Kept(text, reasoning, tuple(tool_calls))
            if draft.kept == replace(wanted, number=draft.kept.number if draft.kept else 0):
                return
            kept, draft.kept = draft.kept, None
            with self._write() as connection:
                charge = {"usage": rows.packed_usage(usage), "price": rows.packed_price(price), "cost": cost}
                if not _revive(connection, reply_id, tool_calls=rows.packed_calls(wanted.tool_calls), **charge):
                    self._drafts.pop(reply_id, None)
                    return
                number = _append(connection, reply_id, kept or _read_kept(connection, reply_id), wanted)
            draft.kept = replace(wanted, number=number)

    def hold_reply(self, reply_id: str, why: str = "", **ending: Unpack[Ending]) -> None:
        """Have a reply read as it ended, from memory, until it is released; `unsaved` says `why`. Never waits."""
        self._held.put(reply_id, ending, {**rows.packed_ending(ending, now()), "unsaved": why})

    def release_reply(self, reply_id: str) -> None:
        """Have a reply read as it is written."""
        self._held.drop(reply_id)

    def finish_reply(self, reply_id: str, **ending: Unpack[Ending]) -> None:
        """Write the whole outcome of a reply. Again replaces it.

        Raises MissingError where the reply was purged, StoreError where it could not be written.
        """
        at = now()
        self._drafts.pop(reply_id, None)
        columns, trace = rows.packed_ending(ending, at), ending.get("trace")
        packed = None if trace is None else pack_trace(trace)
        with self._write() as connection:
            query = select(replies.c.conversation_id, turns.c.id).join(turns, turns.c.id == replies.c.id, isouter=True)
            row = first(connection, query.where(replies.c.id == reply_id).with_for_update(of=replies))
            if row is None:
                raise MissingError("reply", reply_id)
            if row["conversation_id"] is not None and row["id"] is None:  # purged; what it cost is kept all the same
                fold(connection, reply_id, **columns | rows.WORDLESS)
                return
            fold(connection, reply_id, **columns)
            _keep_request(connection, reply_id, ending.get("request"))
            if packed is not None:
                keep_trace(connection, reply_id, packed)
            connection.execute(
                update(conversations)
                .where(conversations.c.id == row["conversation_id"])
                .values(updated_at=columns["finished_at"])
            )

    def reply(self, reply_id: str) -> StoredReply | None:
        """A reply as far as it came, whatever it belongs to; None where there is none."""
        with self._read() as connection:
            found = read_replies(connection, replies.c.id == reply_id, self._held)
        return found[0] if found else None

    def replies(self, conversation_id: str) -> tuple[StoredReply, ...]:
        """Every reply of a conversation on every branch, deleted ones too, the first one first."""
        with self._read() as connection:
            return read_replies(connection, replies.c.conversation_id == conversation_id, self._held)

    def replies_by_id(self, ids: Sequence[str]) -> tuple[StoredReply, ...]:
        """The replies of these ids, the first one first; ids that nobody knows are left out."""
        with self._read() as connection:
            return read_replies(connection, replies.c.id.in_(ids), self._held)

    def request(self, reply_id: str) -> Any:
        """The JSON body that was sent for a reply; None where it is not known."""
        held = self._held.get(reply_id)
        if held is not None and held.ending.get("request") is not None:
            return held.ending["request"]
        with self._read() as connection:
            body = connection.scalar(select(requests.c.body).where(requests.c.reply_id == reply_id))
        return None if body is None else rows.unpacked_request(body)

    def mark_interrupted(self) -> tuple[str, ...]:
        """Turn replies that a dead process left live into interrupted ones, with all that had come, and name them.

        What another living process receives is left alone, and so is what this one receives.
        """
        stranded = (replies.c.state == "live", replies.c.owner != self.owner)
        with self._read() as connection:
            if first(connection, select(replies.c.id).where(*stranded).limit(1)) is None:
                return ()
        with self._write() as connection:
            owners = connection.scalars(select(replies.c.owner).where(*stranded).distinct()).all()
            gone = [owner for owner in owners if self._claims.gone(connection, owner)]
            query = select(replies.c.id, replies.c.saved_at).where(*stranded, replies.c.owner.in_(gone))
            found = connection.execute(query.order_by(replies.c.started_at).with_for_update()).all()
            for row in found:
                kept = _read_kept(connection, row.id)
                fold(
                    connection,
                    row.id,
                    state="interrupted",
                    text=kept.text,
                    reasoning=kept.reasoning,
                    finished_at=row.saved_at,
                )
            return tuple(row.id for row in found)


def _revive(connection: Connection, reply_id: str, **values: Any) -> bool:
    """Note that a reply is coming, also where it was taken for dead; False where it has ended. Raises MissingError."""
    changed = connection.execute(
        update(replies)
        .where(
            replies.c.id == reply_id,
            replies.c.state.in_(("live", "interrupted")),
            or_(replies.c.conversation_id.is_(None), exists().where(turns.c.id == replies.c.id)),
        )
        .values(state="live", saved_at=now(), finished_at=None, **values)
    )
    if changed.rowcount:
        return True
    row = first(connection, select(replies.c.state).where(replies.c.id == reply_id))
    if row is None or row["state"] in ("live", "interrupted"):  # its turn was purged
        raise MissingError("reply", reply_id)
    return False


def _append(connection: Connection, reply_id: str, kept: _Kept, wanted: _Kept) -> int:
    """Make what is kept what is wanted, by one more piece where it only grew; answers with the next piece's number."""
    if not (wanted.text.startswith(kept.text) and wanted.reasoning.startswith(kept.reasoning)):
        fold(connection, reply_id, text=wanted.text, reasoning=wanted.reasoning)
        return kept.number
    text, reasoning = wanted.text[len(kept.text) :], wanted.reasoning[len(kept.reasoning) :]
    if not (text or reasoning):
        return kept.number
    add_piece(connection, reply_id, kept.number, text, reasoning)
    return kept.number + 1


def _read_kept(connection: Connection, reply_id: str) -> _Kept:
    found = read_replies(connection, replies.c.id == reply_id)[0]
    number = connection.scalar(select(func.max(pieces.c.number)).where(pieces.c.reply_id == reply_id))
    return _Kept(found.text, found.reasoning, found.tool_calls, 0 if number is None else number + 1)


def _keep_request(connection: Connection, reply_id: str, body: Any) -> None:
    if body is not None:
        connection.execute(delete(requests).where(requests.c.reply_id == reply_id))
        connection.execute(requests.insert().values(reply_id=reply_id, body=rows.packed_request(body)))
