"""Anthropic's messages, of Anthropic and of servers that speak as it does.

https://platform.claude.com/docs/en/api/messages and https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.paragraphs import Paragraphs
from playground.providers.wire.spoken import Spoken

PATH = "/messages"
HEADERS: Mapping[str, str] = {"anthropic-version": "2023-06-01"}

_EVENTS = frozenset(
    {
        *("message_start", "message_delta", "message_stop", "ping"),
        *("content_block_start", "content_block_delta", "content_block_stop"),
    }
)
"""The `type` of everything that a stream consists of, errors apart."""
_THOUGHTS = ("thinking", "redacted_thinking")


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame is an event of such a stream, or a whole message."""
    kind = frame.get("type")
    return isinstance(kind, str) and (kind in _EVENTS or (kind == "message" and isinstance(frame.get("content"), list)))


class MessagesReading(Reading):
    """Reads events and whole messages.

    Each thought is a paragraph of its own. Texts that follow each other are one, cut where a source is named; what
    stands between two others is what a tool of Anthropic's did, and makes the second a paragraph of its own.
    """

    def __init__(self, spoken: Spoken, inner: Read) -> None:
        self._spoken = spoken
        self._usage: dict[str, Any] = {}
        self._run = 0
        """How many runs of blocks of one kind came: those of thoughts and of calls are one each."""
        self._kind: Any = None
        """That of the block that came last, which the pieces are of."""
        self._texts = Paragraphs()
        self._thoughts = Paragraphs()
        self._written = 0
        """Characters of text so far, so that a thought is known to stand behind them."""

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says."""
        match frame.get("type"):
            case "message":
                self._read_message(frame, events)
            case "message_start":
                self._read_message(_mapping(frame.get("message")), events)
            case "content_block_start":
                self._begin(_mapping(frame.get("content_block")), frame.get("index"), events)
            case "content_block_delta":
                self._go_on(_mapping(frame.get("delta")), frame.get("index"), events)
            case "message_delta":
                self._count(frame)
                self._end(_mapping(frame.get("delta")))
            case "message_stop":
                self._spoken.whole = True

    def _read_message(self, message: Mapping[str, Any], events: list[Event]) -> None:
        """A whole message, or what one begins with."""
        for index, block in enumerate(_list(message.get("content"))):
            self._begin(_mapping(block), index, events)
        self._count(message)
        self._end(message)

    def _count(self, holder: Mapping[str, Any]) -> None:
        """Counts come in two parts: of the prompt at the beginning, of the answer at the end, running."""
        self._usage |= {name: value for name, value in _mapping(holder.get("usage")).items() if value is not None}
        self._spoken.usage.note_total(self._usage)

    def _end(self, holder: Mapping[str, Any]) -> None:
        if reason := holder.get("stop_reason"):
            self._spoken.end(reason, holder)

    def _begin(self, block: Mapping[str, Any], index: Any, events: list[Event]) -> None:
        kind = block.get("type")
        if kind != "text" or self._kind != "text":
            self._run += 1
        self._kind = kind
        if kind == "text":
            self._say(block.get("text"), events)
        elif kind in _THOUGHTS:
            self._keep(block, index)
            self._think(block.get("thinking"), events)
        elif kind == "tool_use":
            function = {"name": block.get("name"), "arguments": block.get("input") or ""}
            events += self._spoken.tools.read([{"id": block.get("id"), "index": index, "function": function}])
        self._spoken.cite(block, events)

    def _go_on(self, delta: Mapping[str, Any], index: Any, events: list[Event]) -> None:
        match delta.get("type"):
            case "text_delta":
                self._say(delta.get("text"), events)
            case "thinking_delta":
                self._keep({"type": "thinking", "thinking": delta.get("thinking")}, index)
                self._think(delta.get("thinking"), events)
            case "signature_delta":
                self._keep({"type": "thinking", "signature": delta.get("signature")}, index)
            case "input_json_delta" if self._kind in (None, "tool_use"):
                function = {"arguments": _text(delta.get("partial_json"))}
                events += self._spoken.tools.read([{"index": index, "function": function}])
            case "citations_delta":
                self._spoken.cite({"citations": [delta.get("citation")]}, events)

    def _say(self, text: Any, events: list[Event]) -> None:
        said = self._texts.add(_text(text), self._run)
        self._written += len(said)
        self._spoken.say(said, events)

    def _think(self, thought: Any, events: list[Event]) -> None:
        self._spoken.think(self._thoughts.add(_text(thought), self._run), events)

    def _keep(self, block: Mapping[str, Any], index: Any) -> None:
        """What is sent back of a thought: with its signature, and where it stood."""
        place = {"index": index, "behind": self._written}
        self._spoken.given.note({"thinking_blocks": [{**block, **place}]}, in_pieces=True)


reading = MessagesReading


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
