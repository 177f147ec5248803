from pathlib import Path

import pytest

from playground.models.local import EMBEDDED_ID, find_local_model, list_local_models
from tests.models.local.gguf_files import MODEL, head


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PLAYGROUND_MODELS_DIR, and a data directory without weights."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("PLAYGROUND_MODELS_DIR", str(folder))
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PLAYGROUND_LOCAL_CONTEXT", raising=False)
    monkeypatch.delenv("PLAYGROUND_LOCAL_SLOTS", raising=False)
    return folder


def ids() -> list[str]:
    return [model.id for model in list_local_models()]


def test_the_embedded_model_is_listed_before_it_is_fetched() -> None:
    [model] = list_local_models()
    assert model.id == model.card.id == EMBEDDED_ID == "local/smollm2-135m-instruct"
    assert model.embedded
    assert not model.path.exists()
    assert model.card.license == "Apache-2.0"
    assert model.card.context_window == model.context
    assert model.card.price is not None
    assert model.card.price.free
    assert model.card.price.input + model.card.price.output == 0
    assert model.card.tokenizer == "llama.cpp"


def test_every_file_of_the_folder_is_a_model(folder: Path) -> None:
    (folder / "Tiny 1B.gguf").write_bytes(head(MODEL))
    (folder / "readme.txt").write_text("no model")
    assert ids() == [EMBEDDED_ID, "local/Tiny 1B"]
    model = find_local_model("local/Tiny 1B")
    assert model is not None
    assert (model.card.name, model.card.license, model.card.context_window) == ("Tiny", "mit", 4096)
    assert (model.plan.path, model.plan.context, model.plan.slots) == (folder / "Tiny 1B.gguf", 4096, 4)


def test_the_card_tells_the_context_that_a_conversation_really_has(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "tiny.gguf").write_bytes(head(MODEL))
    monkeypatch.setenv("PLAYGROUND_LOCAL_CONTEXT", "1024")
    assert [model.card.context_window for model in list_local_models()] == [1024, 1024]


def test_a_broken_file_is_listed_with_its_problem(folder: Path) -> None:
    (folder / "broken.gguf").write_bytes(b"GARBAGE")
    model = find_local_model("local/broken")
    assert model is not None
    assert model.problem == "it is not a .gguf file"


def test_what_cannot_answer_and_later_parts_are_left_out(folder: Path) -> None:
    (folder / "big-00001-of-00002.gguf").write_bytes(head(MODEL))
    (folder / "big-00002-of-00002.gguf").write_bytes(head(MODEL))
    (folder / "mmproj.gguf").write_bytes(head({**MODEL, "general.architecture": "clip"}))
    (folder / "folder.gguf").mkdir()
    assert ids() == [EMBEDDED_ID, "local/big-00001-of-00002"]


def test_no_file_takes_the_embedded_models_id(folder: Path) -> None:
    (folder / "smollm2-135m-instruct.gguf").write_bytes(head(MODEL))
    assert ids() == [EMBEDDED_ID, "local/smollm2-135m-instruct.gguf"]


def test_a_folder_that_is_missing_costs_only_its_models(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS_DIR", str(folder / "missing"))
    monkeypatch.setenv("PLAYGROUND_LOCAL_SLOTS", "nonsense")
    assert ids() == [EMBEDDED_ID]
