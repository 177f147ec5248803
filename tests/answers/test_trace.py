"""What is kept of an exchange, how it is read again and how it is given away."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from playground.answers.exchange import LONGEST_FRAMES, Exchange
from playground.answers.rereading import frames
from playground.answers.trace import Trace
from playground.errors import ProviderError
from playground.exporting.har import har
from playground.messages import ChatRequest, Message
from playground.metering import Timings
from playground.providers import Connection, open_provider
from playground.providers.connection import Gateway
from playground.store import StoredReply
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def exchanged(upstream: Upstream, **more: Any) -> tuple[Trace, Exchange]:
    """An exchange with the stand-in, as the app has it."""
    exchange = Exchange()
    connection = Connection(
        kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN, max_retries=0, **more
    )

    async def ask() -> None:
        async with open_provider(connection) as provider:
            async for _ in provider.stream(ChatRequest(LLAMA, (Message("user", "hi"),)), exchange):
                pass

    try:
        asyncio.run(ask())
    except ProviderError as error:
        exchange.notes.append(error.message)
    trace = Trace.of(exchange)
    assert trace is not None
    return trace, exchange


def reply(exchange: Exchange) -> StoredReply:
    """The reply that an exchange belongs to."""
    return StoredReply(
        id="r",
        conversation_id=None,
        model=LLAMA,
        connection="cloudflare",
        state="done",
        text="Hi",
        reasoning="",
        tool_calls=(),
        finish_reason="stop",
        truncated=False,
        usage=None,
        price=None,
        cost=None,
        timings=Timings(0.1, 0.2, {"queued": 0.5}),
        error=None,
        request_id=exchange.request_id,
        notes=("temperature 9 became 5",),
        response_format=None,
        cached=False,
        started_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        finished_at=None,
    )


def test_it_is_the_same_after_json(upstream: Upstream) -> None:
    upstream.script(['{"response":"Hi\\u2028"}', "[DONE]"])
    trace, _ = exchanged(upstream)
    again = Trace.from_json(json.loads(json.dumps(trace.as_json())))
    assert [data for _, data in again.frames] == [data for _, data in trace.frames]
    assert again.as_json() == trace.as_json()


def test_nothing_is_kept_of_what_was_never_sent() -> None:
    assert Trace.of(Exchange()) is None


def test_it_is_bounded_and_says_so() -> None:
    exchange = Exchange(url="http://h", frames=[(0.1, "x" * 900_000)] * 5, status=200)
    trace = Trace.of(exchange)
    assert trace is not None
    assert sum(len(data) for _, data in trace.frames) <= LONGEST_FRAMES
    assert (len(trace.frames), trace.left_out) == (2, 3)


def test_each_frame_says_how_it_was_read(upstream: Upstream) -> None:
    upstream.script(
        [
            '{"response":"Hi"}',
            '{"p":"abc"}',
            '{"choices":[{"index":0,"delta":{"reasoning_content":"Hm"}}]}',
            '{"response":null,"tool_calls":[{"name":"f","arguments":{"a":1}}]}',
            '{"response":"","usage":{"prompt_tokens":3,"completion_tokens":1}}',
            "[DONE]",
        ]
    )
    read = [frame.read_as for frame in frames(exchanged(upstream)[0], LLAMA)]
    assert read[:3] == ["text 'Hi'", "nothing", "thought 'Hm'"]
    assert "call 1 of f" in " ".join(read)
    assert read[-1].startswith("the end")
    assert "usage 3 in, 1 out" in read[-1]
    assert read[-1].endswith("finished: tool_calls")


def test_a_whole_answer_and_an_error_in_mid_stream_are_read_too(upstream: Upstream) -> None:
    upstream.script_json({"result": {"response": "Hi"}, "success": True})
    (whole,) = frames(exchanged(upstream)[0], LLAMA)
    assert whole.read_as.startswith("text 'Hi' · usage")
    upstream.script(['{"response":"Hi"}', '{"error":{"message":"worn out"}}', '{"response":"more"}'])
    read = [frame.read_as for frame in frames(exchanged(upstream)[0], LLAMA)]
    assert read[0] == "text 'Hi'"
    assert "worn out" in read[1]


def test_a_refusal_is_kept(upstream: Upstream) -> None:
    upstream.script_json({"success": False, "errors": [{"code": 5007, "message": f"no {TOKEN}"}]}, 400)
    trace, _ = exchanged(upstream)
    assert trace.status == 400
    assert [frame.read_as for frame in frames(trace, LLAMA)] == ["the refusal"]
    assert '"code":5007' in trace.body.replace(" ", "")
    assert TOKEN not in repr(trace)


def test_a_har_has_the_shape_of_one(upstream: Upstream) -> None:
    upstream.script(['{"response":"Hi"}', "[DONE]"])
    trace, exchange = exchanged(upstream)
    log = har(reply(exchange), trace, exchange.request_body)["log"]

    assert log["version"] == "1.2"
    assert log["creator"]["name"]
    (entry,) = log["entries"]
    assert entry["startedDateTime"] == "2026-01-02T03:04:05.500000+00:00"
    assert entry["time"] == pytest.approx(sum(entry["timings"].values()), abs=0.01)
    assert entry.keys() >= {"request", "response", "cache", "timings"}
    assert json.loads(entry["request"]["postData"]["text"]) == upstream.requests[-1].json
    assert entry["request"]["bodySize"] == len(upstream.requests[-1].body)
    assert {"name": "authorization", "value": "Bearer ***"} in [
        {**header, "name": header["name"].lower()} for header in entry["request"]["headers"]
    ]
    assert entry["response"]["content"]["text"] == 'data: {"response":"Hi"}\n\ndata: [DONE]\n\n'
    assert [event["data"] for event in entry["_events"]] == ['{"response":"Hi"}', "[DONE]"]
    assert entry["_notes"] == ["temperature 9 became 5"]
    assert (entry["_model"], entry["_connection"], entry["_setup"]) == (LLAMA, "cloudflare", None)


def test_no_secret_and_no_account_in_a_har(upstream: Upstream) -> None:
    upstream.script([json.dumps({"response": f"{TOKEN} canary-gateway"}), "[DONE]"])
    trace, exchange = exchanged(upstream, gateway=Gateway(id="g", token="canary-gateway"))
    written = json.dumps(har(reply(exchange), trace, exchange.request_body))
    for secret in (TOKEN, ACCOUNT, "canary-gateway"):
        assert secret not in written


def test_a_bill_of_the_server_is_read_too(upstream: Upstream) -> None:
    usage = '{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4,"cost":0.00012}'
    choice = '{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}'
    upstream.script([f'{{"choices":[{choice}],"usage":{usage}}}', "[DONE]"])
    read = " ".join(frame.read_as for frame in frames(exchanged(upstream)[0], LLAMA))
    assert "usage 3 in, 1 out, billed $0.00012" in read
