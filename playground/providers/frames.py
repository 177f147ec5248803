"""One decoded frame, or one whole answer, to events: Workers AI's native dialect, OpenAI's, and any mixture."""

from collections.abc import Mapping
from typing import Any, Literal

from playground.events import Event, FinishReason, ReasoningDelta
from playground.extras import ChoiceDelta
from playground.providers import anthropic_messages
from playground.providers.extra_reading import CitationReader, images, logprobs
from playground.providers.failures import holds_error
from playground.providers.finish_reasons import read_finish_reason
from playground.providers.given import FIELDS, THOUGHTS, GivenReader
from playground.providers.json_text import SurrogateMender, decode_exactly, said
from playground.providers.responses_api import ResponsesTranslator
from playground.providers.thinking import ThoughtSplitter
from playground.providers.tool_calls import ToolCallReader
from playground.providers.usage_reading import UsageLedger
from playground.providers.vendor_chats import vendor_frame
from playground.text import clean

_PLAIN = frozenset({"response", "p"})
"""The keys of most native frames, which are read first: `p` is padding against traffic analysis and never text."""
_USUAL = frozenset(
    {"id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier", "provider", "p"}
)
"""The keys of most frames of OpenAI's dialect: where there are choices, none of them can tell of an error."""
_SPOKEN = frozenset({"role", "content"})
"""The keys of most deltas."""
_ANSWERS = frozenset(
    {"response", "choices", "result", "tool_calls", "success", "output", "output_text", "streamed_data"}
)
"""The keys that tell an answer from any other JSON."""
_KEPT = 400
"""Characters of a frame that nobody understands."""
_THOUGHTS = (*THOUGHTS, "reasoning_details", "thinking_blocks")
"""The fields in which thoughts come, in one of them or in several with equal text."""
_MEDIA = ("audio", "images", "annotations")
_CITING = ("annotations", "citations", "search_results", "web_search")


class FrameReader:
    """What the frames of one answer say; `failure` is set by a frame that holds an error, after its text was read."""

    def __init__(self, *, opens_in_thought: bool) -> None:
        self.finish_reason: FinishReason | None = None
        self.failure: Any = None
        """The frame or choice that holds the error."""
        self.enveloped = False
        """Cloudflare's `"success": true` came: the answer is whole without saying why it ended."""
        self.said: list[str] = []
        """Text and thoughts so far, tags included."""
        self.strange = ""
        """The first frame in no form that is known, as far as it is to be shown."""
        self.audio = 0
        """Characters of sound that came in base64, which is not played."""
        self.tools = ToolCallReader()
        self.given = GivenReader()
        self.usage = UsageLedger()
        self.thoughts = ThoughtSplitter(opens_in_thought=opens_in_thought)
        self._citations = CitationReader()
        self._extras = False
        """A picture, a source or a further choice came."""
        self._text_mender = SurrogateMender()
        self._thought_mender = SurrogateMender()
        self._responses = ResponsesTranslator()
        self._messages_api = anthropic_messages.MessagesTranslator()
        self._in_deltas = False
        self._messages: dict[str, str] = {}

    @property
    def empty(self) -> bool:
        """Nothing was said, thought or called, and nothing else came that is shown."""
        return not (self.said or self.tools.called or self._extras)

    @property
    def begun(self) -> bool:
        """Something of an answer came, be it only its end."""
        return not self.empty or self.finish_reason is not None or self.enveloped or self.usage.total() is not None

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says; `raw` is the JSON it came as, where there is one."""
        if len(frame) <= 2 and frame.keys() <= _PLAIN and (response := frame.get("response")).__class__ is str:
            self._say(response, events)
            return
        if frame.keys() <= _USUAL and isinstance(choices := frame.get("choices"), list) and choices:
            if isinstance(usage := frame.get("usage"), dict):
                self.usage.note(frame, usage)
            self._read_choices(choices, events)
            return
        self._read_unusual(frame, raw, events)

    def _read_unusual(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        usage = frame.get("usage")
        if "x_groq" in frame and isinstance(groq := frame["x_groq"], dict):
            usage = groq.get("usage") if usage is None else usage
            if holds_error(groq):
                self.failure = groq
        if isinstance(usage, dict):
            self.usage.note(frame, usage)
        if "choices" in frame and isinstance(choices := frame["choices"], list) and choices:
            self._read_choices(choices, events)
        else:
            self._read_native(frame, raw, events)
        if not frame.keys().isdisjoint(_CITING):
            self._cite(frame, events)
        if holds_error(frame):
            self.failure = frame

    # OpenAI's dialect

    def _read_choices(self, choices: list[Any], events: list[Event]) -> None:
        choice = choices[0]
        if len(choices) > 1 or (choice.__class__ is dict and choice.get("index")):
            choice = self._pick(choices, events)
        if choice.__class__ is not dict:
            return
        if reason := choice.get("finish_reason"):
            self._end(reason, choice)
        if "error" in choice and holds_error(choice):
            self.failure = choice
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
            self.usage.note({"choices": choices}, usage)

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
        if text := clean(_flat(content)):
            self._extras = True
            events.append(ChoiceDelta(index, text))

    def _read_message(self, message: Mapping[str, Any], events: list[Event]) -> None:
        """A message is the whole answer: what deltas or earlier messages said of it is not said again."""
        if self._in_deltas and not self.empty:
            if not self.tools.called:
                events += self.tools.read(message.get("tool_calls"))
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
            self.given.note(delta, in_pieces=self._in_deltas)
            self._read_thoughts(delta, events)
        self._read_content(delta.get("content"), events)
        if "tool_calls" in delta or "function_call" in delta:
            events += self.tools.read(delta.get("tool_calls") or [{"index": 0, "function": delta.get("function_call")}])
        if "refusal" in delta and isinstance(refusal := delta["refusal"], str):
            self._say(refusal, events)
        if not delta.keys().isdisjoint(_MEDIA):
            self._read_media(delta, events)

    def _read_thoughts(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        for field in _THOUGHTS:
            if thought := delta.get(field):
                # Signed blocks repeat what came as text.
                if field != "thinking_blocks" or not (self.given.repeated or self.given.thoughts_as):
                    self._think(_flat(thought), events)
                break

    def _read_content(self, content: Any, events: list[Event]) -> None:
        if isinstance(content, list):
            self._read_parts(content, events)
        elif content is not None:
            self._say(said(content), events)

    def _read_media(self, delta: Mapping[str, Any], events: list[Event]) -> None:
        if isinstance(audio := delta.get("audio"), dict):
            self._listen(audio, events)
        self._show(delta.get("images"), events)
        self._cite(delta, events)

    def _listen(self, audio: Mapping[str, Any], events: list[Event]) -> None:
        """Of sound its words: https://platform.openai.com/docs/guides/audio."""
        if isinstance(transcript := audio.get("transcript"), str):
            self._say(transcript, events)
        if isinstance(data := audio.get("data"), str):
            self.audio += len(data)

    def _show(self, parts: Any, events: list[Event]) -> None:
        found = list(images(parts))
        self._extras = self._extras or bool(found)
        events += found

    def _cite(self, holder: Mapping[str, Any], events: list[Event]) -> None:
        events += self._citations.read(holder)

    def _read_parts(self, parts: list[Any], events: list[Event]) -> None:
        """Content as a list of parts: https://docs.mistral.ai/capabilities/reasoning."""
        for part in parts:
            if isinstance(part, Mapping) and part.get("type") in ("thinking", "reasoning"):
                self._think(_flat(part.get("thinking") or part), events)
                continue
            self._say(_flat(part), events)
            if isinstance(part, Mapping):
                self._show([part], events)
                self._cite(part, events)

    # The native dialect

    def _read_native(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        if (translated := self._translated(frame)) is not None:
            self.read(translated, "", events)
            return
        if isinstance(thought := frame.get("reasoning_content") or frame.get("reasoning"), str):
            self._think(thought, events)
        if "images" in frame:
            self._show(frame["images"], events)
        if (response := frame.get("response")) is not None:
            if raw and not isinstance(response, str):
                response = decode_exactly(raw).get("response")
            self._say(said(response), events)
        if calls := frame.get("tool_calls"):
            events += self.tools.read(calls)
        if reason := frame.get("finish_reason"):
            self._end(reason, frame)
        self._read_wrapped(frame, events)
        if raw and not self.strange and not frame.keys() <= _USUAL and _ANSWERS.isdisjoint(frame):
            self.strange = raw[:_KEPT]

    def _translated(self, frame: Mapping[str, Any]) -> dict[str, Any] | None:
        """The native frame of what is told in another dialect; None where it is not."""
        kind = frame.get("type")
        if isinstance(kind, str):
            if kind.startswith("response."):
                return self._responses.event(frame)
            if kind in anthropic_messages.EVENTS:
                return self._messages_api.event(frame)
            if anthropic_messages.is_message(frame):
                return self._messages_api.message(frame)
        return vendor_frame(frame)

    def _read_wrapped(self, frame: Mapping[str, Any], events: list[Event]) -> None:
        """What a frame holds that is an answer itself."""
        if frame.get("success") is True:
            self.enveloped = True
        match frame.get("result"):
            case dict(result):
                self.read(result, "", events)
            case [*_] as results:
                if holds_error(results):
                    self.failure = results
            case None:
                pass
            case text:
                self._say(said(text), events)
        if isinstance(pieces := frame.get("streamed_data"), list):
            for piece in pieces:
                if isinstance(piece, dict):
                    self.read(piece, "", events)
        if isinstance(frame.get("output"), list) or isinstance(frame.get("output_text"), str):
            self.read(self._responses.whole(frame), "", events)

    # What both say

    def _end(self, value: Any, holder: Mapping[str, Any]) -> None:
        reason: FinishReason | Literal["error"] | None = read_finish_reason(value)
        if reason == "error":
            self.failure = holder
        elif reason:
            self.finish_reason = reason

    def _say(self, text: str, events: list[Event]) -> None:
        text = text if text.isascii() and text.isprintable() else self._text_mender.mend(text)
        if not text:
            return
        self.said.append(text)
        self.thoughts.feed(text, events)

    def _think(self, thought: str, events: list[Event]) -> None:
        thought = self._thought_mender.mend(thought)
        if not thought:
            return
        self.said.append(thought)
        self.thoughts.settle(events)
        events.append(ReasoningDelta(thought))


def knows(document: Mapping[str, Any]) -> bool:
    """Whether a whole document is an answer at all, be it an empty one."""
    known = not _ANSWERS.isdisjoint(document) or anthropic_messages.is_message(document)
    return known or vendor_frame(document) is not None


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
