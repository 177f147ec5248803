"""Messages as Anthropic's content blocks: https://platform.claude.com/docs/en/api/messages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playground.errors import BadRequestError
from playground.messages import Message
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.json_text import as_list, decode_exactly
from playground.providers.wire.requests import copy_of, image_data

_NOT_IN_IDS = re.compile("[^a-zA-Z0-9_-]")


def block_messages(conversation: Sequence[Message], recipient: Recipient) -> list[dict[str, Any]]:
    """Messages of user and assistant in turns; tool results belong to the user, and each turn is one message."""
    messages: list[dict[str, Any]] = []
    for message in conversation:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = list(_blocks(message, recipient))
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += blocks
        elif blocks or role == "user":
            messages.append({"role": role, "content": blocks})
    if messages and messages[-1]["role"] == "assistant":  # a beginning, which must not end in blanks
        _strip_last(messages[-1]["content"])
    return [{**message, "content": _plain(message["content"])} for message in messages]


def _blocks(message: Message, recipient: Recipient) -> Iterator[dict[str, Any]]:
    if message.role == "tool":
        result: dict[str, Any] = {"type": "tool_result", "tool_use_id": _id(message.tool_call_id or "")}
        content = _plain([block for part in _parts(message) if (block := _part(part))])
        yield {**result, "content": content} if content else result
        return
    if message.role == "assistant":
        yield from _thoughts_and_text(message, recipient)
    else:
        yield from (block for part in _parts(message) if (block := _part(part)))
    for call in message.tool_calls:
        arguments = {"input": call.arguments} if call.kind == "custom" else _input(call.arguments)
        yield {"type": "tool_use", "id": _id(call.id), "name": call.name, "input": arguments}


def _thoughts_and_text(message: Message, recipient: Recipient) -> Iterator[dict[str, Any]]:
    """The blocks of an answer: signed thoughts at their positions in the text, or all before it if it was edited."""
    metadata = message.provider_metadata
    takes_blocks = recipient.is_source_of(metadata) and "thinking_blocks" not in recipient.quirks.left_out
    blocks = metadata.details.get("thinking_blocks") if metadata is not None and takes_blocks else None
    thoughts = [dict(block) for block in as_list(blocks) if isinstance(block, Mapping)]
    text, done = message.text, 0
    positions = [position if isinstance(position := block.pop("behind", 0), int) else 0 for block in thoughts]
    if any(position > len(text) for position in positions):
        positions = [0] * len(positions)
    for block, position in zip(thoughts, positions, strict=True):
        if text[done:position].strip():
            yield {"type": "text", "text": text[done:position]}
            done = position
        block.pop("index", None)
        yield copy_of(block)
    if text[done:].strip():
        yield {"type": "text", "text": text[done:]}


def _parts(message: Message) -> Sequence[Mapping[str, Any]]:
    content = message.content or ""
    return ({"type": "text", "text": content},) if isinstance(content, str) else content


def _part(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """A part of a message as a block; None for blank text, which the API refuses."""
    if part.get("type") == "image_url":
        kind, _, data = image_data(part).partition(",")
        source = {"type": "base64", "media_type": kind[5:].partition(";")[0], "data": data}
        return {"type": "image", "source": source}
    return None if part.get("type") == "text" and not str(part.get("text") or "").strip() else copy_of(part)


def _plain(blocks: list[dict[str, Any]]) -> Any:
    """The content of a message; a single text block becomes a string."""
    if [block.get("type") for block in blocks] == ["text"]:
        return blocks[0]["text"]
    return blocks


def _strip_last(blocks: list[dict[str, Any]]) -> None:
    if blocks and blocks[-1].get("type") == "text":
        blocks[-1] = {**blocks[-1], "text": blocks[-1]["text"].rstrip()}


def _id(call_id: str) -> str:
    """The id of a call in characters that the API takes; ids of other servers may have others (`functions.now:0`)."""
    return _NOT_IN_IDS.sub("_", call_id) or "call"


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
