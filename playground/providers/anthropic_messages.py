"""Anthropic's messages, told in the words of the native dialect: `response`, `reasoning`, `tool_calls`, `usage`.

https://docs.claude.com/en/api/messages and https://docs.claude.com/en/docs/build-with-claude/streaming
"""

from collections.abc import Mapping
from typing import Any

from playground.providers.paragraphs import Paragraphs

EVENTS = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
    }
)
"""The `type` of everything that a stream consists of, errors apart."""


class MessagesTranslator:
    """Translates typed events and whole messages to frames of the native dialect.

    Each thought is a paragraph of its own. Texts that follow each other are one, cut where a source is named; what
    stands between two others is what a tool of Anthropic's did, and makes the second a paragraph of its own.
    """

    def __init__(self) -> None:
        self._usage: dict[str, Any] = {}
        self._run = 0
        """How many runs of blocks of one kind came: those of thoughts and of calls are one each."""
        self._kind: Any = None
        """That of the block that came last, which the pieces are of."""
        self._texts = Paragraphs()
        self._thoughts = Paragraphs()

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The native frame of one event; empty for what says nothing new."""
        match event.get("type"):
            case "message_start":
                message = _mapping(event.get("message"))
                return {**self.message(message), "usage": self._counted(message)}
            case "content_block_start":
                return self._block(_mapping(event.get("content_block")), event.get("index"))
            case "content_block_delta":
                return self._delta(_mapping(event.get("delta")), event.get("index"))
            case "message_delta":
                return {"response": "", "usage": self._counted(event), **_end(_mapping(event.get("delta")))}
            case "message_stop":
                return {"success": True}
        return {}

    def message(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The native frame of a whole message, or of what one begins with."""
        blocks = [_mapping(block) for block in _list(message.get("content"))]
        parts = [self._block(block, index) for index, block in enumerate(blocks)]
        return {
            "response": "".join(part.get("response", "") for part in parts),
            "reasoning": "".join(part.get("reasoning", "") for part in parts),
            "tool_calls": [call for part in parts for call in part.get("tool_calls", ())],
            "citations": [citation for block in blocks for citation in _list(block.get("citations"))],
            "usage": message.get("usage"),
            **_end(message),
        }

    def _counted(self, holder: Mapping[str, Any]) -> dict[str, Any]:
        """Counts come in two parts: of the prompt at the beginning, of the answer at the end, running."""
        self._usage |= {name: value for name, value in _mapping(holder.get("usage")).items() if value is not None}
        return dict(self._usage)

    def _block(self, block: Mapping[str, Any], index: Any) -> dict[str, Any]:
        kind = block.get("type")
        if kind != "text" or self._kind != "text":
            self._run += 1
        self._kind = kind
        match kind:
            case "text":
                return {"response": self._texts.add(_text(block.get("text")), self._run)}
            case "thinking":
                return {"reasoning": self._thoughts.add(_text(block.get("thinking")), self._run)}
            case "tool_use":
                function = {"name": block.get("name"), "arguments": block.get("input") or ""}
                return {"tool_calls": [{"id": block.get("id"), "index": index, "function": function}]}
        return {}

    def _delta(self, delta: Mapping[str, Any], index: Any) -> dict[str, Any]:
        match delta.get("type"):
            case "text_delta":
                return {"response": self._texts.add(_text(delta.get("text")), self._run)}
            case "thinking_delta":
                return {"reasoning": self._thoughts.add(_text(delta.get("thinking")), self._run)}
            case "input_json_delta" if self._kind in (None, "tool_use"):
                return {"tool_calls": [{"index": index, "function": {"arguments": _text(delta.get("partial_json"))}}]}
            case "citations_delta":
                return {"citations": [delta.get("citation")]}
        return {}


def is_message(document: Mapping[str, Any]) -> bool:
    """Whether this is a whole message of Anthropic's."""
    return document.get("type") == "message" and isinstance(document.get("content"), list)


def _end(holder: Mapping[str, Any]) -> dict[str, Any]:
    reason = holder.get("stop_reason")
    return {"finish_reason": reason} if reason else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
