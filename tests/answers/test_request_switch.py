"""The switch that stops all requests, against a real server: nothing leaves, what comes ends within a second."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.answers.live_reply import LiveReply
from playground.answers.network import network
from playground.answers.request_switch import STOPPED_WITH_ALL, request_switch
from playground.messages import ChatRequest, Message
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers import Connection
from playground.providers.check import check_connection
from playground.store import Stores, open_stores
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Upstream

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
ADA = Owner.signed_in("https://issuer.example", "ada")
SOON_S = 20.0
SLOW = "Hello upstream: rate=20 tokens=4000"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    """Stores that the switch of this process follows."""
    request_switch.cache_clear()
    with open_stores(new_database(tmp_path)) as opened:
        request_switch().follow(opened)
        yield opened
    request_switch.cache_clear()


def ask(upstream: Upstream, text: str) -> LiveReply:
    connection = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    return LiveReply(
        ChatRequest(model=LLAMA, messages=(Message("user", text),)), connection, owner=DEFAULT_OWNER
    ).start()


def streaming(upstream: Upstream) -> LiveReply:
    reply = ask(upstream, SLOW)
    assert reply.arrived.wait(SOON_S)
    return reply


def test_nothing_leaves_while_requests_are_stopped(stores: Stores, upstream: Upstream) -> None:
    request_switch().stop_all(ADA, "The bill.")
    reply = ask(upstream, "Hello")
    assert reply.ended.wait(SOON_S)
    assert reply.error is not None
    assert (reply.state, reply.error.kind) == ("failed", "permission")
    assert reply.error.message == "An administrator stopped all requests. They say: The bill."
    assert upstream.requests == []

    request_switch().allow(ADA)
    again = ask(upstream, "Hello upstream: tokens=3")
    assert again.ended.wait(SOON_S)
    assert again.state == "done"


def test_lists_of_models_and_checks_of_connections_which_ask_no_model_are_still_done(
    stores: Stores, upstream: Upstream
) -> None:
    request_switch().stop_all(ADA)
    server = Connection(name="home", kind="openai_compatible", base_url=upstream.openai_url, api_token=TOKEN)
    account = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    for connection in (server, account):
        steps = network().submit(check_connection(connection)).result(SOON_S)
        assert all(step.ok for step in steps), steps
    roster = Roster({"home": server})
    roster.served.wait(SOON_S)
    assert roster.served.listed("home")
    assert {seen.method for seen in upstream.requests} == {"GET"}


def test_who_stopped_them_alone_is_told_so(stores: Stores, upstream: Upstream) -> None:
    request_switch().stop_all(DEFAULT_OWNER, "Too dear.")
    reply = ask(upstream, "Hello")
    assert reply.ended.wait(SOON_S)
    assert reply.error is not None
    assert reply.error.message == "All requests are stopped. The reason: Too dear."
    assert reply.error.hint == "Allow them again on the Usage page, under Stop all requests. Nothing was sent."


def test_an_answer_that_streams_ends_within_a_second(stores: Stores, upstream: Upstream) -> None:
    def seconds() -> float:
        replies = [streaming(upstream), streaming(upstream)]
        before = time.monotonic()
        request_switch().stop_all(ADA)
        for reply in replies:
            assert reply.ended.wait(SOON_S)
            assert reply.state == "stopped"
            assert reply.text
            assert reply.exchange.notes == [STOPPED_WITH_ALL]
        request_switch().allow(ADA)
        return time.monotonic() - before

    assert min(seconds() for _ in range(3)) < 1  # of a machine that has much else to do


def test_it_ends_within_a_second_where_another_process_switches(
    stores: Stores, upstream: Upstream, tmp_path: Path
) -> None:
    def seconds() -> float:
        reply = streaming(upstream)
        before = time.monotonic()
        with open_stores(new_database(tmp_path)) as elsewhere:
            elsewhere.stop_requests(ADA, "")
        assert reply.ended.wait(SOON_S)
        assert reply.state == "stopped"
        request_switch().allow(ADA)
        return time.monotonic() - before

    assert min(seconds() for _ in range(3)) < 1
