"""What an answer costs when it is kept: what was paid, nothing where a gateway had it already."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from playground.answers.live_reply import LiveReply
from playground.answers.recording import StoreRecorder
from playground.errors import AuthenticationError
from playground.messages import ChatRequest, Message
from playground.metering import cost
from playground.models.catalog import shipped
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.providers.connection import Gateway
from playground.store import StoredReply as KeptReply
from playground.store import open_stores
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.fixture
def through_gateway(upstream: Upstream) -> Connection:
    gateway = Gateway(base_url=upstream.gateway_url)
    return Connection(kind="workers_ai", account_id=ACCOUNT, api_token=TOKEN, max_retries=0, gateway=gateway)


def test_an_answer_out_of_the_gateways_cache_costs_nothing_though_its_tokens_are_reported(
    through_gateway: Connection, tmp_path: Path
) -> None:
    card = shipped().get(LLAMA)
    request = ChatRequest(model=LLAMA, messages=(Message("user", "Hello upstream: tokens=10"),))
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)

        def kept() -> KeptReply:
            reply_id = store.start_reply(None, model=LLAMA)
            reply = LiveReply(request, through_gateway, StoreRecorder(store, card), reply_id, owner=store.owner).start()
            assert reply.ended.wait(20)
            found = store.reply(reply_id)
            assert found is not None
            return found

        asked, cached = kept(), kept()
    assert asked.usage == cached.usage
    assert asked.usage is not None
    assert card is not None
    assert (asked.cached, asked.cost) == (False, cost(asked.usage, card.price))
    assert (cached.cached, cached.cost) == (True, Decimal(0))
    assert asked.cost


def test_what_was_refused_here_is_no_request_in_usage_and_what_the_server_refused_is(
    upstream: Upstream, tmp_path: Path
) -> None:
    wrong = Connection(
        kind="workers_ai", account_id=ACCOUNT, api_token="wrong", max_retries=0, base_url=upstream.base_url
    )
    request = ChatRequest(model=LLAMA, messages=(Message("user", "Hello upstream: tokens=10"),))
    with open_stores(new_database(tmp_path)) as stores:
        store = stores.of(DEFAULT_OWNER)

        def new_reply() -> LiveReply:
            return LiveReply(
                request,
                wrong,
                StoreRecorder(store, shipped().get(LLAMA)),
                store.start_reply(None, model=LLAMA),
                owner=store.owner,
            )

        new_reply().refuse(AuthenticationError("The connection is switched off."))
        asked = new_reply().start()
        assert asked.saved.wait(20)
        assert isinstance(asked.error, AuthenticationError)
        (hour,) = store.usage(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
    assert (hour.totals.requests, hour.totals.failed) == (1, 1)
