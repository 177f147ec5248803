"""Anthropic's messages, told in the words of the native dialect: `response`, `reasoning`, `tool_calls`, `usage`.

https://docs.claude.com/en/api/messages and https://docs.claude.com/en/docs/build-with-claude/streaming
"""

from collections.abc import Mapping
from typing import Any

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
    """Translates typed events and whole messages to frames of the native dialect."""

    def __init__(self) -> None:
        self._usage: dict[str, Any] = {}

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The native frame of one event; empty for what says nothing new."""
        match event.get("type"):
            case "message_start":
                return self._counted(_mapping(event.get("message")))
            case "content_block_start":
                return _block(_mapping(event.get("content_block")), event.get("index"))
            case "content_block_delta":
                return _delta(_mapping(event.get("delta")), event.get("index"))
            case "message_delta":
                reason = _mapping(event.get("delta")).get("stop_reason")
                return {**self._counted(event), **({"finish_reason": reason} if reason else {})}
        return {}

    def _counted(self, holder: Mapping[str, Any]) -> dict[str, Any]:
        """Counts come in two parts: of the prompt at the beginning, of the answer at the end, running."""
        usage = holder.get("usage")
        if not isinstance(usage, Mapping):
            return {}
        self._usage |= {name: value for name, value in usage.items() if value is not None}
        return {"response": "", "usage": dict(self._usage)}


def is_message(document: Mapping[str, Any]) -> bool:
    """Whether this is a whole message of Anthropic's."""
    return document.get("type") == "message" and isinstance(document.get("content"), list)


def message_frame(message: Mapping[str, Any]) -> dict[str, Any]:
    """The native frame of a whole message."""
    frame: dict[str, Any] = {"response": "", "reasoning": "", "tool_calls": [], "usage": message.get("usage")}
    for index, block in enumerate(message["content"]):
        part = _block(_mapping(block), index)
        frame["response"] += part.get("response", "")
        frame["reasoning"] += part.get("reasoning", "")
        frame["tool_calls"] += part.get("tool_calls", [])
    frame["citations"] = [
        citation for block in message["content"] for citation in _list(_mapping(block).get("citations"))
    ]
    if message.get("stop_reason"):
        frame["finish_reason"] = message["stop_reason"]
    return frame


def _block(block: Mapping[str, Any], index: Any) -> dict[str, Any]:
    match block.get("type"):
        case "text":
            return {"response": _text(block.get("text"))}
        case "thinking":
            return {"reasoning": _text(block.get("thinking"))}
        case "tool_use":
            function = {"name": block.get("name"), "arguments": block.get("input") or ""}
            return {"tool_calls": [{"id": block.get("id"), "index": index, "function": function}]}
    return {}


def _delta(delta: Mapping[str, Any], index: Any) -> dict[str, Any]:
    match delta.get("type"):
        case "text_delta":
            return {"response": _text(delta.get("text"))}
        case "thinking_delta":
            return {"reasoning": _text(delta.get("thinking"))}
        case "input_json_delta":
            return {"tool_calls": [{"index": index, "function": {"arguments": _text(delta.get("partial_json"))}}]}
        case "citations_delta":
            return {"citations": [delta.get("citation")]}
    return {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
