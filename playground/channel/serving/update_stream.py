"""The updates of one socket of a page: what it was sent, what comes next. On the socket's loop, but for `wake`."""

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import Any

import orjson

from playground.channel.messages import Have, OneTimeMessage, PartName, Run, SlotMessage
from playground.channel.packing import changed_fields, packed_message_json
from playground.channel.pages import Page
from playground.channel.serving.browser_state import BrowserSlot, BrowserTurn, OutgoingFrame
from playground.channel.slots import MOST_TURNS_AT_ONCE, Shown, Slot
from playground.channel.views.entries import Entry

FRAME_S = 0.016
"""A browser shows no more than a frame in so many seconds."""
LONGEST_FRAME_S = 0.04
"""Few words are held back for so long, so that they are not fewer than the characters around them."""
WORTH_A_FRAME = 30
"""Characters."""
METER_S = 1.0
MOST_MESSAGES = 256
"""Answers and the like that wait for a slow browser."""
LEAST_OF_A_TURN = 4_000
"""Characters of a turn that are told with it, however full the frame is."""
PART_NUMBERS: Mapping[PartName, int] = {"text": 0, "thoughts": 1, "meter": 2}
TEXT, THOUGHTS, METER = PART_NUMBERS.values()


class UpdateStream:
    """One open socket."""

    def __init__(self, page: Page, loop: asyncio.AbstractEventLoop, have: Mapping[str, Have]) -> None:
        """`have` is what the browser has from a socket before."""
        self.page = page
        self.replaced = False
        self._loop = loop
        self._have = dict(have)
        self._slots: dict[str, BrowserSlot] = {}
        self._turns: dict[str, BrowserTurn] = {}
        self._open: dict[str, BrowserTurn] = {}
        """Turns whose words are not all told."""
        self._keys: dict[str, int] = {}
        self._messages: deque[OneTimeMessage] = deque()
        self._runs = page.runs_done
        self._poked = False
        self._news = self._urgent = True
        self._sent_at = 0.0
        self._waiting: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def wake(self, urgent: bool = False) -> None:
        """Something changed; from any thread. It goes out with the next frame."""
        self._urgent = self._urgent or urgent
        if urgent or not self._poked:
            self._poked = True
            try:
                self._loop.call_soon_threadsafe(self._woken)
            except RuntimeError:  # the loop is closed, and so is the socket
                self._poked = False

    def put(self, message: OneTimeMessage) -> None:
        """Tell this, once; from any thread. A browser that is too slow is let go: it asks again when it is back."""
        if len(self._messages) >= MOST_MESSAGES:
            self.replace()
        self._messages.append(message)
        self.wake(True)

    def replace(self) -> None:
        """Make room for a newer socket; from any thread."""
        self.replaced = True
        self.wake(True)

    async def frame(self) -> bytes:
        """The next frame, as soon as it is worth one; empty where the socket is to be closed."""
        while not self.replaced:
            await self._until_due()
            self._poked = self._news = self._urgent = False
            if made := self._collect():
                self._sent_at = self._loop.time()
                self._news = self._news or self._unfinished
                return made
        return b""

    async def _until_due(self) -> None:
        self._waiting = self._loop.create_future()
        self._look()
        try:
            await self._waiting
        finally:
            self._waiting = None
            if self._timer is not None:
                self._timer.cancel()

    def _woken(self) -> None:
        self._news = True
        self._look()

    def _look(self) -> None:
        """Have what waits for a frame go on, now or when it is due."""
        waiting = self._waiting
        if waiting is None or waiting.done() or not self._news:
            return
        if self._timer is not None:
            self._timer.cancel()
        due = self._due()
        if due <= 0:
            waiting.set_result(None)
        else:
            # Nothing else wakes it when more has come, so it looks again and again.
            self._timer = self._loop.call_later(min(due, FRAME_S), self._look)

    @property
    def _unfinished(self) -> bool:
        """Whether something was left for another frame."""
        return not all(slot.complete for slot in self._slots.values()) or any(
            sum(turn.left()) for turn in self._open.values()
        )

    def _due(self) -> float:
        """In how many seconds a frame is to be sent."""
        since = self._loop.time() - self._sent_at
        if self._urgent or self.replaced or self._messages or since >= LONGEST_FRAME_S:
            return 0.0
        size = 0 if all(slot.complete for slot in self._slots.values()) else WORTH_A_FRAME
        for turn in self._open.values():
            if turn.entry.live and turn.entry.streamed is not None:
                turn.entry.streamed.pull()
            left = sum(turn.left())
            if left and not (turn.entry.live and (turn.text or turn.thoughts)):
                return 0.0  # the first words of an answer, or the rest of one that has ended
            size += left
        return (FRAME_S if size >= WORTH_A_FRAME else LONGEST_FRAME_S) - since

    def _collect(self) -> bytes:
        frame = OutgoingFrame()
        for turn in tuple(self._open.values()):
            self._grow(turn, frame)
        slots = self.page.slots
        for name in [name for name in self._slots if name not in slots]:
            del self._slots[name]
            self._forget()
        for name, slot in slots.items():
            self._tell_slot(name, slot, frame)
        if (
            self._have
            and self._slots
            and not any(told.message and told.message.earlier for told in self._slots.values())
        ):
            self._have.clear()  # all that stands is told, and a browser forgets what does not
        while self._messages:
            frame.add(packed_message_json(self._messages.popleft()))
        if self._runs < self.page.runs:
            self._runs = self.page.runs
            frame.add(packed_message_json(Run()))
        return b"[" + b",".join(frame.parts) + b"]" if frame.parts else b""

    def _tell_slot(self, name: str, slot: Slot, frame: OutgoingFrame) -> None:
        shown, told = slot.shown, self._slots.get(name)
        if shown is None or (told is not None and told.shown is shown and told.complete):
            return
        if told is None or told.source is not slot:
            told = self._slots[name] = BrowserSlot(slot, message=None if told is None else told.message)
        entries, new, start = shown.entries, 0, len(shown.entries)
        for entry in reversed(entries):
            known = self._turns.get(entry.turn)
            if known is None and (new >= MOST_TURNS_AT_ONCE or frame.room <= 0):
                break
            new += known is None
            self._tell_turn(entry, known, frame)
            start -= 1
        self._tell_order(told, shown, start, frame)
        told.shown, told.complete = shown, start == 0

    def _tell_order(self, told: BrowserSlot, shown: Shown, start: int, frame: OutgoingFrame) -> None:
        turns = tuple(entry.turn for entry in shown.entries[start:])
        message = SlotMessage(
            slot=told.source.name,
            stands=told.source.stands,
            together=told.source.together,
            turns=turns,
            earlier=start + shown.earlier,
            busy=shown.busy,
            note=shown.note,
        )
        if message == told.message:
            return
        before, told.message = told.message, message
        same = before is not None and before.turns == turns
        frame.add(packed_message_json(message.model_copy(update={"turns": None}) if same else message))
        if not same:
            self._forget()

    def _forget(self) -> None:
        """Forget the turns that stand in no slot any more."""
        standing = {turn for slot in self._slots.values() if slot.message for turn in slot.message.turns or ()}
        for turn in [turn for turn in self._turns if turn not in standing]:
            del self._turns[turn]
            self._open.pop(turn, None)

    def _tell_turn(self, entry: Entry, known: BrowserTurn | None, frame: OutgoingFrame) -> None:
        if known is None and self._unchanged(entry):
            self._turns[entry.turn] = BrowserTurn(entry, entry.version, len(entry.text), len(entry.thoughts))
        elif known is None or not self._goes_on(known, entry):
            self._tell_whole(entry, frame)
        elif known.entry is not entry:
            before, known.entry = known.entry, entry
            self._grow(known, frame)
            self._change(known, changed_fields(before.fields, entry.fields), frame)

    def _unchanged(self, entry: Entry) -> bool:
        """Whether the browser has all of a turn from a socket before."""
        have = self._have.get(entry.turn)
        return (
            have is not None
            and not entry.live
            and (have.version, have.text, have.thoughts) == (entry.version, len(entry.text), len(entry.thoughts))
        )

    def _goes_on(self, known: BrowserTurn, entry: Entry) -> bool:
        """Whether the words that were told of a turn are the beginning of what it says now."""
        before = known.entry
        if entry.live:
            return before.live and before.streamed is entry.streamed and known.version == entry.version
        if before.live:
            return entry.streamed is not None and entry.streamed is before.streamed and known.version == before.version
        return before is entry or (before.text, before.thoughts) == (entry.text, entry.thoughts)

    def _tell_whole(self, entry: Entry, frame: OutgoingFrame) -> None:
        """Tell a turn: all of it, or what comes after the words that the browser has from a socket before."""
        turn = self._turns[entry.turn] = BrowserTurn(entry, entry.version)
        if entry.streamed is not None:
            entry.streamed.pull()
        goes_on = self._resumes(turn)
        thoughts, text = turn.next_words(max(frame.room, LEAST_OF_A_TURN))
        keys: dict[str, int] = {}
        if turn.whole:
            self._open.pop(entry.turn, None)
        else:
            self._open[entry.turn] = turn
            turn.key = self._keys.setdefault(entry.turn, len(PART_NUMBERS) * len(self._keys))
            keys = {name: turn.key + number for name, number in PART_NUMBERS.items()}
        if entry.meter:
            turn.meter, turn.meter_at = entry.meter, self._loop.time()
        words = {"thoughts": thoughts, "text": text, "meter": turn.meter}
        told: dict[str, Any] = {
            "kind": "turn",
            "view": entry.fields | {name: said for name, said in words.items() if said},
            "keys": keys,
            "version": turn.version,
        }
        frame.add(orjson.dumps(told | {"goes_on": True} if goes_on else told), len(text) + len(thoughts) + 200)

    def _resumes(self, turn: BrowserTurn) -> bool:
        """Whether the browser has the beginning of a turn's words; they are then taken as told."""
        have, streamed = self._have.pop(turn.entry.turn, None), turn.entry.streamed
        if have is None or have.version not in (turn.version, streamed.version if streamed is not None else ""):
            return False
        turn.text, turn.thoughts = have.text, have.thoughts
        if min(turn.left()) < 0:
            turn.text = turn.thoughts = 0
            return False
        return True

    def _change(self, turn: BrowserTurn, fields: dict[str, Any], frame: OutgoingFrame) -> None:
        entry = turn.entry
        if not entry.live and turn.meter and "meter" not in fields:
            fields["meter"] = entry.fields.get("meter", "")
        if fields or turn.version != entry.version:
            turn.version = entry.version
            change = {"kind": "change", "turn": entry.turn, "fields": fields, "version": turn.version}
            frame.add(orjson.dumps(change), 200)

    def _grow(self, turn: BrowserTurn, frame: OutgoingFrame) -> None:
        """Tell what has come of the words of a turn, and its meter."""
        entry, key = turn.entry, turn.key
        if key is None:
            return
        if entry.live and entry.streamed is not None:
            entry.streamed.pull()
            if entry.streamed.version != turn.version:
                self._tell_whole(entry, frame)
                return
        for number, words in zip((THOUGHTS, TEXT), turn.next_words(max(frame.room, 0)), strict=True):
            if words:
                frame.add(orjson.dumps([key + number, words]), len(words))
        now = self._loop.time()
        if entry.live and entry.meter != turn.meter and now - turn.meter_at >= METER_S:
            turn.meter, turn.meter_at = entry.meter, now
            frame.add(orjson.dumps([key + METER, entry.meter]))
        if turn.whole:
            self._open.pop(entry.turn, None)
