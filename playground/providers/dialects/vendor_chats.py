"""Ollama's and Cohere's own chat APIs, which are read and not asked; told in Workers AI's own words.

Servers that speak them beside OpenAI's answer so where an address is theirs.
https://github.com/ollama/ollama/blob/main/docs/api.md and https://docs.cohere.com/reference/chat-stream
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.json_text import as_mapping
from playground.providers.wire.spoken import Spoken

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

    def __init__(self, spoken: Spoken, inner: Read) -> None:
        self._inner = inner

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says."""
        self._inner(_frame(frame) or {}, "", events)


reading = VendorReading


def _frame(frame: Mapping[str, Any]) -> dict[str, Any] | None:
    """The native frame of what these vendors say, in a stream or as a whole; None of anything else."""
    kind = frame.get("type")
    if isinstance(kind, str):
        if kind not in _COHERE:
            return None
        delta = as_mapping(frame.get("delta"))
        return {**_said(as_mapping(delta.get("message")), frame.get("index")), **_cohere_end(delta)}
    if isinstance(frame.get("done"), bool):
        return _ollama(frame)
    message = as_mapping(frame.get("message"))
    if message.get("role") == "assistant":
        return {**_said(message, None), **_cohere_end(frame)}
    return None


def _ollama(frame: Mapping[str, Any]) -> dict[str, Any]:
    said = {"response": frame.get("response"), "reasoning": frame.get("thinking")}
    if isinstance(message := frame.get("message"), Mapping):
        said = _said(message, None)
    if not frame["done"]:
        return said
    usage = {"prompt_tokens": frame.get("prompt_eval_count"), "completion_tokens": frame.get("eval_count") or 0}
    return {**said, "finish_reason": frame.get("done_reason") or "stop", "usage": usage}


def _said(message: Mapping[str, Any], index: Any) -> dict[str, Any]:
    """What a message or a piece of one says; content is text, a part or a list of parts."""
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
    found = [as_mapping(one).get("sources") for one in citations]
    sources = [source for some in found if isinstance(some, list) for source in some]
    return [as_mapping(source).get("document") for source in sources]


def _cohere_end(holder: Mapping[str, Any]) -> dict[str, Any]:
    usage = as_mapping(holder.get("usage"))
    counts = {**as_mapping(usage.get("tokens")), "cached_tokens": usage.get("cached_tokens")}
    return {"finish_reason": holder.get("finish_reason"), "usage": counts} if usage else {}
