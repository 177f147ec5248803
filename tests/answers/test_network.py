"""The providers that are open: one for each connection, and not for ever."""

import pytest

from playground.answers import network as networks
from playground.answers.network import Network
from playground.providers import Connection
from tests.upstream import Upstream


def connection(upstream: Upstream, name: str) -> Connection:
    return Connection(kind="openai_compatible", name=name, base_url=upstream.openai_url, max_retries=0)


def test_a_connection_has_one_provider(upstream: Upstream) -> None:
    network = Network()
    first, again, other = (
        network.submit(network.provider(connection(upstream, name))).result(10) for name in ("a", "a", "b")
    )
    assert first is again
    assert first is not other


def test_the_one_that_was_asked_longest_ago_is_closed(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "MOST_OPEN", 2)
    network = Network()
    a, b, _, c = (
        network.submit(network.provider(connection(upstream, name))).result(10) for name in ("a", "b", "a", "c")
    )
    for open_ in (a, c):
        assert network.submit(open_.list_models()).result(10)
    with pytest.raises(RuntimeError, match="has been closed"):
        network.submit(b.list_models()).result(10)
    assert network.submit(network.provider(connection(upstream, "b"))).result(10) is not b
