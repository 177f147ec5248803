"""Anthropic's messages, of Anthropic and of servers that speak as it does.

https://platform.claude.com/docs/en/api/messages and https://platform.claude.com/docs/en/build-with-claude/streaming
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playground.errors import BadRequestError
from playground.events import Event, Noted
from playground.messages import ChatRequest, Message
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.json_text import as_list, as_mapping, as_text, decode_exactly
from playground.providers.wire.paragraphs import Paragraphs
from playground.providers.wire.requests import copy_of, image_data, is_envelope
from playground.providers.wire.spoken import Spoken
from playground.text.cleaning import line

PATH = "/messages"
HEADERS: Mapping[str, str] = {"anthropic-version": "2023-06-01"}
LISTING: Mapping[str, str] = {"limit": "1000"}
VERSIONED = True

_EVENTS = frozenset(
    {
        *("message_start", "message_delta", "message_stop", "ping"),
        *("content_block_start", "content_block_delta", "content_block_stop"),
    }
)
"""The `type` of everything that a stream consists of, errors apart."""
_NOT_IN_IDS = re.compile("[^a-zA-Z0-9_-]")
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
"""The longest answers of models by how their names begin, where the server does not tell.

https://platform.claude.com/docs/en/about-claude/models/overview, read 2026-11-28
"""
_SHORTEST = 4_096
"""What every model takes that nobody knows."""


def body(request: ChatRequest, to: Recipient) -> dict[str, Any]:
    """The body for `POST …/messages`. Raises BadRequestError for what has no place in it.

    Where no `max_tokens` is set, which the API asks for, the model's own maximum is sent. `thinking_budget` and
    `effort` are ours: parameters by one name for what the API has in objects.
    """
    if request.prompt is not None and not request.messages:
        said: Sequence[Message] = (Message("user", request.prompt),)
    else:
        said = request.messages
    parameters = copy_of(request.parameters)
    longest = to.quirks.longest or to.longest or longest_answer(request.model)
    body: dict[str, Any] = {"model": request.model, "max_tokens": longest}
    if system := "\n\n".join(message.text for message in said if message.role == "system" and message.text):
        body["system"] = system
    body["messages"] = _messages([message for message in said if message.role != "system"], to)
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
    """The most tokens that a model may be asked for, as it is documented."""
    name = model.lower().rpartition("/")[2].replace(".", "-")
    return next((most for start, most in _LONGEST.items() if name.startswith(start)), _SHORTEST)


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
                self._read_message(as_mapping(frame.get("message")), events)
            case "content_block_start":
                self._begin(as_mapping(frame.get("content_block")), frame.get("index"), events)
            case "content_block_delta":
                self._go_on(as_mapping(frame.get("delta")), frame.get("index"), events)
            case "message_delta":
                self._count(frame)
                self._end(as_mapping(frame.get("delta")), events)
            case "message_stop":
                self._spoken.whole = True

    def _read_message(self, message: Mapping[str, Any], events: list[Event]) -> None:
        """A whole message, or what one begins with."""
        for index, block in enumerate(as_list(message.get("content"))):
            self._begin(as_mapping(block), index, events)
        self._count(message)
        self._end(message, events)

    def _count(self, holder: Mapping[str, Any]) -> None:
        """Counts come in two parts: of the prompt at the beginning, of the answer at the end, running."""
        self._usage |= {name: value for name, value in as_mapping(holder.get("usage")).items() if value is not None}
        self._spoken.usage.note_total(self._usage)

    def _end(self, holder: Mapping[str, Any], events: list[Event]) -> None:
        if reason := holder.get("stop_reason"):
            self._spoken.end(reason, holder)
        if why := line(as_text(as_mapping(holder.get("stop_details")).get("explanation")), 1_000):
            events.append(Noted(f"The service says why the answer ended: {why}"))

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
                function = {"arguments": as_text(delta.get("partial_json"))}
                events += self._spoken.tools.read([{"index": index, "function": function}])
            case "citations_delta":
                self._spoken.cite({"citations": [delta.get("citation")]}, events)

    def _say(self, text: Any, events: list[Event]) -> None:
        said = self._texts.add(as_text(text), self._run)
        self._written += len(said)
        self._spoken.say(said, events)

    def _think(self, thought: Any, events: list[Event]) -> None:
        self._spoken.think(self._thoughts.add(as_text(thought), self._run), events)

    def _keep(self, block: Mapping[str, Any], index: Any) -> None:
        """What is sent back of a thought: with its signature, and where it stood."""
        place = {"index": index, "behind": self._written}
        self._spoken.given.note({"thinking_blocks": [{**block, **place}]}, in_pieces=True)


reading = MessagesReading


def _messages(said: Sequence[Message], to: Recipient) -> list[dict[str, Any]]:
    """User and assistant in turns: what tools answered is said by the user, all of a turn in one message."""
    messages: list[dict[str, Any]] = []
    for message in said:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = list(_blocks(message, to))
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += blocks
        elif blocks or role == "user":
            messages.append({"role": role, "content": blocks})
    if messages and messages[-1]["role"] == "assistant":  # a beginning, which must not end in blanks
        _strip_last(messages[-1]["content"])
    return [{**message, "content": _plain(message["content"])} for message in messages]


def _blocks(message: Message, to: Recipient) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        answered: dict[str, Any] = {"type": "tool_result", "tool_use_id": _id(message.tool_call_id or "")}
        content = _plain([block for part in _parts(message) if (block := _part(part))])
        yield {**answered, "content": content} if content else answered
        return
    if message.role == "assistant":
        yield from _thoughts_and_text(message, to)
    else:
        yield from (block for part in _parts(message) if (block := _part(part)))
    for call in message.tool_calls:
        given = {"input": call.arguments} if call.kind == "custom" else _input(call.arguments)
        yield {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": given}


def _thoughts_and_text(message: Message, to: Recipient) -> Iterator[dict[str, Any]]:
    """Signed thoughts where they stood in the text; of an edited text all before it."""
    wanted = to.gave(message.given) and "thinking_blocks" not in to.quirks.left_out
    given = message.given.details.get("thinking_blocks") if message.given and wanted else None
    thoughts = [dict(block) for block in as_list(given) if isinstance(block, Mapping)]
    text, said = message.text, 0
    places = [place if isinstance(place := block.pop("behind", 0), int) else 0 for block in thoughts]
    if any(place > len(text) for place in places):
        places = [0] * len(places)
    for block, place in zip(thoughts, places, strict=True):
        if text[said:place].strip():
            yield {"type": "text", "text": text[said:place]}
            said = place
        block.pop("index", None)
        yield copy_of(block)
    if text[said:].strip():
        yield {"type": "text", "text": text[said:]}


def _parts(message: Message) -> Sequence[Mapping[str, Any]]:
    content = message.content or ""
    return ({"type": "text", "text": content},) if isinstance(content, str) else content


def _part(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """A part of a message as a block; None for text without a word, which the API refuses."""
    if part.get("type") == "image_url":
        kind, _, data = image_data(part).partition(",")
        source = {"type": "base64", "media_type": kind[5:].partition(";")[0], "data": data}
        return {"type": "image", "source": source}
    return None if part.get("type") == "text" and not str(part.get("text") or "").strip() else copy_of(part)


def _plain(blocks: list[dict[str, Any]]) -> Any:
    """The content of a message: a text alone as it is."""
    if [block.get("type") for block in blocks] == ["text"]:
        return blocks[0]["text"]
    return blocks


def _strip_last(blocks: list[dict[str, Any]]) -> None:
    if blocks and blocks[-1].get("type") == "text":
        blocks[-1] = {**blocks[-1], "text": blocks[-1]["text"].rstrip()}


def _id(of: str) -> str:
    """The id of a call as the API takes it, also where another model's server gave it (`functions.now:0`)."""
    return _NOT_IN_IDS.sub("_", of) or "call"


def _input(arguments: str) -> Any:
    """The arguments of a call as an object. Raises BadRequestError where the model wrote none."""
    try:
        value = decode_exactly(arguments) if arguments.strip() else {}
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise BadRequestError(
            "A tool call of this conversation has arguments that are no JSON object.",
            hint="This API takes no others back: try that answer again, or delete it.",
        )
    return value


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A function as the API wants it; a tool of Anthropic's own as it is."""
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
