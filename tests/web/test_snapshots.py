"""Snapshots at their addresses: who may read, what comes with them, and one answer for all that is not there."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from playground.owner import DEFAULT_OWNER
from playground.store import NewSnapshot, Readers, Stores, open_stores
from playground.store.database.database import now
from playground.web.security import HEADERS, WebSecurity
from playground.web.sign_in_gate import SignInGate
from playground.web.snapshots import NOT_THERE, POLICY, snapshot_routes
from tests.databases import new_database
from tests.web.test_sign_in_gate import Door, read

PAGE = "<!doctype html>\n<main>\nWords of a chat</main>\n"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


def shared(stores: Stores, readers: Readers = "link", **more: object) -> str:
    new = NewSnapshot("chat", "The sea", PAGE, "", readers, **more)  # type: ignore[arg-type]
    return stores.of(DEFAULT_OWNER).create_snapshot(new).id


def client(stores: Stores, door: Door | None = None, *, public: bool = False) -> TestClient:
    """The route as the app has it; with a `door` people sign in."""
    gate = [] if door is None else [Middleware(SignInGate, read=read, doors=lambda: door)]
    app = Starlette(routes=snapshot_routes(lambda: stores, lambda: public), middleware=[Middleware(WebSecurity), *gate])
    return TestClient(app, base_url="http://localhost")


def test_a_snapshot_is_read_by_its_address_alone_below_any_base_path(stores: Stores) -> None:
    id_ = shared(stores)
    with client(stores) as browser:
        for base in ("", "/base/path"):
            answer = browser.get(f"{base}/s/{id_}")
            assert answer.status_code == 200
            assert "Words of a chat" in answer.text
            assert f'href="../?snapshot={id_}"' in answer.text
    (told,) = stores.of(DEFAULT_OWNER).snapshots()
    assert told.visits == 2


def test_it_comes_with_a_strict_policy_of_its_own_and_is_not_for_search_engines(stores: Stores) -> None:
    with client(stores) as browser:
        for address in (shared(stores), "nothing"):
            headers = browser.get(f"/s/{address}").headers
            assert headers["content-security-policy"] == POLICY
            assert "script-src" not in POLICY
            assert headers["referrer-policy"] == "no-referrer"
            assert "noindex" in headers["x-robots-tag"]
            assert headers["cache-control"] == "no-store"
            assert headers["x-frame-options"] == HEADERS["x-frame-options"]
            assert "set-cookie" not in headers


def test_what_is_not_there_is_answered_alike(stores: Stores) -> None:
    store = stores.of(DEFAULT_OWNER)
    revoked, expired, deleted = (shared(stores) for _ in range(3))
    expired = shared(stores, expires_at=now() - timedelta(seconds=1))
    store.revoke_snapshot(revoked)
    store.delete_snapshot(deleted)
    for_others = shared(stores, "signed in")
    with client(stores, Door()) as browser:
        found = [browser.get(f"/s/{id_}") for id_ in ("never", revoked, expired, deleted, for_others)]
    assert {(answer.status_code, answer.text) for answer in found} == {(404, found[0].text)}
    assert NOT_THERE in found[0].text


@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("readers", ["link", "signed in"])
@pytest.mark.parametrize("inside", [False, True])
def test_where_people_sign_in(stores: Stores, public: bool, readers: Readers, inside: bool) -> None:
    door, id_ = Door(), shared(stores, readers)
    if inside:
        door.inside.add("anna")
    with client(stores, door, public=public) as browser:
        status = browser.get(f"/s/{id_}", headers={"cookie": "user=anna"}).status_code
    assert status == (200 if inside or (public and readers == "link") else 404)


def test_a_visit_is_not_counted_by_asking_for_headers_alone(stores: Stores) -> None:
    id_ = shared(stores)
    with client(stores) as browser:
        assert browser.head(f"/s/{id_}").status_code == 200
    (told,) = stores.of(DEFAULT_OWNER).snapshots()
    assert told.visits == 0
