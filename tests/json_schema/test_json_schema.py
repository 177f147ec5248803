"""Schemas and texts from anybody: judged in bounded time, with nothing fetched and nothing raised but what is said."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.json_schema import SchemaProblem, UncheckedError, format_error, process, schema_error


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket that a request would reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def chain(length: int) -> dict[str, Any]:
    """A schema that looks at a value 2^length times."""
    both = {str(n): {"allOf": [{"$ref": f"#/$defs/{n - 1}"}] * 2} for n in range(1, length)}
    return {"$defs": {"0": {"minimum": 1}, **both}, "$ref": f"#/$defs/{length - 1}"}


def nested(levels: int, key: str = "items") -> Any:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {key: schema}
    return schema


DRAFT_2019, DRAFT_7 = "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema#"

ELSEWHERE: list[Any] = [
    {"$ref": "ADDRESS"},
    {"$ref": "ADDRESS#/properties/a"},
    {"$dynamicRef": "ADDRESS"},
    {"$id": "ADDRESS", "$ref": "other.json"},
    {"$id": "ADDRESS/a/", "allOf": [{"$ref": "../b"}]},
    {"$id": "ADDRESS", "$defs": {"a": {"$id": "ADDRESS/deep/", "$ref": "b"}}, "$ref": "#/$defs/a"},
    {"$defs": {"a": {"$ref": "ADDRESS"}}, "$ref": "#/$defs/a"},
    {"anyOf": [{"$ref": "ADDRESS"}, {"$ref": "ADDRESS/b"}]},
    {"not": {"$ref": "ADDRESS"}},
    {"if": {"$ref": "ADDRESS"}, "then": False},
    {"$schema": DRAFT_7, "id": "ADDRESS", "$ref": "ADDRESS/x"},
    {"$schema": "http://json-schema.org/draft-04/schema#", "id": "ADDRESS", "$ref": "x"},
    {"$schema": "ADDRESS", "$ref": "ADDRESS"},
    {"$ref": "file:///etc/hostname"},
    {"$ref": "//127.0.0.1/x"},
    {"$ref": "other.json"},
    {"$ref": "ftp://127.0.0.1/x"},
]


@pytest.mark.parametrize("schema", ELSEWHERE, ids=json.dumps)
def test_nothing_is_fetched(schema: Any, listening: socket.socket) -> None:
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/schema"
    asked = json.loads(json.dumps(schema).replace("ADDRESS", address))
    with pytest.raises(UncheckedError, match="which is not fetched"):
        format_error("{}", asked)
    schema_error(asked)
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_a_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "any.json").write_text("{}")
    with pytest.raises(UncheckedError, match="which is not fetched"):
        format_error("1", {"$ref": (tmp_path / "any.json").as_uri()})


def test_meta_schemas_are_known() -> None:
    assert format_error('{"type": "object"}', {"$ref": "https://json-schema.org/draft/2020-12/schema"}) is None
    assert format_error('{"type": 5}', {"$ref": DRAFT_7}) is not None


ENDLESS: list[tuple[str, Any, str]] = [
    ("1", {"$ref": "#"}, "refers to itself without end"),
    ("1", {"$schema": DRAFT_2019, "$recursiveRef": "#"}, "refers to itself without end"),
    ("1", {"$dynamicRef": "#x", "$dynamicAnchor": "x"}, "refers to itself without end"),
    (
        "1",
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        "refers to itself without end",
    ),
    ("[" * 100_000 + "]" * 100_000, {"type": "array"}, "the text is nested too deeply"),
    ("[" * 700 + "]" * 700, {"type": "array", "items": {"$ref": "#"}}, "nested too deeply"),
    ('{"a":' * 100_000, {}, "the text is nested too deeply"),
    ("1", nested(100_000), "nested too deeply"),
    ("1", nested(100_000, "not"), "nested too deeply"),
    ("1", chain(60), "took longer than"),
    (json.dumps("a" * 60 + "!"), {"pattern": "^(a+)+$"}, "took longer than"),
    (json.dumps({"a" * 60 + "!": 1}), {"patternProperties": {"^(a+)+$": {}}}, "took longer than"),
    (json.dumps("a" * 60 + "!"), {"anyOf": [{"pattern": r"^(a|a?)+$"}]}, "took longer than"),
    (json.dumps({"k": "x" * 60 + "!"}), {"properties": {"k": {"pattern": "^(x|x)*$"}}}, "took longer than"),
    (json.dumps([{"n": n} for n in range(20_000)]), {"uniqueItems": True}, "took longer than"),
    ("1" + "0" * 5_000, {"multipleOf": 0.1}, "too large"),
    ("1", {"$ref": "#/$defs/nobody"}, "which is not in it"),
    ("1", {"$ref": "#nobody"}, "which is not in it"),
    ("1", {"type": 5}, "the schema is none"),
    ("1", {"minimum": "3"}, "the schema is none"),
    ('"x"', {"pattern": "("}, "cannot be read here"),
    ('"x"', {"pattern": r"\p{L}+"}, "cannot be read here"),
    ("1", {"enum": {1, 2}}, "not JSON"),
]


@pytest.mark.parametrize(
    ("text", "schema", "why"), ENDLESS, ids=[f"{n} {why}" for n, (_, _, why) in enumerate(ENDLESS)]
)
def test_what_has_no_end_is_said_to_be_unchecked(text: str, schema: Any, why: str) -> None:
    began = time.monotonic()
    with pytest.raises(UncheckedError, match=why):
        format_error(text, schema)
    assert time.monotonic() - began < 60  # and not for ever
    assert format_error("1", {"type": "integer"}) is None  # the next one is judged


@pytest.mark.parametrize(
    "schema", [nested(100_000), {"properties": {"a": nested(600)}}, {"pattern": "(" * 50_000}], ids=["deep", "in", "re"]
)
def test_a_schema_that_cannot_be_looked_at(schema: Any) -> None:
    try:
        found = schema_error(schema)
    except UncheckedError:
        return
    assert found is not None


@pytest.mark.parametrize(
    ("text", "schema", "said"),
    [
        ('{"a": 1}', {"required": ["a"]}, None),
        ('{"a": 1}', {"required": ["b"]}, "'b' is a required property"),
        (
            '{"a": {"b": [1, "x"]}}',
            {"properties": {"a": {"properties": {"b": {"items": {"type": "integer"}}}}}},
            "'x' is not of type 'integer' at ['a']['b'][1]",
        ),
        ("{", {}, "not JSON"),
        ("NaN", {}, "NaN is no number of JSON"),
        ("1", {"$schema": DRAFT_7, "exclusiveMinimum": 1}, "1 is less than or equal"),
        ("1", {"$schema": "https://example.com/of-my-own", "type": "integer"}, None),
        ("1", {"$schema": ["x"], "type": "integer"}, None),
        ('{"a": {"a": {}}}', {"additionalProperties": {"$ref": "#"}}, None),
    ],
)
def test_what_is_judged(text: str, schema: Any, said: str | None) -> None:
    found = format_error(text, schema)
    assert found is None if said is None else found is not None and said in found


def test_what_is_wrong_with_a_schema_is_said_with_its_place() -> None:
    assert schema_error({"type": "object"}) is None
    found = schema_error({"properties": {"a": {"type": "numbr"}}})
    assert isinstance(found, SchemaProblem)
    assert found.where == "properties.a.type"
    assert "'numbr' is not one of" in found.message


def test_the_same_is_asked_once() -> None:
    text = json.dumps(time.monotonic_ns())
    assert format_error(text, {"type": "integer"}) is None
    process._end()
    assert format_error(text, {"type": "integer"}) is None
    assert process.pid() is None


def test_a_checker_that_was_killed_is_replaced() -> None:
    schema_error({"title": str(time.monotonic_ns())})
    pid = process.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert schema_error({"title": str(time.monotonic_ns())}) is None
    assert process.pid() not in (None, pid)


def test_many_threads_ask_at_once() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: format_error(str(n), {"maximum": 19}), range(40)))
    assert [one is None for one in found] == [n < 20 for n in range(40)]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
KEYWORDS = (
    "$ref",
    "$id",
    "type",
    "items",
    "allOf",
    "anyOf",
    "not",
    "pattern",
    "enum",
    "required",
    "properties",
    "$schema",
)
schemas = st.dictionaries(st.sampled_from(KEYWORDS), values, max_size=4)


@given(values, schemas)
def test_nothing_else_is_ever_raised(value: Any, schema: Any) -> None:
    for text in (json.dumps(value), str(value)):
        try:
            format_error(text, schema)
            schema_error(schema)
        except UncheckedError:
            pass
