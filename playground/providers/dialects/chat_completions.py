"""OpenAI's chat completions, and the completions before them, as many servers speak them.

https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Mapping, Sequence
from typing import Any

from playground.events import Event
from playground.messages import ChatRequest
from playground.providers.failures import holds_error
from playground.providers.failures.refusals import LengthName
from playground.providers.wire.answer_builder import AnswerBuilder
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.extra_reading import logprobs
from playground.providers.wire.json_text import text_of_json
from playground.providers.wire.provider_metadata import FIELDS, THOUGHTS
from playground.providers.wire.requests import copy_of, enveloped_format, messages_body, tools_body
from playground.text.cleaning import clean

PATH = "/chat/completions"
HEADERS: Mapping[str, str] = {}
LISTED_AT = "/models"
LISTING: Mapping[str, str] = {}
LENGTHS: Sequence[str] = ("max_tokens", "max_completion_tokens")
VERSIONED = False

USUAL = frozenset(
    {"id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier", "provider", "p"}
)
"""The keys of most frames."""
_TEXT_DELTA = frozenset({"role", "content"})
"""The keys of most deltas."""
_THOUGHTS = (*THOUGHTS, "reasoning_details", "thinking_blocks")
"""The fields in which thoughts come, in one of them or in several with equal text."""
_MEDIA = ("audio", "images", "annotations")


def body(request: ChatRequest, recipient: Recipient) -> dict[str, Any]:
    """The body for `POST …/chat/completions`. Raises BadRequestError for an image that is no data: URI.

    `recipient.quirks` say whether the stream is to include usage, and by which name the server takes `max_tokens`. A
    prompt is sent as a user message, for this endpoint takes no bare prompts.
    """
    body: dict[str, Any] = {"model": request.model}
    if request.prompt is not None and not request.messages:
        body["messages"] = [{"role": "user", "content": request.prompt}]
    else:
        body["messages"] = messages_body(request.messages, recipient)
    parameters = copy_of(request.parameters)
    if recipient.quirks.max_tokens_name is not None:
        parameters = _rename_length(parameters, recipient.quirks.max_tokens_name)
    body.update(parameters)
    if request.tools:
        body["tools"] = tools_body(request.tools)
    if request.response_format is not None:
        body["response_format"] = enveloped_format(request.response_format)
    body["stream"] = request.stream
    if request.stream and recipient.quirks.include_usage:
        options = body.get("stream_options")
        body["stream_options"] = {"include_usage": True, **(options if isinstance(options, Mapping) else {})}
    else:
        body.pop("stream_options", None)
    if request.reject_if_busy:
        body["options"] = {"rejectIfBusy": True}
    return body


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame holds choices; Workers AI's own frames may hold an empty list of them too."""
    return bool(frame.get("choices")) or ("choices" in frame and "response" not in frame)


class ChatReading(Reading):
    """Reads chunks and whole completions."""

    def __init__(self, answer: AnswerBuilder, read_inner: Read) -> None:
        self._answer = answer
        self._add_text = answer.add_text
        self._in_deltas = False
        self._messages: dict[str, str] = {}

    def read_usual(self, frame: Mapping[str, Any], events: list[Event]) -> bool:
        """Read a chunk that has choices and no uncommon key."""
        if frame.keys() <= USUAL and isinstance(choices := frame.get("choices"), list) and choices:
            if isinstance(usage := frame.get("usage"), dict):
                self._answer.usage.note(frame, usage)
            self._read_choices(choices, events)
            return True
        return False

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says."""
        usage = frame.get("usage")
        if isinstance(groq := frame.get("x_groq"), dict):
            usage = groq.get("usage") if usage is None else usage
            if holds_error(groq):
                self._answer.failure = groq
        if isinstance(usage, dict):
            self._answer.usage.note(frame, usage)
        choices = frame.get("choices")
        if isinstance(choices, list) and choices:
            self._read_choices(choices, events)
        self._answer.add_citations(frame, events)

    def _read_choices(self, choices: list[Any], events: list[Event]) -> None:
        choice = choices[0]
        if len(choices) > 1 or (choice.__class__ is dict and choice.get("index")):
            choice = self._pick(choices, events)
        if choice.__class__ is not dict:
            return
        if reason := choice.get("finish_reason"):
            self._answer.set_finish_reason(reason, choice)
        if "error" in choice and holds_error(choice):
            self._answer.failure = choice
        delta = choice.get("delta")
        if delta.__class__ is dict:
            self._in_deltas = True
            self._read_delta(delta, events)
        elif (message := choice.get("message")).__class__ is dict:
            self._read_message(message, events)
        elif (text := choice.get("text")).__class__ is str:
            self._add_text(text, events)
        if "logprobs" in choice and (scored := choice["logprobs"]):
            events += logprobs(scored)
        if "usage" in choice and isinstance(usage := choice["usage"], dict):
            self._answer.usage.note({"choices": choices}, usage)

    def _pick(self, choices: list[Any], events: list[Event]) -> dict[str, Any] | None:
        """The choice with index 0, which is the answer; the text of the others is added as that of other choices."""
        answer = None
        for position, choice in enumerate(choices):
            if isinstance(choice, dict):
                index = _index(choice.get("index"), position)
                if index == 0 and answer is None:
                    answer = choice
                elif index > 0:
                    self._read_further_choice(index, choice, events)
        return answer and _with_its_calls(answer, choices)

    def _read_further_choice(self, index: int, choice: Mapping[str, Any], events: list[Event]) -> None:
        """Add the text of another choice; nothing else of it is read."""
        holder = choice.get("delta") or choice.get("message")
        content = holder.get("content") if isinstance(holder, dict) else choice.get("text")
        self._answer.add_choice_text(index, clean(_flat(content)), events)

    def _read_message(self, message: Mapping[str, Any], events: list[Event]) -> None:
        """Read a whole message, without what deltas or earlier messages already had of it."""
        if self._in_deltas and not self._answer.empty:
            if not self._answer.tools.called:
                events += self._answer.tools.read(message.get("tool_calls"))
            return
        new_fields = dict(message)
        for key in ("content", "reasoning_content", "reasoning"):
            text = message.get(key)
            if isinstance(text, str):
                before = self._messages.get(key, "")
                continues = text.startswith(before)
                new_fields[key] = text[len(before) :] if continues else text
                self._messages[key] = text if continues else before + text
        self._read_delta(new_fields, events)

    def _read_delta(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        if delta.keys() <= _TEXT_DELTA and (content := delta.get("content")).__class__ is str:
            self._add_text(content, events)
            return
        if not FIELDS.isdisjoint(delta):
            self._answer.metadata.add(delta, in_pieces=self._in_deltas)
            self._read_thoughts(delta, events)
        self._read_content(delta.get("content"), events)
        if "tool_calls" in delta or "function_call" in delta:
            events += self._answer.tools.read(
                delta.get("tool_calls") or [{"index": 0, "function": delta.get("function_call")}]
            )
        if "refusal" in delta and isinstance(refusal := delta["refusal"], str):
            self._add_text(refusal, events)
        if not delta.keys().isdisjoint(_MEDIA):
            self._read_media(delta, events)

    def _read_thoughts(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        for field in _THOUGHTS:
            if thought := delta.get(field):
                # Signed blocks repeat what came as text.
                if field != "thinking_blocks" or not (
                    self._answer.metadata.repeated or self._answer.metadata.thoughts_as
                ):
                    self._answer.add_thought(_flat(thought), events)
                break

    def _read_content(self, content: Any, events: list[Event]) -> None:
        if isinstance(content, list):
            self._read_parts(content, events)
        elif content is not None:
            self._add_text(text_of_json(content), events)

    def _read_media(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        if isinstance(audio := delta.get("audio"), dict):
            self._answer.add_audio(audio, events)
        self._answer.add_images(delta.get("images"), events)
        self._answer.add_citations(delta, events)

    def _read_parts(self, parts: list[Any], events: list[Event]) -> None:
        """Content as a list of parts: https://docs.mistral.ai/capabilities/reasoning."""
        for part in parts:
            if isinstance(part, Mapping) and part.get("type") in ("thinking", "reasoning"):
                self._answer.add_thought(_flat(part.get("thinking") or part), events)
                continue
            self._add_text(_flat(part), events)
            if isinstance(part, Mapping):
                self._answer.add_images([part], events)
                self._answer.add_citations(part, events)


reading = ChatReading


def _rename_length(parameters: dict[str, Any], name: LengthName) -> dict[str, Any]:
    renamed = {(name if key in LENGTHS else key): value for key, value in parameters.items()}
    if name in parameters:
        renamed[name] = parameters[name]
    return renamed


def _index(value: Any, position: int) -> int:
    """The index of a choice, its position where it has none; -1 for one that is no number."""
    if value is None:
        return position
    return int(value) if str(value).isdecimal() and len(str(value)) < 4 else -1


def _with_its_calls(answer: dict[str, Any], choices: list[Any]) -> dict[str, Any]:
    """The answer with its tool calls where each of them is a choice of its own.

    GitHub Copilot sends Claude's answers this way: https://github.com/HKUDS/nanobot/pull/1555
    """
    message = answer.get("message")
    if not isinstance(message, dict) or answer.get("finish_reason") != "tool_calls" or message.get("tool_calls"):
        return answer
    messages = [choice["message"] for choice in choices if isinstance(choice, dict) and "message" in choice]
    calls = [
        message["tool_calls"]
        for message in messages
        if isinstance(message, dict) and isinstance(message.get("tool_calls"), list)
    ]
    return {**answer, "message": {**message, "tool_calls": [call for group in calls for call in group]}}


def _flat(value: Any) -> str:
    """The text of a part, or of a list of parts, nested or not."""
    match value:
        case str():
            return value
        case list():
            return "".join(map(_flat, value))
        case dict():
            return _flat(value.get("text") or value.get("thinking") or value.get("summary") or value.get("content"))
        case _:
            return ""
