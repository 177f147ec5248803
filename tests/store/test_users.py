"""Users and their sign-ins: a cookie is worth something only as long as its sign-in has not ended."""

import pytest
from sqlalchemy import select, update

from playground.owner import Owner
from playground.store import MissingError, Stores
from playground.store.database.database import now
from playground.store.database.schema import sign_ins, users
from playground.store.users import SIGN_IN_LASTS

ADA = Owner.signed_in("https://issuer.example", "ada")
BOB = Owner.signed_in("https://issuer.example", "bob")


def sign_in(stores: Stores, id_: str, owner: Owner = ADA, email: str = "ada@example.com") -> None:
    stores.begin_sign_in(id_, owner, email=email, verified=True, name="Ada")


def test_a_sign_in_is_known_until_it_ends(stores: Stores) -> None:
    assert stores.signed_in("one") is None
    sign_in(stores, "one")
    sign_in(stores, "two")
    found = stores.signed_in("one")
    assert found is not None
    assert (found.owner, found.email, found.verified, found.name) == (ADA, "ada@example.com", True, "Ada")
    stores.end_sign_in("one")
    assert stores.signed_in("one") is None
    assert stores.signed_in("two") is not None


def test_an_ended_sign_in_does_not_begin_again(stores: Stores) -> None:
    sign_in(stores, "one")
    stores.end_sign_in("one")
    sign_in(stores, "one")
    assert stores.signed_in("one") is None


def test_all_sign_ins_of_a_user_end_and_nobody_elses(stores: Stores) -> None:
    sign_in(stores, "one")
    sign_in(stores, "two")
    sign_in(stores, "bobs", BOB)
    stores.end_sign_ins(ADA)
    assert [stores.signed_in(id_) is not None for id_ in ("one", "two", "bobs")] == [False, False, True]


def test_a_sign_in_lasts_as_long_as_its_cookie_and_is_forgotten_later(stores: Stores) -> None:
    sign_in(stores, "one")
    with stores.write() as connection:
        connection.execute(update(sign_ins).values(began_at=now() - SIGN_IN_LASTS))
    assert stores.signed_in("one") is None
    with stores.write() as connection:
        connection.execute(update(sign_ins).values(began_at=now() - 2.1 * SIGN_IN_LASTS))
    sign_in(stores, "two")
    with stores.read() as connection:
        assert connection.scalars(select(sign_ins.c.id)).all() == ["two"]


def test_the_address_is_that_of_the_last_sign_in_and_the_user_stays_the_same(stores: Stores) -> None:
    sign_in(stores, "one")
    stores.give_role(ADA, "admin")
    sign_in(stores, "two", email="ada@elsewhere.example")
    (user,) = stores.users()
    assert (user.owner, user.email, user.given_role) == (ADA, "ada@elsewhere.example", "admin")
    stores.give_role(ADA, None)
    assert stores.users()[0].given_role is None


def test_a_role_is_given_only_to_somebody_who_has_signed_in(stores: Stores) -> None:
    with pytest.raises(MissingError):
        stores.give_role(BOB, "admin")


def test_when_somebody_was_seen_is_noted_at_most_once_a_minute(stores: Stores) -> None:
    sign_in(stores, "one")
    with stores.write() as connection:
        connection.execute(update(users).values(seen_at=now() - SIGN_IN_LASTS / 30))
    stores.signed_in("one")
    first = stores.users()[0].seen_at
    assert now() - first < SIGN_IN_LASTS / 300
    stores.signed_in("one")
    assert stores.users()[0].seen_at == first
