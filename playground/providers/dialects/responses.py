"""OpenAI's Responses API, which is read and not asked; told in Workers AI's own words, `response` and `reasoning`.

https://platform.openai.com/docs/api-reference/responses
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.json_text import as_list
from playground.providers.wire.paragraphs import Paragraphs
from playground.providers.wire.spoken import Spoken

_CALLS = ("function_call", "custom_tool_call")
_FIELDS = {"message": "response", "reasoning": "reasoning"}
"""The kinds of items that say something, with the native field for it."""
_INCOMPLETE = {"max_output_tokens": "length", "max_tokens": "length", "content_filter": "content_filter"}
_ENDS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")
_WHOLE_PARTS = {
    "response.output_text.done": "text",
    "response.refusal.done": "refusal",
    "response.reasoning_text.done": "text",
    "response.reasoning_summary_text.done": "text",
}
"""Events that say a part once more as a whole, with the field that holds it."""


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame is a typed event or a response object."""
    kind = frame.get("type")
    if isinstance(kind, str) and kind.startswith("response."):
        return True
    return isinstance(frame.get("output"), list) or isinstance(frame.get("output_text"), str)


class ResponsesReading(Reading):
    """Reads typed events and whole response objects."""

    def __init__(self, spoken: Spoken, inner: Read) -> None:
        self._inner = inner
        self._translator = ResponsesTranslator()

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append what `frame` says."""
        typed = str(frame.get("type")).startswith("response.")
        self._inner(self._translator.event(frame) if typed else self._translator.whole(frame), "", events)


reading = ResponsesReading


class ResponsesTranslator:
    """Translates typed events and response objects to frames of the native dialect.

    A stream says everything several times: in pieces, at the end of each part, at the end of each item, and at its own
    end. The first of these counts; servers leave out one or the other. Parts and items are apart by a blank line.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()
        """The kinds of items of which something was told."""
        self._in_part: set[str] = set()
        """The kinds of which something was told since a part ended."""
        self._in_item: set[str] = set()
        """The same since an item ended."""
        self._called: set[str] = set()
        self._thought_kind = ""
        """The thoughts themselves or their summary, whichever came first: both say the same."""
        self._paragraphs = {kind: Paragraphs() for kind in _FIELDS}

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The native frame of one event whose `type` begins with "response."; empty for what says nothing new."""
        kind: str = event["type"]
        if kind.endswith(".delta"):
            return self._delta(kind, event)
        if kind in _WHOLE_PARTS:
            return self._part_done(kind, event)
        if kind in ("response.output_item.added", "response.output_item.done"):
            return self._item(event, done=kind.endswith("done"))
        if kind == "response.output_text.annotation.added":
            return {"annotations": [event.get("annotation")]}
        if kind in _ENDS:
            answer = event.get("response")
            answer = answer if isinstance(answer, Mapping) else {}
            return self.whole({"status": kind.removeprefix("response."), **answer})
        return {}

    def whole(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The native frame of a whole response object, without what was told already."""
        items = [item for item in as_list(answer.get("output")) if isinstance(item, Mapping)]
        frame = {"usage": answer.get("usage"), "error": answer.get("error"), **_end(answer)}
        if not self._called:
            frame["tool_calls"] = [_call(item) for item in items if item.get("type") in _CALLS]
        told = frozenset(self._told)
        frame |= self._items([(at, item) for at, item in enumerate(items) if _kind(item) not in told])
        if "message" not in told and not frame["response"]:
            frame["response"] = answer.get("output_text") or ""
        frame["annotations"] = [one for item in items for one in _annotations(item)]
        return frame

    def _delta(self, kind: str, event: Mapping[str, Any]) -> dict[str, Any]:
        delta = event.get("delta")
        if kind == "response.function_call_arguments.delta":
            self._called.add(str(event.get("output_index")))
            return {"tool_calls": [{"index": event.get("output_index"), "function": {"arguments": delta}}]}
        if kind == "response.custom_tool_call_input.delta":
            self._called.add(str(event.get("output_index")))
            return {"tool_calls": [{"index": event.get("output_index"), "type": "custom", "custom": {"input": delta}}]}
        return self._say(kind, event, delta)

    def _say(self, kind: str, event: Mapping[str, Any], text: Any) -> dict[str, Any]:
        """A piece of text or of a thought, or a whole part of it."""
        if text is None or text == "":
            return {}
        if "reasoning" in kind:
            about = "reasoning"
            source = "summary" if "summary" in kind else "content"
            self._thought_kind = self._thought_kind or source
            if source != self._thought_kind:
                return {}
        elif kind.startswith(("response.output_text.", "response.refusal.")):
            about = "message"
        else:
            return {}
        for told in (self._told, self._in_part, self._in_item):
            told.add(about)
        if not isinstance(text, str):
            return {_FIELDS[about]: text}
        return {
            _FIELDS[about]: self._paragraphs[about].add(text, (event.get("output_index"), event.get("summary_index")))
        }

    def _part_done(self, kind: str, event: Mapping[str, Any]) -> dict[str, Any]:
        about = "reasoning" if "reasoning" in kind else "message"
        frame = {} if about in self._in_part else self._say(kind, event, event.get(_WHOLE_PARTS[kind]))
        self._in_part.discard(about)
        return frame

    def _item(self, event: Mapping[str, Any], *, done: bool) -> dict[str, Any]:
        """A call as it begins; any item as it ends, where it did not come in pieces."""
        item, index = event.get("item"), event.get("output_index")
        if not isinstance(item, Mapping):
            return {}
        if item.get("type") in _CALLS:
            if str(index) in self._called:
                return {}
            if item.get("arguments") or item.get("input"):
                self._called.add(str(index))
            return {"tool_calls": [{**_call(item), "index": index}]}
        if not done:
            return {}
        came = _kind(item) in self._in_item
        self._in_item.discard(_kind(item))
        self._in_part.discard(_kind(item))
        return {**({} if came else self._items([(index, item)])), "annotations": _annotations(item)}

    def _items(self, items: list[tuple[object, Mapping[str, Any]]]) -> dict[str, Any]:
        """What whole items say, each with its place: all of their parts, and pictures."""
        texts: dict[str, list[str]] = {kind: [] for kind in _FIELDS}
        pictures = []
        for at, item in items:
            kind = _kind(item)
            if kind in texts:
                says: list[Any] = [self._paragraphs[kind].add(text, (at, part)) for part, text in _texts(item)]
                texts[kind] += says
            elif kind == "image_generation_call":
                says = [item.get("result")]
                pictures.append({"b64_json": item.get("result"), "output_format": item.get("output_format")})
            else:
                continue
            if any(says):
                self._told.add(kind)
        return {**{_FIELDS[kind]: "".join(pieces) for kind, pieces in texts.items()}, "images": pictures}


def _end(answer: Mapping[str, Any]) -> dict[str, Any]:
    """How a response ended, as `finish_reason` or `error`."""
    match answer.get("status"):
        case "failed":
            return {"error": answer.get("error") or "The response failed."}
        case "incomplete":
            details = answer.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, Mapping) else None
            return {"finish_reason": _INCOMPLETE.get(reason, "unknown") if isinstance(reason, str) else "unknown"}
        case None | "completed":
            return {"finish_reason": "stop"}
        case "cancelled":
            return {"finish_reason": "cancelled"}
        case "in_progress" | "queued":
            return {"finish_reason": "unknown"}
    return {}


def _call(item: Mapping[str, Any]) -> dict[str, Any]:
    id_ = item.get("call_id") or item.get("id")
    if item.get("type") == "custom_tool_call":
        return {"id": id_, "type": "custom", "custom": {"name": item.get("name"), "input": item.get("input")}}
    return {"id": id_, "function": {"name": item.get("name"), "arguments": item.get("arguments")}}


def _kind(item: Mapping[str, Any]) -> str:
    kind = item.get("type", "message")
    return kind if isinstance(kind, str) else ""


def _texts(item: Mapping[str, Any]) -> list[tuple[int | None, str]]:
    """The texts of the parts of an item, with the number of each part that is a paragraph of its own.

    Those are the parts of a summary, which stands for thoughts whose content is not given.
    """
    content = item.get("content")
    parts = content or item.get("summary")
    if isinstance(parts, str):
        return [(None, parts)]
    texts = []
    for at, part in enumerate(as_list(parts)):
        text = (part.get("text") or part.get("refusal")) if isinstance(part, Mapping) else None
        if isinstance(text, str):
            texts.append((None if content else at, text))
    return texts


def _annotations(item: Mapping[str, Any]) -> list[Any]:
    parts = [part for part in as_list(item.get("content")) if isinstance(part, Mapping)]
    return [citation for part in parts for citation in as_list(part.get("annotations"))]
