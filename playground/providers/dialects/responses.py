"""OpenAI's Responses API, for reading only: its events are translated to Workers AI's frames.

https://platform.openai.com/docs/api-reference/responses
"""

from collections.abc import Mapping
from typing import Any

from playground.events import Event
from playground.providers.wire.answer_builder import AnswerBuilder
from playground.providers.wire.dialect import Read, Reading
from playground.providers.wire.json_text import as_list
from playground.providers.wire.paragraphs import Paragraphs

_CALLS = ("function_call", "custom_tool_call")
_FIELDS = {"message": "response", "reasoning": "reasoning"}
"""The kinds of items that hold text, with the native field for it."""
_INCOMPLETE = {"max_output_tokens": "length", "max_tokens": "length", "content_filter": "content_filter"}
_ENDS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")
_WHOLE_PARTS = {
    "response.output_text.done": "text",
    "response.refusal.done": "refusal",
    "response.reasoning_text.done": "text",
    "response.reasoning_summary_text.done": "text",
}
"""Events that repeat a whole part, with the field that holds its text."""


def speaks(frame: Mapping[str, Any]) -> bool:
    """Whether a frame is a typed event or a response object."""
    kind = frame.get("type")
    if isinstance(kind, str) and kind.startswith("response."):
        return True
    return isinstance(frame.get("output"), list) or isinstance(frame.get("output_text"), str)


class ResponsesReading(Reading):
    """Reads typed events and whole response objects."""

    def __init__(self, answer: AnswerBuilder, read_inner: Read) -> None:
        self._read_inner = read_inner
        self._translator = ResponsesTranslator()

    def read(self, frame: Mapping[str, Any], raw: str, events: list[Event]) -> None:
        """Append the events of `frame`."""
        typed = str(frame.get("type")).startswith("response.")
        self._read_inner(self._translator.event(frame) if typed else self._translator.whole(frame), "", events)


reading = ResponsesReading


class ResponsesTranslator:
    """Translates typed events and response objects to frames of the native dialect.

    A stream holds everything several times: in pieces, at the end of each part, at the end of each item, and at its own
    end. The first of these counts, for servers leave out some of them. A blank line separates parts and items.
    """

    def __init__(self) -> None:
        self._translated: set[str] = set()
        """The kinds of items of which something was translated."""
        self._in_part: set[str] = set()
        """The kinds of which something was translated since the last part ended."""
        self._in_item: set[str] = set()
        """The kinds of which something was translated since the last item ended."""
        self._called: set[str] = set()
        self._thought_kind = ""
        """"content" or "summary", whichever of the thoughts came first: the other one repeats it."""
        self._paragraphs = {kind: Paragraphs() for kind in _FIELDS}

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The native frame of one event whose `type` begins with "response."; empty where nothing in it is new."""
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
        """The native frame of a whole response object, without what was translated already."""
        items = [item for item in as_list(answer.get("output")) if isinstance(item, Mapping)]
        frame = {"usage": answer.get("usage"), "error": answer.get("error"), **_end(answer)}
        if not self._called:
            frame["tool_calls"] = [_call(item) for item in items if item.get("type") in _CALLS]
        translated = frozenset(self._translated)
        frame |= self._items([(position, item) for position, item in enumerate(items) if _kind(item) not in translated])
        if "message" not in translated and not frame["response"]:
            frame["response"] = answer.get("output_text") or ""
        frame["annotations"] = [annotation for item in items for annotation in _annotations(item)]
        return frame

    def _delta(self, kind: str, event: Mapping[str, Any]) -> dict[str, Any]:
        delta = event.get("delta")
        if kind == "response.function_call_arguments.delta":
            self._called.add(str(event.get("output_index")))
            return {"tool_calls": [{"index": event.get("output_index"), "function": {"arguments": delta}}]}
        if kind == "response.custom_tool_call_input.delta":
            self._called.add(str(event.get("output_index")))
            return {"tool_calls": [{"index": event.get("output_index"), "type": "custom", "custom": {"input": delta}}]}
        return self._piece(kind, event, delta)

    def _piece(self, kind: str, event: Mapping[str, Any], text: Any) -> dict[str, Any]:
        """The native frame of a piece or a whole part of text or thought."""
        if text is None or text == "":
            return {}
        if "reasoning" in kind:
            item_kind = "reasoning"
            source = "summary" if "summary" in kind else "content"
            self._thought_kind = self._thought_kind or source
            if source != self._thought_kind:
                return {}
        elif kind.startswith(("response.output_text.", "response.refusal.")):
            item_kind = "message"
        else:
            return {}
        for kinds in (self._translated, self._in_part, self._in_item):
            kinds.add(item_kind)
        if not isinstance(text, str):
            return {_FIELDS[item_kind]: text}
        return {
            _FIELDS[item_kind]: self._paragraphs[item_kind].add(
                text, (event.get("output_index"), event.get("summary_index"))
            )
        }

    def _part_done(self, kind: str, event: Mapping[str, Any]) -> dict[str, Any]:
        item_kind = "reasoning" if "reasoning" in kind else "message"
        frame = {} if item_kind in self._in_part else self._piece(kind, event, event.get(_WHOLE_PARTS[kind]))
        self._in_part.discard(item_kind)
        return frame

    def _item(self, event: Mapping[str, Any], *, done: bool) -> dict[str, Any]:
        """The native frame of a call that begins, or of an item that ends and did not come in pieces."""
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
        streamed = _kind(item) in self._in_item
        self._in_item.discard(_kind(item))
        self._in_part.discard(_kind(item))
        return {**({} if streamed else self._items([(index, item)])), "annotations": _annotations(item)}

    def _items(self, items: list[tuple[object, Mapping[str, Any]]]) -> dict[str, Any]:
        """The native frame of whole items, each with its position: their texts and images."""
        texts: dict[str, list[str]] = {kind: [] for kind in _FIELDS}
        pictures = []
        for position, item in items:
            kind = _kind(item)
            if kind in texts:
                pieces: list[Any] = [self._paragraphs[kind].add(text, (position, part)) for part, text in _texts(item)]
                texts[kind] += pieces
            elif kind == "image_generation_call":
                pieces = [item.get("result")]
                pictures.append({"b64_json": item.get("result"), "output_format": item.get("output_format")})
            else:
                continue
            if any(pieces):
                self._translated.add(kind)
        return {**{_FIELDS[kind]: "".join(pieces) for kind, pieces in texts.items()}, "images": pictures}


def _end(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The native `finish_reason` or `error` of a response that has ended."""
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
    """The texts of the parts of an item; with the number of each part of a summary, which is a paragraph of its own."""
    content = item.get("content")
    parts = content or item.get("summary")
    if isinstance(parts, str):
        return [(None, parts)]
    texts = []
    for position, part in enumerate(as_list(parts)):
        text = (part.get("text") or part.get("refusal")) if isinstance(part, Mapping) else None
        if isinstance(text, str):
            texts.append((None if content else position, text))
    return texts


def _annotations(item: Mapping[str, Any]) -> list[Any]:
    parts = [part for part in as_list(item.get("content")) if isinstance(part, Mapping)]
    return [citation for part in parts for citation in as_list(part.get("annotations"))]
