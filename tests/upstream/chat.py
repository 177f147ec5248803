"""Answers to chat requests, as the directives in them say."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playground.errors import ProviderError
from tests.upstream import dialects, embedded
from tests.upstream.answer import Answer, Ending
from tests.upstream.directives import Directives, directives
from tests.upstream.errors import REQUEST_ID, error
from tests.upstream.writing import Spoken, called_tool, json_text, last_user_text, prompt_of, words

_OPENAI_SHAPED = ("gemma-4", "glm-", "kimi-", "qwen3", "gpt-oss", "deepseek-v4", "nemotron")


class Chat:
    """Answers by dialect; remembers how often a request with `times` in it has failed."""

    def __init__(self, default: Directives) -> None:
        self.default = default
        self._failed: Counter[str] = Counter()

    async def native(self, model: str, body: Mapping[str, Any]) -> Answer:
        """For `/ai/run/{model}`."""
        told = directives(model, last_user_text(body), self.default)
        streamed = bool(body.get("stream"))
        json_mode = json_text(body) is not None
        shape = told.shape or ("openai" if any(part in model for part in _OPENAI_SHAPED) else "classic")
        if failure := self._failure(told, model, body, told.body):
            return failure
        if streamed and json_mode and shape == "classic":
            return error(5023)
        try:
            spoken = await _spoken(body, told)
        except ProviderError as refusal:
            return _refused(refusal, told.body)
        if streamed and told.empty:
            return Answer.json(dialects.enveloped({"response": ""}), delay=told.delay)
        if not streamed:
            result = (
                dialects.classic_whole(spoken, json_mode=json_mode)
                if shape == "classic"
                else dialects.openai_whole(spoken, model, cloudflare=True)
            )
            return Answer.json(dialects.enveloped(result), delay=told.delay, headers=_ids())
        if shape == "classic":
            return _streamed(dialects.classic_frames(spoken, told), told)
        return _streamed(dialects.openai_frames(spoken, told, model, cloudflare=True), told)

    async def openai(self, body: Mapping[str, Any], *, cloudflare: bool) -> Answer:
        """For `/chat/completions`, Cloudflare's or anybody's."""
        model = str(body.get("model", ""))
        told = directives(model, last_user_text(body), self.default)
        if failure := self._failure(told, model, body, told.body or ("rest" if cloudflare else "openai")):
            return failure
        try:
            spoken = await _spoken(body, told)
        except ProviderError as refusal:
            return _refused(refusal, told.body or ("rest" if cloudflare else "openai"))
        if not body.get("stream"):
            whole = dialects.openai_whole(spoken, model, cloudflare=cloudflare)
            return Answer.json(whole, delay=told.delay, headers=_ids() if cloudflare else {})
        frames = dialects.openai_frames(spoken, told, model, cloudflare=cloudflare)
        asked = (body.get("stream_options") or {}).get("include_usage")
        if asked and not cloudflare and told.usage not in ("none", "cumulative"):
            frames.append(dialects.usage_frame(spoken, model))
        return _streamed(frames, told)

    def _failure(self, told: Directives, model: str, body: Mapping[str, Any], shape: str) -> Answer | None:
        if not told.fail:
            return None
        asked = f"{model}\n{prompt_of(body)}"
        self._failed[asked] += 1
        if told.times and self._failed[asked] > told.times:
            return None
        return replace(error(told.fail, shape, told.retry_after), delay=told.delay)


async def _spoken(body: Mapping[str, Any], told: Directives) -> Spoken:
    """By the embedded model where that is wanted, is there and is able; else by `speak`. Raises ProviderError."""
    asks_for_text = not told.tool and json_text(body) is None
    if told.model != "embedded" or not asks_for_text or not embedded.is_here():
        return speak(body, told)
    return await embedded.spoken(body, _cap(body) or told.tokens)


def _refused(refusal: ProviderError, shape: str) -> Answer:
    return error(5021 if refusal.kind == "context_overflow" else 4007, shape, message=f"AiError: {refusal.message}")


def _cap(body: Mapping[str, Any]) -> int | None:
    cap = body.get("max_tokens") or body.get("max_completion_tokens")
    return cap if isinstance(cap, int) else None


def speak(body: Mapping[str, Any], told: Directives) -> Spoken:
    """What the model says to this request."""
    asked = prompt_of(body)
    prompt_tokens = max(1, len(asked.split()))
    if told.tool and (call := called_tool(body, told.tool)):
        return Spoken((), (), call, told.finish or "tool_calls", prompt_tokens)
    if (text := json_text(body)) is not None:
        return Spoken((), (text,), None, told.finish or "stop", prompt_tokens)
    thought = words("thought " + asked, told.think)
    tokens = [" " + word for word in last_user_text(body).split()] if told.echo else words(asked, told.tokens)
    cap, finish = _cap(body), told.finish or "stop"
    if cap is not None and cap < len(thought) + len(tokens):
        thought, tokens, finish = thought[:cap], tokens[: max(0, cap - len(thought))], told.finish or "length"
    return Spoken(thought, tokens, None, finish, prompt_tokens)


def _streamed(frames: list[Any], told: Directives) -> Answer:
    chunks = [*frames, "[DONE]"] if told.done else frames
    then: Ending = "close"
    for ending in ("cut", "reset", "hang"):
        after = getattr(told, ending)
        if after >= 0:
            chunks, then = chunks[:after], ending
    answer = Answer(
        chunks, headers=_ids(), delay=told.delay, pause=told.pause, rate=told.rate, drip=told.drip, then=then
    )
    return replace(answer, chunks=answer.pieces(), content_type=told.type) if told.type else answer


def _ids() -> dict[str, str]:
    return {"cf-ai-req-id": REQUEST_ID, "cf-ray": "8a1b2c3d4e5f6789-AMS"}
