"""The switch that stops all requests holds for every process that has the database open, and says who threw it."""

import pytest

from playground.owner import Owner
from playground.store import Stores, open_stores
from playground.store import switches as module

ADA = Owner.signed_in("https://issuer.example", "ada")


def test_requests_are_stopped_and_allowed_again(stores: Stores) -> None:
    assert stores.stopped() is None
    stores.stop_requests(ADA, "The bill.")
    stopped = stores.stopped()
    assert stopped is not None
    assert (stopped.by, stopped.reason) == (ADA.id, "The bill.")
    stores.allow_requests(ADA)
    assert stores.stopped() is None


def test_it_holds_for_another_process_and_after_a_restart(url: str) -> None:
    with open_stores(url) as here, open_stores(url) as there:
        here.stop_requests(ADA, "")
        assert there.stopped() is not None
    with open_stores(url) as later:
        assert later.stopped() is not None


def test_what_administrators_did_is_written_down_the_newest_first(stores: Stores) -> None:
    stores.stop_requests(ADA, "The bill.")
    stores.allow_requests(ADA)
    stores.note_in_audit(ADA, "made a viewer", "bob@example.com")
    assert [(entry.by, entry.what, entry.about) for entry in stores.audit_entries()] == [
        (ADA.id, "made a viewer", "bob@example.com"),
        (ADA.id, "allowed requests again", ""),
        (ADA.id, "stopped all requests", "The bill."),
    ]
    assert len(stores.audit_entries(limit=1)) == 1


def test_the_record_has_a_bound(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENTRIES_KEPT", 3)
    for number in range(5):
        stores.note_in_audit(ADA, "did", str(number))
    assert [entry.about for entry in stores.audit_entries()] == ["4", "3", "2"]
