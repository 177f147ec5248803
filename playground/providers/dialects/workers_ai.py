"""Workers AI's native dialect: frames with `response`, in Cloudflare's envelope or without.

https://developers.cloudflare.com/workers-ai/get-started/rest-api/
"""

from collections.abc import Mapping, Sequence
from typing import Any

from playground.events import Event
from playground.messages import ChatRequest
from playground.providers.failures import holds_error
from playground.providers.wire.answer_builder import AnswerBuilder
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.json_text import decode_exactly, text_of_json
from playground.providers.wire.requests import copy_of, enveloped_format, is_envelope, messages_body, tools_body

PATH = "/run"
HEADERS: Mapping[str, str] = {}
LISTED_AT = "/models"
LISTING: Mapping[str, str] = {}
LENGTHS: Sequence[str] = ("max_tokens", "max_completion_tokens")
VERSIONED = False

_PLAIN = frozenset({"response", "p"})
"""The keys of most frames, which are read first: `p` is padding against traffic analysis and never text."""
_ANSWERS = frozenset({"response", "result", "tool_calls", "success", "streamed_data"})
_OTHER_DIALECTS = frozenset({"type", "choices", "done"})


def body(request: ChatRequest, recipient: Recipient) -> dict[str, Any]:
    """The body for `POST …/ai/run/{model}`. Raises BadRequestError for an image that is no data: URI.

    By `recipient.shape`, "native" models take a bare JSON schema and do not stream JSON mode (code 5023), so `stream`
    is off then; "openai" ones take OpenAI's envelope around the schema.
    """
    body: dict[str, Any] = {}
    if request.prompt is None:
        body["messages"] = messages_body(request.messages, recipient)
    else:
        body["prompt"] = request.prompt
        if request.raw:
            body["raw"] = True
    body.update(copy_of(request.parameters))
    if request.tools:
        body["tools"] = tools_body(request.tools)
    stream = request.stream
    if request.response_format is not None:
        if recipient.shape == "native":
            body["response_format"] = _bare_format(request.response_format)
            stream = stream and request.response_format.get("type") not in ("json_schema", "json_object")
        else:
            body["response_format"] = enveloped_format(request.response_format)
    body["stream"] = stream
    if request.reject_if_busy:
        options = body.get("options")
        body["options"] = {**(options if isinstance(options, Mapping) else {}), "rejectIfBusy": True}
    return body


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame is surely of this dialect."""
    return not _ANSWERS.isdisjoint(frame) and _OTHER_DIALECTS.isdisjoint(frame)


class NativeReading(Reading):
    """Reads frames and whole answers."""

    def __init__(self, answer: AnswerBuilder, read_inner: Read) -> None:
        self._answer = answer
        self._read_inner = read_inner

    def read_usual(self, frame: Mapping[str, Any], events: list[Event]) -> bool:
        """Read a frame that holds a piece of text and nothing else."""
        if len(frame) <= 2 and frame.keys() <= _PLAIN and (response := frame.get("response")).__class__ is str:
            self._answer.add_text(response, events)
            return True
        return False

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append the events of `frame`."""
        answer, response = self._answer, frame.get("response")
        if isinstance(usage := frame.get("usage"), dict):
            answer.usage.note(frame, usage)
        if isinstance(thought := frame.get("reasoning_content") or frame.get("reasoning"), str):
            answer.add_thought(thought, events)
        if "images" in frame:
            answer.add_images(frame["images"], events)
        if response is not None:
            if raw and not isinstance(response, str):
                response = decode_exactly(raw).get("response")
            answer.add_text(text_of_json(response), events)
        if calls := frame.get("tool_calls"):
            events += answer.tools.read(calls)
        if reason := frame.get("finish_reason"):
            answer.set_finish_reason(reason, frame)
        self._read_wrapped(frame, events)
        answer.add_citations(frame, events)

    def _read_wrapped(self, frame: Mapping[str, Any], events: list[Event]) -> None:
        """Read an answer that is inside of a frame."""
        if frame.get("success") is True:
            self._answer.complete = True
        match frame.get("result"):
            case dict(result):
                self._read_inner(result, "", events)
            case [*_] as results:
                if holds_error(results):
                    self._answer.failure = results
            case None:
                pass
            case text:
                self._answer.add_text(text_of_json(text), events)
        if isinstance(pieces := frame.get("streamed_data"), list):
            for piece in pieces:
                if isinstance(piece, dict):
                    self._read_inner(piece, "", events)


reading = NativeReading


def _bare_format(response_format: Mapping[str, Any]) -> dict[str, Any]:
    """JSON mode as native models take it: the schema itself, out of OpenAI's envelope if it is in one."""
    schema = response_format.get("json_schema")
    if isinstance(schema, Mapping) and is_envelope(schema):
        schema = schema["schema"]
    return copy_of(response_format if schema is None else {**response_format, "json_schema": schema})
