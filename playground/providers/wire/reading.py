"""Reads the bytes of an answer as events, without I/O."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from orjson import loads

from playground.conversation.estimation import estimate
from playground.errors import ProtocolError, ProviderError
from playground.events import Event, Finished, Noted, Reclassified, UsageReported
from playground.metering import Usage
from playground.providers.connection import Connection
from playground.providers.dialects import chat_completions
from playground.providers.failures import holds_error, read_embedded_error, unreadable
from playground.providers.http.faults import too_large
from playground.providers.wire.answer_length import AnswerLength
from playground.providers.wire.dialect import Dialect
from playground.providers.wire.finish_reasons import settle_finish_reason
from playground.providers.wire.frames import FrameReader, is_answer
from playground.providers.wire.json_text import compact_json, decode_exactly
from playground.providers.wire.sse import EventDecoder, ServerSentEvent
from playground.providers.wire.thoughts.thinking import opens_in_thought as _opens_in_thought

MAX_CHARS: int = Connection.model_fields["max_answer_chars"].default
MAX_BYTES: int = Connection.model_fields["max_body_bytes"].default

_STREAMS = ("event-stream", "ndjson", "jsonl", "json-lines", "jsonlines", "stream+json")
"""What content types of streams hold: of server-sent events, and of JSON line by line, which has no registered one."""
_CUT = "Cut by the playground after {:,} characters (max_answer_chars of the connection): the server went on."


class AnswerReader:
    """Reads one answer (HTTP 200) as its bytes arrive:

        reader = AnswerReader(content_type=…, model=…)
        for chunk in chunks:
            for event in reader.feed(chunk): yield event
            if reader.error: raise reader.error     # after the events before it
            if reader.done: break                   # without waiting for the connection to close
        for event in reader.finish(): yield event   # the rest, UsageReported once, Finished once
        if reader.error: raise reader.error

    A call after an error raises that error; no other exception is raised, whatever the bytes are.

    By its content type the body is an `event-stream`, or JSON line by line (`ndjson`); any other is read as one JSON
    document if it begins like JSON, else as a stream. `dialect` is that of the request; a frame in another dialect is
    read by that one.
    `opens_in_thought`: thoughts may come without their opening tag; None decides it by `model`. If the server reports
    no usage, that of the output is estimated, without the prompt. An answer of more than `max_chars` characters is cut
    and is `done`; a document or an event of more than `max_bytes` is an error. `on_frame` is called with the data of
    each event before it is read. Messages of errors name `account_id`, and never contain any of `secrets`.
    """

    def __init__(
        self,
        *,
        dialect: Dialect = chat_completions,
        content_type: str = "text/event-stream",
        model: str = "",
        on_frame: Callable[[str], None] | None = None,
        opens_in_thought: bool | None = None,
        account_id: str = "",
        secrets: Sequence[str] = (),
        max_chars: int = MAX_CHARS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.error: ProviderError | None = None
        """The error that the answer holds, once it came."""
        self.done = False
        """[DONE] came, or as much as is kept; nothing after it is read."""
        self._streamed = any(stream in content_type.lower() for stream in _STREAMS)
        self._body: bytearray | None = None if self._streamed else bytearray()
        self._model = model
        self._on_frame = on_frame
        self._account_id = account_id
        self._secrets = secrets
        self._decoder = EventDecoder(max_bytes)
        self._max_bytes = max_bytes
        self._length = AnswerLength(max_chars)
        opens = _opens_in_thought(model) if opens_in_thought is None else opens_in_thought
        self._frames = FrameReader(dialect, opens_in_thought=opens)
        self._answer = self._frames.answer
        self._finished = False
        self._blank = False
        """The body was empty, or JSON that holds nothing."""

    @property
    def whole(self) -> bool:
        """The body is one JSON document (or nothing that could be read), not a stream."""
        return self._body is not None

    @property
    def empty(self) -> bool:
        """No text, thought or tool call came so far."""
        return self._answer.empty

    @property
    def ended(self) -> bool:
        """The server has given a finish reason; only usage may still come."""
        return self.done or self._answer.finish_reason is not None

    @property
    def says_nothing(self) -> bool:
        """The whole body is blank, or an answer without content that no finish reason explains."""
        unfounded = self.error is None and self._answer.finish_reason in (None, "stop")
        return self.whole and self.empty and (self._blank or unfounded)

    @property
    def assumes_thought(self) -> bool:
        """The thoughts so far may be the answer itself: it is not known before a closing tag or the end."""
        return self._answer.thoughts.assumes_thought

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes."""
        if self.error:
            raise self.error
        events: list[Event] = []
        if self._body is not None:
            self._body += chunk
            if len(self._body) > self._max_bytes:
                self.error = too_large("an answer", self._max_bytes)
                self._body.clear()
                return []
            if not _begins_a_stream(self._body):
                return []
            chunk, self._body = bytes(self._body), None
        self._read_events(self._decoder.feed(chunk), events)
        if self._decoder.overflowed and not self.error:
            self._fail(too_large("one event of an answer", self._max_bytes), events)
        return events

    def release(self) -> list[Event]:
        """What was held back of a stream that broke off: text that might have become a tag, a last whole event."""
        events: list[Event] = []
        if self._body is None and not self.error:
            self._read_events(self._decoder.flush(), events)
        events += self._answer.thoughts.finish(ended=False)
        events += self._answer.tools.finish(complete=False)
        return events

    def finish(self) -> list[Event]:
        """At the end of the body: what was still held back, then UsageReported once and Finished once."""
        if self.error:
            raise self.error
        if self._finished:
            return []
        self._finished = True
        events: list[Event] = []
        if self._body is not None:
            self._read_document(bytes(self._body), events)
        else:
            self._read_events(self._decoder.flush(), events)
            if not (self.error or self._answer.started):
                if self._frames.unrecognized:
                    self.error = self._unreadable(self._frames.unrecognized)
                elif self._decoder.ignored and not self.done:
                    self.error = self._unreadable(self._decoder.ignored)
        if not self.error:
            self._conclude(events)
        return events

    def read_value(self, value: Any) -> list[Event]:
        """All events of an answer that is decoded already, such as the result of a batch item."""
        self._body = bytearray()
        self._finished = True
        events: list[Event] = []
        self._read_decoded(value, events)
        if not self.error:
            self._conclude(events)
        return events

    def _read_events(self, server_events: list[ServerSentEvent], events: list[Event]) -> None:
        if self.done:
            return
        for name, data in server_events:
            before = len(events)
            self._read_event(name, data, events)
            self._length.cut(events, before)
            self.done = self.done or self._length.exceeded
            if self.done or self.error:
                return

    def _read_event(self, name: str, data: str, events: list[Event]) -> None:
        answer = self._answer
        if self._on_frame is not None:
            self._on_frame(data)
        try:
            frame = loads(data)
        except ValueError:
            frame = self._decode(name, data, events)
            if self.done or self.error:
                return
        if frame.__class__ is dict:
            try:
                self._frames.read(frame, data, events)
            except (RecursionError, ValueError):
                self._fail(self._unreadable(data), events)
                return
        if frame is not None and (name == "error" or (frame.__class__ is list and holds_error(frame))):
            answer.failure = frame
        if answer.failure is not None:
            self._fail(self._embedded_error(), events)

    def _decode(self, name: str, data: str, events: list[Event]) -> Any:
        """Data that orjson refuses: [DONE], JSON that only the lenient decoder reads, or an error message as text."""
        try:
            return decode_exactly(data)
        except ValueError:
            text = data.strip()
        if text == "[DONE]":
            self.done = True
        elif name == "error":
            return text
        elif name == "message" and text:
            self._fail(self._unreadable(data), events)
        return None

    def _read_document(self, body: bytes, events: list[Event]) -> None:
        text = body.decode("utf-8-sig", "replace")
        try:
            value = decode_exactly(text)
            self._blank = not value
        except ValueError:
            self._blank = not text.strip()
            # Mislabelled, or JSON line by line.
            self._read_events(self._decoder.feed(body) + self._decoder.flush(), events)
            if not (self.error or self.done or self._answer.started):
                self.error = self._unreadable(body)
            return
        if self._on_frame:
            self._on_frame(text)
        self._read_decoded(value, events)

    def _read_decoded(self, value: Any, events: list[Event]) -> None:
        """A whole answer: the document of a body that is not a stream."""
        documents = [_document(document) for document in (value if isinstance(value, list) else [value])]
        try:
            for document in documents:
                self._frames.read(document, "", events)
        except RecursionError:
            documents = []
        self._length.cut(events, 0)
        if self._answer.failure is not None:
            self._fail(self._embedded_error(), events)
        elif not any(map(is_answer, documents)):
            self._fail(self._unreadable(compact_json(value)), events)

    def _fail(self, error: ProviderError, events: list[Event]) -> None:
        events += self._answer.thoughts.finish(ended=False)
        events += self._answer.tools.finish(complete=False)
        self.error = error

    def _embedded_error(self) -> ProviderError:
        failure = self._answer.failure
        return read_embedded_error(failure, model=self._model, account_id=self._account_id, secrets=self._secrets)

    def _unreadable(self, content: str | bytes) -> ProtocolError:
        return unreadable(content, self._secrets)

    def _conclude(self, events: list[Event]) -> None:
        answer = self._answer
        ended = bool(self.done or self.whole or answer.finish_reason or answer.complete)
        cut = self._length.exceeded
        truncated = not ended or cut or bool(self._decoder.remainder and not self.done)
        rest = answer.thoughts.finish(ended=not truncated)
        events += [event for event in rest if isinstance(event, Reclassified)] if cut else rest
        if not cut:
            events += answer.tools.finish(complete=not truncated and answer.finish_reason != "length")
        if answer.audio_chars:
            kilobytes = answer.audio_chars * 3 // 4000
            events.append(Noted(f"Sound came too, about {kilobytes:,} kB; it is not played here."))
        if cut:
            events.append(Noted(_CUT.format(self._length.max_chars)))
        usage = answer.usage.total() or self._estimated_usage()
        events.append(UsageReported(self._as_estimate(usage) if truncated else usage))
        if cut:
            events.append(Finished("length", truncated=True))
        elif ended:
            reason = settle_finish_reason(answer.finish_reason, tools_called=answer.tools.called)
            # vLLM and Ollama lose errors on their way: a bare [DONE] is what is left of them.
            reason = reason if self.whole or answer.started else "unknown"
            events.append(Finished(reason, truncated, answer.metadata.built(), answer.tools.details))
        else:
            events.append(Finished("unknown", truncated=True))

    def _estimated_usage(self) -> Usage:
        return Usage(0, self._estimated_tokens(), estimated=True)

    def _as_estimate(self, usage: Usage) -> Usage:
        """The counts of a stream that was cut, marked as an estimate; the output is estimated where it is missing."""
        if usage.completion_tokens:
            return replace(usage, estimated=True)
        return replace(usage, completion_tokens=self._estimated_tokens(), neurons=None, billed=None, estimated=True)

    def _estimated_tokens(self) -> int:
        return estimate("".join((*self._answer.texts, *self._answer.tools.text_so_far)))


def _begins_a_stream(body: bytearray) -> bool:
    """Whether the body begins with neither JSON nor markup, blanks aside."""
    begun = bytes(body[:64]).removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(begun) and (begun[:1] not in b'{["<' or begun.startswith(b"[DONE]"))


def _document(value: Any) -> dict[str, Any]:
    """A decoded answer as a frame; a bare text becomes the `response` of one."""
    if isinstance(value, dict):
        return value
    return {"response": value} if isinstance(value, str) else {}
