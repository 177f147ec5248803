"""Replies: started, saved as they come, finished and read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, or_, select, update

from playground.messages import Message, ToolCall
from playground.metering import Price, Usage
from playground.store.database import rows
from playground.store.database.database import first, now
from playground.store.database.errors import MissingError, StoreError
from playground.store.database.schema import conversations, replies, requests, turns
from playground.store.drafts import Draft, Saved, append_to_saved, read_saved
from playground.store.entries import remove_turn_words
from playground.store.exchanges import keep_trace, pack_trace
from playground.store.held import read_replies
from playground.store.ledger import Reservation, reserve_in, settle_in
from playground.store.owned import OwnedRows
from playground.store.paces import keep_pace
from playground.store.pieces import fold
from playground.store.records import Ending, ReplyRequest, StoredReply
from playground.store.turns import new_turn, place_turns
from playground.store.usage import outdate

# Made once: SQLAlchemy takes longer to make a statement than SQLite to carry it out, and this is done for each save.
_COMING = (
    update(replies)
    .where(
        replies.c.id == bindparam("reply_id"),
        replies.c.owner == bindparam("owner_id"),
        replies.c.state == bindparam("state_before"),
        or_(replies.c.conversation_id.is_(None), exists().where(turns.c.id == replies.c.id)),
    )
    .values(
        state="live",
        finished_at=None,
        **{name: bindparam(name) for name in ("saved_at", "tool_calls", "usage", "price", "cost")},
    )
)


class Replies(OwnedRows):
    """The replies of a store."""

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
        copy_of: str | None = None,
    ) -> str:
        """A live reply, as a turn after `parent_id` and the new head; without a conversation, one of its own.

        What `ReplyRequest` says of the rest. Returns the id of the reply, which is that of its turn. Raises
        MissingError.
        """
        request = ReplyRequest(
            conversation_id,
            parent_id,
            model,
            connection,
            response_format=response_format,
            started_at=started_at,
            setup=setup,
            copy_of=copy_of,
        )
        self.ask([request])
        return request.id

    def ask(self, reply_requests: Sequence[ReplyRequest], heads: Mapping[str, str | None] | None = None) -> None:
        """Say messages and begin a live reply to each, all or none. The last reply of a conversation becomes its head,
        of those that do not repeat another one.

        `heads` are what the heads of conversations are thought to be, by id. Raises MissingError, MovedError where a
        head is another one, BudgetError where they could cost more than a budget has left, and StoreError also where so
        many answers wait to be saved that another one should not join them.
        """
        if not reply_requests:
            return
        if self._database.held.full:
            raise StoreError(
                "Too many answers could not be saved yet.",
                "They are tried again all the time. Ask on when the notes at them are gone.",
            )
        self._database.claim()
        new, begun = [], []
        for request in reply_requests:
            parent_id, at = request.parent_id, request.started_at or now()
            if request.conversation_id is not None:
                if request.message is not None:
                    new.append(new_turn(request.message_id, request.conversation_id, parent_id, request.message))
                    parent_id = request.message_id
                new.append(new_turn(request.id, request.conversation_id, parent_id, Message("assistant", "")))
            begun.append(self._begun(request, at))
        with self._write() as connection:
            if new:
                repeats = {request.id for request in reply_requests if request.repeats is not None}
                place_turns(connection, self.owner, new, heads, beside=repeats)
            reservations = [
                Reservation(one.id, one.connection, one.most, one.own) for one in reply_requests if one.most is not None
            ]
            reserve_in(connection, self.owner, reservations, now())
            connection.execute(replies.insert(), begun)
        self._database.drafts |= {(self.owner.id, request.id): Draft(Saved()) for request in reply_requests}

    def _begun(self, request: ReplyRequest, at: datetime) -> dict[str, Any]:
        """The row of a reply that has just been asked for."""
        return {
            "id": request.id,
            "owner": self.owner.id,
            "conversation_id": request.conversation_id,
            "process": self._database.process,
            "model": request.model,
            "connection": request.connection,
            "state": "live",
            "text": "",
            "reasoning": "",
            "response_format": None if request.response_format is None else dict(request.response_format),
            "repeats": request.repeats,
            "setup": None if request.setup is None else dict(request.setup),
            "preset": request.preset or None,
            "copy_of": request.copy_of,
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
        drafts, key = self._database.drafts, (self.owner.id, reply_id)
        draft = drafts.setdefault(key, Draft())
        with draft.lock:
            current = Saved(text, reasoning, tuple(tool_calls))
            if draft.saved == replace(current, number=draft.saved.number if draft.saved else 0):
                return
            saved, draft.saved = draft.saved, None
            with self._write() as connection:
                charge = {"usage": rows.packed_usage(usage), "price": rows.packed_price(price), "cost": cost}
                calls = rows.packed_calls(current.tool_calls)
                try:
                    is_live = self._revive(connection, reply_id, tool_calls=calls, **charge)
                except MissingError:
                    drafts.pop(key, None)
                    raise
                if not is_live:
                    drafts.pop(key, None)
                    return
                number = append_to_saved(connection, reply_id, saved or read_saved(connection, reply_id), current)
            draft.saved = replace(current, number=number)

    def hold_reply(self, reply_id: str, why: str = "", **ending: Unpack[Ending]) -> None:
        """Have a reply read as it ended, from memory, until it is released; `unsaved` says `why`. Never waits."""
        self._database.held.put(self.owner.id, reply_id, ending, {**rows.packed_ending(ending, now()), "unsaved": why})

    def release_reply(self, reply_id: str) -> None:
        """Have a reply read as it is written."""
        self._database.held.drop(self.owner.id, reply_id)

    def finish_reply(self, reply_id: str, **ending: Unpack[Ending]) -> None:
        """Write the whole outcome of a reply. Again replaces it.

        Raises MissingError where the reply was purged, StoreError where it could not be written.
        """
        at = now()
        self._database.drafts.pop((self.owner.id, reply_id), None)
        columns, trace = rows.packed_ending(ending, at), ending.get("trace")
        packed = None if trace is None else pack_trace(trace)
        pace = ending.get("pace")
        with self._write() as connection:
            query = select(replies.c.conversation_id, replies.c.state, turns.c.id).join(
                turns, turns.c.id == replies.c.id, isouter=True
            )
            row = first(connection, query.where(self._is_reply(reply_id)).with_for_update(of=replies))
            if row is None:
                raise MissingError("reply", reply_id)
            outdate(connection, replies, self._is_reply(reply_id))
            if row["state"] != "live":
                remove_turn_words(connection, [reply_id])
            if row["conversation_id"] is not None and row["id"] is None:  # purged; what it cost is kept all the same
                fold(connection, reply_id, **columns | rows.WORDLESS)
                self._settle(connection, reply_id, ending)
                return
            fold(connection, reply_id, **columns)
            _keep_request(connection, reply_id, ending.get("request"))
            if packed is not None:
                keep_trace(connection, reply_id, packed)
            if pace is not None:
                keep_pace(connection, reply_id, pace.packed())
            connection.execute(
                update(conversations)
                .where(conversations.c.id == row["conversation_id"])
                .values(updated_at=columns["finished_at"])
            )
            self._settle(connection, reply_id, ending)

    def _settle(self, connection: Connection, reply_id: str, ending: Ending) -> None:
        charged = ending.get("charged", ending.get("cost"))
        lost = ending.get("lost", int(charged is None))
        settle_in(connection, self.owner, reply_id, charged or Decimal(0), lost=lost)

    def reply(self, reply_id: str) -> StoredReply | None:
        """A reply as far as it came, whatever it belongs to; None where there is none."""
        with self._read() as connection:
            found = read_replies(connection, self._is_reply(reply_id), self._database.held)
        return found[0] if found else None

    def replies(self, conversation_id: str) -> tuple[StoredReply, ...]:
        """Every reply of a conversation on every branch, deleted ones too, the first one first."""
        with self._read() as connection:
            known = and_(replies.c.conversation_id == conversation_id, self._is_own(replies))
            return read_replies(connection, known, self._database.held)

    def replies_by_id(self, ids: Sequence[str]) -> tuple[StoredReply, ...]:
        """The replies of these ids, the first one first; ids that nobody knows are left out."""
        with self._read() as connection:
            known = and_(replies.c.id.in_(ids), self._is_own(replies))
            return read_replies(connection, known, self._database.held)

    def request(self, reply_id: str) -> Any:
        """The JSON body that was sent for a reply; None where it is not known."""
        held = self._database.held.get(self.owner.id, reply_id)
        if held is not None and held.ending.get("request") is not None:
            return held.ending["request"]
        query = select(requests.c.body).join(replies, replies.c.id == requests.c.reply_id)
        with self._read() as connection:
            body = connection.scalar(query.where(self._is_reply(reply_id)))
        return None if body is None else rows.unpacked_request(body)

    def _is_reply(self, reply_id: str) -> ColumnElement[bool]:
        return and_(replies.c.id == reply_id, self._is_own(replies))

    def _revive(self, connection: Connection, reply_id: str, **values: Any) -> bool:
        """Note that a reply is coming, also where it was taken for dead; False where it has ended.

        Raises MissingError.
        """
        values |= {"reply_id": reply_id, "owner_id": self.owner.id, "saved_at": now()}
        if connection.execute(_COMING, values | {"state_before": "live"}).rowcount:
            return True
        outdate(connection, replies, self._is_reply(reply_id))
        if connection.execute(_COMING, values | {"state_before": "interrupted"}).rowcount:
            remove_turn_words(connection, [reply_id])
            return True
        row = first(connection, select(replies.c.state).where(self._is_reply(reply_id)))
        if row is None or row["state"] in ("live", "interrupted"):  # its turn was purged
            raise MissingError("reply", reply_id)
        return False


def _keep_request(connection: Connection, reply_id: str, body: Any) -> None:
    if body is not None:
        connection.execute(delete(requests).where(requests.c.reply_id == reply_id))
        connection.execute(requests.insert().values(reply_id=reply_id, body=rows.packed_request(body)))
