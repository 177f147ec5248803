"""Messages in OpenAI's form as a system prompt and turns."""

import json
from collections.abc import Mapping
from typing import Any

from playground.importing.imported import Imported, UnreadableError
from playground.messages import ContentPart, Message, ToolCall

_KNOWN = frozenset(
    {"role", "content", "tool_calls", "tool_call_id", "reasoning", "reasoning_content", "refusal", "annotations"}
)
_WORDS = ("text", "input_text", "output_text")


def read_messages(found: Imported, messages: Any) -> None:
    """Put messages into `found`: what the system says into its prompt, the rest into turns. Raises UnreadableError."""
    if not isinstance(messages, list) or not all(isinstance(message, Mapping) for message in messages):
        raise UnreadableError("messages must be a list of objects with role and content.")
    system = [found.system_prompt] if found.system_prompt else []
    turns: list[Message] = []
    for number, message in enumerate(messages, 1):
        if message.get("role") in ("system", "developer"):
            if turns:
                found.notes.append(f"Message {number} speaks as the system after others: moved to the system prompt.")
            system.append(Message("system", _content(found, message, number)).text)
        elif (turn := _turn(found, message, number)) is not None:
            turns.append(turn)
    found.system_prompt = "\n\n".join(system)
    found.messages = tuple(turns)


def _turn(found: Imported, message: Mapping[str, Any], number: int) -> Message | None:
    role = message.get("role")
    found.notes += [f"Message {number}: {name} left out." for name in message if name not in _KNOWN]
    content = _content(found, message, number)
    match role:
        case "user":
            return Message("user", content)
        case "assistant":
            thoughts = message.get("reasoning") or message.get("reasoning_content")
            calls = _calls(found, message.get("tool_calls"), number)
            return Message("assistant", content, calls, reasoning=thoughts if isinstance(thoughts, str) else None)
        case "tool":
            return Message("tool", content, tool_call_id=str(message.get("tool_call_id") or ""))
    found.notes.append(f"Message {number} left out: its role is {role!r}.")
    return None


def _content(found: Imported, message: Mapping[str, Any], number: int) -> str | tuple[ContentPart, ...]:
    content = message.get("content")
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        found.notes.append(f"Message {number}: its content is no text and was taken as one.")
        return json.dumps(content, ensure_ascii=False, default=str)
    parts = [part for given in content if (part := _part(found, given, number)) is not None]
    if all(part["type"] == "text" for part in parts):
        return "".join(part["text"] for part in parts)
    return tuple(parts)


def _part(found: Imported, part: Any, number: int) -> dict[str, Any] | None:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    kind = part.get("type") if isinstance(part, Mapping) else None
    if kind in _WORDS and isinstance(part.get("text"), str):
        return {"type": "text", "text": part["text"]}
    if kind in ("image_url", "input_image"):
        image = part.get("image_url")
        url = image.get("url") if isinstance(image, Mapping) else image
        if isinstance(url, str) and url[:5].lower() == "data:":
            return {"type": "image_url", "image_url": {"url": url}}
        found.notes.append(f"Message {number}: an image left out that is given by its address. Attach it instead.")
        return None
    found.notes.append(f"Message {number}: a part of type {kind!r} left out.")
    return None


def _calls(found: Imported, calls: Any, number: int) -> tuple[ToolCall, ...]:
    read: list[ToolCall] = []
    for call in calls if isinstance(calls, list) else []:
        function = call.get("function", call) if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            found.notes.append(f"Message {number}: a tool call left out that names no function.")
            continue
        arguments = function.get("arguments", "{}")
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        read.append(ToolCall(str(call.get("id") or f"call_{number}_{len(read)}"), function["name"], text))
    return tuple(read)
