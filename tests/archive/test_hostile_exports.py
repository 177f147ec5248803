"""Exports that somebody else wrote: what is wrong is said with the file and the line, and nothing is half taken in."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from playground.archive import reading
from playground.archive.errors import DataFileError
from playground.archive.reading import read_export
from playground.archive.writing import write_export
from playground.connections.key_file import KeyFile
from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import Store, Stores, open_stores
from playground.store.transfer.tables import STAGING, TRANSFERRED
from playground.system.places import ROOT
from playground.text.cleaning import clean
from tests.databases import new_database
from tests.store.chats import listed_chats
from tests.store.test_owners import ANNA, fill, tables

Lines = dict[str, list[Any]]


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def export(stores: Stores, tmp_path: Path) -> Lines:
    """An export of one owner, line by line as JSON, taken apart."""
    fill(stores.of(ANNA))
    write_export(stores.of(ANNA), tmp_path / "annas.zip")
    with zipfile.ZipFile(tmp_path / "annas.zip") as archive:
        return {
            info.filename: [json.loads(line) for line in archive.read(info).decode().split("\n") if line]
            for info in archive.infolist()
            if info.filename.endswith(".jsonl")
        }


@pytest.fixture(scope="module")
def two_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """What is exported, and where it is imported."""
    folder = tmp_path_factory.mktemp("two")
    with open_stores(new_database(folder / "a")) as one, open_stores(new_database(folder / "b")) as two:
        yield one.of(DEFAULT_OWNER), two.of(DEFAULT_OWNER)


def packed(file: Path, lines: Lines, manifest: dict[str, Any] | None = None, **more: bytes) -> Path:
    """A zip of these lines; a line that is bytes is written as it is."""
    rows = {name.removesuffix(".jsonl"): len(found) for name, found in lines.items()}
    made = {"app_version": "1", "exported_at": "2026-11-29T12:00:00Z", "schema_version": "0011", "rows": rows}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps({"format": "llm-playground-export"} | made | (manifest or {})))
        for name, found in lines.items():
            texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in found]
            archive.writestr(name, b"".join(text + b"\n" for text in texts))
        for name, data in more.items():
            archive.writestr(name, data)
    return file


def change(table: str, **values: Any) -> Callable[[Lines], None]:
    return lambda lines: lines[f"{table}.jsonl"][0].update(values)


def deep() -> bytes:
    return b'{"id":"x","body":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}"


def put(table: str, line: object, at: int = 0) -> Callable[[Lines], None]:
    return lambda lines: lines[f"{table}.jsonl"].insert(at, line)


def repeat(table: str) -> Callable[[Lines], None]:
    return lambda lines: lines[f"{table}.jsonl"].append(dict(lines[f"{table}.jsonl"][0]))


def prefer_first(name: str, value: Any) -> Callable[[Lines], None]:
    return put("preferences", {"name": name, "value": value})


WRONG: dict[str, tuple[Callable[[Lines], None], str]] = {
    "no JSON": (put("presets", b"{", 1), "presets.jsonl, line 2: this is no JSON"),
    "no UTF-8": (put("turns", b'{"id":"\xff"}'), "turns.jsonl, line 1: this is not UTF-8"),
    "no object": (put("turns", [1]), "turns.jsonl, line 1: "),
    "an unknown field": (change("turns", colour="blue"), "turns.jsonl, line 1: colour: "),
    "nested deeply": (put("presets", deep()), "presets.jsonl, line 1: nested too deeply"),
    "a number without end": (put("presets", b'{"body":1e999}'), "presets.jsonl, line 1: 1e999 is too large"),
    "no number": (put("presets", b'{"body":NaN}'), "presets.jsonl, line 1: NaN is too large, or no number"),
    "a number of many digits": (put("presets", b'{"body":1' + b"0" * 9_000 + b"}"), "a number of 9,001 digits"),
    "a preference without a value": (change("preferences", value=None), "preferences.jsonl, line 1: value: "),
    "connections that are no list": (
        prefer_first("connections", {"name": "a"}),
        "preferences.jsonl, line 1: connections are a list of objects",
    ),
    "too many connections": (
        prefer_first("connections", [{"name": f"{number}"} for number in range(101)]),
        "preferences.jsonl, line 1: 101 connections are more than the 100 that there may be",
    ),
    "a state that there is not": (change("replies", state="live"), "replies.jsonl, line 1: state"),
    "a cost without end": (change("replies", cost="1e9999999"), "replies.jsonl, line 1: cost"),
    "a cost below zero": (change("replies", cost="-1"), "replies.jsonl, line 1: cost"),
    "an error that nobody can read": (
        change("batches", error={"kind": "network", "message": "m", "hint": "h", "more": 1}),
        "batches.jsonl, line 1: error",
    ),
    "usage that nobody can read": (
        change("batches", usage={"prompt_tokens": 1, "completion_tokens": 1, "more": 1}),
        "batches.jsonl, line 1: usage",
    ),
    "a price that nobody can read": (
        change("batches", price={"input": "1", "output": "1", "source": "s", "as_of": None}),
        "batches.jsonl, line 1: price",
    ),
    "tokens below zero": (
        change("replies", usage={"prompt_tokens": -1, "completion_tokens": 1}),
        "replies.jsonl, line 1: usage",
    ),
    "a time before time": (change("replies", started_at="0001-01-01T00:00:00+14:00"), "line 1: started_at"),
    "a price that is none": (change("replies", price={"input": "many"}), "replies.jsonl, line 1: price"),
    "a long id": (change("conversations", id="x" * 500), "conversations.jsonl, line 1: id"),
    "one id twice": (repeat("presets"), "presets.jsonl, line 3: "),
    "a turn of no chat": (change("turns", conversation_id="nobodys"), "turns.jsonl, line 1: conversation_id 'nobodys'"),
    "a turn after none": (change("turns", parent_id="nobodys"), "turns.jsonl, line 1: parent_id 'nobodys'"),
    "a request of no reply": (change("requests", reply_id="nobodys"), "requests.jsonl, line 1: reply_id 'nobodys'"),
    "a pane of no comparison": (change("conversations", comparison_id="nobodys"), "comparison_id 'nobodys'"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_said_with_the_file_and_the_line(
    stores: Stores, export: Lines, tmp_path: Path, wrong: str
) -> None:
    spoil, words = WRONG[wrong]
    spoil(export)
    before = tables(stores)
    with pytest.raises(DataFileError) as refused:
        read_export(stores.of(DEFAULT_OWNER), packed(tmp_path / "wrong.zip", export))
    assert words in str(refused.value)
    assert str(refused.value).endswith("Nothing was imported.")
    assert len(str(refused.value)) < 1_000
    assert tables(stores) == before


def test_nothing_of_somebody_else_is_reached_by_naming_it(stores: Stores, export: Lines, tmp_path: Path) -> None:
    """Lines that hang on rows of another owner, which are not in the file."""
    before = tables(stores)
    for table in ("turns", "replies", "requests", "exchanges", "paces"):
        lines = {f"{table}.jsonl": export[f"{table}.jsonl"]}
        with pytest.raises(DataFileError, match="there is no such row"):
            read_export(stores.of(DEFAULT_OWNER), packed(tmp_path / f"{table}.zip", lines))
    assert tables(stores) == before


def test_files_that_are_no_exports(stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, before = stores.of(DEFAULT_OWNER), tables(stores)
    text, other = tmp_path / "text.zip", tmp_path / "other.zip"
    text.write_text("A letter")
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("conversations.json", "[]")
    whole = packed(tmp_path / "whole.zip", {"presets.jsonl": []}).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])
    refusals = {
        text: "damaged",
        other: "no export",
        tmp_path / "half.zip": "damaged",
        tmp_path / "absent.zip": "cannot be read",
        packed(tmp_path / "path.zip", {}, None, **{"../../etc/passwd": b"x"}): "no part of an export",
        packed(tmp_path / "many.zip", {}, None, **{f"{number}": b"" for number in range(200)}): "202 files|201 files",
        packed(tmp_path / "newer.zip", {"dreams.jsonl": []}, {"schema_version": "9999"}): "'9999'.*update it",
        packed(tmp_path / "odd.zip", {}, {"schema_version": "\x1b[2J"}): "schema_version",
        packed(tmp_path / "format.zip", {}, {"format": "another"}): "format",
        packed(tmp_path / "short.zip", {"presets.jsonl": []}, {"rows": {"presets": 3}}): "0 lines, and .* says 3",
        packed(tmp_path / "less.zip", {}, {"rows": {"presets": 3}}): "no presets.jsonl",
    }
    for file, words in refusals.items():
        with pytest.raises(DataFileError, match=words):
            read_export(store, file)
    assert tables(stores) == before
    assert sorted(path.name for path in tmp_path.parent.iterdir() if path.name == "passwd") == []


def test_what_is_far_larger_unpacked_is_not_unpacked(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = packed(tmp_path / "bomb.zip", {"presets.jsonl": [b" " * 3_000_000]})
    with pytest.raises(DataFileError, match=r"presets.jsonl, line 1: "):
        read_export(stores.of(DEFAULT_OWNER), bomb)
    monkeypatch.setattr(reading, "LONGEST_RECORD", 1_000_000)
    with pytest.raises(DataFileError, match=r"presets.jsonl, line 1: it is longer than 1 MB"):
        read_export(stores.of(DEFAULT_OWNER), bomb)
    monkeypatch.setattr(reading, "LARGEST_AT_ALL", 1_000_000)
    with pytest.raises(DataFileError, match="larger than"):
        read_export(stores.of(DEFAULT_OWNER), bomb)


def test_what_an_earlier_schema_noted_of_presets_is_passed_over(stores: Stores, export: Lines, tmp_path: Path) -> None:
    (chat, *_) = [line["id"] for line in export["conversations.jsonl"] if not line["comparison_id"]]
    marks = {"pinned": True, "archived": False, "name": "", "note": "", "tags": [], "presets": ["p"]}
    export["entries.jsonl"] = [{"id": chat, **marks}]
    read_export(stores.of(ANNA), packed(tmp_path / "earlier.zip", export))
    entry = stores.of(ANNA).entry(chat)
    assert entry is not None
    assert entry.pinned


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_line_it_is_taken_or_refused_in_words(
    stores: Stores, export: Lines, tmp_path: Path, data: st.DataObject
) -> None:
    lines = json.loads(json.dumps(export))
    name = data.draw(st.sampled_from([name for name, found in lines.items() if found]))
    line = data.draw(st.sampled_from(lines[name]))
    line[data.draw(st.sampled_from(sorted(line)))] = data.draw(json_values)
    before = tables(stores)
    store = stores.of(DEFAULT_OWNER)
    refused = ""
    try:
        read_export(store, packed(tmp_path / "odd.zip", lines))
    except DataFileError as error:
        refused = str(error)
    if refused:
        assert ".jsonl, line " in refused
        assert tables(stores) == before
    else:  # what was taken can be read and exported
        for chat in listed_chats(store):
            store.path(chat.id)
            store.replies(chat.id)
        store.comparisons()
        store.presets()
        for batch in store.batches():
            store.batch_outcomes(batch.id)
        (tmp_path / "again.zip").unlink(missing_ok=True)
        write_export(store, tmp_path / "again.zip")
        with stores.engine.begin() as connection:
            for known in reversed(list(TRANSFERRED.values())):
                if known.owned:
                    connection.execute(known.table.delete().where(known.table.c.owner == DEFAULT_OWNER.id))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(), max_size=20).map(clean),
    parameters=st.dictionaries(
        st.text(max_size=4).map(clean),
        st.integers(-(2**70), 2**70) | st.booleans() | st.floats(-1e300, 1e300),
        max_size=2,
    ),
)
def test_any_text_is_the_same_afterwards(
    two_stores: tuple[Store, Store], tmp_path: Path, text: str, parameters: dict[str, Any]
) -> None:
    here, there = two_stores
    chat = here.create_conversation(model=text, system_prompt=text, parameters=parameters)
    here.add_turn(chat.id, None, Message("user", text))
    here.prefer(f"colour {chat.id}", {text: text})
    write_export(here, tmp_path / f"{chat.id}.zip")
    read_export(there, tmp_path / f"{chat.id}.zip")
    assert there.conversation(chat.id) == here.conversation(chat.id)
    assert [turn.message for turn in there.path(chat.id)] == [turn.message for turn in here.path(chat.id)]
    assert there.preference(f"colour {chat.id}") == {text: text}


SECRET = "sk-planted-0123456789"


def everything_in(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def called(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PLAYGROUND_DATA_DIR": str(data_dir), "OPENAI_API_KEY": SECRET}
    environment["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1"
    environment.pop("PLAYGROUND_DATABASE_URL", None)
    command = [sys.executable, "-m", "playground", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Store]:
    """A data directory with a chat and a key."""
    KeyFile(tmp_path / "data").save("default", "mine", "http://127.0.0.1:9", SecretStr(SECRET))
    with open_stores(new_database(tmp_path / "data")) as stores:
        fill(stores.of(DEFAULT_OWNER))
        yield stores.of(DEFAULT_OWNER)


def test_on_the_command_line_and_no_key_is_in_it(full: Store, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    exported = called(tmp_path / "data", "export", str(file))
    assert (exported.returncode, exported.stderr) == (0, "")
    assert str(file) in exported.stdout
    assert SECRET.encode() not in everything_in(file)

    imported = called(tmp_path / "elsewhere", "import", str(file))
    again = called(tmp_path / "elsewhere", "import", str(file))

    assert (imported.returncode, imported.stderr) == (0, "")
    assert imported.stdout.splitlines()[0] == "4 chats: 4 new."
    assert again.stdout.splitlines()[0] == "4 chats: 4 were here already."
    with open_stores(new_database(tmp_path / "elsewhere")) as stores:
        titles = [chat.title for chat in listed_chats(stores.of(DEFAULT_OWNER))]
    assert titles == [chat.title for chat in listed_chats(full)]

    refused = called(tmp_path / "elsewhere", "import", str(ROOT / "README.md"))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "damaged" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_nobody_is_called_as_rows_on_their_way_in_are() -> None:
    assert not DEFAULT_OWNER.id.startswith(STAGING)
    assert "://" not in STAGING
