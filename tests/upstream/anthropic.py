"""Anthropic's messages as the stand-in speaks them: as strict as the vendor, thoughts signed, prompts cached.

https://platform.claude.com/docs/en/api/messages and https://platform.claude.com/docs/en/api/errors
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from tests.upstream.answer import Answer, Ending
from tests.upstream.chat import speak
from tests.upstream.directives import Directives, directives
from tests.upstream.writing import Spoken, last_user_text

VERSION = "2023-06-01"
REQUEST_ID = "req_018EeWyXxfu5pfWkrYcMdjWG"
WINDOW = 2_000
"""Tokens that it reads, words in truth."""
LONGEST = 128_000
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    529: "overloaded_error",
}
_WORDS = {401: "invalid x-api-key", 429: "This request would exceed your rate limit", 529: "Overloaded"}
_STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
_FIELDS = {
    *("model", "messages", "max_tokens", "system", "stream", "temperature", "top_p", "top_k", "stop_sequences"),
    *("thinking", "tools", "tool_choice", "cache_control", "service_tier", "metadata", "output_config"),
}


class Messages:
    """Answers `/v1/messages`; remembers which prompts are in its cache."""

    def __init__(self, default: Directives) -> None:
        self.default = default
        self._cached: set[bytes] = set()
        self._failed: dict[bytes, int] = {}

    def answer(self, headers: Mapping[str, str], body: dict[str, Any]) -> Answer:
        """For a request whose key is right."""
        if headers.get("anthropic-version") != VERSION:
            return error(400, "anthropic-version: header is required")
        if (refused := next(_wrongs(body), None)) is not None:
            return error(400, refused)
        told = directives(body["model"], last_user_text(body), self.default)
        if failure := self._failure(told, body):
            return failure
        if (size := len(_all(body).split())) > WINDOW:
            return error(400, f"prompt is too long: {size} tokens > {WINDOW} maximum")
        spoken = replace(speak(_as_chat(body), told), prompt_tokens=size)
        usage = self._usage(body, size)
        if not body.get("stream"):
            return Answer.json(_whole(spoken, body, usage), headers={"request-id": REQUEST_ID}, delay=told.delay)
        return _streamed(list(_events(spoken, body, usage)), told)

    def _failure(self, told: Directives, body: Mapping[str, Any]) -> Answer | None:
        asked = orjson.dumps(body)
        self._failed[asked] = self._failed.get(asked, 0) + 1
        if not told.fail or (told.times and self._failed[asked] > told.times):
            return None
        return error(told.fail, _WORDS.get(told.fail, "It failed"), told.retry_after)

    def _usage(self, body: Mapping[str, Any], size: int) -> dict[str, int]:
        """With `cache_control` the prompt is written to the cache, and as much of it read as was written before."""
        if not body.get("cache_control"):
            return {"input_tokens": size, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        messages, read = body["messages"], 0
        for count in range(len(messages), 0, -1):
            begun = {**body, "messages": messages[:count]}
            if _key(begun) in self._cached:
                read = len(_all(begun).split())
                break
        self._cached.add(_key(body))
        return {"input_tokens": 0, "cache_creation_input_tokens": size - read, "cache_read_input_tokens": read}


def error(status: int, message: str, retry_after_s: float = -1) -> Answer:
    """An error in the API's form."""
    headers = {"request-id": REQUEST_ID} | ({"retry-after": f"{retry_after_s:g}"} if retry_after_s >= 0 else {})
    said = {"type": _KINDS.get(status, "api_error"), "message": message}
    return Answer.json({"type": "error", "error": said, "request_id": REQUEST_ID}, status, headers=headers)


def model_list(names: list[str]) -> Answer:
    """`/v1/models`."""
    can = {
        "image_input": {"supported": True},
        "thinking": {"supported": True},
        "structured_outputs": {"supported": True},
    }
    rows = [
        {
            "type": "model",
            "id": name,
            "display_name": name.title(),
            "created_at": "2026-01-01T00:00:00Z",
            "max_input_tokens": WINDOW,
            "max_tokens": LONGEST,
            "capabilities": can,
        }
        for name in names
    ]
    return Answer.json({"data": rows, "has_more": False, "first_id": names[0], "last_id": names[-1]})


def signature(thought: str) -> str:
    """What a thought is signed with."""
    return base64.b64encode(hashlib.sha256(thought.encode()).digest()).decode()


def _wrongs(body: Mapping[str, Any]) -> Iterator[str]:
    """What the API would refuse, in its words."""
    for name in ("model", "messages", "max_tokens"):
        if name not in body:
            yield f"{name}: Field required"
    yield from (f"{name}: Extra inputs are not permitted" for name in body.keys() - _FIELDS)
    if not 1 <= body.get("max_tokens", 1) <= LONGEST:
        yield f"max_tokens: {body['max_tokens']} > {LONGEST}, which is the maximum allowed number of output tokens"
    if not 0 <= body.get("temperature", 1) <= 1:
        yield "temperature: range: 0..1"
    thinking = body.get("thinking") or {}
    if thinking.get("type") == "enabled" and not 1024 <= thinking["budget_tokens"] < body["max_tokens"]:
        yield "thinking.budget_tokens: must be at least 1024 and less than max_tokens"
    for tool in body.get("tools", ()):
        if "input_schema" not in tool:
            yield "tools.0.custom.input_schema: Field required"
    called: list[str] = []
    for at, message in enumerate(body.get("messages", ())):
        yield from _wrong_message(message, f"messages.{at}", called, last=at == len(body["messages"]) - 1)


def _wrong_message(message: Mapping[str, Any], place: str, called: list[str], *, last: bool) -> Iterator[str]:
    if message["role"] not in ("user", "assistant"):
        yield f"{place}.role: Input should be 'user' or 'assistant'"
    content = message["content"]
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    answered = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    if called and answered[: len(called)] != called:
        yield f"{place}: `tool_use` ids were found without `tool_result` blocks immediately after: {', '.join(called)}"
    called[:] = [block["id"] for block in blocks if block["type"] == "tool_use"]
    for number, block in enumerate(blocks):
        yield from _wrong_block(block, f"{place}.content.{number}")
    end = blocks[-1].get("text", "") if blocks else ""
    if last and message["role"] == "assistant" and end != end.rstrip():
        yield f"{place}: final assistant content cannot end with trailing whitespace"


def _wrong_block(block: Mapping[str, Any], here: str) -> Iterator[str]:
    match block["type"]:
        case "text" if not block["text"].strip():
            yield f"{here}: text content blocks must be non-empty"
        case "thinking" if block.keys() != {"type", "thinking", "signature"}:
            yield f"{here}: Extra inputs are not permitted"
        case "thinking" if block["signature"] != signature(block["thinking"]):
            yield f"{here}: Invalid `signature` in `thinking` block"
        case "image" if block["source"]["type"] != "base64":
            yield f"{here}.source: only base64"
        case "tool_use" if not re.fullmatch("[a-zA-Z0-9_-]+", block["id"]):
            yield f"{here}.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
        case "tool_use" if not isinstance(block["input"], dict):
            yield f"{here}.input: Input should be a valid dictionary"


def _as_chat(body: dict[str, Any]) -> dict[str, Any]:
    """The same request in the form that `speak` knows."""
    tools = [{"name": tool["name"], "parameters": tool["input_schema"]} for tool in body.get("tools", ())]
    return {
        **body,
        "tools": tools,
        "messages": [{"role": "system", "content": body.get("system", "")}, *body["messages"]],
    }


def _all(body: Mapping[str, Any]) -> str:
    """All words of a prompt, results of tools among them."""
    found = [str(body.get("system", ""))]
    for message in body["messages"]:
        blocks = message["content"] if isinstance(message["content"], list) else [{"text": message["content"]}]
        found += [str(block.get("text") or block.get("content") or "") for block in blocks]
    return "\n".join(found)


def _key(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps([body["model"], body.get("system"), body["messages"]])


def _blocks(spoken: Spoken) -> Iterator[dict[str, Any]]:
    if spoken.thought:
        thought = "".join(spoken.thought)
        yield {"type": "thinking", "thinking": thought, "signature": signature(thought)}
    if spoken.text:
        yield {"type": "text", "text": "".join(spoken.text)}
    if spoken.call:
        yield {"type": "tool_use", "id": "toolu_01A", "name": spoken.call[0], "input": orjson.loads(spoken.call[1])}


def _message(body: Mapping[str, Any], usage: Mapping[str, int]) -> dict[str, Any]:
    begun = {"id": "msg_01X", "type": "message", "role": "assistant", "model": body["model"], "content": []}
    return {**begun, "stop_reason": None, "stop_sequence": None, "usage": {**usage, "output_tokens": 1}}


def _whole(spoken: Spoken, body: Mapping[str, Any], usage: Mapping[str, int]) -> dict[str, Any]:
    said = {"content": list(_blocks(spoken)), "stop_reason": _STOPS.get(spoken.finish, spoken.finish)}
    return {**_message(body, usage), **said, "usage": {**usage, "output_tokens": spoken.completion_tokens}}


def _events(spoken: Spoken, body: Mapping[str, Any], usage: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    yield {"type": "message_start", "message": _message(body, usage)}
    yield {"type": "ping"}
    for index, block in enumerate(_blocks(spoken)):
        begun: dict[str, Any] = {"thinking": "", "signature": ""} if block["type"] == "thinking" else {"text": ""}
        begun = {**block, "input": {}} if block["type"] == "tool_use" else {"type": block["type"], **begun}
        yield {"type": "content_block_start", "index": index, "content_block": begun}
        for delta in _deltas(block, spoken):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    stop = {"stop_reason": _STOPS.get(spoken.finish, spoken.finish), "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": {"output_tokens": spoken.completion_tokens}}
    yield {"type": "message_stop"}


def _deltas(block: Mapping[str, Any], spoken: Spoken) -> Iterator[dict[str, Any]]:
    match block["type"]:
        case "thinking":
            yield from ({"type": "thinking_delta", "thinking": token} for token in spoken.thought)
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "text":
            yield from ({"type": "text_delta", "text": token} for token in spoken.text)
        case "tool_use":
            arguments = orjson.dumps(block["input"]).decode()
            half = len(arguments) // 2
            for piece in ("", arguments[:half], arguments[half:]):
                yield {"type": "input_json_delta", "partial_json": piece}


def streamed(events: list[dict[str, Any]], **rest: Any) -> Answer:
    """Typed events, each with its name before it."""
    chunks = [b"event: " + event["type"].encode() + b"\ndata: " + orjson.dumps(event) + b"\n\n" for event in events]
    return Answer(chunks, headers={"request-id": REQUEST_ID}, **rest)


def _streamed(events: list[dict[str, Any]], told: Directives) -> Answer:
    then: Ending = "close"
    for ending in ("cut", "reset", "hang"):
        after = getattr(told, ending)
        if after >= 0:
            events, then = events[:after], ending
    return streamed(events, delay=told.delay, pause=told.pause, rate=told.rate, drip=told.drip, then=then)
