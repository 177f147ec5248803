"""Reads messages in the forms of all known APIs as a system prompt and turns.

OpenAI's chat completions and Responses, Anthropic's Messages (docs.anthropic.com/en/api/messages), Ollama's chat
(docs.ollama.com/api/chat): the names of their parts and items differ, so one reader can read them all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from playground.importing.bounds import in_short
from playground.importing.imported import Imported, UnreadableError
from playground.importing.pictures import NoPictureError, from_part, picture_part_of_base64
from playground.messages import ContentPart, Message, ProviderMetadata, ToolCall, ToolKind
from playground.providers.wire.provider_metadata import DETAILS, THOUGHTS, call_details

_KNOWN = frozenset(
    {"role", "content", "tool_calls", "tool_call_id", "reasoning", "reasoning_content", "thinking", "images", "type"}
    | {"function_call", "tool_name", "id", "status", "phase", *THOUGHTS}
)
_EMPTY = frozenset({"refusal", "annotations", "audio", "name", "logprobs", *DETAILS})
"""Left out without a note where they are empty."""
_WORDS = frozenset({"text", "input_text", "output_text", "summary_text", "reasoning_text", "refusal"})
_CALLS = frozenset({"function_call", "custom_tool_call"})
_RESULTS = frozenset({"function_call_output", "custom_tool_call_output"})


def read_messages(found: Imported, messages: Any, most: int) -> None:
    """Add messages to `found`: system messages to the prompt, others as turns. Raises UnreadableError."""
    if not isinstance(messages, list) or not all(isinstance(message, Mapping) for message in messages):
        raise UnreadableError("messages must be a list of objects with role and content.")
    if len(messages) > most:
        raise UnreadableError(f"It has {len(messages):,} messages; at most {most:,} are read.")
    reader = _Reader(found.notes, found.model)
    for number, message in enumerate(messages, 1):
        reader.number = number
        reader.read(message)
    reader.end()
    found.system_prompt = "\n\n".join(filter(None, (found.system_prompt, *reader.system)))
    found.messages = tuple(reader.turns)


@dataclass(slots=True)
class _Content:
    """The content of one message, by kind."""

    parts: list[ContentPart] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    results: list[Message] = field(default_factory=list)

    @property
    def content(self) -> str | tuple[ContentPart, ...]:
        if all(part["type"] == "text" for part in self.parts):
            return "".join(part["text"] for part in self.parts)
        return tuple(self.parts)

    @property
    def text(self) -> str:
        return Message("user", self.content).text


@dataclass(slots=True)
class _Reader:
    notes: list[str]
    model: str
    """The model of the answers, empty where it is not named."""
    number: int = 0
    system: list[str] = field(default_factory=list)
    turns: list[Message] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    """Thoughts of separate items, which belong to the next answer."""
    unanswered: dict[str, str] = field(default_factory=dict)
    """Names of calls without results, by id, for results without an id."""
    joinable: bool = False
    """Whether a call in a separate item belongs to the last turn."""

    def note(self, text: str) -> None:
        self.notes.append(f"Message {self.number}: {text}")

    def read(self, message: Mapping[str, Any]) -> None:
        kind, role = message.get("type"), message.get("role")
        if role is None and isinstance(kind, str) and kind != "message":
            self._item(kind, message)
            return
        for name, value in message.items():
            if name in DETAILS and self.model and role in ("assistant", "model"):
                continue
            if name not in _KNOWN and not (name in _EMPTY and (not value or role in ("tool", "function"))):
                self.note(f"{in_short(name)} left out.")
        content = self._content(message.get("content"))
        if role == "user":
            self._pictures(content, message.get("images"))
            self.turns += content.results
            if content.parts or not content.results:
                self._turn(Message("user", content.content))
        else:
            self._other(role, message, content)

    def _other(self, role: Any, message: Mapping[str, Any], content: _Content) -> None:
        if role in ("system", "developer"):
            self._system(content)
        elif role in ("assistant", "model"):
            self._assistant(message, content)
        elif role in ("tool", "function"):
            name = message.get("tool_name") or message.get("name")
            self._turn(self._result(message.get("tool_call_id"), name, content))
        else:
            self.notes.append(f"Message {self.number} left out: its role is {in_short(role)!r}.")

    def _system(self, content: _Content) -> None:
        if self.turns:
            note = f"Message {self.number} speaks as the system after others: moved to the system prompt."
            self.notes.append(note)
        if any(part["type"] != "text" for part in content.parts):
            self.note("an image left out: a system prompt is words.")
        self.system.append(content.text)

    def end(self) -> None:
        if self.thoughts:
            self.notes.append("Thoughts at the end left out: no answer follows them.")

    def _turn(self, message: Message) -> None:
        self.turns.append(message)
        self.joinable = message.role == "assistant"

    def _assistant(self, message: Mapping[str, Any], content: _Content) -> None:
        content.thoughts += [
            text
            for name in (*THOUGHTS, "thinking")
            if isinstance(text := message.get(name), str) and text and text not in content.thoughts
        ]
        calls = message.get("tool_calls")
        calls = calls if isinstance(calls, list) else []
        if isinstance(legacy := message.get("function_call"), Mapping):
            calls = [*calls, legacy]
        for call in calls:
            self._call(content, call)
        thoughts = "\n\n".join([*self.thoughts, *content.thoughts]) or None
        self.thoughts = []
        metadata = self._provider_metadata(message, content)
        calls = tuple(content.calls)
        self._turn(Message("assistant", content.content, calls, reasoning=thoughts, provider_metadata=metadata))

    def _provider_metadata(self, message: Mapping[str, Any], content: _Content) -> ProviderMetadata | None:
        """What is to be sent back with an answer; only its model gets that, so it has to be named."""
        name = next((name for name in THOUGHTS if isinstance(message.get(name), str) and message[name]), None)
        details = {name: message[name] for name in DETAILS if message.get(name)} if self.model else {}
        signed = any(call.provider_details for call in content.calls)
        return ProviderMetadata("", self.model, name, details) if name or details or signed else None

    def _item(self, kind: str, item: Mapping[str, Any]) -> None:
        """An item of Responses that is no message: https://platform.openai.com/docs/api-reference/responses."""
        if kind in _CALLS:
            content = _Content()
            called = dict(item) if "arguments" in item else {**item, "arguments": item.get("input", "")}
            self._call(content, {**called, "id": item.get("call_id") or item.get("id")})
            if self.joinable and not self.thoughts:
                last = self.turns[-1]
                self.turns[-1] = replace(last, tool_calls=(*last.tool_calls, *content.calls))
            else:
                self._assistant({}, content)
        elif kind in _RESULTS:
            self._turn(self._result(item.get("call_id"), None, self._content(item.get("output"))))
        elif kind == "reasoning":
            for name in ("summary", "content"):
                if (text := self._content(item.get(name)).text) and text not in self.thoughts:
                    self.thoughts.append(text)
            if item.get("encrypted_content"):
                self.note("encrypted thoughts left out.")
        elif kind in _WORDS or kind in ("image_url", "input_image", "image"):
            self._turn(Message("user", self._content([item]).content))
        else:
            self.notes.append(f"Message {self.number} left out: it is of type {in_short(kind)!r}.")

    def _result(self, call_id: Any, name: Any, content: _Content) -> Message:
        if call_id is None:
            oldest = islice(self.unanswered.items(), 50)
            call_id = next((known for known, called in oldest if name in (None, "", called)), "")
        self.unanswered.pop(str(call_id), None)
        return Message("tool", content.content, tool_call_id=str(call_id))

    def _pictures(self, content: _Content, images: Any) -> None:
        """Ollama's images, base64 beside the text."""
        for image in images if isinstance(images, list) else []:
            try:
                content.parts.append(
                    picture_part_of_base64(image) if isinstance(image, str) else from_part(image) or {}
                )
            except (NoPictureError, AttributeError, TypeError) as error:
                self.note(f"an image left out {error}.")

    def _content(self, content: Any) -> _Content:
        read = _Content()
        if isinstance(content, str):
            read.parts += [{"type": "text", "text": content}] if content else []
        elif isinstance(content, list):
            for part in content:
                self._part(read, part)
        elif content is not None:
            self.note("its content is no text and was taken as one.")
            read.parts.append({"type": "text", "text": json.dumps(content, ensure_ascii=False, default=str)})
        return read

    def _part(self, read: _Content, part: Any) -> None:
        if isinstance(part, str):
            read.parts.append({"type": "text", "text": part})
            return
        kind = part.get("type") if isinstance(part, Mapping) else None
        kind = kind if isinstance(kind, str) else None
        try:
            image = from_part(part) if isinstance(part, Mapping) else None
        except NoPictureError as error:
            self.note(f"an image left out {error}.")
            return
        if image is not None:
            read.parts.append(image)
        elif kind in _WORDS and isinstance(text := part.get("text", part.get("refusal")), str):
            read.parts.append({"type": "text", "text": text})
            self._note_unread(part, "text", "refusal")
        elif kind in ("thinking", "reasoning") and isinstance(text := part.get("thinking", part.get("text")), str):
            read.thoughts += [text] if text else []
            self._note_unread(part, "thinking", "text")
        elif kind == "document" and (text := _text_of(part)) is not None:
            read.parts.append({"type": "text", "text": text})
        elif kind == "tool_use":
            self._call(read, {"id": part.get("id"), "name": part.get("name"), "arguments": part.get("input", {})})
        elif kind == "tool_result":
            self._tool_result(read, part)
        else:
            self.note(f"a part of type {in_short(kind)!r} left out.")

    def _note_unread(self, part: Mapping[str, Any], *known: str) -> None:
        for name, value in part.items():
            if name not in ("type", *known) and value not in (None, [], {}):
                self.note(f"{name} of a part left out.")

    def _tool_result(self, read: _Content, part: Mapping[str, Any]) -> None:
        if part.get("is_error"):
            self.note("that a tool failed is said by its words alone.")
        read.results.append(self._result(part.get("tool_use_id"), None, self._content(part.get("content"))))

    def _call(self, read: _Content, call: Any) -> None:
        custom = isinstance(call, Mapping) and call.get("type") in ("custom", "custom_tool_call")
        function = call.get("custom" if custom else "function", call) if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            self.note("a tool call left out that names no function.")
            return
        arguments = function.get("input", "") if custom else function.get("arguments", "{}")
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        call_id = str(call.get("id") or f"call_{self.number}_{len(read.calls)}")
        kind: ToolKind = "custom" if custom else "function"
        details = (call_details(call) if self.model else None) or None
        read.calls.append(ToolCall(call_id, function["name"], text, kind, details))
        self.unanswered[call_id] = function["name"]


def _text_of(document: Mapping[str, Any]) -> str | None:
    """The text of a document of Anthropic's, with its title; None where it is not plain text."""
    source = document.get("source")
    text = source.get("data") if isinstance(source, Mapping) and source.get("type") == "text" else None
    if not isinstance(text, str):
        return None
    title = document.get("title")
    return f"{title}:\n{text}\n\n" if isinstance(title, str) and title else f"{text}\n\n"
