import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.models.local import gguf
from playground.models.local.gguf import Gguf, GgufError, read_gguf
from tests.models.local.gguf_files import MODEL, Value, head, text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


def test_reads_what_a_model_says_of_itself(path: Path) -> None:
    path.write_bytes(head(MODEL))
    assert read_gguf(path) == Gguf(
        architecture="llama",
        name="Tiny",
        author=None,
        license="mit",
        license_url=None,
        context_length=4096,
        kv_bytes_per_token=2 * 2 * 2 * (16 + 16),
        answers=True,
    )


@pytest.mark.model
def test_reads_the_embedded_model(model_data_dir: Path) -> None:
    facts = read_gguf(model_data_dir / "models/SmolLM2-135M-Instruct.Q4_1.gguf")
    assert (facts.license, facts.context_length, facts.kv_bytes_per_token) == ("apache-2.0", 8192, 23_040)


def test_reads_a_changed_file_anew(path: Path) -> None:
    path.write_bytes(head(MODEL))
    assert read_gguf(path).name == "Tiny"
    path.write_bytes(head({**MODEL, "general.name": "Another"}))
    assert read_gguf(path).name == "Another"


def test_heads_may_differ_from_layer_to_layer(path: Path) -> None:
    path.write_bytes(head({**MODEL, "llama.attention.head_count_kv": [1, 2]}))
    assert read_gguf(path).kv_bytes_per_token == 2 * 2 * 2 * (16 + 16)


@pytest.mark.parametrize(
    "values",
    [{"general.type": "adapter"}, {"general.architecture": "clip"}, {"llama.pooling_type": 1}],
    ids=["adapter", "image encoder", "embeddings"],
)
def test_knows_what_cannot_answer(path: Path, values: dict[str, Value]) -> None:
    path.write_bytes(head({**MODEL, **values}))
    assert not read_gguf(path).answers


def test_absurd_numbers_are_unknown(path: Path) -> None:
    path.write_bytes(head({**MODEL, "llama.context_length": 2**32 - 1, "llama.attention.head_count": 0}))
    facts = read_gguf(path)
    assert facts.context_length is None
    assert facts.kv_bytes_per_token is None


def test_text_is_cut_to_a_printable_line(path: Path) -> None:
    path.write_bytes(head({**MODEL, "general.name": "a\n\x1b[31m\u202eb" + "c" * 1000}))
    name = read_gguf(path).name
    assert name is not None
    assert name.isprintable()
    assert len(name) == 200


ENTRY = b"GGUF" + struct.pack("<IQQ", 3, 0, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "ends in the middle"),
        (b"not a model at all", "not a .gguf file"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version 1 is not supported"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**63), "damaged"),
        (ENTRY + struct.pack("<Q", 2**62), "damaged"),
        (ENTRY + text("k") + struct.pack("<I", 99), "damaged"),
        (ENTRY + text("k") + struct.pack("<IQ", 8, 2**62), "ends in the middle"),
        (ENTRY + text("k") + struct.pack("<IIQ", 9, 8, 2**62), "damaged"),
        (ENTRY + text("k") + struct.pack("<IIQ", 9, 4, 2**62), "ends in the middle"),
        (ENTRY + text("k") + struct.pack("<IIQ", 9, 9, 1), "damaged"),
        (head({"general.name": "nameless"}), "what kind of model"),
        (head(MODEL)[:-1], "ends in the middle"),
    ],
)
def test_says_what_is_wrong(path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)
    with pytest.raises(GgufError, match=said):
        read_gguf(path)


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(GgufError, match="cannot be read"):
        read_gguf(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.integers(0, len(head(MODEL)) - 1), st.binary(min_size=1, max_size=12))
def test_no_damage_does_more_than_raise(path: Path, at: int, damage: bytes) -> None:
    content = head(MODEL)
    path.write_bytes(content[:at] + damage + content[at + len(damage) :])
    try:
        facts = read_gguf(path)
    except GgufError:
        return
    assert facts.architecture


def hostile(entries: list[bytes]) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries)


@pytest.mark.parametrize(
    "content",
    [
        hostile([text("k" * 60_000 + str(number)) + struct.pack("<II", 4, 1) for number in range(400)]),
        hostile([text(str(n)) + struct.pack("<IIQ", 9, 8, 500_000) + bytes(8 * 500_000) for n in range(6)]),
        hostile([text(str(n)) + struct.pack("<I", 8) + text("v" * 4_000) for n in range(5_000)]),
        hostile([text(str(n)) + struct.pack("<IIQ", 9, 10, 4_000) + bytes(8 * 4_000) for n in range(700)]),
    ],
    ids=["long keys", "many strings", "much text", "many numbers"],
)
def test_a_head_without_end_is_given_up(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(GgufError, match="larger than any"):
        read_gguf(path)


def test_a_file_that_cannot_be_used_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"not a model at all")
    for _ in range(2):
        with pytest.raises(GgufError, match=r"not a \.gguf file"):
            read_gguf(path)
        monkeypatch.setattr(gguf, "_Head", None)
