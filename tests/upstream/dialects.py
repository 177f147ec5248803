"""One answer in each wire shape: classic Workers AI, OpenAI's, streamed or whole.

Recorded streams of the service carry usage as increments in every chunk, then the total in a last native frame, also
where all other frames are OpenAI-shaped; `p` is padding.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from tests.upstream.directives import Directives
from tests.upstream.writing import Spoken

CREATED = 1_791_402_397
CHAT_ID = "chatcmpl-4bb245b6"
CALL_ID = "call00001"
NEURONS_PER_INPUT = 26668 / 1e6
NEURONS_PER_OUTPUT = 204805 / 1e6


def usage(prompt: int, completion: int, *, neurons: bool) -> dict[str, Any]:
    """A usage object; neurons by the price of llama-3.3-70b-instruct-fp8-fast."""
    counted: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0},
    }
    if neurons:
        counted["neurons"] = prompt * NEURONS_PER_INPUT + completion * NEURONS_PER_OUTPUT
    return counted


def classic_frames(spoken: Spoken, told: Directives) -> list[Any]:
    """`{"response": …, "p": …}` for each token, then the total."""
    frames: list[Any] = []
    for number, token in enumerate((*spoken.thought, *spoken.text)):
        frame: dict[str, Any] = {"response": token, "p": "abdefghij"[: number % 9]}
        if told.usage == "increments":
            frame["usage"] = usage(spoken.prompt_tokens if number == 0 else 0, 1, neurons=True)
        frames.append(frame)
    if spoken.call:
        frames.append({"tool_calls": [_call(spoken.call)], "p": "abc"})
        frames.append({"finish_reason": "tool_calls"})
    if told.usage != "none":
        frames.append({"response": "", "usage": _total(spoken, neurons=True)})
    return frames


def openai_frames(spoken: Spoken, told: Directives, model: str, *, cloudflare: bool) -> list[Any]:
    """OpenAI's chunks; from Cloudflare with padding, increments, and the total in a native frame."""

    def chunk(delta: dict[str, Any], completion: int, finish: str | None = None, first: bool = False) -> dict[str, Any]:
        frame: dict[str, Any] = {
            "id": CHAT_ID,
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": model,
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        }
        if cloudflare:
            frame["p"] = "pf8tbfo2"
        if told.usage == "increments" and cloudflare:
            frame["usage"] = usage(spoken.prompt_tokens if first else 0, completion, neurons=True)
        return frame

    frames = [chunk({"role": "assistant", "content": ""}, 0, first=True)]
    frames += [chunk({"reasoning_content": token}, 1) for token in spoken.thought]
    frames += [chunk({"content": token}, 1) for token in spoken.text]
    if spoken.call:
        frames += [chunk({"tool_calls": [piece]}, 0) for piece in _call_pieces(spoken.call)]
    frames.append(chunk({}, 0, spoken.finish))
    if told.usage == "cumulative":
        for number, frame in enumerate(frames):
            frame["usage"] = usage(spoken.prompt_tokens, min(number, spoken.completion_tokens), neurons=False)
    elif told.usage != "none" and cloudflare:
        frames.append({"response": "", "usage": _total(spoken, neurons=True)})
    return frames


def usage_frame(spoken: Spoken, model: str) -> dict[str, Any]:
    """The last chunk of an OpenAI-compatible server that was asked for usage."""
    return {
        "id": CHAT_ID,
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": model,
        "choices": [],
        "usage": _total(spoken, neurons=False),
    }


def classic_whole(spoken: Spoken, *, json_mode: bool) -> dict[str, Any]:
    """The `result` of a classic model; in JSON mode `response` is an object."""
    text = "".join((*spoken.thought, *spoken.text))
    result: dict[str, Any] = {"response": orjson.loads(text) if json_mode else text}
    if spoken.call:
        name, arguments = spoken.call
        result = {"response": None, "tool_calls": [{"name": name, "arguments": orjson.loads(arguments)}]}
    return {**result, "usage": _total(spoken, neurons=True)}


def openai_whole(spoken: Spoken, model: str, *, cloudflare: bool) -> dict[str, Any]:
    """OpenAI's `chat.completion`."""
    message: dict[str, Any] = {"role": "assistant", "content": "".join(spoken.text) or None, "refusal": None}
    if spoken.thought:
        message["reasoning_content"] = "".join(spoken.thought)
    if spoken.call:
        message["tool_calls"] = [_call(spoken.call)]
    return {
        "id": CHAT_ID,
        "object": "chat.completion",
        "created": CREATED,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": spoken.finish, "logprobs": None}],
        "usage": _total(spoken, neurons=cloudflare),
    }


def enveloped(result: Any) -> dict[str, Any]:
    """Cloudflare's REST envelope around a result."""
    return {"result": result, "success": True, "errors": [], "messages": []}


def _total(spoken: Spoken, *, neurons: bool) -> dict[str, Any]:
    return usage(spoken.prompt_tokens, spoken.completion_tokens, neurons=neurons)


def _call(call: tuple[str, str]) -> dict[str, Any]:
    return {"id": CALL_ID, "type": "function", "index": 0, "function": {"name": call[0], "arguments": call[1]}}


def _call_pieces(call: tuple[str, str]) -> Iterator[dict[str, Any]]:
    name, arguments = call
    yield {"index": 0, "id": CALL_ID, "type": "function", "function": {"name": name, "arguments": ""}}
    half = len(arguments) // 2
    for piece in (arguments[:half], arguments[half:]):
        yield {"index": 0, "function": {"arguments": piece}}
