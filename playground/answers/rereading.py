"""Shows how each frame of an answer was read, by reading the stored frames once more."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from playground.answers.extras import ChoiceDelta, Citation, Extra, Image, Logprob
from playground.answers.trace import Trace
from playground.errors import ProviderError
from playground.events import (
    Event,
    Finished,
    Noted,
    ReasoningDelta,
    Reclassified,
    TextDelta,
    ToolCallDelta,
    UsageReported,
)
from playground.money import figures
from playground.providers.wire.reading import AnswerReader

LONGEST_QUOTED_TEXT = 60


@dataclass(frozen=True, slots=True)
class ReadFrame:
    """One frame: seconds since the request, its data, and how it was read, in words."""

    at_s: float
    data: str
    read_as: str


def frames(trace: Trace, model: str) -> list[ReadFrame]:
    """Every stored frame, with what was read from it; the end of the answer is part of the last one."""
    if trace.status is None or trace.status >= 400:
        return [ReadFrame(at, data, "the refusal") for at, data in trace.frames]
    reader = AnswerReader(content_type="text/event-stream" if trace.streamed else "application/json", model=model)
    found: list[ReadFrame] = []
    for number, (at, data) in enumerate(trace.frames):
        last = number == len(trace.frames) - 1 and not trace.left_out
        found.append(
            ReadFrame(at, data, " · ".join(_read(reader, data, streamed=trace.streamed, last=last)) or "nothing")
        )
    return found


def _read(reader: AnswerReader, data: str, *, streamed: bool, last: bool) -> Iterator[str]:
    done = reader.done
    try:
        events = reader.feed(frame_bytes(data, streamed=streamed))
        if reader.done and not done:
            yield "the end"
        if last and reader.error is None:
            events += reader.finish()
    except ProviderError as error:  # nothing is read after an error
        yield f"after the error: {error.message}"
        return
    yield from map(event_text, events)
    if reader.error is not None:
        yield f"error: {reader.error.message}"


def frame_bytes(data: str, *, streamed: bool) -> bytes:
    """A stored frame as it came, to be read once more: an event of a stream, or a body."""
    lines = [f"data: {line}\n" for line in data.split("\n")] if streamed else [data]
    return ("".join(lines) + "\n" * streamed).encode("utf-8", "replace")


def event_text(event: Event) -> str:
    """An event in words."""
    match event:
        case TextDelta(text):
            return f"text {_short(text)}"
        case ReasoningDelta(text):
            return f"thought {_short(text)}"
        case ToolCallDelta(index, _, name, arguments):
            return f"call {index + 1}{f' of {name}' if name else ''} {_short(arguments)}"
        case Reclassified(to):
            return f"all of it so far was {to}"
        case Noted(note):
            return note
        case UsageReported(usage):
            about = "~" if usage.estimated else ""
            bill = "" if usage.billed is None else f", billed {figures.usd_exactly(usage.billed)}"
            return f"usage {about}{usage.prompt_tokens:,} in, {about}{usage.completion_tokens:,} out{bill}"
        case Finished(reason, truncated):
            return f"finished: {reason}{', cut off' if truncated else ''}"
        case _:
            return _extra_text(event)


def _extra_text(extra: Extra) -> str:
    match extra:
        case Image(url):
            return f"picture {_short(url)}"
        case Citation(url):
            return f"source {_short(url)}"
        case ChoiceDelta(index, text):
            return f"choice {index + 1}: text {_short(text)}"
        case Logprob(token, logprob):
            return f"probability of {_short(token)} is {math.exp(logprob):.0%}"


def _short(text: str) -> str:
    return repr(text if len(text) <= LONGEST_QUOTED_TEXT else text[:LONGEST_QUOTED_TEXT] + "…")
