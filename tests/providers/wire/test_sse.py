"""Bytes to server-sent events: the standard's own examples, and every way to cut them."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.providers.wire.sse import MOST_LINES, EventDecoder, ServerSentEvent


def read(*chunks: bytes) -> list[tuple[str, str]]:
    decoder = EventDecoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return [(event.event, event.data) for event in events + decoder.flush()]


STREAMS: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "one event": (b'data: {"a":1}\n\n', [("message", '{"a":1}')]),
    "two events": (b"data: 1\n\ndata: 2\n\n", [("message", "1"), ("message", "2")]),
    "no space after the colon": (b"data:1\n\n", [("message", "1")]),
    "only one space is taken off": (b"data:  1\n\n", [("message", " 1")]),
    "CRLF": (b"data: 1\r\n\r\ndata: 2\r\n\r\n", [("message", "1"), ("message", "2")]),
    "CR": (b"data: 1\r\rdata: 2\r\r", [("message", "1"), ("message", "2")]),
    "line ends mixed": (b"data: 1\r\ndata: 2\n\rdata: 3\n\n", [("message", "1\n2"), ("message", "3")]),
    "several lines of data": (b"data: YHOO\ndata: +2\ndata: 10\n\n", [("message", "YHOO\n+2\n10")]),
    "a document over several lines": (b'data: {\ndata: "a": 1}\n\n', [("message", '{\n"a": 1}')]),
    "comments": (b": OPENROUTER PROCESSING\n\n:\n\ndata: 1\n: more\n\n", [("message", "1")]),
    "named event": (b"event: error\ndata: 1\n\n", [("error", "1")]),
    "an empty name is none": (b"event:\ndata: 1\n\nevent\ndata: 2\n\n", [("message", "1"), ("message", "2")]),
    "the name is forgotten": (b"event: a\ndata: 1\n\ndata: 2\n\n", [("a", "1"), ("message", "2")]),
    "no data, no event": (b"event: a\n\nid: 7\nretry: 10\n\n", []),
    "empty data": (b"data\n\ndata:\n\n", [("message", ""), ("message", "")]),
    "unknown fields": (b"id: 1\nfoo: bar\nfoo\ndata: 1\n\n", [("message", "1")]),
    "more blank lines": (b"\n\n\ndata: 1\n\n\n\ndata: 2\n\n", [("message", "1"), ("message", "2")]),
    "BOM": (b"\xef\xbb\xbfdata: 1\n\n", [("message", "1")]),
    "a BOM further on is part of its line": (b"data: 1\n\n\xef\xbb\xbfdata: 2\n\n", [("message", "1")]),
    "BOM before a whole document": (b'\xef\xbb\xbf{"error":"no"}', [("message", '{"error":"no"}')]),
    "U+2028 and its kin are no line ends": (
        "data: \u2028\u2029\u0085\v\f\x1c\x1d\x1e\n\n".encode(),
        [("message", "\u2028\u2029\u0085\v\f\x1c\x1d\x1e")],
    ),
    "characters of two, three and four bytes": ("data: é€😀أ\n\n".encode(), [("message", "é€😀أ")]),
    "invalid UTF-8": (b"data: \xff\n\n", [("message", "�")]),
    "a last event that is whole": (b'data: {"a":1}', [("message", '{"a":1}')]),
    "[DONE] without a blank line": (b"data: 1\n\ndata: [DONE]\n", [("message", "1"), ("message", "[DONE]")]),
    "a last event that broke off": (b'data: 1\n\ndata: {"a":', [("message", "1")]),
    "llama.cpp's error field": (
        b'error: {"code":500,"message":"no"}\n\ndata: [DONE]\n\n',
        [("error", '{"code":500,"message":"no"}'), ("message", "[DONE]")],
    ),
    "bare JSON": (b'{"error":"no"}\n\n', [("message", '{"error":"no"}')]),
    "bare JSON after blanks": (b'  {"a":1}\n\n', [("message", '  {"a":1}')]),
    "bare JSON after an error": (b'error: {"e":1}\n{"a":1}\n\n', [("error", '{"e":1}'), ("message", '{"a":1}')]),
    "bare JSON over several lines": (b'{\n  "error": "no"\n}\n', [("message", '{\n  "error": "no"\n}')]),
    "bare JSON line by line": (b'{"a":1}\n{"a":2}\n', [("message", '{"a":1}'), ("message", '{"a":2}')]),
    "bare [DONE]": (b"data: 1\n\n[DONE]\n\n", [("message", "1"), ("message", "[DONE]")]),
    "documents without blank lines between": (
        b'data: {"a":1}\ndata: {"a":2}\ndata: [DONE]\n',
        [("message", '{"a":1}'), ("message", '{"a":2}'), ("message", "[DONE]")],
    ),
    "data lines of which one is no document": (
        b'data: {"a":1}\ndata: and\ndata: {"a":2}\n\n',
        [("message", '{"a":1}\nand\n{"a":2}')],
    ),
    "nothing": (b"", []),
}


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_stream_is_read(stream: bytes, events: list[tuple[str, str]]) -> None:
    assert read(stream) == events


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_every_cut_gives_the_same_events(stream: bytes, events: list[tuple[str, str]]) -> None:
    for at in range(len(stream) + 1):
        assert read(stream[:at], stream[at:]) == events


@pytest.mark.parametrize(("stream", "events"), STREAMS.values(), ids=STREAMS)
def test_byte_by_byte_gives_the_same_events(stream: bytes, events: list[tuple[str, str]]) -> None:
    assert read(*(stream[at : at + 1] for at in range(len(stream)))) == events


@given(stream=st.lists(st.sampled_from([s for s, _ in STREAMS.values()])).map(b"".join), data=st.data())
def test_cuts_never_matter(stream: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(*pieces) == read(stream)


@given(st.lists(st.binary(max_size=40)))
@example([b"\r", b"\n\r", b"\n"])
def test_no_bytes_raise_and_no_cut_matters(chunks: list[bytes]) -> None:
    assert read(*chunks) == read(b"".join(chunks))


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_any_text_of_one_line_comes_back(text: str) -> None:
    assert read(f"data: {text}\n\n".encode()) == [("message", text)]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner), max_leaves=9))
def test_json_that_escapes_nothing_comes_back(value: object) -> None:
    frame = json.dumps({"value": value}, ensure_ascii=False).encode("utf-8", "replace")
    ((_, data),) = read(b"data: " + frame + b"\n\n")
    assert data == frame.decode()


def test_an_event_comes_with_its_blank_line_and_not_later() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: 1\n") == []
    assert decoder.feed(b"\n") == [ServerSentEvent("message", "1")]
    assert decoder.feed(b"data: 2\r\n\r") == [ServerSentEvent("message", "2")]
    assert decoder.feed(b"\ndata: 3\n\n") == [ServerSentEvent("message", "3")]


def test_what_broke_off_is_kept_apart() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b'data: {"response":"Hel') == []
    assert decoder.flush() == []
    assert decoder.remainder == b'{"response":"Hel'


def test_nothing_broke_off_where_all_is_whole() -> None:
    decoder = EventDecoder()
    decoder.feed(b"data: 1\n\n")
    assert decoder.flush() == []
    assert decoder.remainder == decoder.ignored == b""


def test_what_is_no_stream_is_kept_to_be_shown() -> None:
    decoder = EventDecoder()
    decoder.feed(b"id: 7\nretry: 10\n: a comment\n\n")
    decoder.feed(b"upstream connect error\nor disconnect\n\ndata: 1\n\nmore\n\n")
    assert decoder.flush() == []
    assert decoder.ignored == b"upstream connect error\nor disconnect"


def test_no_more_is_kept_than_can_be_shown() -> None:
    decoder = EventDecoder()
    decoder.feed(b"<html>" * 1000 + b"\n\n")
    assert decoder.ignored == (b"<html>" * 1000)[:400]


def overflows(stream: bytes, *, max_bytes: int, step: int) -> bool:
    decoder = EventDecoder(max_bytes)
    for at in range(0, len(stream), step):
        decoder.feed(stream[at : at + step])
    return decoder.overflowed


@pytest.mark.parametrize("step", [1, 7, 50, 10_000])
def test_an_event_may_be_as_long_as_is_said_and_there_may_be_any_number(step: int) -> None:
    one_line, three_lines = b"data: " + b"x" * 44 + b"\n\n", b"data: xxxxxxxxxx\n" * 3 + b"\r\n"
    assert not overflows((one_line + three_lines) * 20, max_bytes=50, step=step)
    assert not overflows(b"\n" * 200, max_bytes=50, step=step)


@pytest.mark.parametrize("step", [1, 7, 50, 10_000])
@pytest.mark.parametrize(
    "stream", [b"x" * 51, b"data: 1\n\ndata: " + b"x" * 45, b"data: xxxxxxxxxxx\n" * 3, b"a\n" * 50 + b"b"]
)
def test_an_event_that_is_longer_ends_the_reading(stream: bytes, step: int) -> None:
    assert overflows(stream, max_bytes=50, step=step)
    assert not overflows(stream, max_bytes=51, step=step)


@pytest.mark.parametrize("after", [b"data: 1\n\n", b"\n\nevent: a\ndata: 1\n\n"])
def test_after_an_event_that_is_too_long_nothing_is_read(after: bytes) -> None:
    decoder = EventDecoder(max_bytes=50)
    assert decoder.feed(b"data: " + b"x" * 45) == []
    assert decoder.overflowed
    assert decoder.feed(after) == decoder.flush() == []
    assert decoder.remainder == b""


def test_a_long_line_in_small_pieces_takes_linear_time() -> None:
    decoder = EventDecoder()
    pieces = [b"data: ", *[b"x" * 16] * 100_000, b"\n\n"]
    (event,) = [event for piece in pieces for event in decoder.feed(piece)]
    assert len(event.data) == 1_600_000


def test_an_event_of_very_many_short_lines_is_too_long_too() -> None:
    decoder = EventDecoder()
    decoder.feed(b":\n" * MOST_LINES)
    assert not decoder.overflowed
    decoder.feed(b":\n")
    assert decoder.overflowed
