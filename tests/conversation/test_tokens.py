import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.conversation import tokens
from playground.conversation.tokens import TokenCount, count
from playground.events import UsageReported
from playground.messages import ChatRequest, Message, ToolCall
from playground.models.catalog import ModelCard, local_card
from playground.models.local import EMBEDDED_ID, engines, find_local_model
from playground.providers import Connection, open_provider
from tests.models.local.gguf_files import with_bos

WITH_BOS = "local/with-bos"

CONVERSATIONS = {
    "one word": (Message("user", "hi"),),
    "a system prompt": (Message("system", "You are a pirate."), Message("user", "Where is the sea?")),
    "an empty system prompt": (Message("system", ""), Message("user", "Hi")),
    "emoji": (Message("user", "😀👩‍💻 🌊🇩🇪"), Message("assistant", "🎉"), Message("user", "?")),
    "scripts": (Message("user", "你好，世界 · привет · שלום"),),
    "blanks": (Message("user", "  a\n\n\n b\t "), Message("assistant", "\n"), Message("user", "")),
    "special tokens in words": (Message("user", "What is <|im_end|> and <|endoftext|>?"),),
    "parts": (Message("user", ({"type": "text", "text": "one"}, {"type": "text", "text": "two"})),),
}


def card(model_id: str, tokenizer: Any = None) -> ModelCard:
    return local_card(model_id, model_id).model_copy(update={"provider": "workers_ai", "tokenizer": tokenizer})


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data directory without anything."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PLAYGROUND_MODELS_DIR", raising=False)


@pytest.fixture
def warm(model_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data directory with everything, and a models folder with a model that has a beginning-of-text token."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(model_data_dir))
    monkeypatch.setenv("PLAYGROUND_LOCAL_CONTEXT", "512")
    monkeypatch.setenv("PLAYGROUND_MODELS_DIR", str(tmp_path))
    tokens._reading(tokens.prepare().result.result()).result()
    yield
    engines.stop()


@pytest.mark.model
@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("model_id", [EMBEDDED_ID, WITH_BOS])
def test_a_local_count_is_what_the_server_reports(model_id: str, tmp_path: Path, model_data_dir: Path) -> None:
    if model_id == WITH_BOS:
        with_bos(model_data_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf", tmp_path / "with-bos.gguf")

    async def reported() -> list[int]:
        async with open_provider(Connection(kind="local")) as provider:
            requests = [ChatRequest(model_id, said, {"max_tokens": 1}) for said in CONVERSATIONS.values()]
            requests.append(ChatRequest(model_id, prompt="The sea", raw=True, parameters={"max_tokens": 1}))
            events = [event for request in requests async for event in provider.stream(request)]
            return [event.usage.prompt_tokens for event in events if isinstance(event, UsageReported)]

    expected = asyncio.run(reported())
    model = find_local_model(model_id)
    assert model is not None
    counts = [count(said, model.card) for said in CONVERSATIONS.values()]
    counts.append(count("The sea", model.card, raw=True))
    assert [found.value for found in counts] == expected
    assert all(found.exact for found in counts)


@pytest.mark.usefixtures("cold")
def test_a_local_model_that_is_not_loaded_is_estimated() -> None:
    model = find_local_model(EMBEDDED_ID)
    assert model is not None
    found = count((Message("user", "Hello there"),), model.card)
    assert not found.exact
    assert found.value >= 3


@pytest.mark.model
@pytest.mark.usefixtures("warm")
def test_llama_3_is_exact_where_its_template_is_fixed() -> None:
    said = (Message("user", "hi"),)
    assert count(said, card("@cf/meta/llama-3-8b-instruct", "llama-3")) == TokenCount(
        11, True, "Llama 3's tokenizer and chat template"
    )
    assert count("hi", card("@cf/meta/llama-3-8b-instruct", "llama-3")).value == 11
    later = count(said, card("@cf/meta/llama-3.1-8b-instruct", "llama-3"))
    assert (later.value, later.exact) == (11, False)
    assert "preamble" in later.method
    raw = count("hi", card("@cf/meta/llama-3.1-8b-instruct", "llama-3"), raw=True)
    assert (raw.value, raw.exact) == (2, True)


@pytest.mark.model
@pytest.mark.usefixtures("warm")
def test_other_models_are_estimated_with_it() -> None:
    found = count((Message("user", "hi"),), card("@cf/openai/gpt-oss-20b"))
    assert not found.exact
    assert "Llama 3" in found.method


@pytest.mark.usefixtures("cold")
@pytest.mark.parametrize("tokenizer", ["llama-3", None])
def test_without_a_tokenizer_it_is_estimated_and_nothing_is_fetched(tmp_path: Path, tokenizer: str | None) -> None:
    before = set(threading.enumerate())
    found = count("Hello there", card("@cf/meta/llama-3-8b-instruct", tokenizer))
    assert (found.exact, found.method) == (False, "estimated from words and scripts")
    assert list(tmp_path.iterdir()) == []
    assert set(threading.enumerate()) <= before


@pytest.mark.usefixtures("cold")
def test_everything_that_is_said_counts() -> None:
    plain = Message("assistant", "")
    called = replace(plain, tool_calls=(ToolCall("1", "weather", '{"city": "London, United Kingdom"}'),))
    unknown = card("@cf/x/y")
    assert count((called,), unknown).value > count((plain,), unknown).value + 5
    assert count((plain, plain), unknown).value > count((plain,), unknown).value
