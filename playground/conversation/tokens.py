"""Counts the tokens of a conversation with the model's own tokenizer where there is one, else estimates them."""

import json
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import httpx

from playground.connections.settings import SettingError
from playground.conversation.estimation import estimate
from playground.conversation.llama3 import Tokenizer
from playground.messages import Message
from playground.models.catalog.card import ModelCard
from playground.models.local import Engine, assets, engines, find_local_model
from playground.models.local.assets import Fetch
from playground.text.sized_cache import cached_within

__all__ = ["TokenCount", "count", "estimate", "prepare"]

_TOKENS_PER_MESSAGE, _TOKENS_PER_CONVERSATION = 5, 4
_FIXED_TEMPLATE = ("llama-3-8b", "llama-3-70b")
"""Templates of later Llamas have a preamble with dates that the server chooses."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TokenCount:
    """A number of tokens; `exact` where the server will count the same; `method` is how it was counted, in words."""

    value: int
    exact: bool
    method: str


def count(prompt: Sequence[Message] | str, card: ModelCard, *, raw: bool = False) -> TokenCount:
    """The tokens that a conversation, or a prompt, takes on a model, chat template included.

    `raw` is for prompts that are sent without the template. No model is loaded and nothing fetched: where the
    tokenizer is not there, or not yet (see `prepare`), the number is an estimate.
    """
    messages = (Message("user", prompt),) if isinstance(prompt, str) else tuple(prompt)
    raw_prompt = prompt if isinstance(prompt, str) and raw else None
    pictures = any(part.get("type") != "text" for m in messages if not isinstance(m.content, str) for part in m.content)
    if card.tokenizer == "llama.cpp":
        counted = _counted_by_engine(messages, raw_prompt, card.id)
        return counted or _estimated(messages, raw_prompt, None)
    llama = _llama3()
    if card.tokenizer == "llama-3" and llama is not None:
        if raw_prompt is not None:
            return TokenCount(llama.count_raw(raw_prompt), True, "Llama 3's tokenizer")
        value = llama.count_messages(messages) + _call_tokens(messages, llama.count)
        if any(name in card.id for name in _FIXED_TEMPLATE) and not pictures and not _uses_tools(messages):
            return TokenCount(value, True, "Llama 3's tokenizer and chat template")
        return TokenCount(value, False, "Llama 3's tokenizer; the server's preamble is not known")
    return _estimated(messages, raw_prompt, llama)


def _estimated(messages: Sequence[Message], raw_prompt: str | None, llama: Tokenizer | None) -> TokenCount:
    tokens = estimate if llama is None else llama.count
    method = "estimated from words and scripts" if llama is None else "estimated with Llama 3's tokenizer"
    if raw_prompt is not None:
        return TokenCount(tokens(raw_prompt), False, method)
    total = _TOKENS_PER_CONVERSATION
    for message in messages:
        total += _TOKENS_PER_MESSAGE + tokens(message.text)
    return TokenCount(total + _call_tokens(messages, tokens), False, method)


def _call_tokens(messages: Sequence[Message], tokens: Callable[[str], int]) -> int:
    """About how many tokens the tool calls take."""
    calls = [call for message in messages for call in message.tool_calls]
    return sum(tokens(call.name) + tokens(call.arguments) + _TOKENS_PER_MESSAGE for call in calls)


def _uses_tools(messages: Sequence[Message]) -> bool:
    return any(message.tool_calls or message.role == "tool" for message in messages)


def _counted_by_engine(messages: Sequence[Message], raw_prompt: str | None, model_id: str) -> TokenCount | None:
    try:
        model = find_local_model(model_id)
    except SettingError:
        return None
    engine = None if model is None else engines.running(model.path)
    if engine is None:
        return None
    turns = [_turn(message) for message in messages]
    payload = raw_prompt if raw_prompt is not None else json.dumps(turns)
    try:
        value = _ask_engine(engine, payload, raw_prompt is None)
    except (httpx.HTTPError, RuntimeError, ValueError, KeyError):
        return None
    return TokenCount(value, True, "llama.cpp's tokenizer and the model's chat template")


def _turn(message: Message) -> dict[str, object]:
    content = message.content if isinstance(message.content, str) else [dict(part) for part in message.content]
    turn: dict[str, object] = {"role": message.role, "content": content}
    if message.tool_calls:
        turn["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments or "{}"}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        turn["tool_call_id"] = message.tool_call_id
    return turn


@cached_within(32_000_000)
def _ask_engine(engine: Engine, payload: str, templated: bool) -> int:
    """https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md, /apply-template and /tokenize."""
    text = payload
    if templated:
        answer = engine.http.post("/apply-template", json={"messages": json.loads(payload)})
        text = answer.raise_for_status().json()["prompt"]
    body = {"content": text, "add_special": True, "parse_special": True}
    return len(engine.http.post("/tokenize", json=body).raise_for_status().json()["tokens"])


def prepare() -> Fetch:
    """Fetch Llama 3's tokenizer in the background where it is missing; counts use it once it is there."""
    fetch = assets.fetch(assets.LLAMA_3_TOKENIZER)
    fetch.result.add_done_callback(lambda _: _llama3())
    return fetch


def _llama3() -> Tokenizer | None:
    try:
        path = assets.verified(assets.LLAMA_3_TOKENIZER)
    except SettingError:
        return None
    reading = None if path is None else _reading(path)
    return reading.result() if reading is not None and reading.done() and not reading.exception() else None


@lru_cache(maxsize=2)
def _reading(path: Path) -> Future[Tokenizer]:
    """The tokenizer in a file, read on a thread, because it takes a fifth of a second."""
    reading: Future[Tokenizer] = Future()

    def read() -> None:
        try:
            reading.set_result(Tokenizer(path))
        except Exception as error:
            log.warning("%s cannot be read: %s", path, error)
            reading.set_exception(error)

    threading.Thread(target=read, name="tokenizer", daemon=True).start()
    return reading
