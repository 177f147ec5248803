"""Replies: started, saved as they come, finished, and marked where the process that received them died."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from playground.events import FinishReason
from playground.extras import Extras
from playground.messages import Message, ToolCall
from playground.metering import Price, Timings, Usage
from playground.store import rows
from playground.store.database import Database, first, new_id, now
from playground.store.errors import MissingError, translated
from playground.store.pieces import add_piece, fold, read_pieces
from playground.store.records import Asked, EndState, Failure, Reply
from playground.store.schema import conversations, pieces, replies, requests
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

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._drafts: dict[str, _Draft] = {}

    def start_reply(
        self,
        conversation_id: str | None = None,
        parent_id: str | None = None,
        *,
        model: str,
        connection: str = "",
        request: Any = None,
        response_format: Mapping[str, Any] | None = None,
        started_at: datetime | None = None,
        repeats: str | None = None,
        setup: Mapping[str, Any] | None = None,
    ) -> str:
        """A live reply, as a turn after `parent_id` and the new head; without a conversation, one of its own.

        What `Asked` says of the rest. Answers with the id of the reply, which is that of its turn. Raises MissingError.
        """
        asked = Asked(
            conversation_id, parent_id, model, connection, None, request, response_format, repeats, started_at, setup
        )
        return self.ask([asked])[0]

    def ask(self, asked: Sequence[Asked]) -> tuple[str, ...]:
        """Say messages and begin a live reply to each, all or none; the replies become the heads.

        Answers with the ids of the replies, in the same order. Raises MissingError.
        """
        if not asked:
            return ()
        with translated(self.engine.url):
            self._claims.hold(self.owner)
        new, begun, requested = [], [], {}
        for one in asked:
            reply_id, parent_id, at = new_id(), one.parent_id, one.started_at or now()
            if one.conversation_id is not None:
                if one.message is not None:
                    new.append(new_turn(new_id(), one.conversation_id, parent_id, one.message))
                    parent_id = new[-1]["id"]
                new.append(new_turn(reply_id, one.conversation_id, parent_id, Message("assistant", "")))
            begun.append(self._begun(reply_id, one, at))
            requested[reply_id] = one.request
        with self._write() as connection:
            if new:
                place_turns(connection, new)
            connection.execute(replies.insert(), begun)
            for reply_id, body in requested.items():
                _keep_request(connection, reply_id, body)
        self._drafts |= {reply_id: _Draft(_Kept()) for reply_id in requested}
        return tuple(requested)

    def _begun(self, reply_id: str, asked: Asked, at: datetime) -> dict[str, Any]:
        """The row of a reply that has just been asked for."""
        return {
            "id": reply_id,
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

    def save_partial(self, reply_id: str, text: str, reasoning: str = "", tool_calls: Sequence[ToolCall] = ()) -> None:
        """Keep what came so far, given whole; only what is new is written. After `finish_reply` it has no effect.

        Raises StoreError where it could not be kept; the next call then writes what this one did not.
        """
        draft = self._drafts.setdefault(reply_id, _Draft())
        with draft.lock:
            wanted = _Kept(text, reasoning, tuple(tool_calls))
            if draft.kept == replace(wanted, number=draft.kept.number if draft.kept else 0):
                return
            kept, draft.kept = draft.kept, None
            with self._write() as connection:
                if not _revive(connection, reply_id, wanted.tool_calls):
                    self._drafts.pop(reply_id, None)
                    return
                number = _append(connection, reply_id, kept or _read_kept(connection, reply_id), wanted)
            draft.kept = replace(wanted, number=number)

    def finish_reply(
        self,
        reply_id: str,
        *,
        state: EndState,
        text: str,
        reasoning: str = "",
        tool_calls: Sequence[ToolCall] = (),
        finish_reason: FinishReason | None = None,
        truncated: bool = False,
        usage: Usage | None = None,
        price: Price | None = None,
        cost: Decimal | None = None,
        timings: Timings | None = None,
        error: Failure | None = None,
        request_id: str | None = None,
        request: Any = None,
        notes: Iterable[str] = (),
        cached: bool = False,
        extras: Extras | None = None,
        finished_at: datetime | None = None,
    ) -> None:
        """Write the whole outcome of a reply; `request` where it differs from what was to be sent. Again replaces it.

        Raises MissingError where the reply was purged, StoreError where it could not be written.
        """
        timings = timings or Timings(None, None)
        at = finished_at or now()
        outcome = {
            "state": state,
            "text": text,
            "reasoning": reasoning,
            "tool_calls": rows.packed_calls(tool_calls),
            "finish_reason": finish_reason,
            "truncated": truncated,
            "usage": rows.packed_usage(usage),
            "price": rows.packed_price(price),
            "cost": cost,
            "waits": dict(timings.waits) or None,
            "first_token_s": timings.first_token_s,
            "total_s": timings.total_s,
            "error": None if error is None else asdict(error),
            "request_id": request_id,
            "notes": list(notes) or None,
            "cached": cached,
            "extras": None if extras is None else extras.as_json(),
            "saved_at": at,
            "finished_at": at,
        }
        with self._write() as connection:
            row = first(connection, select(replies.c.conversation_id).where(replies.c.id == reply_id).with_for_update())
            if row is None:
                raise MissingError("reply", reply_id)
            fold(connection, reply_id, **outcome)
            _keep_request(connection, reply_id, request)
            connection.execute(
                update(conversations).where(conversations.c.id == row["conversation_id"]).values(updated_at=at)
            )
        self._drafts.pop(reply_id, None)

    def reply(self, reply_id: str) -> Reply | None:
        """A reply as far as it came, whatever it belongs to; None where there is none."""
        with self._read() as connection:
            found = _replies(connection, replies.c.id == reply_id)
        return found[0] if found else None

    def replies(self, conversation_id: str) -> tuple[Reply, ...]:
        """Every reply of a conversation on every branch, deleted ones too, the first one first."""
        with self._read() as connection:
            return _replies(connection, replies.c.conversation_id == conversation_id)

    def replies_by_id(self, ids: Sequence[str]) -> tuple[Reply, ...]:
        """The replies of these ids, the first one first; ids that nobody knows are left out."""
        with self._read() as connection:
            return _replies(connection, replies.c.id.in_(ids))

    def request(self, reply_id: str) -> Any:
        """The JSON body that was sent for a reply; None where it is not known."""
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


def _revive(connection: Connection, reply_id: str, tool_calls: tuple[ToolCall, ...]) -> bool:
    """Note that a reply is coming, also where it was taken for dead; False where it has ended. Raises MissingError."""
    changed = connection.execute(
        update(replies)
        .where(replies.c.id == reply_id, replies.c.state.in_(("live", "interrupted")))
        .values(state="live", saved_at=now(), finished_at=None, tool_calls=rows.packed_calls(tool_calls))
    )
    if changed.rowcount:
        return True
    if first(connection, select(replies.c.id).where(replies.c.id == reply_id)) is None:
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
    found = _replies(connection, replies.c.id == reply_id)[0]
    number = connection.scalar(select(func.max(pieces.c.number)).where(pieces.c.reply_id == reply_id))
    return _Kept(found.text, found.reasoning, found.tool_calls, 0 if number is None else number + 1)


def _replies(connection: Connection, condition: Any) -> tuple[Reply, ...]:
    found = connection.execute(select(replies).where(condition).order_by(replies.c.started_at, replies.c.id))
    records = found.mappings().all()
    arrived = read_pieces(connection, [row["id"] for row in records if row["state"] == "live"])
    return tuple(rows.reply(row, arrived.get(row["id"], ())) for row in records)


def _keep_request(connection: Connection, reply_id: str, body: Any) -> None:
    if body is not None:
        connection.execute(delete(requests).where(requests.c.reply_id == reply_id))
        connection.execute(requests.insert().values(reply_id=reply_id, body=rows.packed_request(body)))
