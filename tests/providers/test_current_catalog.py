"""Models that only a refreshed catalogue knows, and models that it knows better."""

from typing import Any

from playground.messages import ChatRequest, Message
from playground.models.catalog import Catalog, ModelCard, shipped
from playground.providers import Connection
from playground.providers.workers_ai import WorkersAI

CONNECTION = Connection(kind="workers_ai", account_id="0123456789abcdef0123456789abcdef", api_token="a-token")
BY_FAMILY = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
NEW = "@cf/meta/llama-5-instruct"
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}


def card(id_: str, **facts: Any) -> ModelCard:
    envelope: Any = {"properties": {"type": {}, "json_schema": {"properties": {"name": {}, "schema": {}}}}}
    schemas: Any = {"messages": {"properties": {"messages": {}, "response_format": envelope}}}
    return ModelCard(id=id_, name=id_, author="meta", provider="workers_ai", schemas=schemas, **facts)


def asked(model: str) -> ChatRequest:
    json_format = {"type": "json_schema", "json_schema": SCHEMA}
    return ChatRequest(model, (Message("user", "hi"),), response_format=json_format)


def test_a_new_model_is_asked_as_its_refreshed_card_says() -> None:
    refreshed = shipped().with_cards([card(NEW, requests_per_minute=7)])
    post = WorkersAI(CONNECTION, lambda: refreshed).post(asked("llama-5-instruct"))

    assert post.url.endswith(f"/ai/run/{NEW}")
    assert post.per_minute == 7
    assert post.body["stream"] is True
    assert post.body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_a_catalogue_that_is_refreshed_meanwhile_counts_from_the_next_request_on() -> None:
    current = [shipped(), shipped().with_cards([card(BY_FAMILY, requests_per_minute=7)])]
    provider = WorkersAI(CONNECTION, lambda: current[0])
    before = provider.post(asked(BY_FAMILY))
    current.pop(0)
    after = provider.post(asked(BY_FAMILY))

    assert (before.per_minute, before.body["stream"]) == (300, False)
    assert (after.per_minute, after.body["stream"]) == (7, True)


def test_without_a_catalogue_the_shipped_one_counts() -> None:
    post = WorkersAI(CONNECTION).post(asked("llama-3.3-70b-instruct-fp8-fast"))

    assert (post.model, post.per_minute) == (BY_FAMILY, 300)
    assert post.body["response_format"]["json_schema"] == SCHEMA


def test_a_model_that_no_catalogue_knows_is_sent_as_it_is_called() -> None:
    assert WorkersAI(CONNECTION, Catalog).post(asked("@cf/nobody/nothing")).model == "@cf/nobody/nothing"
