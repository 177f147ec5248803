import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.conversation.formats import EXAMPLE_TOOLS
from playground.presets import Preset, PresetError, file_name, literal_prompt, pack, read_preset, unpack, write_preset

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
names = st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=40)


@st.composite
def presets(draw: st.DrawFn) -> Preset:
    asked = draw(st.lists(st.text(alphabet="abcdé", min_size=1), unique=True, max_size=3))
    prompt = "".join(f"{literal_prompt(draw(texts))} {{{{{name}}}}} " for name in asked)
    form = draw(st.sampled_from(["messages", "prompt"]))
    return Preset.read(
        {
            "name": draw(names),
            "description": draw(texts),
            "model": draw(texts),
            "system_prompt": draw(texts),
            "parameters": draw(st.dictionaries(texts, values, max_size=4)),
            "tools": draw(st.sampled_from([[], list(EXAMPLE_TOOLS)])),
            "response_format": draw(st.sampled_from([None, {"type": "json_object"}])),
            "form": form,
            "raw": form == "prompt" and draw(st.booleans()),
            "reject_if_busy": draw(st.booleans()),
            "prompt": prompt,
            "variables": {name: draw(texts) for name in asked},
        }
    )


@given(presets())
def test_a_file_holds_the_preset_and_nothing_else(preset: Preset) -> None:
    text = write_preset(preset)
    assert read_preset(text.encode()) == preset
    assert write_preset(read_preset(text.encode())) == text
    assert list(json.loads(text)) == [name for name in Preset.model_fields if name in json.loads(text)]


@given(st.lists(presets(), max_size=4))
def test_a_zip_holds_all_in_order_also_under_one_name(several: list[Preset]) -> None:
    packed = pack(several)
    assert packed == pack(several)
    found = unpack([("presets.zip", packed)])
    assert list(found.presets) == several
    assert len(found.problems) == (0 if several else 1)


def test_the_file_of_a_small_preset_is_small_and_read_line_by_line() -> None:
    preset = Preset(name="Two lines, é", system_prompt="One\nTwo", parameters={"top_p": 1, "seed": 7}, prompt="{{a}}\n")
    assert write_preset(preset) == (
        '{\n  "name": "Two lines, é",\n  "system_prompt": [\n    "One",\n    "Two"\n  ],\n'
        '  "parameters": {\n    "seed": 7,\n    "top_p": 1\n  },\n  "prompt": [\n    "{{a}}",\n    ""\n  ]\n}\n'
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"[[[[" * 50_000, "nested too deeply"),
        (b'{"name": "x", "name": "y"}', "'name' is there twice"),
        (b'{"name": "x", "parameters": {"a": NaN}}', "NaN is no number of JSON"),
        (b'{"name": "x", "parameters": {"a": 1e999}}', "numbers must be finite"),
        (b'{"name": "x", "parameters": {"a": ' + b"9" * 5_000 + b"}}", "not JSON"),
        (b'{"name": "x", "id": "7"}', "a preset has no 'id'"),
        (b" " * 8_000_001, "too large"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(data: bytes, said: str) -> None:
    with pytest.raises(PresetError) as raised:
        read_preset(data)
    assert said in raised.value.message


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert read_preset('{"name": "x"}'.encode("utf-8-sig")) == Preset(name="x")


def test_names_of_files() -> None:
    assert file_name(Preset(name="Three  sentences: é/ü!")) == "three-sentences-é-ü.json"
    assert file_name(Preset(name="../..")) == "preset.json"
    assert file_name(Preset(name="A"), ["A.json", "a-2.json"]) == "a-3.json"
    assert len(file_name(Preset(name="x" * 120))) == 65


def zipped(**entries: Any) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return held.getvalue()


def test_one_bad_file_spoils_no_other() -> None:
    archive = zipped(
        **{"a/good.json": '{"name": "good"}', "a/bad.json": "{", "README.md": "#", "__MACOSX/._x.json": "?"}
    )
    found = unpack([("one.json", b'{"name": "one"}'), ("all.zip", archive), ("text.txt", b"hello")])
    assert [preset.name for preset in found.presets] == ["one", "good"]
    assert [problem.split(":")[0] for problem in found.problems] == ["a/bad.json", "text.txt"]


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        (b"PK\x03\x04nonsense", "this zip cannot be read"),
        (zipped(**{"a.txt": "x"}), "holds no .json file"),
        (zipped(**{f"{number}.json": "{}" for number in range(2_001)}), "2,001 files; at most 2,000"),
        (zipped(**{f"{number}.json": " " * 8_000_000 for number in range(7)}), "larger than 50 MB when unpacked"),
        (zipped(**{"a.json": '{"name": "x"}'})[:-30], "this zip cannot be read"),
        (zipped(**{"a.json": '{"name": "x"}'}).replace(b"\xabV\xcaK", b"\xabV\xcaL"), "this zip cannot be read"),
    ],
    ids=["no zip", "no json", "too many", "too large", "cut", "damaged"],
)
def test_a_bad_zip_is_refused_with_the_reason(archive: bytes, said: str) -> None:
    found = unpack([("x.zip", archive)])
    assert found.presets == ()
    assert len(found.problems) == 1
    assert said in found.problems[0]


def test_the_file_in_the_documentation_is_as_the_app_writes_it() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "using" / "presets.md").read_text("utf-8")
    (shown,) = [
        block for block in re.findall(r"```json\n(.*?)```", documented, re.DOTALL) if '"name": "Translate"' in block
    ]
    assert write_preset(read_preset(shown.encode())) == shown
