"""The text of an arriving answer as it is shown: it only grows, until text is reclassified."""

import secrets
import threading
from bisect import bisect_right
from collections.abc import Callable

from playground.answers.live_reply import LiveReply

Scrub = Callable[[str, bool], str]
"""Masks a text; with True one that still grows, whose last words are held back."""

BOOT = secrets.token_urlsafe(4)
"""Distinguishes the versions of this process from those of earlier ones."""

LONG_TAIL, KEPT_TAIL = 600, 200
"""The tail that is masked again with each piece is shortened to the second length when it exceeds the first."""


class GrowingText:
    """A text that grows, in pieces."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._ends: list[int] = []

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._ends[-1] if self._ends else 0

    def add(self, piece: str) -> None:
        """Put a piece at the end."""
        if piece:
            self._pieces.append(piece)
            self._ends.append(self.length + len(piece))

    def since(self, offset: int, most: int) -> str:
        """What comes after so many characters, at most `most` of it."""
        index = bisect_right(self._ends, offset)
        found: list[str] = []
        size, skipped = 0, offset - (self._ends[index - 1] if index else 0)
        while index < len(self._pieces) and size < most:
            piece = self._pieces[index][skipped:][: most - size]
            found.append(piece)
            size, skipped, index = size + len(piece), 0, index + 1
        return "".join(found)

    def __str__(self) -> str:
        return "".join(self._pieces)


class _Part:
    """One part of an answer, as it came and masked."""

    def __init__(self, scrub: Scrub | None) -> None:
        self.visible = GrowingText()
        self._scrub = scrub
        self._taken = 0
        self._tail = self._visible_tail = ""

    def take(self, parts: list[str]) -> None:
        count = len(parts)
        if count > self._taken:
            piece = "".join(parts[self._taken : count])
            self._taken = count
            self.visible.add(piece if self._scrub is None else self._scrubbed(piece, self._scrub))

    def _scrubbed(self, piece: str, scrub: Scrub) -> str:
        self._tail += piece
        masked = scrub(self._tail, True)
        if not masked.startswith(self._visible_tail):  # a masked name has become longer: shown at the end
            return ""
        new, self._visible_tail = masked[len(self._visible_tail) :], masked
        if len(self._tail) > LONG_TAIL:
            self._shorten_tail(scrub)
        return new

    def _shorten_tail(self, scrub: Scrub) -> None:
        """Cut the beginning of the tail off, where that splits no masked name."""
        end = len(self._tail) - KEPT_TAIL
        cut = max(self._tail.rfind("\n", 0, end), self._tail.rfind(" ", 0, end)) + 1
        done, rest = scrub(self._tail[:cut], False), scrub(self._tail[cut:], True)
        if cut and self._visible_tail == done + rest:
            self._tail, self._visible_tail = self._tail[cut:], rest


class StreamedAnswer:
    """An arriving answer as it is shown. Thread-safe."""

    def __init__(self, reply: LiveReply, scrub: Scrub | None = None) -> None:
        self.reply = reply
        self._scrub = scrub
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._reclassifications = self.reply.reclassifications
        self._parts, self._thoughts_parts = self.reply.parts, self.reply.reasoning_parts
        self._text, self._thoughts = _Part(self._scrub), _Part(self._scrub)

    @property
    def version(self) -> str:
        """Stays the same as long as the text only grows."""
        return f"{BOOT}~{self._reclassifications}"

    @property
    def text(self) -> GrowingText:
        """The text of the answer as it is shown."""
        return self._text.visible

    @property
    def thoughts(self) -> GrowingText:
        """The thoughts as they are shown."""
        return self._thoughts.visible

    def pull(self) -> None:
        """Take the pieces that have come."""
        reply = self.reply
        with self._lock:
            if self._reclassifications != reply.reclassifications:
                self._begin()
            # Lists from before a reclassification are complete; those after it come with the next pull.
            self._text.take(self._parts)
            self._thoughts.take(self._thoughts_parts)
