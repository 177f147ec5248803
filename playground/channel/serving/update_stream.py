"""The updates of one socket: what the browser has, and the next frame. On the loop of the socket, but for `wake`."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import orjson

from playground.channel.messages import KnownTurn, OneTimeMessage, PartName, Run, SlotMessage, StageView
from playground.channel.packing import changed_fields, packed_message_json, stage_json
from playground.channel.pages import Page
from playground.channel.serving.browser_state import BrowserSlot, BrowserTurn, OutgoingFrame
from playground.channel.slots import MOST_TURNS_AT_ONCE, Shown, Slot
from playground.channel.views.entries import Entry

FRAME_S = 0.016
"""The shortest interval of frames: a browser draws no faster."""
SHARED_FRAME_S = 0.03
"""The same where several answers arrive at once: a browser then has more to draw in a frame."""
LONGEST_FRAME_S = 0.04
"""Short pieces are held back for so long, so that they are not shorter than the JSON around them."""
WORTH_A_FRAME = 30
"""Characters."""
METER_S = 1.0
MOST_MESSAGES = 256
"""One-time messages that wait for a slow browser."""
LEAST_OF_A_TURN = 4_000
"""Characters of a turn's text that are sent with it, however full the frame is."""
PART_NUMBERS: Mapping[PartName, int] = {"text": 0, "thoughts": 1, "meter": 2}
TEXT, THOUGHTS, METER = PART_NUMBERS.values()


class UpdateStream:
    """One open socket."""

    def __init__(self, page: Page, loop: asyncio.AbstractEventLoop, known_turns: Mapping[str, KnownTurn]) -> None:
        """`known_turns` are those that the browser has from a socket before."""
        self.page = page
        self.replaced = False
        self._loop = loop
        self._known_turns = dict(known_turns)
        self._slots: dict[str, BrowserSlot] = {}
        self._turns: dict[str, BrowserTurn] = {}
        self._open: dict[str, BrowserTurn] = {}
        """Turns whose text was not sent completely."""
        self._keys: dict[str, int] = {}
        self._messages: deque[OneTimeMessage] = deque()
        self._runs = page.runs_done
        self._stage: StageView | None = None
        self._wake_scheduled = False
        self._changed = self._urgent = True
        self._sent_at = 0.0
        self._waiting: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def wake(self, urgent: bool = False) -> None:
        """Send what has changed with the next frame. Thread-safe."""
        self._urgent = self._urgent or urgent
        if urgent or not self._wake_scheduled:
            self._wake_scheduled = True
            try:
                self._loop.call_soon_threadsafe(self._on_wake)
            except RuntimeError:  # the loop is closed, and so is the socket
                self._wake_scheduled = False

    def put(self, message: OneTimeMessage) -> None:
        """Send a message once. Thread-safe. The socket of a browser that is too slow is closed; it reconnects."""
        if len(self._messages) >= MOST_MESSAGES:
            self.replace()
        self._messages.append(message)
        self.wake(True)

    def replace(self) -> None:
        """End: a newer socket takes its place, or the page was closed. Thread-safe."""
        self.replaced = True
        self.wake(True)

    async def frame(self) -> bytes:
        """The next frame, when it is due; empty where the socket is to be closed."""
        while not self.replaced:
            await self._until_due()
            if self.page.closed:
                break
            self._wake_scheduled = self._changed = self._urgent = False
            if frame := self._collect():
                self._sent_at = self._loop.time()
                self._changed = self._changed or self._unfinished
                return frame
        return b""

    async def _until_due(self) -> None:
        self._waiting = self._loop.create_future()
        self._check_due()
        try:
            await self._waiting
        finally:
            self._waiting = None
            if self._timer is not None:
                self._timer.cancel()

    def _on_wake(self) -> None:
        self._changed = True
        self._check_due()

    def _check_due(self) -> None:
        """Release the waiting `frame`, now or when the next frame is due."""
        waiting = self._waiting
        if waiting is None or waiting.done() or not self._changed:
            return
        if self._timer is not None:
            self._timer.cancel()
        due = self._due()
        if due <= 0:
            waiting.set_result(None)
        else:
            # Further pieces do not wake it, so it checks again after each interval.
            self._timer = self._loop.call_later(min(due, FRAME_S), self._check_due)

    @property
    def _unfinished(self) -> bool:
        """Whether something was left for another frame."""
        return not all(slot.complete for slot in self._slots.values()) or any(
            sum(turn.remaining()) for turn in self._open.values()
        )

    def _due(self) -> float:
        """Seconds until the next frame is to be sent; at most 0 where it is due."""
        since = self._loop.time() - self._sent_at
        if self._urgent or self.replaced or self._messages or since >= LONGEST_FRAME_S:
            return 0.0
        size = 0 if all(slot.complete for slot in self._slots.values()) else WORTH_A_FRAME
        for turn in self._open.values():
            if turn.entry.live and turn.entry.streamed is not None:
                turn.entry.streamed.pull()
            remaining = sum(turn.remaining())
            if remaining and not (turn.entry.live and (turn.text or turn.thoughts)):
                return 0.0  # the first piece of an answer, or the rest of one that has ended
            size += remaining
        interval = FRAME_S if len(self._open) < 2 else SHARED_FRAME_S
        return (interval if size >= WORTH_A_FRAME else LONGEST_FRAME_S) - since

    def _collect(self) -> bytes:
        frame = OutgoingFrame()
        if self._stage is not (stage := self.page.stage):
            self._stage = stage
            frame.add(stage_json(stage))
        for turn in tuple(self._open.values()):
            self._add_pieces(turn, frame)
        slots = self.page.slots
        for name in [name for name in self._slots if name not in slots]:
            del self._slots[name]
            self._forget_hidden()
        for name, slot in slots.items():
            self._add_slot(name, slot, frame)
        if (
            self._known_turns
            and self._slots
            and not any(sent.message and sent.message.earlier for sent in self._slots.values())
        ):
            self._known_turns.clear()  # all turns were sent, and a browser forgets all others
        while self._messages:
            frame.add(packed_message_json(self._messages.popleft()))
        if self._runs < self.page.runs:
            self._runs = self.page.runs
            frame.add(packed_message_json(Run()))
        return b"[" + b",".join(frame.parts) + b"]" if frame.parts else b""

    def _add_slot(self, name: str, slot: Slot, frame: OutgoingFrame) -> None:
        shown, sent = slot.shown, self._slots.get(name)
        if shown is None or (sent is not None and sent.shown is shown and sent.complete):
            return
        if sent is None or sent.source is not slot:
            sent = self._slots[name] = BrowserSlot(slot, message=None if sent is None else sent.message)
        entries, new, start = shown.entries, 0, len(shown.entries)
        for entry in reversed(entries):
            known = self._turns.get(entry.turn)
            if known is None and (new >= MOST_TURNS_AT_ONCE or frame.room <= 0):
                break
            new += known is None
            self._add_turn(entry, known, frame)
            start -= 1
        self._add_order(sent, shown, start, frame)
        sent.shown, sent.complete = shown, start == 0

    def _add_order(self, sent: BrowserSlot, shown: Shown, start: int, frame: OutgoingFrame) -> None:
        turns = tuple(entry.turn for entry in shown.entries[start:])
        message = SlotMessage(
            slot=sent.source.name,
            mark=sent.source.mark,
            shared_mark=sent.source.shared_mark,
            turns=turns,
            earlier=start + shown.earlier,
            busy=shown.busy,
            note=shown.note,
        )
        if message == sent.message:
            return
        before, sent.message = sent.message, message
        same = before is not None and before.turns == turns
        frame.add(packed_message_json(message.model_copy(update={"turns": None}) if same else message))
        if not same:
            self._forget_hidden()

    def _forget_hidden(self) -> None:
        """Forget the turns that no slot shows any more."""
        visible = {turn for slot in self._slots.values() if slot.message for turn in slot.message.turns or ()}
        for turn in [turn for turn in self._turns if turn not in visible]:
            del self._turns[turn]
            self._open.pop(turn, None)

    def _add_turn(self, entry: Entry, known: BrowserTurn | None, frame: OutgoingFrame) -> None:
        if known is None and self._unchanged(entry):
            self._turns[entry.turn] = BrowserTurn(entry, entry.version, len(entry.text), len(entry.thoughts))
        elif known is None or not self._continues(known, entry):
            self._add_whole_turn(entry, frame)
        elif known.entry is not entry:
            before, known.entry = known.entry, entry
            self._add_pieces(known, frame)
            self._add_change(known, changed_fields(before.fields, entry.fields), frame)

    def _unchanged(self, entry: Entry) -> bool:
        """Whether the browser has all of a turn from a socket before."""
        known = self._known_turns.get(entry.turn)
        return (
            known is not None
            and not entry.live
            and (known.version, known.text, known.thoughts) == (entry.version, len(entry.text), len(entry.thoughts))
        )

    def _continues(self, known: BrowserTurn, entry: Entry) -> bool:
        """Whether the text that was sent of a turn is the beginning of its text now."""
        before = known.entry
        if entry.live:
            return before.live and before.streamed is entry.streamed and known.version == entry.version
        if before.live:
            return entry.streamed is not None and entry.streamed is before.streamed and known.version == before.version
        return before is entry or (before.text, before.thoughts) == (entry.text, entry.thoughts)

    def _add_whole_turn(self, entry: Entry, frame: OutgoingFrame) -> None:
        """Add a turn: all of it, or what follows the text that the browser has from a socket before."""
        turn = self._turns[entry.turn] = BrowserTurn(entry, entry.version)
        if entry.streamed is not None:
            entry.streamed.pull()
        appends = self._resumes(turn)
        thoughts, text = turn.next_pieces(max(frame.room, LEAST_OF_A_TURN))
        keys: dict[str, int] = {}
        if turn.complete:
            self._open.pop(entry.turn, None)
        else:
            self._open[entry.turn] = turn
            turn.key = self._keys.setdefault(entry.turn, len(PART_NUMBERS) * len(self._keys))
            keys = {name: turn.key + number for name, number in PART_NUMBERS.items()}
        if entry.meter:
            turn.meter, turn.meter_at = entry.meter, self._loop.time()
        parts = {"thoughts": thoughts, "text": text, "meter": turn.meter}
        message: dict[str, Any] = {
            "kind": "turn",
            "view": entry.fields | {name: text_of_part for name, text_of_part in parts.items() if text_of_part},
            "keys": keys,
            "version": turn.version,
        }
        frame.add(orjson.dumps(message | {"appends": True} if appends else message), len(text) + len(thoughts) + 200)

    def _resumes(self, turn: BrowserTurn) -> bool:
        """Whether the browser has the beginning of a turn's text, which then counts as sent."""
        known, streamed = self._known_turns.pop(turn.entry.turn, None), turn.entry.streamed
        if known is None or known.version not in (turn.version, streamed.version if streamed is not None else ""):
            return False
        turn.text, turn.thoughts = known.text, known.thoughts
        if min(turn.remaining()) < 0:
            turn.text = turn.thoughts = 0
            return False
        return True

    def _add_change(self, turn: BrowserTurn, fields: dict[str, Any], frame: OutgoingFrame) -> None:
        entry = turn.entry
        if not entry.live and turn.meter and "meter" not in fields:
            fields["meter"] = entry.fields.get("meter", "")
        if fields or turn.version != entry.version:
            turn.version = entry.version
            change = {"kind": "change", "turn": entry.turn, "fields": fields, "version": turn.version}
            frame.add(orjson.dumps(change), 200)

    def _add_pieces(self, turn: BrowserTurn, frame: OutgoingFrame) -> None:
        """Add the new pieces of a turn's text, and its meter."""
        entry, key = turn.entry, turn.key
        if key is None:
            return
        if entry.live and entry.streamed is not None:
            entry.streamed.pull()
            if entry.streamed.version != turn.version:
                self._add_whole_turn(entry, frame)
                return
        for number, piece in zip((THOUGHTS, TEXT), turn.next_pieces(max(frame.room, 0)), strict=True):
            if piece:
                frame.add(orjson.dumps([key + number, piece]), len(piece))
        now = self._loop.time()
        if entry.live and entry.meter != turn.meter and now - turn.meter_at >= METER_S:
            turn.meter, turn.meter_at = entry.meter, now
            frame.add(orjson.dumps([key + METER, entry.meter]))
        if turn.complete:
            self._open.pop(entry.turn, None)
