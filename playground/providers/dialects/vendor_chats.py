"""Ollama's and Cohere's own chat APIs, for reading only: their frames are translated to Workers AI's.

Servers that also speak OpenAI's dialect answer in their own where the address is that of their own API.
https://github.com/ollama/ollama/blob/main/docs/api.md and https://docs.cohere.com/reference/chat-stream
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.providers.wire.answer_builder import AnswerBuilder
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.json_text import as_mapping

_COHERE = frozenset(
    {
        *("message-start", "message-end", "content-start", "content-delta", "content-end", "tool-plan-delta"),
        *("tool-call-start", "tool-call-delta", "tool-call-end", "citation-start", "citation-end"),
    }
)


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame is a piece of such a chat, or a whole answer."""
    return _frame(frame) is not None


class VendorReading(Reading):
    """Reads pieces and whole answers."""

    def __init__(self, answer: AnswerBuilder, read_inner: Read) -> None:
        self._read_inner = read_inner

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append the events of `frame`."""
        self._read_inner(_frame(frame) or {}, "", events)


reading = VendorReading


def _frame(frame: Mapping[str, Any]) -> dict[str, Any] | None:
    """The native frame of a piece or a whole answer of these vendors; None of anything else."""
    kind = frame.get("type")
    if isinstance(kind, str):
        if kind not in _COHERE:
            return None
        delta = as_mapping(frame.get("delta"))
        return {**_message_frame(as_mapping(delta.get("message")), frame.get("index")), **_cohere_end(delta)}
    if isinstance(frame.get("done"), bool):
        return _ollama(frame)
    message = as_mapping(frame.get("message"))
    if message.get("role") == "assistant":
        return {**_message_frame(message, None), **_cohere_end(frame)}
    return None


def _ollama(frame: Mapping[str, Any]) -> dict[str, Any]:
    native = {"response": frame.get("response"), "reasoning": frame.get("thinking")}
    if isinstance(message := frame.get("message"), Mapping):
        native = _message_frame(message, None)
    if not frame["done"]:
        return native
    usage = {"prompt_tokens": frame.get("prompt_eval_count"), "completion_tokens": frame.get("eval_count") or 0}
    return {**native, "finish_reason": frame.get("done_reason") or "stop", "usage": usage}


def _message_frame(message: Mapping[str, Any], index: Any) -> dict[str, Any]:
    """The native frame of a message or a piece of one; content is text, a part or a list of parts."""
    content = message.get("content")
    parts = content if isinstance(content, list) else [content if isinstance(content, Mapping) else {"text": content}]
    calls = message.get("tool_calls")
    thoughts = (
        message.get("thinking"),
        message.get("tool_plan"),
        *(as_mapping(part).get("thinking") for part in parts),
    )
    return {
        "response": "".join(text for part in parts if isinstance(text := as_mapping(part).get("text"), str)),
        "reasoning": "".join(thought for thought in thoughts if isinstance(thought, str)),
        "tool_calls": [{**calls, "index": index}] if isinstance(calls, Mapping) else calls,
        "citations": _citations(message.get("citations")),
    }


def _citations(value: Any) -> list[Any]:
    """The documents that Cohere's citations name."""
    citations = value if isinstance(value, list) else [value]
    found = [as_mapping(citation).get("sources") for citation in citations]
    sources = [source for group in found if isinstance(group, list) for source in group]
    return [as_mapping(source).get("document") for source in sources]


def _cohere_end(holder: Mapping[str, Any]) -> dict[str, Any]:
    usage = as_mapping(holder.get("usage"))
    counts = {**as_mapping(usage.get("tokens")), "cached_tokens": usage.get("cached_tokens")}
    return {"finish_reason": holder.get("finish_reason"), "usage": counts} if usage else {}
