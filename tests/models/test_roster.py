"""The catalogue as servers list it, as people change it, and as Cloudflare refreshes it."""

from pathlib import Path

import pytest

from playground.models.catalog import shipped
from playground.models.naming import Unknown, name_refusal
from playground.models.preferences import MemoryPreferences
from playground.models.roster import Roster
from playground.parameters import specs
from playground.parameters.authoring import read_parameter_schema
from playground.providers import Connection
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.models import row

NEW = "@cf/upstream/rate-100_tokens-600"


@pytest.fixture
def cloudflare(upstream: Upstream) -> Connection:
    return Connection(
        kind="workers_ai",
        name="cloudflare",
        base_url=upstream.base_url,
        account_id=ACCOUNT,
        api_token=TOKEN,
        max_retries=0,
    )


@pytest.fixture
def server(upstream: Upstream) -> Connection:
    return Connection(kind="openai_compatible", name="home", base_url=upstream.openai_url, max_retries=0)


def listed(server: Connection, preferences: MemoryPreferences | None = None) -> Roster:
    roster = Roster({server.name: server}, preferences=preferences)
    roster.served.list(server).result(10)
    return roster


def test_nothing_is_asked_of_cloudflare_at_the_start(
    cloudflare: Connection, upstream: Upstream, tmp_path: Path
) -> None:
    roster = Roster({"cloudflare": cloudflare}, refreshed_at=tmp_path / "models.json")
    assert roster.card(NEW) is None
    assert roster.refreshed.as_of is None
    assert upstream.requests == []


def test_a_refresh_is_there_at_the_next_start_until_it_is_undone(cloudflare: Connection, tmp_path: Path) -> None:
    kept = tmp_path / "models.json"
    heard: list[tuple[int, int]] = []
    roster = Roster({"cloudflare": cloudflare}, refreshed_at=kept)
    roster.refresh(cloudflare, lambda done, total: heard.append((done, total))).result(20)
    assert (heard[0], heard[-1]) == ((0, 3), (3, 3))

    again = Roster({"cloudflare": cloudflare}, refreshed_at=kept)

    for one in (roster, again):
        card = one.card(NEW)
        assert card is not None
        assert card.since_shipped == "new"
        assert one.obstacle(card) is None
        assert one.refreshed.as_of is not None
    again.use_shipped()
    assert again.card(NEW) is None
    assert not kept.exists()
    again.use_shipped()


def test_a_changed_model_is_marked_and_others_are_not(
    cloudflare: Connection, upstream: Upstream, tmp_path: Path
) -> None:
    first = upstream.service.rows[0]["name"]
    upstream.service.rows[0] = row(first, "", {"property_id": "context_window", "value": "999"})
    roster = Roster({"cloudflare": cloudflare}, refreshed_at=tmp_path / "models.json")
    found = roster.refresh(cloudflare).result(20)
    (changed,) = found.changed
    assert changed == first
    card = roster.card(changed)
    assert card is not None
    assert (card.since_shipped, card.context_window) == ("changed", 999)
    assert {card.since_shipped for card in roster.catalog if card.id not in (changed, NEW)} == {None}
    assert {card.since_shipped for card in shipped()} == {None}


def test_a_refresh_that_fails_leaves_the_catalogue_and_says_why(
    cloudflare: Connection, upstream: Upstream, tmp_path: Path
) -> None:
    roster = Roster({"cloudflare": cloudflare}, refreshed_at=tmp_path / "models.json")
    upstream.script(
        Answer.json({"errors": [{"code": 10000, "message": "Authentication error"}]}, 403), "/models/search"
    )
    upstream.service.account.user_tokens.clear()
    try:
        found = roster.refresh(cloudflare).result(20)
    finally:
        upstream.service.account.user_tokens.add(TOKEN)
    assert found.error is not None
    assert found.error.kind in ("authentication", "permission")
    assert len(roster.refreshed.catalog) == len(shipped())


def test_a_list_that_cannot_be_kept_is_used_and_said(cloudflare: Connection, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    roster = Roster({"cloudflare": cloudflare}, refreshed_at=tmp_path / "file" / "models.json")
    found = roster.refresh(cloudflare).result(20)
    assert "could not be kept" in found.problems[-1]
    assert roster.card(NEW) is not None


def test_models_of_a_server_as_it_lists_them_and_by_hand(server: Connection, upstream: Upstream) -> None:
    preferences = MemoryPreferences()
    roster = listed(server, preferences)
    assert roster.served.listed("home") == tuple(one["name"] for one in upstream.service.rows)
    roster.served.name_by_hand("home", [" extra ", "", "extra", NEW])
    assert roster.served.by_hand("home") == ("extra", NEW)
    card = roster.card("home/extra")
    assert card is not None
    assert (card.wire_id, roster.obstacle(card)) == ("extra", None)
    assert sum(card.connection == "home" for card in roster.catalog) == 4
    assert listed(server, preferences).card("home/extra") is not None


def test_a_server_without_a_list_says_so_and_keeps_what_is_named(server: Connection, upstream: Upstream) -> None:
    for _ in range(2):  # at the start, and when it is asked for
        upstream.script(Answer.json({"error": "no such route"}, 404), "/models")
    roster = listed(server)
    roster.served.name_by_hand("home", ["mine"])
    assert roster.card("home/mine") is not None
    failure = roster.served.failure("home")
    assert failure is not None
    assert failure.kind == "not_found"


def test_a_server_takes_any_name_before_it_has_listed_its_models_and_after(
    server: Connection, cloudflare: Connection, upstream: Upstream
) -> None:
    upstream.script(Answer.json({"data": [{"id": "Qwen3"}, {"id": "llama-3.2-1b-instruct"}]}, delay=0.3), "/models")
    roster = Roster({"home": server, "cloudflare": cloudflare})
    early = [roster.card(name) for name in ("home/any/name", "home/llama-3.2-1b-instruct", "home/Qwen3")]
    assert roster.served.listed("home") is None
    roster.served.list(server).result(10)
    late = [roster.card(name) for name in ("home/any/name", "home/llama-3.2-1b-instruct", "home/Qwen3")]

    assert late == early
    for card, name in zip(late, ("any/name", "llama-3.2-1b-instruct", "Qwen3"), strict=True):
        assert card is not None
        assert (card.wire_id, card.connection, roster.obstacle(card)) == (name, "home", None)
    assert (listed := roster.card("HOME/qwen3")) is not None
    assert listed.id == "home/Qwen3"
    assert (exact := roster.card("@cf/meta/llama-3.2-1b-instruct")) is not None
    assert exact.provider == "workers_ai"
    assert [roster.card(name) for name in ("home/", "home", "office/any", "homely/any", "")] == [None] * 5


def test_a_server_named_as_an_author_of_cloudflare_is_the_one_that_is_meant(server: Connection) -> None:
    openai = server.model_copy(update={"name": "openai"})
    roster = Roster({"openai": openai})
    roster.served.list(openai).result(10)

    meant, cloudflare_s = roster.card("openai/gpt-oss-20b"), roster.card("gpt-oss-20b")
    assert meant is not None
    assert (meant.wire_id, meant.provider) == ("gpt-oss-20b", "openai_compatible")
    assert cloudflare_s is not None
    assert cloudflare_s.id == "@cf/openai/gpt-oss-20b"


def test_models_that_cloudflare_passes_on_are_those_of_each_account(cloudflare: Connection, server: Connection) -> None:
    work = cloudflare.model_copy(update={"name": "work"})
    roster = Roster({"cloudflare": cloudflare, "work": work})
    for id_ in ("cloudflare/openai/gpt-4.1", "work/openai/gpt-4.1"):
        card = roster.catalog.get(id_)
        assert card is not None
        assert (card.wire_id, roster.connection(card).name) == ("openai/gpt-4.1", id_.partition("/")[0])
    unknown = roster.card("work/anthropic/claude-next")
    assert unknown is not None
    assert (unknown.wire_id, roster.connection(unknown).name) == ("anthropic/claude-next", "work")
    assert "thinking_budget" in {spec.name for spec in specs(unknown.schemas["messages"])}
    assert roster.card("work/nobody/knows") is None
    assert "openai/gpt-4.1" not in {card.wire_id for card in Roster({"home": server}).catalog}


def test_own_parameters_are_those_of_every_model_of_the_server(server: Connection) -> None:
    preferences = MemoryPreferences()
    roster = listed(server, preferences)
    own = read_parameter_schema('{"properties": {"mirostat": {"type": "integer", "minimum": 0, "maximum": 2}}}')
    roster.served.set_parameters("home", own)

    again = listed(server, preferences)

    for one in (roster, again):
        assert one.served.own_parameters("home")
        served = [specs(card.schemas["messages"]) for card in one.catalog if card.connection == "home"]
        assert [[spec.name for spec in found] for found in served] == [["mirostat"]] * 3
    roster.served.set_parameters("home", None)
    assert not roster.served.own_parameters("home")
    card = roster.card(f"home/{NEW}")
    assert card is not None
    assert "temperature" in {spec.name for spec in specs(card.schemas["messages"])}
    assert not listed(server, preferences).served.own_parameters("home")


def test_what_stands_in_the_way_of_each_model(cloudflare: Connection) -> None:
    connected, bare = Roster({"cloudflare": cloudflare}), Roster({}, {"cloudflare": "The token is missing."})
    llama, retired = (connected.card(name) for name in ("llama-3.3-70b-instruct-fp8-fast", "mistral-7b-instruct-v0.1"))
    assert llama is not None
    assert retired is not None

    assert connected.obstacle(llama) is None
    assert connected.connection(llama) is cloudflare
    missing, gone = bare.obstacle(llama), connected.obstacle(retired)
    assert missing is not None
    assert (missing.kind, missing.message) == ("authentication", "The token is missing.")
    assert "CLOUDFLARE_API_TOKEN" in missing.hint
    assert gone is not None
    assert gone.kind == "not_found"
    assert retired.retirement is not None
    assert str(retired.retirement.on) in gone.message


def test_the_default_model_runs_without_anything() -> None:
    roster = Roster({"local": Connection(kind="local", name="local")})

    assert roster.default.provider == "local"
    assert roster.obstacle(roster.default) is None
    assert roster.card("@cf/nobody/nothing") is None


def test_each_served_model_is_run_by_its_own_server(server: Connection, upstream: Upstream) -> None:
    other = server.model_copy(update={"name": "office"})
    roster = Roster({"home": server, "office": other})
    for connection in (server, other):
        roster.served.list(connection).result(10)

    served = [card for card in roster.catalog if card.connection]

    assert {card.connection for card in served} == {"home", "office"}
    assert all(roster.connection(card).name == card.connection for card in served)


def test_connections_come_change_and_go_while_it_runs(server: Connection, upstream: Upstream) -> None:
    roster = Roster({})
    roster.connect(server)
    roster.served.wait(10)
    model = f"home/{upstream.service.rows[0]['name']}"
    card = roster.card(model)
    assert card is not None
    assert roster.connection(card) == server

    moved = server.model_copy(update={"idle_timeout_s": 5.0})
    roster.connect(moved)
    assert roster.connection(card) == moved

    roster.disconnect("home", "home is switched off.")
    roster.served.wait(10)
    meaning = roster.find(model)
    assert isinstance(meaning, Unknown)
    assert name_refusal(meaning).message == "home is switched off."
    assert (list(roster.connections), roster.served.cards()) == ([], ())

    roster.disconnect("home")
    assert roster.problems == {}


def test_a_list_that_comes_after_its_connection_was_removed_changes_nothing(
    server: Connection, upstream: Upstream
) -> None:
    upstream.script(Answer.json({"data": [{"id": "late"}]}, delay=0.2), "/models")
    roster = Roster({"home": server})
    coming = roster.served.list(server)
    roster.disconnect("home")
    coming.result(10)
    assert roster.card("home/late") is None
    assert roster.served.pending() == ()
