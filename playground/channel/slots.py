"""A slot: a part of a page that shows a conversation."""

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.answers.live_reply import LiveReply
from playground.channel.clock import clock
from playground.channel.views.entries import Entry, Presenter, Row, Writer

MOST_TURNS_AT_ONCE = 30
"""Turns that are made or sent in one go; the newest first."""
LIVE_FIELDS_EVERY_S = 0.25
"""How often the fields beside the text of an arriving answer are made."""
FEW_TURNS = 4


def _ignore(*_: object) -> None:
    """Ignore a notification."""


OnChange = Callable[[bool], None]
"""Called when a slot has changed; with True where the change is urgent."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a slot shows: its newest turns, and how many turns before them are not ready yet."""

    entries: tuple[Entry, ...] = ()
    earlier: int = 0
    busy: bool = False
    note: str = ""


class Slot:
    """A conversation as one slot shows it. Thread-safe."""

    def __init__(
        self,
        name: str,
        presenter: Presenter,
        on_change: OnChange,
        on_first_token: Callable[[], None],
        *,
        has_listeners: Callable[[], bool] = lambda: True,
        mark: str = "",
        shared_mark: str = "",
    ) -> None:
        """`on_change` is called on changes, `on_first_token` at the first token of an answer.

        Without listeners, by `has_listeners`, fields beside the text are not updated. The marks are those of
        `messages.Slot`.
        """
        self.name = name
        self.mark, self.shared_mark = mark, shared_mark
        self.shown: Shown | None = None
        self._on_change: OnChange = on_change
        self._on_first_token: Callable[[], None] = on_first_token
        self._has_listeners = has_listeners
        self._writer = Writer(presenter)
        self._lock = threading.Lock()
        self._rows: tuple[Row, ...] = ()
        self._known: dict[str, Entry] = {}
        self._busy, self._note, self._number = False, "", 0
        self._refreshing = self._refresh_again = self._ticking = False

    @property
    def presenter(self) -> Presenter:
        """The presenter of its turns."""
        return self._writer.presenter

    @property
    def awaits_first_token(self) -> bool:
        """Whether an answer is coming of which nothing has arrived yet."""
        return any(row.live is not None and not row.live.arrived.is_set() for row in self._rows)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._number == sys.maxsize

    def close(self) -> None:
        """Show nothing from now on."""
        with self._lock:
            rows = self._rows
            self._on_change, self._on_first_token, self._rows = _ignore, _ignore, ()
            self._number = sys.maxsize  # later calls of `put` are ignored
        for row in rows:
            if row.live is not None:
                row.live.unwatch(self)

    def set_presenter(self, presenter: Presenter) -> None:
        """Show the turns with another presenter."""
        with self._lock:
            if presenter == self._writer.presenter:
                return
            if presenter.scrub is not None:  # entries with names must not be shown once more
                self._known = {}
            self._writer = self._writer.successor(presenter)
        self._refresh_soon()

    def put(self, rows: Sequence[Row], *, busy: bool, note: str, number: int = 0, quick: bool = False) -> None:
        """Show these turns, unless rows with a higher `number` came before.

        With `quick` a few new turns are made and shown at once, on the calling thread.
        """
        with self._lock:
            if number < self._number:
                return
            self._number = number
            self._rows, self._busy, self._note = tuple(rows), busy, note
            new = [
                index
                for index, row in enumerate(self._rows)
                if (known := self._known.get(row.turn.id)) is None or known.row is not row
            ]
            writer = self._writer
        for row in rows:
            if row.live is not None:
                self._watch(row.live)
        if quick and len(new) <= FEW_TURNS:
            entries = [writer.entry(rows[index], last=index == len(rows) - 1, quick=True) for index in new]
            self._publish(writer, entries, urgent=True)
        self._refresh_soon()

    def _watch(self, reply: LiveReply) -> None:
        reply.watch(self, self._on_piece)
        with self._lock:
            closed = self.closed
            start = not closed and self._may_tick()
        if closed:
            reply.unwatch(self)
        if start:
            clock.after(LIVE_FIELDS_EVERY_S, self._tick)

    def listener_joined(self) -> None:
        """Note that there is a listener from now on."""
        with self._lock:
            start = any(row.live is not None for row in self._rows) and self._may_tick()
        if start:
            clock.soon(self._tick)

    def _may_tick(self) -> bool:
        """Whether to begin to update the fields beside the text; to be called with the lock."""
        start = not self._ticking and self._has_listeners()
        self._ticking = self._ticking or start
        return start

    def _on_piece(self, first: bool) -> None:
        """Note a new piece of an answer; called on the loop of the network."""
        self._on_change(first)
        if first:
            self._on_first_token()
            self._refresh_soon()

    def _tick(self) -> None:
        """Update the fields beside the text of arriving answers."""
        with self._lock:
            live = [(index, row) for index, row in enumerate(self._rows) if row.live is not None]
            self._ticking = bool(live) and self._has_listeners()
            continues, writer, count = self._ticking, self._writer, len(self._rows)
        if continues:
            try:
                self._publish(writer, [writer.entry(row, last=index == count - 1) for index, row in live])
            finally:
                clock.after(LIVE_FIELDS_EVERY_S, self._tick)

    def _refresh_soon(self) -> None:
        with self._lock:
            if self._refreshing:
                self._refresh_again = True
                return
            self._refreshing = True
        clock.soon(self._refresh)

    def _refresh(self) -> None:
        """Make the entries that are missing or stale, the newest first."""
        try:
            self._refresh_all()
        except BaseException:
            with self._lock:
                self._refreshing = False
            raise

    def _refresh_all(self) -> None:
        while True:
            with self._lock:
                writer, last = self._writer, len(self._rows) - 1
                stale = [
                    (row, index == last)
                    for index, row in reversed(tuple(enumerate(self._rows)))
                    if not self._current(row, last=index == last)
                ]
                self._refresh_again = False
            self._publish(writer, [writer.entry(row, last=is_last) for row, is_last in stale[:MOST_TURNS_AT_ONCE]])
            with self._lock:
                if len(stale) <= MOST_TURNS_AT_ONCE and not self._refresh_again:
                    self._refreshing = False
                    return

    def _current(self, row: Row, *, last: bool) -> bool:
        """Whether the entry of a turn was made from this row by the current writer."""
        known = self._known.get(row.turn.id)
        return known is not None and (known.row, known.last, known.writer) == (row, last, self._writer)

    def _publish(self, writer: Writer, new_entries: Sequence[Entry], *, urgent: bool = False) -> None:
        with self._lock:
            if writer is not self._writer:
                return
            current = {row.turn.id: row for row in self._rows}
            for entry in new_entries:
                known = self._known.get(entry.turn)
                if current.get(entry.turn) is not entry.row:
                    continue  # made from an older row
                if known is None or not known.looks_like(entry):
                    self._known[entry.turn] = entry
                elif not self._current(entry.row, last=entry.last):
                    self._known[entry.turn] = known.with_source_of(entry)
            if len(self._known) > len(current):
                self._known = {id_: entry for id_, entry in self._known.items() if id_ in current}
                self._writer.keep(set(current))
            entries = []
            for row in reversed(self._rows):
                known = self._known.get(row.turn.id)
                if known is None:
                    break
                entries.append(known)
            earlier = len(self._rows) - len(entries)
            before = self.shown
            self.shown = Shown(tuple(reversed(entries)), earlier, self._busy, self._note)
            if before is not None and _is_same(before, self.shown):
                self.shown = before
                return
        self._on_change(urgent)


def _is_same(first: Shown, second: Shown) -> bool:
    return (first.earlier, first.busy, first.note, len(first.entries)) == (
        second.earlier,
        second.busy,
        second.note,
        len(second.entries),
    ) and all(entry is other for entry, other in zip(first.entries, second.entries, strict=True))
