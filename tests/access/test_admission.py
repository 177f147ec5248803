"""A cookie alone opens nothing: the server keeps the sign-in, the list and the role, and looks at each time."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.access.admission import Admission, NotAdmittedError, SignInCookie, Visitor
from playground.access.rules import AccessRules
from playground.owner import Owner
from playground.store import Stores, open_stores
from tests.databases import new_database

ISSUER = "https://issuer.example"


def cookie(subject: str = "ada", **claims: Any) -> SignInCookie:
    said = {"iss": ISSUER, "sub": subject, "email": f"{subject}@example.com", "email_verified": True, **claims}
    found = SignInCookie.read(json.dumps(said).encode())
    assert found is not None
    return found


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def listed() -> dict[str, list[str]]:
    """Who may come in; a test may change it."""
    return {"admins": ["ada@example.com"], "users": ["bob@example.com"]}


@pytest.fixture
def admission(stores: Stores, listed: dict[str, list[str]]) -> Admission:
    return Admission(stores, lambda: AccessRules.read(listed))


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(NotAdmittedError) as raised:
        act()
    return raised.value.reason


def test_a_sign_in_has_an_owner_by_issuer_and_subject(admission: Admission) -> None:
    ada = cookie()
    assert admission.begin(ada)
    assert admission.visitor(ada) == Visitor(Owner.signed_in(ISSUER, "ada"), "admin", "ada@example.com", "", ada.id)


def test_a_cookie_whose_sign_in_nobody_began_opens_nothing(admission: Admission) -> None:
    assert refusal(lambda: admission.visitor(None)) == "nobody"
    assert refusal(lambda: admission.visitor(cookie())) == "ended"


def test_a_cookie_opens_nothing_once_its_sign_in_has_ended(admission: Admission) -> None:
    ada, elsewhere = cookie(nonce="1"), cookie(nonce="2")
    admission.begin(ada)
    admission.begin(elsewhere)
    admission.visitor(ada)
    admission.end(ada)
    assert refusal(lambda: admission.visitor(ada)) == "ended"
    assert admission.visitor(elsewhere).role == "admin"


def test_nothing_is_kept_of_who_is_not_on_the_list(admission: Admission, stores: Stores) -> None:
    eve = cookie("eve")
    assert not admission.begin(eve)
    assert refusal(lambda: admission.visitor(eve)) == "unlisted"
    assert stores.users() == ()


@pytest.mark.parametrize("verified", [False, None, "false", 1])
def test_an_address_that_is_not_verified_is_none(admission: Admission, verified: object) -> None:
    ada = cookie(email_verified=verified)
    assert not admission.begin(ada)
    assert refusal(lambda: admission.visitor(ada)) == "unverified"


def test_who_is_taken_off_the_list_is_out_whatever_role_was_given(
    admission: Admission, listed: dict[str, list[str]]
) -> None:
    ada, bob = cookie(), cookie("bob")
    admission.begin(ada)
    admission.begin(bob)
    admission.give_role(bob.owner, "admin", admission.visitor(ada))
    assert admission.visitor(bob).role == "admin"
    listed["users"].clear()
    admission.end(cookie("nobody"))  # what was looked up a moment ago is forgotten
    assert refusal(lambda: admission.visitor(bob)) == "unlisted"


def test_a_role_that_is_given_holds_at_once_and_is_written_down(admission: Admission, stores: Stores) -> None:
    ada, bob = cookie(), cookie("bob")
    admission.begin(ada)
    admission.begin(bob)
    told: list[str] = []
    admission.on_change = lambda: told.append("changed")
    for role, expected in (("viewer", "viewer"), (None, "user")):
        admission.give_role(bob.owner, role, admission.visitor(ada))  # type: ignore[arg-type]
        assert admission.visitor(bob).role == expected
    admission.give_role(bob.owner, "none", admission.visitor(ada))
    assert refusal(lambda: admission.visitor(bob)) == "ended"
    assert len(told) == 3
    assert [entry.what for entry in stores.audit_entries()] == [
        "gave the role none",
        "gave the role of secrets.toml",
        "gave the role viewer",
    ]


def test_only_an_administrator_decides_and_nobody_about_themselves(admission: Admission, stores: Stores) -> None:
    ada, bob = cookie(), cookie("bob")
    admission.begin(ada)
    admission.begin(bob)
    as_bob, as_ada = admission.visitor(bob), admission.visitor(ada)
    assert refusal(lambda: admission.give_role(ada.owner, "viewer", as_bob)) == "unlisted"
    assert refusal(lambda: admission.end_all(ada.owner, as_bob)) == "unlisted"
    assert refusal(lambda: admission.give_role(ada.owner, "viewer", as_ada)) == "unlisted"
    admission.end(ada)
    assert refusal(lambda: admission.end_all(bob.owner, as_ada)) == "unlisted"  # what the page knows is old
    assert stores.audit_entries() == ()
    assert admission.visitor(bob).role == "user"


@pytest.mark.parametrize("signed", [b"", b"[]", b"{}", b'{"iss": "x y", "sub": "z"}', b'{"iss": "x", "sub": ""}', b"1"])
def test_a_cookie_that_names_nobody_is_none(signed: bytes) -> None:
    assert SignInCookie.read(signed) is None
