"""Bytes to server-sent events: a push parser without I/O.

The rules are those of https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation,
and four liberties for what model servers really send, none of which changes how a correct stream is read:

- a last event without its blank line is delivered when it is whole (`flush`);
- a line `error: {…}`, llama.cpp's own field (https://github.com/ggml-org/llama.cpp/issues/16104), is an event "error";
- a bare line of JSON, or a bare [DONE], is read as if `data:` stood before it; where it begins an event and is a whole
  document it is that event, without waiting for a blank line (JSON lines, as Ollama streams);
- data lines that are JSON documents one by one are events one by one, for servers that leave out the blank lines.
"""

import json
from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"
_LF, _CR = b"\n\r"
LONGEST_EVENT = 32_000_000
"""Bytes of one event that are taken where nothing else is said."""
MOST_LINES = 100_000
"""Lines of one event that are taken: a short one takes far more room than its bytes."""
_EXCERPT_BYTES = 400
"""Bytes of unreadable input that are kept to be shown."""


class ServerSentEvent(NamedTuple):
    """One event: its name ("message" where the stream gives none) and its data lines joined by newlines."""

    event: str
    data: str


class EventDecoder:
    """Push parser: bytes as the network cuts them in, whole events out; never raises.

    Lines end at CR, LF or CRLF and nowhere else: JSON may hold U+2028 and its kin unescaped. Invalid UTF-8 becomes
    U+FFFD.
    """

    def __init__(self, max_bytes: int = LONGEST_EVENT) -> None:
        """`max_bytes` is how many bytes of one event are taken."""
        self.overflowed = False
        """An event was longer than that: nothing more is read."""
        self.remainder = b""
        """After `flush`: the event that broke off, if one did."""
        self.ignored = b""
        """The first lines that are no part of an event stream, to say what came instead of one."""
        self._block: list[bytes] = []
        """The lines since the last blank one."""
        self._line: list[bytes] = []
        """The pieces of a line whose end has not come."""
        self._pending_bytes = 0
        """About how many bytes of the event that has not ended."""
        self._max_bytes = max_bytes
        self._at_start = True
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events that `chunk` completes, in order."""
        if self.overflowed:
            return []
        if chunk.startswith(b"data: ") and chunk.endswith(b"\n\n") and not (self._block or self._line):
            # By far the most chunks are one event of one line: nothing to split.
            data = chunk[6:-2]
            if _LF not in data and _CR not in data:
                self._at_start = self._after_cr = False
                return [ServerSentEvent("message", data.decode("utf-8", "replace"))]
        return self._feed_lines(chunk)

    def flush(self) -> list[ServerSentEvent]:
        """At the end of the stream: an event without a blank line after it, if it is whole (JSON or [DONE])."""
        if line := self._end_line(b""):
            self._block.append(line)
        events = self._read_block()
        if events and not _is_document(events[-1].data):
            self.remainder = events.pop().data.encode()
        return events

    def _feed_lines(self, chunk: bytes) -> list[ServerSentEvent]:
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if _CR in chunk:
            # A CR ends its line at once; should its LF come with the next chunk, that is dropped there.
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and (self._line or self._at_start):
            length = len(lines[0])
            lines[0] = self._end_line(lines[0])
            self._pending_bytes -= len(lines[0]) - length  # counted when they came
        if rest:
            self._line.append(rest)
        events: list[ServerSentEvent] = []
        block = self._block
        for line in lines:
            self._pending_bytes = self._pending_bytes + len(line) if line else 0
            if line:
                block.append(line)
                if len(block) == 1 and line.startswith((b"{", b"[")) and _is_document(line.decode("utf-8", "replace")):
                    events += self._read_block()
                    self._pending_bytes = 0
            elif len(block) == 1 and block[0].startswith(b"data: "):
                events.append(ServerSentEvent("message", block[0][6:].decode("utf-8", "replace")))
                block.clear()
            elif block:
                events += self._read_block()
        self._count_pending(len(rest))
        return events

    def _count_pending(self, size: int) -> None:
        """Count `size` more bytes of the event that has not ended, and overflow where it is too long."""
        self._pending_bytes += size
        if self._pending_bytes > self._max_bytes or len(self._block) > MOST_LINES:
            self.overflowed = True
            self._block.clear()
            self._line.clear()

    def _end_line(self, end: bytes) -> bytes:
        """The whole line that `end` completes."""
        line = b"".join((*self._line, end))
        self._line.clear()
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        return line

    def _read_block(self) -> list[ServerSentEvent]:
        """The events of the lines between two blank ones; more than one only where a liberty is taken."""
        name = "message"
        data: list[str] = []
        errors: list[str] = []
        bare: list[str] = []
        for raw in self._block:
            line = raw.decode("utf-8", "replace")
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                data.append(value)
            elif field == "event":
                name = value or "message"
            elif field == "error":
                errors.append(value)
            elif field not in ("", "id", "retry"):
                bare.append(line)
        self._block.clear()
        events = [ServerSentEvent(name, document) for document in _documents(data)]
        events += [ServerSentEvent("error", document) for document in errors]
        if bare and bare[0].lstrip().startswith(("{", "[")):
            events += [ServerSentEvent(name, document) for document in _documents(bare)]
        elif bare and not self.ignored:
            self.ignored = "\n".join(bare).encode()[:_EXCERPT_BYTES]
        return events


def _documents(lines: list[str]) -> list[str]:
    """The lines joined as the standard says, or one by one where each is a document of its own."""
    if len(lines) > 1 and all(_is_document(line) for line in lines[:-1]):
        return lines
    return ["\n".join(lines)] if lines else []


def _is_document(data: str) -> bool:
    """Whether this is [DONE] or a whole JSON object or array, which is what events of a chat stream hold."""
    text = data.strip()
    if not text.startswith(("{", "[")):
        return False
    if text == "[DONE]":
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
