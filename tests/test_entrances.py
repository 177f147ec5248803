"""Wherever text comes in, what comes of it can be stored, sent, drawn and written to a terminal."""

import dataclasses
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.answers.exchange import Exchange
from playground.answers.trace import Trace
from playground.connections.configured import connection_problems, connections
from playground.experiments.reading.experiment import read_experiment
from playground.experiments.reading.tables import read_rows
from playground.importing import UnreadableError
from playground.importing import read as read_import
from playground.models.catalog.listing import live_card
from playground.models.listed_ids import offerable
from playground.owner import DEFAULT_OWNER
from playground.presets import Preset, PresetError, unpack
from playground.presets import read_preset as read_preset
from playground.providers.batch import read_batch
from playground.providers.failures import read_error, unreadable
from playground.providers.http.record import record_answer
from playground.providers.server import model_ids
from playground.providers.wire.json_text import decode_document
from playground.store import open_stores
from playground.store.conversations import title_of
from playground.text.marked_yaml import MistakenFileError
from tests.databases import new_database
from tests.providers.heard import hear

odd = st.characters(categories=["Cc", "Cs", "Cf", "Cn", "Zl", "Zp"]) | st.sampled_from(
    "\x00\x1b\x7f\x85\ud83d\ude00\ufeff\u202e"
)
hostile = st.text(st.characters() | odd, max_size=12)


def streamed(text: str) -> object:
    """A stream that says, thinks, calls, cites and offers other choices in this text, each cut in the middle."""
    half = len(text) // 2
    frames: list[dict[str, Any]] = []
    for piece in (text[:half], text[half:]):
        call = {"index": 0, "id": text, "function": {"name": text, "arguments": piece}}
        delta = {"content": piece, "reasoning_content": piece, "tool_calls": [{**call, "extra_content": {text: text}}]}
        frames.append({"choices": [{"index": 0, "delta": {"reasoning_content": piece}}]})
        scored = {"content": [{"token": piece, "logprob": -1, "top_logprobs": [{"token": piece, "logprob": -2}]}]}
        further = {"index": 1, "delta": {"content": piece}}
        frames.append({"choices": [{"index": 0, "delta": delta, "logprobs": scored}, further]})
    frames.append({"citations": [text, {"url": text, "title": text}], "choices": [{"finish_reason": "stop"}]})
    heard = hear("".join(f"data: {json.dumps(frame)}\n\n" for frame in frames) + "data: [DONE]\n\n")
    return [heard.text, heard.reasoning, [dataclasses.asdict(call) for call in heard.calls], heard.extras.as_json()]


def native(text: str) -> object:
    calls = [{"name": text, "arguments": {text: text}, "id": text}]
    heard = hear(json.dumps({"result": {"response": text, "tool_calls": calls}}), content_type="application/json")
    return [heard.text, [dataclasses.asdict(call) for call in heard.calls]]


def listed(text: str) -> object:
    ids, note = offerable(model_ids(decode_document(json.dumps({"data": [{"id": text}, text]}).encode())))
    return [ids, note]


def live(text: str) -> object:
    properties = [{"property_id": name, "value": text} for name in ("context_window", "info", "reasoning_effort", text)]
    row = decode_document(json.dumps({"name": f"@cf/a/{text}", "description": text, "properties": properties}).encode())
    try:
        card, problems = live_card(row, {"input": {"properties": {"messages": {}, text: {}}}}, None, date(2026, 1, 1))
    except ValueError as error:
        return str(error)
    return [card.id, card.name, card.author, card.description, card.reasoning_effort, problems]


def failed(text: str) -> object:
    body = json.dumps({"error": {"message": text, "code": text, "type": text, "param": text}, "requestId": text})
    errors = [read_error(400, {}, body.encode()), read_error(500, {"cf-ray": text}, text.encode("utf-8", "replace"))]
    errors.append(unreadable(text))
    return [[error.message, error.hint, error.code, error.request_id] for error in errors]


def batch(text: str) -> object:
    response = {"id": 0, "external_reference": text, "result": {"response": text}}
    other = {"id": 1, "success": False, "error": text, "external_reference": text}
    answer = decode_document(json.dumps({"result": {"responses": [response, other]}}).encode())
    items = read_batch(answer, "1", model="m").items
    return [[item.text, item.external_reference, item.error and item.error.message] for item in items]


def wire(text: str) -> object:
    exchange = Exchange(url="http://127.0.0.1/")
    value = "".join(c for c in text if c not in "\r\n\0").encode("utf-8", "replace")
    record_answer(exchange, httpx.Response(200, headers=[(b"cf-ray", value), (b"x-odd", value)]))
    exchange.frames.append((0.0, text))
    trace = Trace.of(exchange)
    return None if trace is None else [trace.as_json(), exchange.request_id]


def imported(text: str) -> object:
    call = {"id": text, "function": {"name": text, "arguments": text}}
    said = [
        {"role": "system", "content": text},
        {"role": "user", "content": text},
        {"role": "assistant", "tool_calls": [call]},
    ]
    body = {"messages": said, "model": text, "stop": [text], text: text, "tools": [{"name": text or "t"}]}
    found = [read_import(json.dumps(body))]
    with suppress(UnreadableError):  # YAML has no halves of characters
        found.append(read_import(f"model: {json.dumps(text)}\nmessages: [{{role: user, content: {json.dumps(text)}}}]"))
    path = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "replace"))
    found.append(read_import(f'curl https://example.com/ai/run/@cf/{path} -d \'{{"prompt": "x"}}\''))
    return [dataclasses.asdict(one) for one in found]


def preset(text: str) -> object:
    body = {"name": "x", "description": text, "system_prompt": text, "parameters": {text or "a": text}, "model": text}
    try:
        found = read_preset(json.dumps(body).encode())
    except PresetError as error:
        return error.message
    return found.as_json


def preset_name(text: str) -> object:
    try:
        return Preset.read({"name": text}).as_json
    except PresetError as error:
        return error.message


def uploaded(text: str) -> object:
    return unpack([(text, b"{"), (text, b"PK")]).problems


def named_connection(text: str) -> object:
    entries = {text: {"kind": "openai_compatible", "base_url": "http://127.0.0.1:9/v1"}}
    return [[name for name in connections(entries) if name != "local"], list(connection_problems(entries).values())]


def experiment(text: str) -> object:
    """Definitions of our own form and of promptfoo's, and rows of all forms."""
    quoted = json.dumps(text)
    ours = (
        f"title: {quoted}\ndataset: {{rows: [{{variables: {{a: {quoted}}}, expected: {quoted}}}]}}\n"
        f"variants: [{{name: v, prompt: {quoted}, parameters: {{stop: {quoted}}}}}]\nmodels: [{quoted}]\n"
    )
    theirs = (
        f"prompts: [{quoted}]\nproviders: [{{id: openai:x, config: {{stop: {quoted}}}}}]\n"
        f"tests: [{{vars: {{a: {quoted}}}, assert: [{{type: {quoted}}}]}}]\n"
    )
    line = json.dumps({"messages": [{"role": "user", "content": text or "x"}], "ideal": text})
    found: list[object] = []
    for written in (ours, theirs, line):
        try:
            read = read_experiment(written)
            found.append([read.definition.model_dump(mode="json"), read.notes])
        except (UnreadableError, MistakenFileError) as error:
            found.append(str(error))
    for written in (json.dumps({"a": text, "expected": text}), f"a,expected\n{text},{text}\n", f"{text},b\n1,2\n"):
        try:
            found += [[row.model_dump(mode="json") for row in read_rows(written).rows]]
        except UnreadableError as error:
            found.append(str(error))
    return found


TEXTS: list[Callable[[str], object]] = [streamed, native, failed, batch, wire, imported, preset, live, experiment]
"""What may have ends of lines and tabs in it."""
LINES: list[Callable[[str], object]] = [listed, preset_name, uploaded, named_connection, title_of]


def texts_in(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, held in value.items():
            yield from texts_in(name)
            yield from texts_in(held)
    elif isinstance(value, Iterable):
        for held in value:
            yield from texts_in(held)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from texts_in(dataclasses.asdict(value))


def harmful(value: object, *, kept: str = "\t\n\r") -> list[str]:
    return [
        text for text in texts_in(value) if any(unicodedata.category(c) in ("Cc", "Cs") and c not in kept for c in text)
    ]


@pytest.mark.parametrize("comes_in", TEXTS)
@settings(max_examples=60)
@given(hostile)
def test_no_text_brings_control_characters_or_halves_in(comes_in: Callable[[str], object], text: str) -> None:
    assert harmful(comes_in(text)) == []


@pytest.mark.parametrize("comes_in", LINES)
@settings(max_examples=60)
@given(hostile)
def test_no_name_brings_more_than_one_line_in(comes_in: Callable[[str], object], text: str) -> None:
    assert harmful(comes_in(text), kept="") == []


def test_titles_that_are_typed_are_lines(tmp_path: Path) -> None:
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)
        chat = store.create_conversation().id
        store.rename(chat, "Two\x00 \ud800lines\n\u202e and\u200b more\x1b ")
        found = store.conversation(chat)
        assert found is not None
        assert found.title == "Two lines and more"


def test_pairs_that_a_server_cut_apart_are_joined() -> None:
    frames = [
        {
            "choices": [
                {"delta": {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": part}}]}}
            ]
        }
        for part in ('{"a": "\ud83d', '\ude00"}')
    ]
    heard = hear("".join(f"data: {json.dumps(frame)}\n\n" for frame in frames) + "data: [DONE]\n\n")
    assert heard.calls[0].arguments == '{"a": "😀"}'


def test_an_id_that_nobody_can_ask_by_is_left_out_with_a_note() -> None:
    ids, note = offerable(["good", "b\x00ad", "b\ud800ad", "x" * 600, "good", "zero\u200bwidth", "b\nad"])
    assert ids == ("good", "zero\u200bwidth")
    assert note.startswith("4 ids of the list left out")
    assert offerable(["a", "b"]) == (("a", "b"), "")


def test_a_list_has_an_end() -> None:
    ids, note = offerable([str(number) for number in range(7_000)], 5_000)
    assert len(ids) == 5_000
    assert "lists 7,000 models; the first 5,000 are offered" in note
