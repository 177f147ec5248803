"""The models of each owner: nothing that one added, and no key of theirs, is another one's."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from playground.connections.own_connection import KeyStorage, OwnConnection
from playground.connections.rosters import EVERYBODY, Models, OthersDecideError, Rosters
from playground.models.catalog.card import PriceQuote
from playground.money.own_prices import prices_as_json, read_price
from playground.owner import DEFAULT_OWNER, Owner
from playground.providers import Connection
from playground.store import Stores, open_stores
from tests.databases import new_database

ADA = Owner.signed_in("https://issuer.example", "ada")
BOB = Owner.signed_in("https://issuer.example", "bob")
SHARED_KEY, ADAS_KEY = "sk-shared-0123456789", "sk-adas-0123456789"
SCHEMA = {"type": "object", "properties": {"max_tokens": {"type": "integer"}}}
CONFIGURED = Connection(name="cloudflare", kind="workers_ai", account_id="0" * 32, api_token="t" * 40)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def rosters(stores: Stores, tmp_path: Path) -> Rosters:
    return Rosters({"cloudflare": CONFIGURED}, {}, stores, tmp_path)


def add(models: Models, name: str, key: str, address: str = "http://127.0.0.1:9/v1") -> OwnConnection:
    own = models.own.described(
        name, {"kind": "openai_compatible", "base_url": address, "api_token": key}, key_storage="disk"
    )
    models.own.put(own)
    return own


def keys(models: Models) -> set[str]:
    """All keys that a roster could send."""
    tokens = [connection.api_token for connection in models.roster.connections.values()]
    return {token.get_secret_value() for token in tokens if token is not None}


def test_a_connection_is_there_for_who_added_it_alone(rosters: Rosters, stores: Stores, tmp_path: Path) -> None:
    rosters.of(BOB)
    add(rosters.of(ADA), "home", ADAS_KEY)
    for read in (rosters, Rosters({"cloudflare": CONFIGURED}, {}, stores, tmp_path)):
        assert ADAS_KEY in keys(read.of(ADA))
        for other in (BOB, EVERYBODY, DEFAULT_OWNER):
            assert read.of(other).own.all() == ()
            assert set(read.of(other).roster.connections) == {"cloudflare"}
            assert ADAS_KEY not in keys(read.of(other))


def test_two_owners_have_connections_of_one_name_each_with_its_key(rosters: Rosters) -> None:
    add(rosters.of(ADA), "home", ADAS_KEY)
    add(rosters.of(BOB), "home", "sk-bobs-0123456789")
    rosters.of(BOB).own.remove("home")
    assert ADAS_KEY in keys(rosters.of(ADA))
    assert "home" not in rosters.of(BOB).roster.connections


def test_everybodys_is_there_at_once_also_for_who_comes_later(rosters: Rosters) -> None:
    rosters.of(ADA)
    add(rosters.of(EVERYBODY), "shared", SHARED_KEY)
    for owner in (ADA, BOB):
        models = rosters.of(owner)
        assert SHARED_KEY in keys(models)
        assert models.own.configured("shared")
        assert models.own.get("shared") is None
        assert models.own.free_name("shared") == "shared-2"
    rosters.of(EVERYBODY).own.switch("shared", on=False)
    assert "shared" not in rosters.of(ADA).roster.connections
    rosters.of(EVERYBODY).own.remove("shared")
    assert all("was removed" in rosters.of(owner).roster.problems["shared"] for owner in (ADA, BOB))


def test_an_own_connection_gives_way_to_everybodys_and_comes_back(rosters: Rosters) -> None:
    ada = rosters.of(ADA)
    add(ada, "home", ADAS_KEY)
    add(rosters.of(EVERYBODY), "home", SHARED_KEY)
    assert SHARED_KEY in keys(ada)
    assert ADAS_KEY not in keys(ada)
    shown = ada.own.get("home")
    assert shown is not None
    assert not shown.usable
    rosters.of(EVERYBODY).own.remove("home")
    assert ADAS_KEY in keys(ada)
    assert SHARED_KEY not in keys(ada)


def test_who_chose_a_connection_of_everybodys_is_told_what_became_of_it(rosters: Rosters) -> None:
    ada = rosters.of(ADA).roster
    for name in ("shared", "passing"):
        add(rosters.of(EVERYBODY), name, SHARED_KEY)
    rosters.of(EVERYBODY).own.rename("shared", "ours")
    rosters.of(EVERYBODY).own.remove("passing")
    for roster in (ada, rosters.of(BOB).roster):
        card = roster.card("shared/any")
        assert card is not None
        assert card.id == "ours/any"
        assert "passing was removed" in roster.problems["passing"]


def test_what_everybodys_models_cost_take_and_see_is_nobodys_own_to_change(rosters: Rosters, stores: Stores) -> None:
    add(rosters.of(EVERYBODY), "shared", SHARED_KEY)
    everybodys, bob = rosters.of(EVERYBODY).roster.served, rosters.of(BOB).roster.served
    everybodys.set_price("shared", *quote("1"))
    changes: list[Callable[[], None]] = [
        lambda: bob.set_price("shared", *quote("0")),
        lambda: bob.set_parameters("shared", SCHEMA),
        lambda: bob.set_vision("shared", False),
    ]
    for change in changes:
        with pytest.raises(OthersDecideError):
            change()
    imported = stores.of(BOB)  # as an import writes them
    for kind, value in (("prices", prices_as_json(dict([quote("0")]))), ("parameters", SCHEMA), ("vision", False)):
        imported.prefer(f"{kind} shared", value)
    rosters.of(BOB).take_up()
    assert bob.prices("shared") == dict([quote("1")])
    assert not bob.own_parameters("shared")
    assert bob.vision("shared") is None
    assert not rosters.of(BOB).decides("shared")
    assert rosters.of(EVERYBODY).decides("shared")


def test_of_a_connection_of_their_own_somebody_decides_all(rosters: Rosters) -> None:
    ada = rosters.of(ADA)
    add(ada, "home", ADAS_KEY)
    ada.roster.served.set_price("home", *quote("9"))
    assert ada.decides("home")
    assert rosters.of(DEFAULT_OWNER).decides("cloudflare")
    add(rosters.of(EVERYBODY), "home", SHARED_KEY)
    assert ada.roster.served.prices("home") == {}  # that one has no price yet
    rosters.of(EVERYBODY).own.remove("home")
    assert ada.roster.served.prices("home") == dict([quote("9")])


def test_who_pays_is_known_of_each_connection(rosters: Rosters) -> None:
    ada = rosters.of(ADA)
    add(ada, "home", ADAS_KEY)
    add(rosters.of(EVERYBODY), "shared", SHARED_KEY)
    add(rosters.of(DEFAULT_OWNER), "sole", "sk-sole-0123456789")
    paid = {name: connection.paid_by_owner for name, connection in ada.roster.connections.items()}
    assert paid == {"cloudflare": False, "home": True, "shared": False}
    assert not rosters.of(DEFAULT_OWNER).roster.connections["sole"].paid_by_owner
    add(rosters.of(EVERYBODY), "home", SHARED_KEY)
    assert not ada.roster.connections["home"].paid_by_owner
    rosters.of(EVERYBODY).own.remove("home")
    assert ada.roster.connections["home"].paid_by_owner


def test_models_may_be_named_by_anybody_for_themselves(rosters: Rosters) -> None:
    add(rosters.of(EVERYBODY), "shared", SHARED_KEY)
    ada, bob = rosters.of(ADA).roster.served, rosters.of(BOB).roster.served
    bob.name_by_hand("shared", ["mine"])
    rosters.of(EVERYBODY).roster.served.name_by_hand("shared", ["ours"])
    assert (ada.by_hand("shared"), bob.by_hand("shared")) == (("ours",), ("mine",))


def quote(usd: str) -> tuple[str, PriceQuote]:
    """A price of any model, in USD for a million tokens."""
    return read_price("*", {"input": usd, "output": usd, "cached_input": "", "as_of": "2026-11-01"})


def test_a_roster_is_put_together_again_for_who_comes_back(stores: Stores, tmp_path: Path) -> None:
    rosters = Rosters({"cloudflare": CONFIGURED}, {}, stores, tmp_path, most=2)
    people = [Owner.signed_in("https://issuer.example", f"person-{number}") for number in range(6)]
    for owner in people:  # whose servers list nothing: who waits for a list holds the roster
        storages: tuple[KeyStorage, ...] = "disk", "memory"
        for storage in storages:
            own, account = rosters.of(owner).own, {"kind": "workers_ai", "account_id": "1" * 32}
            own.put(own.described(storage, {**account, "api_token": f"{storage}-{owner.id[-8:]}"}, storage))
    gc.collect()
    assert len(rosters.others()) == 2
    for owner in people:
        assert keys(rosters.of(owner)) == {f"disk-{owner.id[-8:]}", f"memory-{owner.id[-8:]}", "t" * 40}


def test_a_roster_in_use_stays_the_only_one_of_its_owner(stores: Stores, tmp_path: Path) -> None:
    rosters = Rosters({"cloudflare": CONFIGURED}, {}, stores, tmp_path, most=1)
    polled = rosters.of(ADA).roster  # by a batch, say
    add(rosters.of(ADA), "home", ADAS_KEY)
    asked = polled.connections["home"]
    for number in range(3):
        rosters.of(Owner.signed_in("https://issuer.example", f"person-{number}"))
    gc.collect()
    add(rosters.of(EVERYBODY), "shared", SHARED_KEY)
    assert rosters.of(ADA).roster is polled
    assert SHARED_KEY in {token.get_secret_value() for c in polled.connections.values() if (token := c.api_token)}
    assert polled.connections["home"] == asked
