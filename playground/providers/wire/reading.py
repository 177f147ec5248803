"""Bytes of an answer to events, by the dialect that the server was asked in: no I/O."""

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
from playground.providers.wire.frames import FrameReader, knows
from playground.providers.wire.json_text import compact_json, decode_exactly
from playground.providers.wire.sse import EventDecoder, ServerSentEvent
from playground.providers.wire.thoughts.thinking import opens_in_thought as _opens_in_thought

MAX_CHARS: int = Connection.model_fields["max_answer_chars"].default
MAX_BYTES: int = Connection.model_fields["max_body_bytes"].default


_CUT = "Cut by the playground after {:,} characters (max_answer_chars of the connection): the server went on."


class AnswerReader:
    """Reads one answer (HTTP 200) as its bytes come. The way to use it:

        reader = AnswerReader(content_type=…, model=…)
        for chunk in chunks:
            for event in reader.feed(chunk): yield event
            if reader.error: raise reader.error     # what came before the error has been yielded
            if reader.done: break                   # [DONE] came: do not wait for the connection to close
        for event in reader.finish(): yield event   # the rest, UsageReported once, Finished once
        if reader.error: raise reader.error

    A call after an error raises that error; no other exception is raised, whatever the bytes are.

    An `event-stream` is read as one. Any other body is JSON to be read whole if it begins like JSON, and else tried
    as a stream. `dialect` is the one that was asked in; a frame that is not of it is read by the one that it is of.
    `model` tells whether thoughts may come without their opening tag, `opens_in_thought` says it.
    Where the server reports no usage that of the output is estimated; nothing is known here of the prompt. An answer of
    more than `max_chars` characters is cut there and is `done`; a document or an event of more than `max_bytes` is not
    read, which is an error.
    `on_frame` is called with the data of each event as text, before it is read. `account_id` and `secrets` are for
    the messages of errors, which name the one and never the others.
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
        self._streamed = "event-stream" in content_type.lower()
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
        self._spoken = self._frames.spoken
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
        return self._spoken.empty

    @property
    def ended(self) -> bool:
        """The server has said why the answer ended; only its usage may be still to come."""
        return self.done or self._spoken.finish_reason is not None

    @property
    def says_nothing(self) -> bool:
        """The whole body is blank, or an answer without text that has no reason to be without."""
        unfounded = self.error is None and self._spoken.finish_reason in (None, "stop")
        return self.whole and self.empty and (self._blank or unfounded)

    @property
    def assumes_thought(self) -> bool:
        """What came so far as thought is only taken for it: it is the answer if nothing more comes."""
        return self._spoken.thoughts.assumes

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
        """What is held back, for a stream that broke off: text that might have become a tag, a last whole event."""
        events: list[Event] = []
        if self._body is None and not self.error:
            self._read_events(self._decoder.flush(), events)
        events += self._spoken.thoughts.finish(ended=False)
        events += self._spoken.tools.finish(complete=False)
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
            if not (self.error or self._spoken.begun):
                if self._frames.strange:
                    self.error = self._unreadable(self._frames.strange)
                elif self._decoder.ignored and not self.done:
                    self.error = self._unreadable(self._decoder.ignored)
        if not self.error:
            self._conclude(events)
        return events

    def read_value(self, answer: Any) -> list[Event]:
        """The same of JSON that is decoded already, such as the result of a batch item."""
        self._body = bytearray()
        self._finished = True
        events: list[Event] = []
        self._read_answer(answer, events)
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
        spoken = self._spoken
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
            spoken.failure = frame
        if spoken.failure is not None:
            self._fail(self._refused(), events)

    def _decode(self, name: str, data: str, events: list[Event]) -> Any:
        """What orjson refuses: the end, JSON that is not quite JSON, an error in words, or an answer that broke."""
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
            answer = decode_exactly(text)
            self._blank = not answer
        except ValueError:
            self._blank = not text.strip()
            # Mislabelled, or JSON line by line.
            self._read_events(self._decoder.feed(body) + self._decoder.flush(), events)
            if not (self.error or self.done or self._spoken.begun):
                self.error = self._unreadable(body)
            return
        if self._on_frame:
            self._on_frame(text)
        self._read_answer(answer, events)

    def _read_answer(self, answer: Any, events: list[Event]) -> None:
        """A whole answer: the document of a body that is not a stream."""
        documents = [_document(document) for document in (answer if isinstance(answer, list) else [answer])]
        try:
            for document in documents:
                self._frames.read(document, "", events)
        except RecursionError:
            documents = []
        self._length.cut(events, 0)
        if self._spoken.failure is not None:
            self._fail(self._refused(), events)
        elif not any(map(knows, documents)):
            self._fail(self._unreadable(compact_json(answer)), events)

    def _fail(self, error: ProviderError, events: list[Event]) -> None:
        events += self._spoken.thoughts.finish(ended=False)
        events += self._spoken.tools.finish(complete=False)
        self.error = error

    def _refused(self) -> ProviderError:
        failure = self._spoken.failure
        return read_embedded_error(failure, model=self._model, account_id=self._account_id, secrets=self._secrets)

    def _unreadable(self, came: str | bytes) -> ProtocolError:
        return unreadable(came, self._secrets)

    def _conclude(self, events: list[Event]) -> None:
        spoken = self._spoken
        ended = bool(self.done or self.whole or spoken.finish_reason or spoken.whole)
        cut = self._length.exceeded
        truncated = not ended or cut or bool(self._decoder.remainder and not self.done)
        said = spoken.thoughts.finish(ended=not truncated)
        events += [event for event in said if isinstance(event, Reclassified)] if cut else said
        if not cut:
            events += spoken.tools.finish(complete=not truncated and spoken.finish_reason != "length")
        if spoken.audio:
            events.append(Noted(f"Sound came too, about {spoken.audio * 3 // 4000:,} kB; it is not played here."))
        if cut:
            events.append(Noted(_CUT.format(self._length.longest)))
        usage = spoken.usage.total() or self._guess()
        events.append(UsageReported(self._uncertain(usage) if truncated else usage))
        if cut:
            events.append(Finished("length", truncated=True))
        elif ended:
            reason = settle_finish_reason(spoken.finish_reason, tools_called=spoken.tools.called)
            # vLLM and Ollama lose errors on their way: a bare [DONE] is what is left of them.
            reason = reason if self.whole or spoken.begun else "unknown"
            events.append(Finished(reason, truncated, spoken.given.built(), spoken.tools.given))
        else:
            events.append(Finished("unknown", truncated=True))

    def _guess(self) -> Usage:
        return Usage(0, self._guessed_tokens(), estimated=True)

    def _uncertain(self, usage: Usage) -> Usage:
        """What a server had counted when its stream was cut: not the last word, and without it only a guess."""
        if usage.completion_tokens:
            return replace(usage, estimated=True)
        return replace(usage, completion_tokens=self._guessed_tokens(), neurons=None, billed=None, estimated=True)

    def _guessed_tokens(self) -> int:
        return estimate("".join((*self._spoken.said, *self._spoken.tools.text_so_far)))


def _begins_a_stream(body: bytearray) -> bool:
    """Whether the first thing that is not blank is neither JSON nor markup."""
    begun = bytes(body[:64]).removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(begun) and (begun[:1] not in b'{["<' or begun.startswith(b"[DONE]"))


def _document(answer: Any) -> dict[str, Any]:
    """An answer as a frame: a bare text is the response itself."""
    if isinstance(answer, dict):
        return answer
    return {"response": answer} if isinstance(answer, str) else {}
