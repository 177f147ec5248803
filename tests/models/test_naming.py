"""Which model a name means: with servers that list the same ids, before they have listed them, and after."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.models.catalog import Catalog, id_at, listed_card, shipped
from playground.models.catalog.short_names import short_names
from playground.models.naming import Ambiguous, Found, NameMeaning, Unknown, Waiting, name_refusal, why_uncertain
from playground.models.roster import Roster
from playground.providers import Connection
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.models import row

CLOUDFLARE = Connection(kind="workers_ai", name="cloudflare", base_url="http://127.0.0.1:9", account_id="a")


@pytest.fixture
def servers() -> Iterator[list[Upstream]]:
    """Two servers."""
    with ExitStack() as running:
        yield [running.enter_context(Upstream()) for _ in range(2)]


def lists(server: Upstream, *ids: str, delay: float = 0) -> None:
    server.script(Answer.json({"data": [{"id": id_} for id_ in ids]}, delay=delay), "/models")


def connected(servers: Sequence[Upstream], *more: Connection, names: Sequence[str] = ("home", "office")) -> Roster:
    connections = [
        Connection(kind="openai_compatible", name=name, base_url=server.openai_url, max_retries=0)
        for name, server in zip(names, servers, strict=False)
    ]
    return Roster({connection.name: connection for connection in (*connections, *more)})


def ids(meaning: NameMeaning) -> list[str]:
    return [meaning.card.id] if isinstance(meaning, Found) else [card.id for card in meaning.cards]


def test_each_of_two_servers_models_of_one_name_is_asked_about(servers: list[Upstream]) -> None:
    for server in servers:
        lists(server, "plain", "alpha/same-model", "beta/same-model")
    roster = connected(servers)
    roster.await_lists(10)

    for id_ in ("home/plain", "office/plain", "home/alpha/same-model", "office/beta/same-model"):
        found = roster.find(id_)
        assert isinstance(found, Found)
        assert id_ == f"{found.card.connection}/{found.card.wire_id}"
        assert roster.connection(found.card).name == found.card.connection
    for name, meant in {
        "plain": ["home/plain", "office/plain"],
        "PLAIN": ["home/plain", "office/plain"],
        "alpha/same-model": ["home/alpha/same-model", "office/alpha/same-model"],
        "same-model": [f"{name}/{author}/same-model" for name in ("home", "office") for author in ("alpha", "beta")],
        "home/same-model": ["home/same-model"],
    }.items():
        meaning = roster.find(name)
        assert ids(meaning) == meant
        assert isinstance(meaning, Found if len(meant) == 1 else Ambiguous)
    meaning = roster.find("plain")
    assert isinstance(meaning, Ambiguous)
    assert why_uncertain(meaning) == "plain is the name of 2 models."
    assert "home/plain, office/plain" in name_refusal(meaning).hint
    assert roster.card("plain") is None


def test_two_authors_at_one_server(servers: list[Upstream]) -> None:
    lists(servers[0], "alpha/same-model", "beta/same-model", "unique/other")
    roster = connected(servers[:1], names=["openai"])
    roster.await_lists(10)

    for name in ("alpha/same-model", "beta/same-model", "openai/alpha/same-model", "openai/beta/same-model"):
        assert ids(roster.find(name)) == [f"openai/{name.removeprefix('openai/')}"]
        assert roster.card(name) is not None
    assert ids(roster.find("other")) == ["openai/unique/other"]
    assert isinstance(roster.find("same-model"), Ambiguous)


def test_a_bare_name_waits_for_the_lists_and_a_whole_one_does_not(servers: list[Upstream]) -> None:
    lists(servers[0], "plain", "llama-3.3-70b-instruct-fp8-fast", delay=0.3)
    lists(servers[1], "other")
    roster = connected(servers)
    early = {name: roster.find(name) for name in ("plain", "llama-3.3-70b-instruct-fp8-fast", "nobody", "other")}

    for meaning in early.values():
        assert isinstance(meaning, Waiting)
        assert "home" in meaning.connections
        assert name_refusal(meaning).retryable
    assert ids(early["llama-3.3-70b-instruct-fp8-fast"]) == ["@cf/meta/llama-3.3-70b-instruct-fp8-fast"]
    for whole in ("home/plain", "office/plain", "home/any/name", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"):
        assert ids(roster.find(whole)) == [whole]
    assert isinstance(roster.find("@cf/nobody/nothing"), Unknown)
    roster.await_lists(10)
    assert ids(roster.find("plain")) == ["home/plain"]
    assert isinstance(roster.find("llama-3.3-70b-instruct-fp8-fast"), Ambiguous)
    assert isinstance(roster.find("nobody"), Unknown)
    assert ids(roster.find("other")) == ["office/other"]


def test_a_server_that_cannot_be_asked_may_have_that_name_too(servers: list[Upstream]) -> None:
    lists(servers[0], "plain")
    servers[1].script(Answer.json({"error": "broken"}, 500), "/models")
    roster = connected(servers)
    roster.await_lists(10)

    plain, nobody = roster.find("plain"), roster.find("nobody")

    assert isinstance(plain, Ambiguous)
    assert why_uncertain(plain) == "plain may be home/plain; office did not say which models there are."
    assert isinstance(nobody, Unknown)
    assert "office did not say" in why_uncertain(nobody)
    assert isinstance(roster.find("home/plain"), Found)
    assert isinstance(roster.find("@cf/meta/llama-3.3-70b-instruct-fp8-fast"), Found)


def test_of_names_that_differ_in_case_the_one_that_is_written_is_meant(servers: list[Upstream]) -> None:
    lists(servers[0], "Qwen3", "qwen3", "Llama")
    roster = connected(servers[:1])
    roster.await_lists(10)

    assert [ids(roster.find(name)) for name in ("qwen3", "Qwen3", "llama")] == [
        ["home/qwen3"],
        ["home/Qwen3"],
        ["home/Llama"],
    ]
    assert isinstance(roster.find("QWEN3"), Ambiguous)


def test_a_server_without_any_list_is_not_waited_for(servers: list[Upstream]) -> None:
    lists(servers[0], "plain")
    servers[1].script(Answer.json({"error": "no such route"}, 404), "/models")
    roster = connected(servers)
    roster.await_lists(10)

    assert ids(roster.find("plain")) == ["home/plain"]


def test_models_that_cloudflare_passes_on_are_not_those_of_a_server(servers: list[Upstream], tmp_path: Path) -> None:
    lists(servers[0], "plain", "both")
    servers[1].service.rows[:] = [row("openai/both", ""), row("openai/theirs", ""), row("@cf/upstream/own", "")]
    cloudflare = Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=servers[1].base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
    )
    server = Connection(kind="openai_compatible", name="openai", base_url=servers[0].openai_url)
    roster = Roster({"openai": server, "cloudflare": cloudflare}, refreshed_at=tmp_path / "models.json")
    roster.refresh(cloudflare).result(20)
    roster.await_lists(10)

    both = roster.find("openai/both")
    assert isinstance(both, Found)
    assert (both.card.connection, both.card.wire_id) == ("openai", "both")
    passed_on = roster.find("cloudflare/openai/both")
    assert isinstance(passed_on, Found)
    assert (passed_on.card.provider, passed_on.card.wire_id) == ("workers_ai", "openai/both")
    assert roster.connection(passed_on.card) is cloudflare
    assert ids(roster.find("openai/theirs")) == ["openai/theirs", "cloudflare/openai/theirs"]
    assert isinstance(roster.find("openai/theirs"), Ambiguous)
    assert ids(roster.find("@cf/upstream/own")) == ["@cf/upstream/own"]
    assert ids(roster.find("cloudflare/@cf/upstream/own")) == ["@cf/upstream/own"]
    alone = Roster({"cloudflare": cloudflare}, refreshed_at=tmp_path / "models.json")
    assert ids(alone.find("openai/theirs")) == ["cloudflare/openai/theirs"]


def test_the_same_models_of_two_accounts_are_told_apart() -> None:
    other = CLOUDFLARE.model_copy(update={"name": "second"})
    roster = Roster({"cloudflare": CLOUDFLARE, "second": other})
    id_ = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"

    first, second = roster.find(id_), roster.find(f"second/{id_}")

    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert (first.card.wire_id, second.card.wire_id) == (id_, id_)
    assert (roster.connection(first.card).name, roster.connection(second.card).name) == ("cloudflare", "second")
    assert ids(roster.find("llama-3.3-70b-instruct-fp8-fast")) == [id_, f"second/{id_}"]
    assert roster.called(first.card) != roster.called(second.card)


def test_what_is_gone_never_becomes_a_model_elsewhere(servers: list[Upstream]) -> None:
    lists(servers[0], "local/mine", "cloudflare/x", "@cf/nobody/nothing", "nothing")
    roster = connected(servers[:1], CLOUDFLARE, Connection(kind="local", name="local"))
    roster.await_lists(10)

    assert ids(roster.find("local/mine")) == ["home/local/mine"]  # a name that it goes by, and nobody else
    assert isinstance(roster.find("local/nothing"), Unknown)
    assert isinstance(roster.find("cloudflare/nothing"), Unknown)
    assert isinstance(roster.find("@cf/someone/nothing"), Unknown)
    assert ids(roster.find("@cf/nobody/nothing")) == ["home/@cf/nobody/nothing"]


NAMES = st.text("aA/@% .é\u200b\n", max_size=6)


@given(st.lists(st.tuples(NAMES, NAMES), max_size=8, unique=True))
@example([("a", "b/c"), ("a/b", "c"), ("a%2Fb", "c"), ("@cf", "meta/x"), ("%40cf", "meta/x")])
def test_every_model_of_every_connection_has_an_id_and_a_name_of_its_own(models: list[tuple[str, str]]) -> None:
    cards = [listed_card(model, connection=connection) for connection, model in models]
    catalog = Catalog((*shipped(), *cards))

    assert len(catalog) == len(shipped()) + len(models)
    for card, (connection, model) in zip(cards, models, strict=True):
        assert card.id == id_at(connection, model)
        assert (card.connection, card.wire_id) == (connection, model)
        assert catalog.get(card.id) is card
        assert card in catalog.on_the_wire(model)
    called = [catalog.called(card) for card in catalog]
    assert len(set(called)) == len(called)
    assert short_names(catalog) == {card.id: catalog.called(card) for card in catalog}


def test_names_are_as_short_as_they_can_be() -> None:
    def called(*models: tuple[str, str]) -> list[str]:
        cards = [listed_card(model, connection=connection) for connection, model in models]
        return list(short_names(cards).values())

    assert called(("home", "meta/llama"), ("home", "gemma")) == ["llama", "gemma"]
    assert called(("home", "plain"), ("office", "plain")) == ["plain · home", "plain · office"]
    assert called(("home", "a/same"), ("home", "b/same")) == ["a/same", "b/same"]
    assert called(("home", "a/same"), ("home", "b/same"), ("office", "b/same")) == [
        "home/a/same",
        "home/b/same",
        "office/b/same",
    ]


def test_one_not_in_the_list_is_not_called_as_one_that_is() -> None:
    catalog = Catalog([listed_card("plain", connection="home")])
    same, other = (listed_card(name, connection="office") for name in ("plain", "other"))

    assert (catalog.called(same), catalog.called(other)) == ("office/plain", "other")
