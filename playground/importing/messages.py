"""Messages as a system prompt and turns, in any of the forms that APIs have for them.

OpenAI's chat completions and Responses, Anthropic's Messages (docs.anthropic.com/en/api/messages), Ollama's chat
(docs.ollama.com/api/chat): their parts and items have names of their own, so that one reader can know them all.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from playground.importing.bounds import in_short
from playground.importing.imported import Imported, UnreadableError
from playground.importing.pictures import NoPictureError, from_part, picture_part_of_base64
from playground.messages import ContentPart, Given, Message, ToolCall, ToolKind
from playground.providers.wire.given import DETAILS, THOUGHTS, given_with

_KNOWN = frozenset(
    {"role", "content", "tool_calls", "tool_call_id", "reasoning", "reasoning_content", "thinking", "images", "type"}
    | {"function_call", "tool_name", "id", "status", "phase", *THOUGHTS}
)
_EMPTY = frozenset({"refusal", "annotations", "audio", "name", "logprobs", *DETAILS})
"""Left out without a word where nothing is in them."""
_WORDS = frozenset({"text", "input_text", "output_text", "summary_text", "reasoning_text", "refusal"})
_CALLS = frozenset({"function_call", "custom_tool_call"})
_RESULTS = frozenset({"function_call_output", "custom_tool_call_output"})


def read_messages(found: Imported, messages: Any, most: int) -> None:
    """Put messages into `found`: what the system says into its prompt, the rest into turns. Raises UnreadableError."""
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
    """What stood in one message, by kind."""

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
    """That gave the answers, as far as it is named."""
    number: int = 0
    system: list[str] = field(default_factory=list)
    turns: list[Message] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    """Of an item of its own, which belong to what the model says next."""
    unanswered: dict[str, str] = field(default_factory=dict)
    """Names of calls whose results have not come, by id, for results that name no id."""
    joinable: bool = False
    """Whether the last turn is one that a call, an item of its own, belongs to."""

    def note(self, said: str) -> None:
        self.notes.append(f"Message {self.number}: {said}")

    def read(self, message: Mapping[str, Any]) -> None:
        kind, role = message.get("type"), message.get("role")
        if role is None and isinstance(kind, str) and kind != "message":
            self._item(kind, message)
            return
        for name, given in message.items():
            if name in DETAILS and self.model and role in ("assistant", "model"):
                continue
            if name not in _KNOWN and not (name in _EMPTY and (not given or role in ("tool", "function"))):
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
            told = f"Message {self.number} speaks as the system after others: moved to the system prompt."
            self.notes.append(told)
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
            said
            for name in (*THOUGHTS, "thinking")
            if isinstance(said := message.get(name), str) and said and said not in content.thoughts
        ]
        calls = message.get("tool_calls")
        calls = calls if isinstance(calls, list) else []
        if isinstance(legacy := message.get("function_call"), Mapping):
            calls = [*calls, legacy]
        for call in calls:
            self._call(content, call)
        thoughts = "\n\n".join([*self.thoughts, *content.thoughts]) or None
        self.thoughts = []
        given = self._given(message, content)
        self._turn(Message("assistant", content.content, tuple(content.calls), reasoning=thoughts, given=given))

    def _given(self, message: Mapping[str, Any], content: _Content) -> Given | None:
        """What the model's server gave with an answer; only that model gets it back, so it has to be named."""
        name = next((name for name in THOUGHTS if isinstance(message.get(name), str) and message[name]), None)
        details = {name: message[name] for name in DETAILS if message.get(name)} if self.model else {}
        signed = any(call.given for call in content.calls)
        return Given("", self.model, name, details) if name or details or signed else None

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
                if (said := self._content(item.get(name)).text) and said not in self.thoughts:
                    self.thoughts.append(said)
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
        """Ollama's pictures, base64 beside the words."""
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
            self._told(part, "text", "refusal")
        elif kind in ("thinking", "reasoning") and isinstance(text := part.get("thinking", part.get("text")), str):
            read.thoughts += [text] if text else []
            self._told(part, "thinking", "text")
        elif kind == "document" and (words := _words_of(part)) is not None:
            read.parts.append({"type": "text", "text": words})
        elif kind == "tool_use":
            self._call(read, {"id": part.get("id"), "name": part.get("name"), "arguments": part.get("input", {})})
        elif kind == "tool_result":
            self._tool_result(read, part)
        else:
            self.note(f"a part of type {in_short(kind)!r} left out.")

    def _told(self, part: Mapping[str, Any], *known: str) -> None:
        for name, given in part.items():
            if name not in ("type", *known) and given not in (None, [], {}):
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
        given = (given_with(call) if self.model else None) or None
        read.calls.append(ToolCall(call_id, function["name"], text, kind, given))
        self.unanswered[call_id] = function["name"]


def _words_of(document: Mapping[str, Any]) -> str | None:
    """What a document of Anthropic's says, where it is plain text, with its title."""
    source = document.get("source")
    text = source.get("data") if isinstance(source, Mapping) and source.get("type") == "text" else None
    if not isinstance(text, str):
        return None
    title = document.get("title")
    return f"{title}:\n{text}\n\n" if isinstance(title, str) and title else f"{text}\n\n"
