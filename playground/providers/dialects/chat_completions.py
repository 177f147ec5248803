"""OpenAI's chat completions, and completions of old, as many servers speak them.

https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.messages import ChatRequest
from playground.providers.failures import holds_error
from playground.providers.failures.refusals import LengthName
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.extra_reading import logprobs
from playground.providers.wire.given import FIELDS, THOUGHTS
from playground.providers.wire.json_text import text_of_json
from playground.providers.wire.requests import copy_of, enveloped_format, messages_body, tools_body
from playground.providers.wire.spoken import Spoken
from playground.text.cleaning import clean

PATH = "/chat/completions"
HEADERS: Mapping[str, str] = {}
LISTING: Mapping[str, str] = {}
VERSIONED = False

_LENGTHS: tuple[LengthName, ...] = ("max_tokens", "max_completion_tokens")
USUAL = frozenset(
    {"id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier", "provider", "p"}
)
"""The keys of most frames."""
_SPOKEN = frozenset({"role", "content"})
"""The keys of most deltas."""
_THOUGHTS = (*THOUGHTS, "reasoning_details", "thinking_blocks")
"""The fields in which thoughts come, in one of them or in several with equal text."""
_MEDIA = ("audio", "images", "annotations")


def body(request: ChatRequest, to: Recipient) -> dict[str, Any]:
    """The body for `POST …/chat/completions`. Raises BadRequestError for an image that is no data: URI.

    `to.quirks` say whether usage is asked for in the stream, and which name of the length the server takes. A prompt
    is sent as what the user says, for this endpoint has no bare prompts.
    """
    body: dict[str, Any] = {"model": request.model}
    if request.prompt is not None and not request.messages:
        body["messages"] = [{"role": "user", "content": request.prompt}]
    else:
        body["messages"] = messages_body(request.messages, to)
    parameters = copy_of(request.parameters)
    if to.quirks.max_tokens_name is not None:
        parameters = _rename_length(parameters, to.quirks.max_tokens_name)
    body.update(parameters)
    if request.tools:
        body["tools"] = tools_body(request.tools)
    if request.response_format is not None:
        body["response_format"] = enveloped_format(request.response_format)
    body["stream"] = request.stream
    if request.stream and to.quirks.include_usage:
        options = body.get("stream_options")
        body["stream_options"] = {"include_usage": True, **(options if isinstance(options, Mapping) else {})}
    else:
        body.pop("stream_options", None)
    if request.reject_if_busy:
        body["options"] = {"rejectIfBusy": True}
    return body


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame holds choices; an empty list of them stands beside Workers AI's own words too."""
    return bool(frame.get("choices")) or ("choices" in frame and "response" not in frame)


class ChatReading(Reading):
    """Reads chunks and whole completions."""

    def __init__(self, spoken: Spoken, inner: Read) -> None:
        self._spoken = spoken
        self._say = spoken.say
        self._in_deltas = False
        self._messages: dict[str, str] = {}

    def read_usual(self, frame: Mapping[str, Any], events: list[Event]) -> bool:
        """A chunk with choices and nothing uncommon."""
        if frame.keys() <= USUAL and isinstance(choices := frame.get("choices"), list) and choices:
            if isinstance(usage := frame.get("usage"), dict):
                self._spoken.usage.note(frame, usage)
            self._read_choices(choices, events)
            return True
        return False

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says."""
        usage = frame.get("usage")
        if isinstance(groq := frame.get("x_groq"), dict):
            usage = groq.get("usage") if usage is None else usage
            if holds_error(groq):
                self._spoken.failure = groq
        if isinstance(usage, dict):
            self._spoken.usage.note(frame, usage)
        choices = frame.get("choices")
        if isinstance(choices, list) and choices:
            self._read_choices(choices, events)
        self._spoken.cite(frame, events)

    def _read_choices(self, choices: list[Any], events: list[Event]) -> None:
        choice = choices[0]
        if len(choices) > 1 or (choice.__class__ is dict and choice.get("index")):
            choice = self._pick(choices, events)
        if choice.__class__ is not dict:
            return
        if reason := choice.get("finish_reason"):
            self._spoken.end(reason, choice)
        if "error" in choice and holds_error(choice):
            self._spoken.failure = choice
        delta = choice.get("delta")
        if delta.__class__ is dict:
            self._in_deltas = True
            self._read_delta(delta, events)
        elif (message := choice.get("message")).__class__ is dict:
            self._read_message(message, events)
        elif (text := choice.get("text")).__class__ is str:
            self._say(text, events)
        if "logprobs" in choice and (scored := choice["logprobs"]):
            events += logprobs(scored)
        if "usage" in choice and isinstance(usage := choice["usage"], dict):
            self._spoken.usage.note({"choices": choices}, usage)

    def _pick(self, choices: list[Any], events: list[Event]) -> dict[str, Any] | None:
        """The choice with index 0 is this answer, the others are further ones; without indexes they are in order."""
        answer = None
        for at, choice in enumerate(choices):
            if isinstance(choice, dict):
                index = _index(choice.get("index"), at)
                if index == 0 and answer is None:
                    answer = choice
                elif index > 0:
                    self._read_further_choice(index, choice, events)
        return answer and _with_its_calls(answer, choices)

    def _read_further_choice(self, index: int, choice: Mapping[str, Any], events: list[Event]) -> None:
        """Of a further choice the text alone."""
        said_in = choice.get("delta") or choice.get("message")
        content = said_in.get("content") if isinstance(said_in, dict) else choice.get("text")
        self._spoken.say_beside(index, clean(_flat(content)), events)

    def _read_message(self, message: Mapping[str, Any], events: list[Event]) -> None:
        """A message is the whole answer: what deltas or earlier messages said of it is not said again."""
        if self._in_deltas and not self._spoken.empty:
            if not self._spoken.tools.called:
                events += self._spoken.tools.read(message.get("tool_calls"))
            return
        news = dict(message)
        for key in ("content", "reasoning_content", "reasoning"):
            text = message.get(key)
            if isinstance(text, str):
                before = self._messages.get(key, "")
                goes_on = text.startswith(before)
                news[key] = text[len(before) :] if goes_on else text
                self._messages[key] = text if goes_on else before + text
        self._read_delta(news, events)

    def _read_delta(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        if delta.keys() <= _SPOKEN and (content := delta.get("content")).__class__ is str:
            self._say(content, events)
            return
        if not FIELDS.isdisjoint(delta):
            self._spoken.given.note(delta, in_pieces=self._in_deltas)
            self._read_thoughts(delta, events)
        self._read_content(delta.get("content"), events)
        if "tool_calls" in delta or "function_call" in delta:
            events += self._spoken.tools.read(
                delta.get("tool_calls") or [{"index": 0, "function": delta.get("function_call")}]
            )
        if "refusal" in delta and isinstance(refusal := delta["refusal"], str):
            self._say(refusal, events)
        if not delta.keys().isdisjoint(_MEDIA):
            self._read_media(delta, events)

    def _read_thoughts(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        for field in _THOUGHTS:
            if thought := delta.get(field):
                # Signed blocks repeat what came as text.
                if field != "thinking_blocks" or not (self._spoken.given.repeated or self._spoken.given.thoughts_as):
                    self._spoken.think(_flat(thought), events)
                break

    def _read_content(self, content: Any, events: list[Event]) -> None:
        if isinstance(content, list):
            self._read_parts(content, events)
        elif content is not None:
            self._say(text_of_json(content), events)

    def _read_media(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        if isinstance(audio := delta.get("audio"), dict):
            self._spoken.listen(audio, events)
        self._spoken.show(delta.get("images"), events)
        self._spoken.cite(delta, events)

    def _read_parts(self, parts: list[Any], events: list[Event]) -> None:
        """Content as a list of parts: https://docs.mistral.ai/capabilities/reasoning."""
        for part in parts:
            if isinstance(part, Mapping) and part.get("type") in ("thinking", "reasoning"):
                self._spoken.think(_flat(part.get("thinking") or part), events)
                continue
            self._say(_flat(part), events)
            if isinstance(part, Mapping):
                self._spoken.show([part], events)
                self._spoken.cite(part, events)


reading = ChatReading


def _rename_length(parameters: dict[str, Any], name: LengthName) -> dict[str, Any]:
    renamed = {(name if key in _LENGTHS else key): value for key, value in parameters.items()}
    if name in parameters:
        renamed[name] = parameters[name]
    return renamed


def _index(value: Any, at: int) -> int:
    """The index of a choice, its place where it has none; -1 where it has one that says nothing."""
    if value is None:
        return at
    return int(value) if str(value).isdecimal() and len(str(value)) < 4 else -1


def _with_its_calls(answer: dict[str, Any], choices: list[Any]) -> dict[str, Any]:
    """The answer with its tool calls where each of them is a choice of its own.

    GitHub Copilot tells Claude's answers so: https://github.com/HKUDS/nanobot/pull/1555
    """
    message = answer.get("message")
    if not isinstance(message, dict) or answer.get("finish_reason") != "tool_calls" or message.get("tool_calls"):
        return answer
    messages = [choice["message"] for choice in choices if isinstance(choice, dict) and "message" in choice]
    calls = [one["tool_calls"] for one in messages if isinstance(one, dict) and isinstance(one.get("tool_calls"), list)]
    return {**answer, "message": {**message, "tool_calls": [call for some in calls for call in some]}}


def _flat(value: Any) -> str:
    """The text of a part, or of a list of parts, however deep it lies."""
    match value:
        case str():
            return value
        case list():
            return "".join(map(_flat, value))
        case dict():
            return _flat(value.get("text") or value.get("thinking") or value.get("summary") or value.get("content"))
        case _:
            return ""
