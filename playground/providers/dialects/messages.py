"""Anthropic's messages API, of Anthropic and of compatible servers.

https://platform.claude.com/docs/en/api/messages and https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from collections.abc import Mapping, Sequence
from typing import Any

from playground.errors import BadRequestError
from playground.events import Event, Noted
from playground.messages import ChatRequest, Message
from playground.providers.wire.answer_builder import AnswerBuilder
from playground.providers.wire.content_blocks import block_messages
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.json_text import as_list, as_mapping, as_text
from playground.providers.wire.paragraphs import Paragraphs
from playground.providers.wire.requests import copy_of, is_envelope
from playground.text.cleaning import line

PATH = "/messages"
HEADERS: Mapping[str, str] = {"anthropic-version": "2023-06-01"}
LISTED_AT = "/models"
LISTING: Mapping[str, str] = {"limit": "1000"}
LENGTHS: Sequence[str] = ("max_tokens",)
VERSIONED = True

_EVENTS = frozenset(
    {
        *("message_start", "message_delta", "message_stop", "ping"),
        *("content_block_start", "content_block_delta", "content_block_stop"),
    }
)
"""The `type` of everything that a stream consists of, errors apart."""
_THOUGHTS = ("thinking", "redacted_thinking")
_LONGEST = {
    "claude-3-5": 8_192,
    "claude-3-7": 64_000,
    "claude-3": 4_096,
    "claude-opus-4-0": 32_000,
    "claude-opus-4-1": 32_000,
    "claude-opus-4-2": 32_000,  # by its date, 20250514
    "claude-opus-4-5": 64_000,
    "claude-sonnet-4-0": 64_000,
    "claude-sonnet-4-2": 64_000,
    "claude-sonnet-4-5": 64_000,
    "claude-haiku-4-5": 64_000,
    "claude": 128_000,
}
"""The longest answers of models by how their names begin, where the server does not list them.

https://platform.claude.com/docs/en/about-claude/models/overview, read 2026-11-28
"""
_SHORTEST = 4_096
"""The longest answer of models that are not known here."""


def body(request: ChatRequest, recipient: Recipient) -> dict[str, Any]:
    """The body for `POST …/messages`. Raises BadRequestError for what the API has no form for.

    `max_tokens` is required by the API: where it is not set, the model's own maximum is sent. `thinking_budget` and
    `effort` are parameters of ours, for what the API has inside of objects.
    """
    if request.prompt is not None and not request.messages:
        messages: Sequence[Message] = (Message("user", request.prompt),)
    else:
        messages = request.messages
    parameters = copy_of(request.parameters)
    max_tokens = recipient.quirks.max_output_tokens or recipient.max_output_tokens or longest_answer(request.model)
    body: dict[str, Any] = {"model": request.model, "max_tokens": max_tokens}
    if system := "\n\n".join(message.text for message in messages if message.role == "system" and message.text):
        body["system"] = system
    body["messages"] = block_messages([message for message in messages if message.role != "system"], recipient)
    if budget := parameters.pop("thinking_budget", None):
        parameters.setdefault("thinking", {"type": "enabled", "budget_tokens": budget})
    if effort := parameters.pop("effort", None):
        parameters["output_config"] = {"effort": effort, **as_mapping(parameters.get("output_config"))}
    body.update(parameters)
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.response_format is not None and request.response_format.get("type") != "text":
        body["output_config"] = {**as_mapping(body.get("output_config")), "format": _format(request.response_format)}
    body["stream"] = request.stream
    return body


def longest_answer(model: str) -> int:
    """The documented maximum of `max_tokens` for a model."""
    name = model.lower().rpartition("/")[2].replace(".", "-")
    return next((tokens for start, tokens in _LONGEST.items() if name.startswith(start)), _SHORTEST)


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame is an event of such a stream, or a whole message."""
    kind = frame.get("type")
    return isinstance(kind, str) and (kind in _EVENTS or (kind == "message" and isinstance(frame.get("content"), list)))


class MessagesReading(Reading):
    """Reads events and whole messages.

    Each thought is a paragraph of its own. Text blocks that follow each other directly are one paragraph, for the
    server splits them only where a source is cited; after a block of another type a text begins a new paragraph.
    """

    def __init__(self, answer: AnswerBuilder, read_inner: Read) -> None:
        self._answer = answer
        self._usage: dict[str, Any] = {}
        self._run = 0
        """The number of the current run of text blocks; each block of another type is a run of its own."""
        self._kind: Any = None
        """The type of the current block, to which deltas belong."""
        self._texts = Paragraphs()
        self._thoughts = Paragraphs()
        self._text_chars = 0
        """Characters of text so far, which is the position of the next thought in it."""

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append the events of `frame`."""
        match frame.get("type"):
            case "message":
                self._read_message(frame, events)
            case "message_start":
                self._read_message(as_mapping(frame.get("message")), events)
            case "content_block_start":
                self._start_block(as_mapping(frame.get("content_block")), frame.get("index"), events)
            case "content_block_delta":
                self._read_delta(as_mapping(frame.get("delta")), frame.get("index"), events)
            case "message_delta":
                self._count(frame)
                self._end(as_mapping(frame.get("delta")), events)
            case "message_stop":
                self._answer.complete = True

    def _read_message(self, message: Mapping[str, Any], events: list[Event]) -> None:
        """Read a whole message, or the beginning of one."""
        for index, block in enumerate(as_list(message.get("content"))):
            self._start_block(as_mapping(block), index, events)
        self._count(message)
        self._end(message, events)

    def _count(self, holder: Mapping[str, Any]) -> None:
        """Add up the two parts of usage: of the prompt at the beginning, of the answer as a running total."""
        self._usage |= {name: value for name, value in as_mapping(holder.get("usage")).items() if value is not None}
        self._answer.usage.note_total(self._usage)

    def _end(self, holder: Mapping[str, Any], events: list[Event]) -> None:
        if reason := holder.get("stop_reason"):
            self._answer.set_finish_reason(reason, holder)
        if explanation := line(as_text(as_mapping(holder.get("stop_details")).get("explanation")), 1_000):
            events.append(Noted(f"The service says why the answer ended: {explanation}"))

    def _start_block(self, block: Mapping[str, Any], index: Any, events: list[Event]) -> None:
        kind = block.get("type")
        if kind != "text" or self._kind != "text":
            self._run += 1
        self._kind = kind
        if kind == "text":
            self._add_text(block.get("text"), events)
        elif kind in _THOUGHTS:
            self._add_thinking_block(block, index)
            self._add_thought(block.get("thinking"), events)
        elif kind == "tool_use":
            function = {"name": block.get("name"), "arguments": block.get("input") or ""}
            events += self._answer.tools.read([{"id": block.get("id"), "index": index, "function": function}])
        self._answer.add_citations(block, events)

    def _read_delta(self, delta: Mapping[str, Any], index: Any, events: list[Event]) -> None:
        match delta.get("type"):
            case "text_delta":
                self._add_text(delta.get("text"), events)
            case "thinking_delta":
                self._add_thinking_block({"type": "thinking", "thinking": delta.get("thinking")}, index)
                self._add_thought(delta.get("thinking"), events)
            case "signature_delta":
                self._add_thinking_block({"type": "thinking", "signature": delta.get("signature")}, index)
            case "input_json_delta" if self._kind in (None, "tool_use"):
                function = {"arguments": as_text(delta.get("partial_json"))}
                events += self._answer.tools.read([{"index": index, "function": function}])
            case "citations_delta":
                self._answer.add_citations({"citations": [delta.get("citation")]}, events)

    def _add_text(self, text: Any, events: list[Event]) -> None:
        joined = self._texts.add(as_text(text), self._run)
        self._text_chars += len(joined)
        self._answer.add_text(joined, events)

    def _add_thought(self, thought: Any, events: list[Event]) -> None:
        self._answer.add_thought(self._thoughts.add(as_text(thought), self._run), events)

    def _add_thinking_block(self, block: Mapping[str, Any], index: Any) -> None:
        """Keep a piece of a thought with its signature and its position in the text, to be sent back."""
        position = {"index": index, "behind": self._text_chars}
        self._answer.metadata.add({"thinking_blocks": [{**block, **position}]}, in_pieces=True)


reading = MessagesReading


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A function in Anthropic's form; a tool of Anthropic's own is unchanged."""
    if "input_schema" in tool or tool.get("type", "function") != "function":
        return copy_of(tool)
    function = as_mapping(tool.get("function")) or {key: value for key, value in tool.items() if key != "type"}
    schema = function.get("parameters") or {"type": "object", "properties": {}}
    return copy_of({**{key: value for key, value in function.items() if key != "parameters"}, "input_schema": schema})


def _format(response_format: Mapping[str, Any]) -> dict[str, Any]:
    """https://platform.claude.com/docs/en/build-with-claude/structured-outputs"""
    schema = response_format.get("json_schema")
    if not isinstance(schema, Mapping):
        raise BadRequestError("This API has no JSON mode without a schema.", hint="Give a JSON schema for the answer.")
    return {"type": "json_schema", "schema": copy_of(schema["schema"] if is_envelope(schema) else schema)}
