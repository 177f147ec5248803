"""A place on a page where a conversation stands, and what is to be seen in it now."""

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.answers.live_reply import LiveReply
from playground.channel.clock import clock
from playground.channel.views.entries import Entry, Presenter, Row, Writer

MOST_TURNS_AT_ONCE = 30
"""Turns that are made ready, or told, in one go; the newest first."""
LIVE_FIELDS_EVERY_S = 0.25
"""How often what is said beside the words of an answer on its way is looked at."""
FEW_TURNS = 4


def _unheard(*_: object) -> None:
    """Nobody listens."""


Woken = Callable[[bool], None]
"""Tells whoever shows a slot that there is news; with True that it cannot wait."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What is to be seen in a slot: its newest turns, and how many stand before them that are not ready yet."""

    entries: tuple[Entry, ...] = ()
    earlier: int = 0
    busy: bool = False
    note: str = ""


class Slot:
    """A conversation as one slot shows it. Any thread may call."""

    def __init__(
        self,
        name: str,
        presenter: Presenter,
        woken: Woken,
        begun: Callable[[], None],
        *,
        heard: Callable[[], bool] = lambda: True,
        stands: str = "",
        together: str = "",
    ) -> None:
        """`woken` hears of news, `begun` of the first token of an answer; `heard` says whether anybody listens.

        The marks are those of `messages.Slot`.
        """
        self.name = name
        self.stands, self.together = stands, together
        self.shown: Shown | None = None
        self._woken: Woken = woken
        self._begun: Callable[[], None] = begun
        self._heard = heard
        self._writer = Writer(presenter)
        self._lock = threading.Lock()
        self._rows: tuple[Row, ...] = ()
        self._known: dict[str, Entry] = {}
        self._busy, self._note, self._number = False, "", 0
        self._refreshing = self._again = self._ticking = False

    @property
    def presenter(self) -> Presenter:
        """How it is shown."""
        return self._writer.presenter

    @property
    def awaits(self) -> bool:
        """Whether an answer is on its way of which nothing has come yet."""
        return any(row.live is not None and not row.live.arrived.is_set() for row in self._rows)

    @property
    def closed(self) -> bool:
        """Whether it shows nothing any more."""
        return self._number == sys.maxsize

    def close(self) -> None:
        """Show nothing any more."""
        with self._lock:
            rows = self._rows
            self._woken, self._begun, self._rows = _unheard, _unheard, ()
            self._number = sys.maxsize  # nothing more is put here
        for row in rows:
            if row.live is not None:
                row.live.unwatch(self)

    def seen_as(self, presenter: Presenter) -> None:
        """Show it another way."""
        with self._lock:
            if presenter == self._writer.presenter:
                return
            if presenter.scrub is not None:  # what was open is not seen once more while names are hidden
                self._known = {}
            self._writer = self._writer.succeeded_by(presenter)
        self._refresh_soon()

    def put(self, rows: Sequence[Row], *, busy: bool, note: str, number: int = 0, quick: bool = False) -> None:
        """Show these turns, unless some with a higher `number` were put before.

        With `quick` what is new among them is shown at once, made in the thread that calls.
        """
        with self._lock:
            if number < self._number:
                return
            self._number = number
            self._rows, self._busy, self._note = tuple(rows), busy, note
            new = [
                at
                for at, row in enumerate(self._rows)
                if (known := self._known.get(row.turn.id)) is None or known.row is not row
            ]
            writer = self._writer
        for row in rows:
            if row.live is not None:
                self._watch(row.live)
        if quick and len(new) <= FEW_TURNS:
            made = [writer.entry(rows[at], last=at == len(rows) - 1, quick=True) for at in new]
            self._publish(writer, made, urgent=True)
        self._refresh_soon()

    def _watch(self, reply: LiveReply) -> None:
        reply.watch(self, self._grew)
        with self._lock:
            closed = self.closed
            start = not closed and self._may_tick()
        if closed:
            reply.unwatch(self)
        if start:
            clock.after(LIVE_FIELDS_EVERY_S, self._tick)

    def listened(self) -> None:
        """Somebody listens from now on."""
        with self._lock:
            start = any(row.live is not None for row in self._rows) and self._may_tick()
        if start:
            clock.soon(self._tick)

    def _may_tick(self) -> bool:
        """Whether to begin to look at what is said beside the words; with the lock."""
        start = not self._ticking and self._heard()
        self._ticking = self._ticking or start
        return start

    def _grew(self, first: bool) -> None:
        """On the loop of the network: there is more of an answer."""
        self._woken(first)
        if first:
            self._begun()
            self._refresh_soon()

    def _tick(self) -> None:
        """Say anew what is said beside the words of answers on their way."""
        with self._lock:
            live = [(at, row) for at, row in enumerate(self._rows) if row.live is not None]
            self._ticking = bool(live) and self._heard()
            goes_on, writer, count = self._ticking, self._writer, len(self._rows)
        if goes_on:
            try:
                self._publish(writer, [writer.entry(row, last=at == count - 1) for at, row in live])
            finally:
                clock.after(LIVE_FIELDS_EVERY_S, self._tick)

    def _refresh_soon(self) -> None:
        with self._lock:
            if self._refreshing:
                self._again = True
                return
            self._refreshing = True
        clock.soon(self._refresh)

    def _refresh(self) -> None:
        """Make ready what is not, the newest first, until all is."""
        try:
            self._make_ready()
        except BaseException:
            with self._lock:
                self._refreshing = False
            raise

    def _make_ready(self) -> None:
        while True:
            with self._lock:
                writer, last = self._writer, len(self._rows) - 1
                stale = [
                    (row, at == last)
                    for at, row in reversed(tuple(enumerate(self._rows)))
                    if not self._current(row, last=at == last)
                ]
                self._again = False
            self._publish(writer, [writer.entry(row, last=is_last) for row, is_last in stale[:MOST_TURNS_AT_ONCE]])
            with self._lock:
                if len(stale) <= MOST_TURNS_AT_ONCE and not self._again:
                    self._refreshing = False
                    return

    def _current(self, row: Row, *, last: bool) -> bool:
        """Whether what is known of a turn was made from this row, for the look that is wanted."""
        known = self._known.get(row.turn.id)
        return known is not None and (known.row, known.last, known.by) == (row, last, self._writer)

    def _publish(self, writer: Writer, made: Sequence[Entry], *, urgent: bool = False) -> None:
        with self._lock:
            if writer is not self._writer:
                return
            current = {row.turn.id: row for row in self._rows}
            for entry in made:
                known = self._known.get(entry.turn)
                if current.get(entry.turn) is not entry.row:
                    continue  # made from what was there before
                if known is None or not known.same_as(entry):
                    self._known[entry.turn] = entry
                elif not self._current(entry.row, last=entry.last):
                    self._known[entry.turn] = known.made_anew(entry)
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
            if before is not None and _alike(before, self.shown):
                self.shown = before
                return
        self._woken(urgent)


def _alike(one: Shown, other: Shown) -> bool:
    return (one.earlier, one.busy, one.note, len(one.entries)) == (
        other.earlier,
        other.busy,
        other.note,
        len(other.entries),
    ) and all(mine is its for mine, its in zip(one.entries, other.entries, strict=True))
