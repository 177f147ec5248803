"""Recordings: answers with the pace at which they came, to be played again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import accumulate

from playground.answers.pace import Pace, PaceBuilder, Step
from playground.answers.rereading import frame_bytes
from playground.answers.trace import Trace
from playground.errors import ProviderError
from playground.events import Event, ReasoningDelta, Reclassified, TextDelta
from playground.providers.wire.reading import AnswerReader
from playground.store import Store, StoredReply

_SIGN = re.compile(r"Recorded on \d{4}-\d\d-\d\d at \d\d:\d\d UTC from ")


@dataclass(frozen=True, slots=True)
class Recording:
    """An answer that has ended, and its pace, which covers its text and thoughts to the last character."""

    reply: StoredReply
    pace: Pace

    def pieces(self) -> Iterator[tuple[int, str, str]]:
        """Milliseconds since the request was sent, and the text and thoughts that came then."""
        texts = accumulate((step.text for step in self.pace.steps), initial=0)
        thoughts = accumulate((step.thoughts for step in self.pace.steps), initial=0)
        for step, text, thought in zip(self.pace.steps, texts, thoughts, strict=False):
            yield (
                step.at_ms,
                self.reply.text[text : text + step.text],
                self.reply.reasoning[thought : thought + step.thoughts],
            )


def sign(recording: Recording, why: str = "") -> str:
    """What stands at a recording that is shown in place of an answer, in sentences; the first of the answer's notes."""
    at = recording.reply.started_at.astimezone(UTC)
    return " ".join(filter(None, (f"Recorded on {at:%Y-%m-%d at %H:%M} UTC from {recording.reply.model}.", why)))


def sign_of(reply: StoredReply, *, named: bool = True) -> str:
    """The sign of a reply that is such a recording, with the model `named` or not; "" for any other."""
    note = reply.notes[0] if reply.notes else ""
    found = _SIGN.match(note)
    if found is None or named:
        return note if found is not None else ""
    return f"{found[0]}a model whose name is hidden."


def may_be_recorded(reply: StoredReply) -> bool:
    """Whether there can be a recording of a reply: it has ended, said something, and came over a wire here."""
    said = reply.text or reply.reasoning
    return reply.state != "live" and bool(said) and reply.timings.total_s is not None


def recording_of(store: Store, reply_id: str) -> Recording | None:
    """The recording of a reply, one from before paces were kept out of its exchange; None where there is neither.

    Raises StoreError.
    """
    reply = store.reply(reply_id)
    if reply is None or not may_be_recorded(reply):
        return None
    pace = store.pace(reply_id)
    if pace is None:
        trace = store.trace(reply_id)
        pace = None if trace is None else pace_of_trace(trace, reply)
    return None if pace is None else Recording(reply, covering(pace, len(reply.text), len(reply.reasoning)))


def pace_of_trace(trace: Trace, reply: StoredReply) -> Pace | None:
    """The pace of a reply as its stored frames give it, which are read once more; None where nothing is read."""
    builder = PaceBuilder()
    for at_s, event in _events(trace, reply.model):
        match event:
            case TextDelta(text):
                builder.add(at_s, text=len(text))
            case ReasoningDelta(text):
                builder.add(at_s, thoughts=len(text))
            case Reclassified(to):
                builder.reclassify(to_text=to == "text")
            case _:
                pass
    return builder.built(reply.timings.total_s)


def _events(trace: Trace, model: str) -> Iterator[tuple[float, Event]]:
    """What the frames of an answer say, with the seconds at which they came; nothing after an error."""
    if trace.status is None or trace.status >= 400:
        return
    reader = AnswerReader(content_type="text/event-stream" if trace.streamed else "application/json", model=model)
    at = 0.0
    try:
        for at, data in trace.frames:
            for event in reader.feed(frame_bytes(data, streamed=trace.streamed)):
                yield at, event
        if reader.error is None and not trace.left_out:
            for event in reader.finish():
                yield at, event
    except ProviderError:
        return


def covering(pace: Pace, text: int, thoughts: int) -> Pace:
    """A pace over so many characters exactly: what it has more goes, what it lacks comes with its last step."""
    steps: list[Step] = []
    for step in pace.steps:
        steps.append(Step(step.at_ms, min(step.text, text), min(step.thoughts, thoughts)))
        text, thoughts = text - steps[-1].text, thoughts - steps[-1].thoughts
    if text or thoughts:
        steps.append(Step(pace.total_ms, text, thoughts))
    return Pace(tuple(steps))
