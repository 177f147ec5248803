"""Nesting without end, wherever JSON comes in: refused in words or taken, and never more than that."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter

from playground.batch.items import read_items
from playground.compare.difference import difference
from playground.conversation.formats import FormatError, check_format, read_format_schema, read_tools
from playground.errors import ProviderError
from playground.experiments.answer import AnswerRecord
from playground.experiments.checks.check import Check, apply_checks
from playground.experiments.definition_file import write_definition
from playground.experiments.reading.experiment import read_experiment
from playground.experiments.reading.tables import read_rows
from playground.experiments.rows import DataRow
from playground.importing import UnreadableError
from playground.importing import read as read_import
from playground.messages import ToolCall
from playground.models.catalog import shipped
from playground.models.catalog.listing import live_card
from playground.parameters import authoring, clamp, specs
from playground.parameters.overview import overview
from playground.presets import PresetError
from playground.presets import read_preset as read_preset
from playground.providers.batch import read_batch
from playground.providers.dialects import workers_ai
from playground.providers.failures import read_error
from playground.providers.server import model_ids
from playground.providers.wire.earlier_answers import Recipient
from playground.providers.wire.json_text import decode_document
from playground.providers.wire.reading import AnswerReader
from playground.text.json_value import DEEPEST
from playground.text.marked_yaml import MistakenFileError

LLAMA = next(card for card in shipped() if card.batch)
BODY = '{"messages": [{"role": "user", "content": "x"}], "model": "m", "deep": NESTED}'


def imported(text: str) -> None:
    """Read, and sent as a request would be."""
    from playground.messages import ChatRequest

    found = read_import(text)
    request = ChatRequest("m", found.messages, parameters=found.parameters, tools=found.tools)
    json.dumps(workers_ai.body(request, Recipient()), indent=2)


def read_body(text: str) -> None:
    """As the body of a command is read."""
    imported(f"curl https://example.com -d '{text}'" if len(text) < 20_000 else text)


def preset(text: str) -> None:
    found = read_preset(text.encode())
    json.dumps(found.as_json, indent=2)
    found.holding(["a-secret-of-ours"])


def own_schema(text: str) -> None:
    schema = authoring.read_parameter_schema(text)
    json.dumps(schema, indent=2)
    specs(schema)
    overview({"messages": schema})


def batch_item(text: str) -> None:
    draft = read_items(text, "jsonl", LLAMA, {})
    json.dumps(draft.items, indent=2)


def streamed(text: str) -> None:
    reader = AnswerReader()
    reader.feed(f"data: {text}\n\n".encode())
    reader.finish()


def whole(text: str) -> None:
    reader = AnswerReader(content_type="application/json")
    reader.feed(text.encode())
    reader.finish()
    assert reader.error is None or isinstance(reader.error, ProviderError)


def clamped(text: str) -> None:
    schema = {"properties": {"deep": {"type": "object"}, "list": {"type": "array"}, "words": {"type": "string"}}}
    clamp(dict.fromkeys(("deep", "list", "words"), decode_document(text.encode())), specs(schema))


def live_schema(text: str) -> None:
    card, _ = live_card(
        {"name": "@cf/a/b"},
        {"input": decode_document(text.encode()), "output": decode_document(text.encode())},
        None,
        date(2026, 1, 1),
    )
    overview(card.schemas)
    json.dumps(card.model_dump(mode="json"), indent=2)


def live_row(text: str) -> None:
    properties = [
        {"property_id": name, "value": decode_document(text.encode())}
        for name in ("reasoning_effort", "price", "context_window")
    ]
    card, _ = live_card({"name": "@cf/a/b", "properties": properties}, None, None, date(2026, 1, 1))
    json.dumps(card.model_dump(mode="json"), indent=2)


def experiment(text: str) -> None:
    found = read_experiment(text)
    write_definition(found.definition)
    json.dumps(found.definition.model_dump(mode="json"), indent=2)


def rows_with(text: str) -> None:
    json.dumps([row.model_dump(mode="json") for row in read_rows(text).rows], indent=2)


def told_by_checks(text: str) -> None:
    checks = ({"check": "is_json", "anywhere": True}, {"check": "json_path", "path": "a[0]", "value": text})
    called = AnswerRecord(text=text, tool_calls=(ToolCall("1", "f", text),))
    read = TypeAdapter[Any](tuple[Check, ...]).validate_python([*checks, {"check": "tool_call", "arguments": {"a": 1}}])
    apply_checks(read, DataRow(), called)


_OURS = "title: x\ndataset: {rows: [{a: b}]}\nmodels: [m]\n"
CASES: list[tuple[Callable[[str], object], str]] = [
    (read_tools, "NESTED"),
    (read_tools, '{"name": "t", "parameters": {"properties": {"a": NESTED}}}'),
    (read_format_schema, "NESTED"),
    (read_format_schema, '{"properties": {"a": NESTED}}'),
    (own_schema, '{"properties": {"a": {"default": NESTED}}}'),
    (own_schema, '{"properties": {"a": {"anyOf": NESTED}}}'),
    (imported, "NESTED"),
    (imported, BODY),
    (imported, '{"messages": [{"role": "user", "content": NESTED}]}'),
    (read_body, BODY),
    (imported, "messages: []\nmodelParameters: {a: NESTED}"),
    (imported, '{"messages": [], "response_format": {"type": "json_schema", "json_schema": NESTED}}'),
    (preset, '{"name": "x", "parameters": {"a": NESTED}}'),
    (preset, '{"name": "x", "tools": [{"name": "t", "parameters": {"a": NESTED}}]}'),
    (batch_item, '{"prompt": "x", "a": NESTED}'),
    (lambda text: difference(text, text + " "), "NESTED"),
    (lambda text: check_format(text, {"type": "json_object"}), "NESTED"),
    (
        lambda text: check_format(
            "1", {"type": "json_schema", "json_schema": {"default": decode_document(text.encode())}}
        ),
        "NESTED",
    ),
    (streamed, "NESTED"),
    (streamed, '{"choices": [{"delta": {"content": NESTED}}]}'),
    (streamed, '{"choices": [{"delta": {"reasoning_content": NESTED}}]}'),
    (streamed, '{"choices": [{"delta": {"tool_calls": [{"function": {"name": "f", "arguments": NESTED}}]}}]}'),
    (streamed, '{"response": NESTED}'),
    (streamed, '{"result": NESTED}'),
    (streamed, '{"streamed_data": NESTED}'),
    (streamed, '{"error": NESTED}'),
    (streamed, '{"output": NESTED}'),
    (whole, "NESTED"),
    (whole, '{"response": NESTED}'),
    (whole, '{"result": NESTED}'),
    (whole, '{"choices": [{"message": {"content": NESTED}}]}'),
    (whole, '{"choices": [{"message": {"tool_calls": [{"name": "f", "arguments": NESTED}]}}]}'),
    (whole, '{"error": NESTED}'),
    (lambda text: read_error(500, {}, text.encode()), "NESTED"),
    (lambda text: read_error(400, {}, text.encode()), '{"errors": NESTED}'),
    (
        lambda text: read_batch(decode_document(text.encode()), "1", model="m"),
        '{"result": {"responses": [{"id": 0, "result": NESTED}]}}',
    ),
    (lambda text: model_ids(decode_document(text.encode())), "NESTED"),
    (lambda text: model_ids(decode_document(text.encode())), '{"data": NESTED}'),
    (clamped, "NESTED"),
    (live_schema, "NESTED"),
    (live_schema, '{"properties": {"messages": NESTED}}'),
    (live_schema, '{"oneOf": [NESTED]}'),
    (live_row, "NESTED"),
    (experiment, _OURS + "variants: [{name: v, prompt: p, parameters: {a: NESTED}}]"),
    (experiment, _OURS + "variants: [{name: v, prompt: p, response_format: {a: NESTED}}]"),
    (experiment, _OURS + "variants: [{name: v, prompt: p}]\nchecks: [{check: json_schema, schema: {default: NESTED}}]"),
    (experiment, "prompts: [x]\nproviders: [openai:m]\ntests: [{vars: {a: {b: NESTED}}}]"),
    (experiment, "prompts: [x]\nproviders: [openai:m]\ntests: [{assert: [{type: is-json, value: {a: NESTED}}]}]"),
    (experiment, "messages: [{role: user, content: x}]\ntestData: [{input: NESTED}]\nmodel: m"),
    (experiment, '{"messages": NESTED}'),
    (rows_with, '{"a": NESTED}'),
    (rows_with, "NESTED"),
    (told_by_checks, "NESTED"),
    (told_by_checks, '{"a": NESTED}'),
]
SAID = (MistakenFileError, FormatError, authoring.SchemaError, UnreadableError, PresetError, ProviderError, ValueError)


@pytest.mark.parametrize("levels", [DEEPEST // 2, 240, 480, 900, 100_000])
@pytest.mark.parametrize("opening", ["[]", "anyOf"])
@pytest.mark.parametrize(("reads", "around"), CASES)
def test_nesting_is_taken_or_refused_in_words(
    reads: Callable[[str], object], around: str, opening: str, levels: int
) -> None:
    pair = {"[]": ("[", "]"), "{}": ('{"content": ', "}"), "anyOf": ('{"anyOf": [', "]}")}[opening]
    nested = pair[0] * levels + "1" + pair[1] * levels
    try:
        _below(60, reads, around.replace("NESTED", nested))
    except RecursionError:
        raise
    except SAID:
        pass


def _below(frames: int, reads: Callable[[str], object], text: str) -> Any:
    """As deep in calls as a page's run is."""
    return _below(frames - 1, reads, text) if frames else reads(text)
