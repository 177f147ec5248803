"""Pages that hold what nobody can be trusted with are drawn whole."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.frame.process import chat
from playground.messages import Message
from tests.pages.conftest import ROOT, TIMEOUT_S, alone, shown
from tests.pages.talk import last, say, turns
from tests.pages.test_chat import LLAMA, at
from tests.upstream import Answer, Upstream


def answered(text: str, schema: Any) -> str:
    """A conversation whose answer was to fit a schema."""
    store = chat().store
    conversation = store.create_conversation(model=LLAMA)
    question = store.add_turn(conversation.id, None, Message("user", "Say it"))
    asked = {"type": "json_schema", "json_schema": schema}
    reply = store.start_reply(conversation.id, question.id, model=LLAMA, response_format=asked)
    store.finish_reply(reply, state="done", text=text)
    return conversation.id


@pytest.mark.parametrize(
    ("text", "schema", "why"),
    [
        ("{}", {"$ref": "http://127.0.0.1:9/schema"}, "which is not fetched"),
        ("{}", {"$ref": "#"}, "refers to itself without end"),
        (json.dumps("a" * 60 + "!"), {"pattern": "^(a+)+$"}, "the check took longer than"),
        ("[" * 100_000 + "]" * 100_000, {"type": "array"}, "the text is nested too deeply"),
    ],
)
def test_an_answer_that_cannot_be_checked_says_so(text: str, schema: Any, why: str) -> None:
    page = at(c=answered(text, schema))

    assert not page.exception
    badge = last(page).format
    assert badge is not None
    assert "could not be checked: " in badge.label
    assert why in badge.label


HOSTILE_IDS = [
    "good/model",
    "nul\x00byte",
    "half\ud800character",
    "line\nbreak",
    "escape\x1b[31m",
    "turned\u202eround",
    "zero\u200bwidth",
    "zerowidth",
    "long" * 5_000,
    " ",
    "<script>alert(1)</script>",
    "**bold** :red[x] $x$",
    "../../etc/passwd",
    "cafe\u0301",
    "caf\u00e9",
    "&model=other#x?y",
]
PAGES = ("chat", "compare", "models", "presets", "history", "batch", "connections")


def test_a_hostile_list_of_models_leaves_every_page_usable(server: Upstream) -> None:
    rows: list[Any] = [{"id": id_} for id_ in HOSTILE_IDS]
    body = json.dumps({"data": [*rows, 5, None, {"id": 7}, {"id": {"a": []}}]}).encode()
    listing = Answer((body,), content_type="application/json")
    for _ in range(3):
        server.script(listing, "/models")
    for page in PAGES:
        drawn = alone(f"pages/{page}.py")
        chat().roster.await_lists(20)
        drawn.run()
        assert not drawn.exception, page
    kept = chat().roster.served.listed("openai")
    assert kept is not None
    assert [id_ for id_ in HOSTILE_IDS if id_ in kept] == [
        *("good/model", "turned\u202eround", "zero\u200bwidth", "zerowidth", "<script>alert(1)</script>"),
        *("**bold** :red[x] $x$", "../../etc/passwd", "cafe\u0301", "caf\u00e9", "&model=other#x?y"),
    ]
    connections = alone("pages/connections.py")
    assert "ids of the list left out" in shown(connections)

    for id_ in ("zero\u200bwidth", "turned\u202eround", "zerowidth"):
        asking = at(model=f"openai/{id_}")
        assert not asking.exception
        say(asking, "Hello upstream: tokens=1")
        assert not asking.exception
        assert server.requests[-1].json["model"] == id_


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "value", ["\x00", "a\x00b\x1b", "\u202e\u200b", "%", "x" * 10_000, "' OR 1=1 --", "\ud7ff\ue000"]
)
def test_a_hostile_address_leaves_every_page_usable(page: str, value: str) -> None:
    opened = AppTest.from_file(ROOT / f"pages/{page}.py", default_timeout=TIMEOUT_S)
    for name in ("c", "model", "models", "preset", "id", "search", "batch"):
        opened.query_params[name] = value
    opened.run()
    assert not opened.exception


def test_what_a_person_types_is_kept_without_what_nobody_types(server: Upstream) -> None:
    page = at(model="openai/good")
    say(page, "Hello\x00 \x1b[31m\tthere upstream: tokens=1")
    assert not page.exception
    assert server.requests[-1].json["messages"][-1]["content"].startswith("Hello\ufffd \ufffd[31m\tthere")


def test_a_hostile_answer_leaves_the_page_usable(server: Upstream) -> None:
    bad = "a\x00b\ud800c\x1b[31md\u202e"
    call = {"index": 0, "id": bad, "function": {"name": bad, "arguments": f'{{"a": "{bad}"}}'}}
    delta = {"content": bad, "reasoning_content": bad, "tool_calls": [call]}
    frames = [{"choices": [{"delta": delta}]}, {"choices": [{"finish_reason": "tool_calls"}]}]
    server.script([json.dumps(frame) for frame in frames], "/chat/completions")
    page = at(model="openai/good")
    say(page, "Hello")
    again = at(c=str(page.query_params["c"]))
    assert not again.exception
    assert turns(again) == turns(page)


def test_a_hostile_file_in_the_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for name in (b"bad\xff\xfe.gguf", b"line\nbreak.gguf", b"turned\xe2\x80\xaeround.gguf", b"esc\x1b[31m.gguf"):
        Path(os.fsdecode(bytes(folder) + b"/" + name)).write_bytes(b"GGUF" + b"\xff" * 100)
    monkeypatch.setenv("PLAYGROUND_MODELS_DIR", str(folder))
    for page in PAGES:
        assert not alone(f"pages/{page}.py").exception, page
    ids = [card.id for card in chat().roster.catalog if card.provider == "local"]
    assert len(ids) == 5
    assert all(id_.isprintable() for id_ in ids)
