"""Calls out of pieces, whatever a server does with indexes and ids."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.events import ToolCallDelta
from playground.messages import ToolCall
from playground.providers.wire.json_text import decode
from playground.providers.wire.tools import call_pieces, json_progress
from playground.providers.wire.tools.tool_calls import ToolCallReader
from playground.text.cleaning import clean


def entry(
    arguments: Any = None, *, name: str | None = None, id: Any = None, index: int | None = None
) -> dict[str, Any]:
    """An entry of `tool_calls` in OpenAI's form, without what is not given."""
    function = {"name": name, "arguments": arguments}
    whole = {"id": id, "index": index, "function": {k: v for k, v in function.items() if v is not None}}
    return {key: value for key, value in whole.items() if value is not None}


def calls(*frames: Any, complete: bool = True) -> list[ToolCall]:
    reader = ToolCallReader()
    deltas = [delta for frame in frames for delta in reader.read(frame)] + reader.finish(complete=complete)
    heard: dict[int, ToolCall] = {}
    for delta in deltas:
        if delta.index not in heard:
            assert delta.index == len(heard), "calls are numbered as they are said"
            heard[delta.index] = ToolCall(delta.id or "", delta.name or "", "", delta.kind)
        call = heard[delta.index]
        heard[delta.index] = replace(call, arguments=call.arguments + delta.arguments)
    return list(heard.values())


STREAMS: dict[str, tuple[list[Any], list[ToolCall]]] = {
    "nothing": ([None, [], "text", [None, 7, "x"]], []),
    "one call, not in a list": ([entry("{}", name="now", id="a")], [ToolCall("a", "now", "{}")]),
    "pieces by index": (
        [
            [entry("", name="f", id="a", index=0)],
            [entry('{"x"', index=0)],
            [entry("", name="g", id="b", index=1)],
            [entry(":1}", index=0), entry('{"y":2}', index=1)],
        ],
        [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", '{"y":2}')],
    ),
    "pieces by id, all with index 0": (
        [
            [entry('{"x"', name="f", id="a", index=0), entry('{"y"', name="g", id="b", index=0)],
            [entry(":1}", id="a", index=0), entry(":2}", id="b", index=0)],
        ],
        [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", '{"y":2}')],
    ),
    "whole calls one after the other, all with index 0": (
        [[entry('{"x":1}', name="f", id="a", index=0)], [entry('{"x":2}', name="f", id="b", index=0)]],
        [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "f", '{"x":2}')],
    ),
    "whole calls without index and id": (
        [[entry({"x": 1}, name="f")], [entry({"x": 2}, name="f")]],
        [ToolCall("call00000", "f", '{"x":1}'), ToolCall("call00001", "f", '{"x":2}')],
    ),
    "calls without arguments, in one list and in two": (
        [[entry({}, name="f", id="a"), entry({}, name="f", id="b")], [entry({}, name="f", id="c")]],
        [ToolCall("a", "f", "{}"), ToolCall("b", "f", "{}"), ToolCall("c", "f", "{}")],
    ),
    "an empty object, then the arguments as text": (
        [[entry({}, name="f", id="a", index=0)], [entry('{"x":1}', index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "a new id with every piece": (
        [[entry("", name="f", id="a", index=0)], [entry('{"x"', id="b", index=0)], [entry(":1}", id="c", index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "the name with every piece": (
        [[entry("", name="f", id="a", index=0)], [entry('{"x"', name="f", index=0)], [entry(":1}", name="f", index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "a new index with every piece of one id": (
        [[entry('{"x"', name="f", id="a", index=0)], [entry(":1}", id="a", index=1)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "pieces without an index": (
        [[entry("", name="f", id="a")], [entry('{"x"')], [entry(":1}")], [entry("{}", name="g", id="b")]],
        [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", "{}")],
    ),
    "a null finaliser": (
        [
            [entry('{"x":1}', name="f", id="a", index=0)],
            [{"index": 0, "id": None, "type": None, "function": {"name": None, "arguments": None}}],
        ],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "a null finaliser with an index of its own": (
        [[entry("{}", name="f", id="a", index=0)], [{"index": 1, "id": "", "function": {"name": "", "arguments": ""}}]],
        [ToolCall("a", "f", "{}")],
    ),
    "a null finaliser that says null or nothing for arguments": (
        [
            [entry('{"x":1}', name="f", id="a", index=0)],
            [{"id": None, "type": None, "index": 0, "function": {"name": None, "arguments": "null"}}],
            [{"id": "", "index": 1, "function": {"name": "", "arguments": "{}"}}],
        ],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "a whole call said once more at the end": (
        [
            [entry('{"x":1}', name="f", id="a", index=0), entry({"x": 2}, name="f", id="b", index=1)],
            [entry('{"x":1}', name="f", id="a", index=0), entry({"x": 2}, name="f", id="b", index=1)],
        ],
        [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "f", '{"x":2}')],
    ),
    "two calls of one id": (
        [[entry("{}", name="f", id="a", index=0)], [entry('{"x":1}', name="g", id="a", index=0)]],
        [ToolCall("a", "f", "{}"), ToolCall("a", "g", '{"x":1}')],
    ),
    "a piece of a text that only looks like an end": (
        [[entry('{"x":"', name="f", id="a", index=0)], [entry("null", index=0)], [entry("{}", index=0)], [entry('"}')]],
        [ToolCall("a", "f", '{"x":"null{}"}')],
    ),
    "a closing piece that repeats the name": (
        [[entry('{"x":1}', name="f", id="a", index=0)], [entry("", name="f", index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "an id before its name": (
        [[entry(id="a", index=0)], [entry('{"x"', index=0)], [entry(":1}", name="f", index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "an id that is a number": ([[entry("{}", name="f", id=7)]], [ToolCall("7", "f", "{}")]),
    "the flat form": ([[{"name": "f", "arguments": {"x": "é"}}]], [ToolCall("call00000", "f", '{"x":"é"}')]),
    "no arguments at all": ([[entry(name="f", id="a")]], [ToolCall("a", "f", "{}")]),
    "an empty object as text, then the arguments": (
        [[entry("{}", name="f", id="a", index=0)], [entry('{"x":1}', index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "an empty object, then the arguments in pieces, id and name with each": (
        [
            [entry("{}", name="f", id="a", index=0)],
            [entry('{"x"', name="f", id="a", index=0)],
            [entry(":1}", name="f", id="a", index=0)],
        ],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "an empty object, then the arguments, the name with each": (
        [[entry("{}", name="f", index=0)], [entry('{"x":1}', name="f", index=0)]],
        [ToolCall("call00000", "f", '{"x":1}')],
    ),
    "an object that is empty, then one that is not": (
        [[entry({}, name="f", id="a", index=0)], [entry({"x": 1}, id="a", index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "nothing, null and empty arguments in every form, then the arguments": (
        [
            [entry("", name="f", id="a", index=0)],
            *([entry(piece, index=0)] for piece in (" ", "null", "{ }", "{", "\n}", "[]", '{"x":', "1}")),
        ],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "an empty object and the arguments in one piece": (
        [[entry('{}{"x":1}', name="f", id="a", index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "an empty object that stays the only thing": (
        [[entry("{ }", name="f", id="a", index=0)], [entry("", index=0)]],
        [ToolCall("a", "f", "{ }")],
    ),
    "arguments that are null": ([[entry("null", name="f", id="a", index=0)]], [ToolCall("a", "f", "{}")]),
    "an empty object, another call, then the arguments of the first": (
        [
            [entry("{}", name="f", id="a", index=0)],
            [entry("{}", name="g", id="b", index=1)],
            [entry('{"x":1}', index=0)],
        ],
        [ToolCall("a", "f", '{"x":1}'), ToolCall("b", "g", "{}")],
    ),
    "the id with every piece": (
        [[entry("", name="f", id="a", index=0)], [entry('{"x"', id="a", index=0)], [entry(":1}", id="a", index=0)]],
        [ToolCall("a", "f", '{"x":1}')],
    ),
    "a whole call said again in other words, with its id and without": (
        [
            [entry('{"x":1,"y":"é"}', name="f", id="a", index=0)],
            [entry('{"y": "\\u00e9", "x": 1}', name="f", id="a", index=0)],
            [entry('{"x":1,"y":"é"}', index=0)],
            [entry({"x": 1, "y": "é"}, index=0)],
        ],
        [ToolCall("a", "f", '{"x":1,"y":"é"}')],
    ),
    "several whole arguments under one index are calls of one tool": (
        [
            [entry('{"q":"A"}', name="f", id="a", index=0)],
            [entry('{"q":"B"}', index=0)],
            [entry('{"q":"C"}', name="f", id="a", index=0)],
        ],
        [
            ToolCall("a", "f", '{"q":"A"}'),
            ToolCall("call00001", "f", '{"q":"B"}'),
            ToolCall("call00002", "f", '{"q":"C"}'),
        ],
    ),
    "a name after the arguments": (
        [
            [entry("", id="a", index=0)],
            [entry('{"x":1}', index=0)],
            [entry(name="get_time", index=0)],
        ],
        [ToolCall("a", "get_time", '{"x":1}')],
    ),
    "a name in pieces": (
        [
            [entry("", name="get_", id="a", index=0)],
            [entry(name="weather", index=0)],
            [entry('{"x":1}', name="_now", index=0)],
        ],
        [ToolCall("a", "get_weather_now", '{"x":1}')],
    ),
    "a name that grows, then comes with every piece": (
        [
            [entry(name="get_", id="a", index=0)],
            [entry('{"x"', name="get_time", id="a", index=0)],
            [entry(":1}", name="get_time", id="a", index=0)],
        ],
        [ToolCall("a", "get_time", '{"x":1}')],
    ),
    "numbers for arguments": (
        [[entry(7, name="f", id="a"), entry("12", name="g")]],
        [ToolCall("a", "f", "7"), ToolCall("call00001", "g", "12")],
    ),
    "a custom tool": (
        [
            [{"index": 0, "id": "a", "type": "custom", "custom": {"name": "run_sql", "input": ""}}],
            [{"index": 0, "custom": {"input": "select "}}],
            [{"index": 0, "custom": {"input": "{}"}}],
            [{"index": 0, "id": "a", "type": "custom", "custom": {"name": "run_sql", "input": "select {}"}}],
        ],
        [ToolCall("a", "run_sql", "select {}", "custom")],
    ),
    "custom tools as a whole, beside a function": (
        [
            [
                {"id": "a", "type": "custom", "custom": {"name": "run_sql", "input": "{}"}},
                {"id": "b", "type": "custom", "custom": {"name": "run_sql", "input": "{}"}},
                {"id": "c", "type": "custom", "name": "note"},
                entry("{}", name="f", id="d"),
            ]
        ],
        [
            ToolCall("a", "run_sql", "{}", "custom"),
            ToolCall("b", "run_sql", "{}", "custom"),
            ToolCall("c", "note", "", "custom"),
            ToolCall("d", "f", "{}"),
        ],
    ),
}


@pytest.mark.parametrize(("frames", "expected"), STREAMS.values(), ids=STREAMS)
def test_pieces_become_calls(frames: list[Any], expected: list[ToolCall]) -> None:
    assert calls(*frames) == expected


def test_arguments_that_were_cut_stay_as_they_came() -> None:
    frame = [entry("", name="f", id="a"), entry('{"x', name="g", id="b")]
    assert calls(frame, complete=False) == [ToolCall("a", "f", ""), ToolCall("b", "g", '{"x')]


@given(
    st.lists(st.tuples(st.text(min_size=1).map(clean), st.dictionaries(st.text(), st.integers())), max_size=5),
    st.integers(1, 5),
    st.booleans(),
)
def test_any_calls_come_back_from_pieces_of_any_size(
    asked: list[tuple[str, dict[str, int]]], size: int, with_ids: bool
) -> None:
    frames = []
    for index, (name, arguments) in enumerate(asked):
        text = json.dumps(arguments)
        frames.append([entry("", name=name, id=f"id{index}" if with_ids else None, index=index)])
        frames += [[entry(text[at : at + size], index=index)] for at in range(0, len(text), size)]
    heard = calls(*frames)
    assert [(call.name, json.loads(call.arguments)) for call in heard] == asked
    assert len({call.id for call in heard}) == len(asked)


def test_a_call_is_said_from_its_first_argument_on() -> None:
    reader = ToolCallReader()
    frames = [entry("", name="f", id="a", index=5), entry('{"x"', index=5), entry(":1}", index=5)]
    deltas = [reader.read([frame]) for frame in frames]
    assert deltas == [[], [ToolCallDelta(0, "a", "f", '{"x"')], [ToolCallDelta(0, None, None, ":1}")]]
    assert reader.finish(complete=True) == []


def test_what_comes_beside_a_call_is_kept_with_it() -> None:
    signed = {"extra_content": {"google": {"thought_signature": "c2ln"}}}
    reader = ToolCallReader()
    reader.read([{**entry("", name="f", id="a", index=0)}])
    reader.read([{**entry('{"x":1}', index=0), **signed}])
    reader.read([entry("{}", name="g", id="b", index=1)])
    assert reader.details == {0: signed}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Any]], int]:
    """Counts what reading costs: the characters that are followed, decoded, and put together."""
    count = 0

    def counting(do: Any, given: int = 0) -> Any:
        def counted(*arguments: Any) -> Any:
            nonlocal count
            count += len(arguments[given])
            return do(*arguments)

        return counted

    put_together: Any = vars(call_pieces.GrowingCall)["arguments"]

    def arguments(call: call_pieces.GrowingCall) -> Any:
        nonlocal count
        count += call.size
        return put_together.fget(call)

    monkeypatch.setattr(call_pieces, "decode", counting(decode))
    monkeypatch.setattr(json_progress, "decode", counting(decode))
    monkeypatch.setattr(json_progress.JsonProgress, "feed", counting(json_progress.JsonProgress.feed, 1))
    monkeypatch.setattr(call_pieces.GrowingCall, "arguments", property(arguments))

    def measured(frames: list[Any]) -> int:
        nonlocal count
        count = 0
        calls(*frames)
        return count

    return measured


POINTING: list[dict[str, Any]] = [
    {},
    {"index": 0},
    {"id": "a"},
    {"index": 0, "id": "a"},
    {"index": 0, "name": "f"},
    {"index": 0, "id": "a", "name": "f"},
]


@pytest.mark.parametrize("pointing", POINTING, ids=lambda pointing: "+".join(pointing) or "nothing")
@pytest.mark.parametrize("piece", ["x", " ", "{}", '\\"'])
@pytest.mark.parametrize("start", ['{"x": "', '{"x":', "", "{}", "{}{", '"', "1"])
def test_ten_times_the_pieces_are_ten_times_the_work(
    work: Callable[[list[Any]], int], start: str, piece: str, pointing: dict[str, Any]
) -> None:
    def cost(count: int) -> int:
        return work([entry(start, name="f", id="a", index=0), *[entry(piece, **pointing)] * count])

    assert cost(2_000) <= 11 * cost(200) + 1_000


@pytest.mark.parametrize("pointing", POINTING, ids=lambda pointing: "+".join(pointing) or "nothing")
def test_so_it_is_with_custom_tools(work: Callable[[list[Any]], int], pointing: dict[str, Any]) -> None:
    def custom(text: str, name: str = "", **pointing: Any) -> dict[str, Any]:
        return {**pointing, "type": "custom", "custom": {"name": name, "input": text}}

    def cost(count: int) -> int:
        return work([custom("x", "f", id="a", index=0), *[custom("x", **pointing)] * count])

    assert cost(2_000) <= 11 * cost(200) + 1_000


def test_pieces_of_a_long_call_are_all_there() -> None:
    pieces = [entry("x", id="a", index=0)] * 8_000
    (call,) = calls(
        [entry('{"x": "', name="f", id="a", index=0)], *([piece] for piece in pieces), [entry('"}', index=0)]
    )
    assert call == ToolCall("a", "f", '{"x": "' + "x" * 8_000 + '"}')
