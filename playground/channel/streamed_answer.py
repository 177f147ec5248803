"""The text of an answer on its way as it is shown: it only grows, until text turns out to be thoughts."""

import secrets
import threading
from bisect import bisect_right
from collections.abc import Callable

from playground.answers.live_reply import LiveReply

Scrub = Callable[[str, bool], str]
"""What is seen of a text; with True of one that still grows, whose last words are held back."""

BOOT = secrets.token_urlsafe(4)
"""Tells the versions of this process from those of one before it."""

LONG_TAIL, KEPT_TAIL = 600, 200
"""Characters that are scrubbed again with what comes: past the first, all but the second are done with."""


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
        at = bisect_right(self._ends, offset)
        found: list[str] = []
        size, skipped = 0, offset - (self._ends[at - 1] if at else 0)
        while at < len(self._pieces) and size < most:
            piece = self._pieces[at][skipped:][: most - size]
            found.append(piece)
            size, skipped, at = size + len(piece), 0, at + 1
        return "".join(found)

    def __str__(self) -> str:
        return "".join(self._pieces)


class _Part:
    """One part of an answer: what came, and what is seen of it."""

    def __init__(self, scrub: Scrub | None) -> None:
        self.words = GrowingText()
        self._scrub = scrub
        self._taken = 0
        self._tail = self._seen = ""

    def take(self, parts: list[str]) -> None:
        count = len(parts)
        if count > self._taken:
            came = "".join(parts[self._taken : count])
            self._taken = count
            self.words.add(came if self._scrub is None else self._scrubbed(came, self._scrub))

    def _scrubbed(self, came: str, scrub: Scrub) -> str:
        self._tail += came
        seen = scrub(self._tail, True)
        if not seen.startswith(self._seen):  # what is to be masked turned out longer: the end of the answer tells all
            return ""
        new, self._seen = seen[len(self._seen) :], seen
        if len(self._tail) > LONG_TAIL:
            self._let_go(scrub)
        return new

    def _let_go(self, scrub: Scrub) -> None:
        """Settle the beginning of the tail, cut where it splits nothing that is to be masked."""
        end = len(self._tail) - KEPT_TAIL
        cut = max(self._tail.rfind("\n", 0, end), self._tail.rfind(" ", 0, end)) + 1
        done, rest = scrub(self._tail[:cut], False), scrub(self._tail[cut:], True)
        if cut and self._seen == done + rest:
            self._tail, self._seen = self._tail[cut:], rest


class StreamedAnswer:
    """An answer on its way as it is seen. Any thread may pull and read."""

    def __init__(self, reply: LiveReply, scrub: Scrub | None = None) -> None:
        self.reply = reply
        self._scrub = scrub
        self._lock = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._moved = self.reply.moved
        self._parts, self._thoughts_parts = self.reply.parts, self.reply.reasoning_parts
        self._text, self._thoughts = _Part(self._scrub), _Part(self._scrub)

    @property
    def version(self) -> str:
        """The same as long as the words only grow."""
        return f"{BOOT}~{self._moved}"

    @property
    def text(self) -> GrowingText:
        """What is seen of the answer."""
        return self._text.words

    @property
    def thoughts(self) -> GrowingText:
        """What is seen of the thoughts before it."""
        return self._thoughts.words

    def pull(self) -> None:
        """Take in what has come."""
        reply = self.reply
        with self._lock:
            if self._moved != reply.moved:
                self._begin()
            # Lists of before a move are complete; those of after it come with the next pull.
            self._text.take(self._parts)
            self._thoughts.take(self._thoughts_parts)
