"""OpenAI's Responses API, told in the words of the native dialect: `response`, `reasoning`, `tool_calls`, `usage`.

https://platform.openai.com/docs/api-reference/responses
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

_CALLS = ("function_call", "custom_tool_call")
_INCOMPLETE = {"max_output_tokens": "length", "max_tokens": "length", "content_filter": "content_filter"}


class ResponsesTranslator:
    """Translates typed events and response objects to frames of the native dialect."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        """What came piece by piece already: "message", "reasoning"."""
        self._called: set[str] = set()
        self._thought_kind = ""
        """The thoughts themselves or their summary, whichever came first: both say the same."""

    def event(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The native frame of one event whose `type` begins with "response."; empty for what says nothing new."""
        kind: str = event["type"]
        if kind.endswith(".delta"):
            return self._delta(kind, event)
        if kind in ("response.output_item.added", "response.output_item.done"):
            return self._item(event)
        if kind in ("response.completed", "response.incomplete", "response.failed"):
            answer = event.get("response")
            answer = answer if isinstance(answer, Mapping) else {}
            status = kind.removeprefix("response.")
            return response_frame({"status": status, **answer}, without=self._told, without_calls=bool(self._called))
        return {}

    def _delta(self, kind: str, event: Mapping[str, Any]) -> dict[str, Any]:
        delta = event.get("delta")
        if kind == "response.function_call_arguments.delta":
            self._called.add(str(event.get("output_index")))
            return {"tool_calls": [{"index": event.get("output_index"), "function": {"arguments": delta}}]}
        if kind == "response.custom_tool_call_input.delta":
            self._called.add(str(event.get("output_index")))
            return {"tool_calls": [{"index": event.get("output_index"), "type": "custom", "custom": {"input": delta}}]}
        if "reasoning" in kind:
            self._told.add("reasoning")
            self._thought_kind = self._thought_kind or kind
            return {"reasoning": delta} if kind == self._thought_kind else {}
        if kind in ("response.output_text.delta", "response.refusal.delta"):
            self._told.add("message")
            return {"response": delta}
        return {}

    def _item(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """A call as it begins, and as it ends where its arguments did not come in pieces."""
        item, index = event.get("item"), event.get("output_index")
        if not isinstance(item, Mapping) or item.get("type") not in _CALLS or str(index) in self._called:
            return {}
        if item.get("arguments") or item.get("input"):
            self._called.add(str(index))
        return {"tool_calls": [{**_call(item), "index": index}]}


def response_frame(
    answer: Mapping[str, Any], *, without: Collection[str] = (), without_calls: bool = False
) -> dict[str, Any]:
    """The native frame of a whole response object, `without` the kinds of items that were told already."""
    frame: dict[str, Any] = {"response": "", "usage": answer.get("usage"), "error": answer.get("error")}
    status = answer.get("status")
    if status == "failed":
        frame["error"] = answer.get("error") or "The response failed."
    elif status == "incomplete":
        details = answer.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, Mapping) else None
        frame["finish_reason"] = _INCOMPLETE.get(reason, "unknown") if isinstance(reason, str) else "unknown"
    elif status in (None, "completed"):
        frame["finish_reason"] = "stop"
    items = [item for item in _list(answer.get("output")) if isinstance(item, Mapping)]
    if "message" not in without:
        frame["response"] = "".join(_texts(items, "message")) or answer.get("output_text") or ""
    if "reasoning" not in without:
        frame["reasoning"] = "".join(_texts(items, "reasoning"))
    if not without_calls:
        frame["tool_calls"] = [_call(item) for item in items if item.get("type") in _CALLS]
    parts = [part for item in items for part in _list(item.get("content")) if isinstance(part, Mapping)]
    frame["annotations"] = [citation for part in parts for citation in _list(part.get("annotations"))]
    frame["images"] = [
        {"b64_json": item.get("result")} for item in items if item.get("type") == "image_generation_call"
    ]
    return frame


def _call(item: Mapping[str, Any]) -> dict[str, Any]:
    id_ = item.get("call_id") or item.get("id")
    if item.get("type") == "custom_tool_call":
        return {"id": id_, "type": "custom", "custom": {"name": item.get("name"), "input": item.get("input")}}
    return {"id": id_, "function": {"name": item.get("name"), "arguments": item.get("arguments")}}


def _texts(items: list[Mapping[str, Any]], kind: str) -> Iterator[str]:
    """The texts of all parts of the items of one kind; of reasoning the summary where its content is not given."""
    for item in items:
        if item.get("type", "message") != kind:
            continue
        content = item.get("content") or item.get("summary")
        for part in [{"text": content}] if isinstance(content, str) else _list(content):
            if isinstance(part, Mapping):
                text = part.get("text") or part.get("refusal")
                if isinstance(text, str):
                    yield text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
