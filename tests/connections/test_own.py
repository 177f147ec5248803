"""Connections that are added while the playground runs: kept without their keys, which are kept apart or not at all."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from playground.connections.former import FORMER
from playground.connections.key_file import KeyFile
from playground.connections.own import OwnConnections
from playground.connections.own_connection import MOST_CONNECTIONS, OwnConnection
from playground.connections.settings import SettingError
from playground.models.naming import Unknown, name_refusal
from playground.models.preferences import MemoryPreferences
from playground.models.roster import Roster
from playground.money.own_prices import read_price
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.providers.http.server_address import server_of
from tests.upstream import ACCOUNT, TOKEN, Upstream

PRICE = {"input": "1", "output": "2", "as_of": "2026-11-01"}


@pytest.fixture
def preferences() -> MemoryPreferences:
    return MemoryPreferences()


@pytest.fixture
def own(preferences: MemoryPreferences, tmp_path: Path) -> OwnConnections:
    return started(preferences, tmp_path)


def started(preferences: MemoryPreferences, folder: Path, *configured: Connection) -> OwnConnections:
    """A process that begins with what an earlier one kept."""
    roster = Roster({connection.name: connection for connection in configured})
    return OwnConnections(roster, preferences, KeyFile(folder))


def roster_of(own: OwnConnections) -> Roster:
    assert isinstance(own._roster, Roster)
    return own._roster


def server(upstream: Upstream, **more: str) -> dict[str, str]:
    return {"kind": "openai_compatible", "base_url": upstream.openai_url, **more}


def test_a_connection_is_used_at_once_and_after_a_restart(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    steps = asyncio.run(own.check_and_put(own.described("home", server(upstream, api_token=TOKEN), "disk")))
    assert [step.ok for step in steps] == [True]
    again = started(preferences, tmp_path)
    for one in (own, again):
        roster = roster_of(one)
        roster.served.wait(10)
        assert roster.served.listed("home")
        token = roster.connections["home"].api_token
        assert token is not None
        assert token.get_secret_value() == TOKEN
    assert TOKEN not in json.dumps(preferences.preference("connections"))


def test_a_wrong_key_is_said_and_nothing_is_kept(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    wrong = own.described("home", server(upstream, api_token="mistyped-key"), "disk")
    steps = asyncio.run(own.check_and_put(wrong))
    assert [(step.part, step.ok) for step in steps] == [("server", True), ("token", False)]
    assert "mistyped-key" not in " ".join(step.message + step.hint for step in steps)
    assert (own.all(), preferences.preference("connections")) == ((), None)
    assert list(tmp_path.iterdir()) == []


def test_what_an_import_adds_is_there_at_once_and_what_is_used_stays(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream
) -> None:
    own.put(own.described("home", server(upstream, api_token=TOKEN), "disk"))
    (kept,) = preferences.preference("connections")
    others = [
        {"name": "plain", **server(upstream)},
        {"name": "keyed", **server(upstream), "keyed": True},
        {"name": "home", **server(upstream), "on": False},
        {"name": "odd", "kind": "no such kind"},
        *({"name": f"many-{number}", **server(upstream), "on": False} for number in range(MOST_CONNECTIONS)),
    ]
    preferences.prefer("connections", [kept, *others])

    own.take_up()

    assert set(roster_of(own).connections) == {"home", "plain"}
    assert roster_of(own).problems["keyed"] == "keyed: Its key is not there any more: enter it again."
    assert len(own.all()) == MOST_CONNECTIONS
    token = roster_of(own).connections["home"].api_token
    assert token is not None
    assert token.get_secret_value() == TOKEN


def test_a_key_that_is_not_to_be_kept_is_gone_with_the_process(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    own.put(own.described("home", server(upstream, api_token=TOKEN), "memory"))
    assert "home" in roster_of(own).connections
    assert list(tmp_path.iterdir()) == []

    again = started(preferences, tmp_path)
    (kept,) = again.all()
    assert kept.problem == "Its key was kept until the playground stopped: enter it again."
    assert "home" not in roster_of(again).connections
    meaning = roster_of(again).find("home/any")
    assert isinstance(meaning, Unknown)
    assert name_refusal(meaning).message == f"home: {kept.problem}"

    again.put(again.described("home", server(upstream, api_token=TOKEN), "memory"))
    assert "home" in roster_of(again).connections


def test_it_is_switched_off_and_on(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    own.put(own.described("home", server(upstream, api_token=TOKEN), "disk"))
    own.switch("home", False)
    again = started(preferences, tmp_path)
    for one in (own, again):
        assert "home" not in roster_of(one).connections
        assert roster_of(one).problems["home"] == "home is switched off."
    again.switch("home", True)
    assert roster_of(again).connections["home"].api_token is not None
    assert "home" not in roster_of(again).problems


def test_it_is_removed_with_all_that_was_said_of_it_and_brought_back(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    own.put(own.described("home", server(upstream, api_token=TOKEN), "disk"))
    served = roster_of(own).served
    served.set_price("home", *read_price("*", PRICE))
    served.name_by_hand("home", ["mine"])

    own.remove("home")
    assert (own.all(), roster_of(own).connections) == ((), {})
    assert preferences.preference("prices home") is None
    assert KeyFile(tmp_path).key(DEFAULT_OWNER.id, "home", upstream.origin) is None

    assert own.restore("home")
    assert served.by_hand("home") == ("mine",)
    assert list(served.own_prices("home")) == ["*"]
    assert KeyFile(tmp_path).key(DEFAULT_OWNER.id, "home", upstream.origin) is not None
    assert not own.restore("home")


def test_what_chose_a_removed_connection_is_told_so_also_after_a_restart(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    own.put(own.described("home", server(upstream, api_token=TOKEN), "disk"))
    own.remove("home")
    for one in (own, started(preferences, tmp_path)):
        meaning = roster_of(one).find("home/any")
        assert isinstance(meaning, Unknown)
        assert name_refusal(meaning).message.startswith("The connection home was removed on 20")
    assert own.restore("home")
    for one in (own, started(preferences, tmp_path)):
        assert roster_of(one).card("home/any") is not None
    assert preferences.preference(FORMER) is None


def test_a_renamed_connection_keeps_all_and_what_chose_its_models_follows(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    for name in ("first", "home", "last"):
        own.put(own.described(name, server(upstream, api_token=TOKEN), "disk"))
    preferences.prefer("prices home", {"*": PRICE})

    assert own.rename("home", " office ") == "office"
    assert own.rename("office", "den") == "den"
    for one in (own, started(preferences, tmp_path)):
        roster = roster_of(one)
        assert [known.name for known in one.all()] == ["first", "den", "last"]
        assert roster.connections["den"].api_token == own.all()[1].connection.api_token
        assert "home" not in roster.connections
        for chosen in ("home/any", "office/any", "den/any"):
            card = roster.card(chosen)
            assert card is not None
            assert card.id == "den/any"
    assert (preferences.preference("prices home"), preferences.preference("prices den")) == (None, {"*": PRICE})
    assert KeyFile(tmp_path).key(DEFAULT_OWNER.id, "home", upstream.origin) is None

    own.put(own.described("home", server(upstream), "disk"))  # the name is free again, and nobody else's
    card = roster_of(own).card("home/any")
    assert card is not None
    assert card.id == "home/any"
    own.remove("den")
    roster = roster_of(started(preferences, tmp_path))
    roster.served.wait(10)
    meaning = roster.find("office/any")
    assert isinstance(meaning, Unknown)
    assert "was removed" in meaning.problem


@pytest.mark.parametrize("name", ["", "a/b", "local", "other", "x" * 101])
def test_names_that_a_connection_cannot_be_given(own: OwnConnections, upstream: Upstream, name: str) -> None:
    for known in ("home", "other"):
        own.put(own.described(known, server(upstream), "disk"))
    with pytest.raises(SettingError):
        own.rename("home", name)
    assert [known.name for known in own.all()] == ["home", "other"]


def test_a_key_goes_to_the_server_that_it_was_entered_for_alone(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    own.put(own.described("home", server(upstream, api_token=TOKEN), "disk"))
    longer = own.described("home", {**server(upstream), "base_url": f"{upstream.openai_url}/chat/completions"}, "disk")
    assert longer.connection.api_token is not None
    with pytest.raises(SettingError, match="entered for another server"):
        own.described("home", {"kind": "openai_compatible", "base_url": "http://127.0.0.1:9/v1"}, "disk")

    # Whoever can write into the database gets no key by it.
    (entry,) = preferences.preference("connections")
    preferences.prefer("connections", [{**entry, "base_url": "http://127.0.0.1:9/v1"}])
    (moved,) = started(preferences, tmp_path).all()
    assert (moved.connection.api_token, moved.problem) == (None, "Its key is not there any more: enter it again.")


GATEWAY_KEY = "gateway-key-0123456789"


def account(gateway: Mapping[str, object], **more: str) -> dict[str, object]:
    return {"kind": "workers_ai", "account_id": ACCOUNT, "api_token": TOKEN, "gateway": gateway, **more}


def test_timeouts_limits_endpoint_and_gateway_are_kept(
    own: OwnConnections, preferences: MemoryPreferences, tmp_path: Path
) -> None:
    gateway = {"id": "mine", "token": GATEWAY_KEY, "skip_cache": True, "cache_ttl_s": "60"}
    own.put(own.described("cf", account(gateway, idle_timeout_s="12.5", max_retries="0", api="openai"), "disk"))
    again = started(preferences, tmp_path)
    for one in (own, again):
        kept = one.all()[0].connection
        assert (kept.idle_timeout_s, kept.first_byte_timeout_s, kept.max_retries) == (12.5, 50, 0)
        assert kept.api == "openai"
        assert kept.gateway is not None
        assert (kept.gateway.id, kept.gateway.skip_cache, kept.gateway.cache_ttl_s) == ("mine", True, 60)
        assert kept.gateway.token is not None
        assert kept.gateway.token.get_secret_value() == GATEWAY_KEY
    (entry,) = preferences.preference("connections")
    assert GATEWAY_KEY not in json.dumps(entry)
    assert "connect_timeout_s" not in entry

    # Without its key it stays; what is left out goes back to what the playground has.
    edited = again.described("cf", {**account({"id": "mine"}), "idle_timeout_s": "30"}, "disk").connection
    assert edited.gateway is not None
    assert edited.gateway.token is not None
    assert (edited.idle_timeout_s, edited.max_retries) == (30, 2)
    again.rename("cf", "cloud")
    gateway_now = started(preferences, tmp_path).all()[0].connection.gateway
    assert gateway_now is not None
    assert gateway_now.token is not None
    again.remove("cloud")
    keys = KeyFile(tmp_path)
    assert [keys.key(DEFAULT_OWNER.id, f"{name}/gateway", server_of(edited)) for name in ("cf", "cloud")] == [None] * 2


def test_no_key_goes_through_a_gateway_that_it_was_not_entered_for(
    own: OwnConnections, preferences: MemoryPreferences, tmp_path: Path
) -> None:
    own.put(own.described("cf", account({"id": "mine", "token": GATEWAY_KEY}), "disk"))
    elsewhere = {"base_url": "https://elsewhere.example/v1"}
    settings = account(elsewhere)
    del settings["api_token"]
    with pytest.raises(SettingError, match="entered for another server"):
        own.described("cf", settings, "disk")
    (entry,) = preferences.preference("connections")
    preferences.prefer("connections", [{**entry, "gateway": elsewhere}])
    (moved,) = started(preferences, tmp_path).all()
    assert moved.connection.api_token is None
    assert moved.connection.gateway is not None
    assert moved.connection.gateway.token is None
    assert not moved.usable


@pytest.mark.parametrize(
    ("field", "value"), [("idle_timeout_s", "soon"), ("max_retries", "-1"), ("max_wait_s", "inf!")]
)
def test_a_limit_that_is_none_is_said(own: OwnConnections, upstream: Upstream, field: str, value: str) -> None:
    with pytest.raises(SettingError, match=field):
        own.described("home", server(upstream, **{field: value}), "disk")


def test_a_connection_of_the_environment_is_not_replaced(
    own: OwnConnections, preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path
) -> None:
    own.put(own.described("home", server(upstream), "disk"))
    configured = Connection(kind="openai_compatible", name="home", base_url="http://127.0.0.1:9/v1", max_retries=0)
    again = started(preferences, tmp_path, configured)
    assert roster_of(again).connections["home"] == configured
    assert "that one is used" in again.all()[0].problem
    again.switch("home", False)
    again.switch("home", True)
    assert roster_of(again).connections["home"] == configured
    again.remove("home")
    assert roster_of(again).connections["home"] == configured
    with pytest.raises(SettingError, match="already"):
        again.described("home", server(upstream), "disk")
    assert again.free_name("home") == "home-2"


@pytest.mark.parametrize("name", ["", "  ", "a/b", "local", "a\nb", "x" * 101])
def test_names_that_cannot_be(own: OwnConnections, upstream: Upstream, name: str) -> None:
    with pytest.raises(SettingError):
        own.described(name, server(upstream), "disk")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "openai_compatible", "base_url": "s3cret"}, "must begin with https://"),
        ({"kind": "openai_compatible", "base_url": "http://h", "api_token": "s3 cret"}, "API token holds blanks"),
        ({"kind": "workers_ai", "account_id": ACCOUNT}, "no Cloudflare API token"),
        ({"kind": "s3cret"}, "kind: input should be"),
    ],
)
def test_settings_that_cannot_be_are_said_without_secrets(
    own: OwnConnections, settings: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingError) as raised:
        own.described("home", settings, "disk")
    assert said in raised.value.message
    assert "s3" not in raised.value.message


def test_two_processes_add_to_one_list(preferences: MemoryPreferences, upstream: Upstream, tmp_path: Path) -> None:
    one, other = started(preferences, tmp_path), started(preferences, tmp_path)
    one.put(one.described("first", server(upstream, api_token=TOKEN), "disk"))
    other.put(other.described("second", server(upstream, api_token=TOKEN), "disk"))
    assert [own.name for own in started(preferences, tmp_path).all()] == ["first", "second"]


def test_there_is_a_bound(own: OwnConnections) -> None:
    closed = Connection(kind="openai_compatible", base_url="http://127.0.0.1:9/v1")
    for number in range(MOST_CONNECTIONS):
        own._own = {**own._own, f"n{number}": OwnConnection(closed)}
    with pytest.raises(SettingError, match="remove one first"):
        own.put(OwnConnection(closed.model_copy(update={"name": "more"})))


@pytest.mark.parametrize("stored", ["x", [1, {"name": 5}, {"name": "a", "kind": "unheard-of"}], {"name": "a"}])
def test_what_cannot_be_read_is_passed_over(stored: object, tmp_path: Path) -> None:
    preferences = MemoryPreferences()
    preferences.prefer("connections", stored)
    assert started(preferences, tmp_path).all() == ()
