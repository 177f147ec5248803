import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import BadRequestError, CapacityError, ProtocolError, ProviderError
from playground.events import ToolCallDelta
from playground.metering import Usage
from playground.providers import Batch, Connection, batching, open_provider
from playground.providers.batch import batch_body, read_batch
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def connection(upstream: Upstream, **settings: Any) -> Connection:
    return Connection(
        kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN, max_retries=0, **settings
    )


@pytest.mark.anyio
async def test_a_batch_is_queued_then_running_then_done(upstream: Upstream) -> None:
    items: list[dict[str, Any]] = [
        {"prompt": "upstream: echo=1", "external_reference": "first"},
        {"messages": [{"role": "user", "content": "upstream: fail=3040"}], "external_reference": "second"},
        {"prompt": "upstream: tokens=3"},
    ]
    async with open_provider(connection(upstream)) as provider:
        request_id = await batching(provider).submit_batch("llama-3.3-70b-instruct-fp8-fast", items)
        states = [await batching(provider).read_batch(LLAMA, request_id) for _ in range(3)]
    assert [batch.status for batch in states] == ["queued", "running", "done"]
    assert states[0].items == ()
    first, second, third = states[2].items
    assert (first.index, first.ok, first.text, first.external_reference) == (0, True, " upstream: echo=1", "first")
    assert (second.ok, second.text, second.external_reference) == (False, "", "second")
    assert isinstance(second.error, CapacityError)
    assert (third.ok, len(third.text.split()), third.external_reference) == (True, 3, None)
    submitted, asked, *_ = upstream.requests
    assert submitted.path.endswith(f"/ai/run/{LLAMA}")
    assert submitted.query == "queueRequest=true"
    assert submitted.json == {"requests": items}
    assert asked.json == {"request_id": request_id}


@pytest.mark.anyio
async def test_a_batch_survives_a_restart(upstream: Upstream) -> None:
    async with open_provider(connection(upstream)) as provider:
        request_id = await batching(provider).submit_batch(LLAMA, [{"prompt": "one"}])
    async with open_provider(connection(upstream)) as provider:
        for _ in range(2):
            await batching(provider).read_batch(LLAMA, request_id)
        assert (await batching(provider).read_batch(LLAMA, request_id)).items[0].ok


@pytest.mark.anyio
async def test_too_much_is_refused_before_it_is_sent(upstream: Upstream) -> None:
    async with open_provider(connection(upstream)) as provider:
        with pytest.raises(BadRequestError, match=r"10\.0 MB.*less than 10 MB"):
            await batching(provider).submit_batch(LLAMA, [{"prompt": "é" * 5_000_000}])
        with pytest.raises(BadRequestError, match="without requests"):
            await batching(provider).submit_batch(LLAMA, [])
    assert upstream.requests == []


@pytest.mark.anyio
async def test_a_model_that_does_not_queue_says_so(upstream: Upstream) -> None:
    async with open_provider(Connection(kind="openai_compatible", base_url=upstream.openai_url)) as provider:
        with pytest.raises(BadRequestError, match="no asynchronous batches"):
            await batching(provider).submit_batch(LLAMA, [{"prompt": "x"}])


@pytest.mark.anyio
@pytest.mark.parametrize(
    "answer", [{"result": "r"}, {"result": None}, {"result": []}, [], {"result": {"response": ""}}]
)
async def test_whatever_comes_instead_of_an_id_says_so(upstream: Upstream, answer: Any) -> None:
    upstream.script_json(answer)
    async with open_provider(connection(upstream)) as provider:
        with pytest.raises(ProtocolError, match="without queueing"):
            await batching(provider).submit_batch(LLAMA, [{"prompt": "one"}])


@pytest.mark.anyio
async def test_a_refusal_at_status_200_is_one(upstream: Upstream) -> None:
    upstream.script_json({"success": False, "errors": [{"code": 3040, "message": f"full {TOKEN}"}], "result": None})
    async with open_provider(connection(upstream)) as provider:
        with pytest.raises(CapacityError) as raised:
            await batching(provider).submit_batch(LLAMA, [{"prompt": "one"}])
    assert TOKEN not in raised.value.message


def test_requests_that_are_none_are_refused() -> None:
    nonsense: Any = ["prompt"]
    with pytest.raises(BadRequestError, match="not an object"):
        batch_body(nonsense)


def error_places(error: Any) -> dict[str, dict[str, Any]]:
    """A failed response with the error wherever the service may put it."""
    failed = {"id": 0, "success": False}
    return {
        "error": {**failed, "error": error},
        "error without success": {"id": 0, "error": error},
        "errors": {**failed, "errors": [error]},
        "result": {**failed, "result": error},
        "error in the result": {**failed, "result": {"error": error}},
        "errors in the result": {**failed, "result": {"errors": [error]}},
    }


@pytest.mark.parametrize("place", error_places(""))
def test_a_failed_item_says_what_the_service_says_but_no_secret(place: str) -> None:
    response = error_places("AiError: 5007: No such model for tok-1")[place]
    (item,) = read_batch({"result": [response]}, "r", model=LLAMA, account_id=ACCOUNT, secrets=("tok-1",)).items
    assert (item.ok, item.text, item.usage) == (False, "", None)
    assert isinstance(item.error, ProviderError)
    assert (item.error.kind, item.error.code) == ("not_found", "5007")
    assert LLAMA in item.error.message + item.error.hint
    assert "tok-1" not in item.error.message


@pytest.mark.parametrize("place", [place for place in error_places("") if place != "result"])
def test_an_error_may_be_an_object(place: str) -> None:
    (item,) = done(error_places({"code": 3040, "message": "Capacity temporarily exceeded"})[place]).items
    assert isinstance(item.error, CapacityError)
    assert item.error.code == "3040"


@pytest.mark.parametrize("result", [None, "", {}, {"response": "half"}])
def test_a_failed_item_without_an_error_says_that_nothing_is_said(result: Any) -> None:
    (item,) = done({"id": 0, "success": False, "result": result}).items
    assert (item.ok, item.text) == (False, "")
    assert isinstance(item.error, ProviderError)
    assert item.error.message == "The request failed, and the service does not say why."
    assert item.error.hint == "Send it again on its own."


def test_the_limit_is_that_of_the_encoded_body() -> None:
    fits = 10_000_000 - len('{"requests":[{"prompt":""}]}') - 1
    assert batch_body([{"prompt": "x" * fits}])
    with pytest.raises(BadRequestError):
        batch_body([{"prompt": "x" * (fits + 1)}])


def done(*responses: Any, references: tuple[str | None, ...] = ()) -> Batch:
    return read_batch({"result": {"responses": list(responses)}}, "id", model=LLAMA, references=references)


def response(place: Any, text: str = "", **more: Any) -> dict[str, Any]:
    return {"id": place, "result": {"response": text}, "success": True, **more}


@pytest.mark.parametrize("responses", [[], None, [response(0, "a")]])
@pytest.mark.parametrize("status", ["queued", "running"])
def test_a_batch_that_says_it_goes_on_is_not_done(status: str, responses: Any) -> None:
    answer = {"result": {"status": status, "responses": responses}, "success": True}
    assert read_batch(answer, "id", model=LLAMA, references=(None, None)) == Batch("id", status)  # type: ignore[arg-type]


def test_results_are_matched_by_id_in_any_order() -> None:
    batch = done(response(2, "c"), response(0, "a"), response("1", "b"))
    assert [(item.index, item.text) for item in batch.items] == [(0, "a"), (1, "b"), (2, "c")]


def test_without_an_id_the_reference_counts_then_the_order() -> None:
    by_reference = done(
        response(None, "b", external_reference="two"),
        response(None, "a", external_reference="one"),
        references=("one", "two"),
    )
    assert [item.text for item in by_reference.items] == ["a", "b"]
    assert [item.text for item in done(response(None, "a"), response(None, "b")).items] == ["a", "b"]


def test_equal_references_are_kept_with_their_own_items() -> None:
    batch = done(response(1, "b", external_reference="same"), response(0, "a", external_reference="same"))
    assert [(item.text, item.external_reference) for item in batch.items] == [("a", "same"), ("b", "same")]


def test_a_missing_result_is_a_failed_item() -> None:
    batch = done(response(0, "a"), response(2, "c"), references=("x", "y", "z", "w"))
    assert [item.ok for item in batch.items] == [True, False, True, False]
    assert [item.external_reference for item in batch.items[1::2]] == ["y", "w"]
    missing = batch.items[1]
    assert (missing.index, missing.text) == (1, "")
    assert isinstance(missing.error, ProtocolError)
    assert missing.error.message == "The service gave no result for request 2."
    assert missing.error.hint == "Send it again."
    assert [item.ok for item in done(response(1, "b")).items] == [False, True]


def test_the_envelope_may_be_missing_and_the_results_may_stand_alone() -> None:
    responses = [response(0, "a"), response(1, "b")]
    for answer in ({"result": {"responses": responses}}, {"responses": responses}, {"result": responses}):
        batch = read_batch(answer, "r", model=LLAMA)
        assert (batch.request_id, batch.status) == ("r", "done")
        assert [item.text for item in batch.items] == ["a", "b"]


def test_usage_is_told_of_the_whole_and_of_each() -> None:
    one = {"id": 0, "result": {"response": "a", "usage": {"prompt_tokens": 3, "completion_tokens": 1}}}
    other = {"id": 1, "result": {"response": "b"}}
    used = {"prompt_tokens": 7, "completion_tokens": 2, "neurons": 1.5}
    batch = read_batch({"result": {"responses": [one, other], "usage": used}}, "r", model=LLAMA)
    assert batch.usage == Usage(7, 2, neurons=1.5)
    assert [item.usage for item in batch.items] == [Usage(3, 1), None]
    assert done(one, other).usage is None


def test_the_first_of_two_results_for_one_request_counts() -> None:
    assert [item.text for item in done(response(0, "first"), response(0, "second")).items] == ["first"]


@pytest.mark.parametrize("place", [-1, 100_000, True, 1.0, "1.0", "one", None])
def test_an_id_that_is_no_place_is_none(place: Any) -> None:
    batch = done(response(place, "a"), references=("x", "y"))
    assert [(item.ok, item.text) for item in batch.items] == [(True, "a"), (False, "")]


def test_a_reference_that_is_a_number_is_told_as_a_text() -> None:
    (item,) = done(response(0, "a", external_reference=7)).items
    assert item.external_reference == "7"


@pytest.mark.parametrize(
    "broken",
    [
        {"id": 0, "success": False, "error": "AiError: 3040: Capacity temporarily exceeded"},
        {"id": 0, "success": False, "result": None},
        "nonsense",
        {"id": 0, "success": True, "result": None},
    ],
)
def test_one_failed_item_fails_alone(broken: Any) -> None:
    bad, good = done(broken, response(1, "b")).items
    assert (bad.ok, good.ok, good.text) == (False, True, "b")
    assert isinstance(bad.error, ProviderError)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ({"response": "plain"}, "plain"),
        ({"response": {"a": 1}}, '{"a":1}'),
        ({"choices": [{"message": {"content": "openai"}}]}, "openai"),
        ({"choices": [{"message": {"content": "<think>hm</think>openai"}}]}, "openai"),
    ],
)
def test_results_are_read_like_any_answer(result: Any, text: str) -> None:
    (item,) = done({"id": 0, "success": True, "result": result}).items
    assert item.ok
    assert item.text.replace(" ", "") == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["queued", "done", "1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["result", "responses", "id", "success", "error", "errors", "status", "response", "choices"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["result", "success", "errors"]), JSON))
def test_whatever_comes_is_a_batch_or_a_provider_error(answer: dict[str, Any]) -> None:
    try:
        batch = read_batch(answer, "id", model=LLAMA)
    except ProviderError:
        return
    assert [item.index for item in batch.items] == list(range(len(batch.items)))
    assert all((item.error is None) == item.ok for item in batch.items)


def test_a_poll_that_fails_raises() -> None:
    with pytest.raises(ProviderError):
        read_batch({"success": False, "errors": [{"code": 5004, "message": "no"}], "result": None}, "id", model=LLAMA)
    with pytest.raises(ProtocolError, match="'odd'"):
        read_batch({"result": {"status": "odd"}}, "id", model=LLAMA)
    with pytest.raises(ProtocolError, match="no result"):
        read_batch({"result": "soon"}, "id", model=LLAMA)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("queued", "queued"),
        ("pending", "queued"),
        ("running", "running"),
        ("processing", "running"),
        ("in_progress", "running"),
        ("started", "running"),
        ("RUNNING", "running"),
    ],
)
def test_how_a_batch_stands_has_many_words(said: str, status: str) -> None:
    assert read_batch({"result": {"status": said}}, "id", model=LLAMA).status == status


@pytest.mark.parametrize("said", ["failed", "error", "errored", "FAILED"])
def test_a_batch_that_failed_is_not_asked_after_again(said: str) -> None:
    answer = {"result": {"status": said, "error": "3040: Capacity temporarily exceeded for tok-1"}}
    with pytest.raises(CapacityError) as raised:
        read_batch(answer, "id", model=LLAMA, account_id=ACCOUNT, secrets=("tok-1",))
    assert not raised.value.retryable
    assert "tok-1" not in raised.value.message


def test_an_item_has_the_whole_answer_and_an_error_as_of_a_request_by_itself() -> None:
    call = {"response": None, "tool_calls": [{"name": "look", "arguments": {"at": "sea"}}]}
    body = json.dumps({"errors": [{"message": "AiError: Request too large", "code": 3006}], "success": False})
    responses = [{"id": 0, "success": True, "result": call}, {"id": 1, "success": False, "error": body}]
    called, failed = read_batch({"result": {"responses": responses}}, "id", model="m").items
    assert [event.name for event in called.events if isinstance(event, ToolCallDelta)] == ["look"]
    assert failed.error is not None
    assert (failed.error.kind, failed.error.code) == ("bad_request", "3006")
