from datetime import UTC, datetime, timedelta

import pytest

from playground.store import MissingError, Store, Stores

BODY = {"name": "Sea \x00é", "parameters": {"temperature": 0.2, "seed": 2**40}, "tools": [{"b": 1, "a": None}]}


def test_a_preset_comes_back_as_it_was(store: Store) -> None:
    made = store.create_preset(BODY)
    assert store.preset(made.id) == made
    assert list(made.body["tools"][0]) == ["b", "a"]
    assert store.preset("nobody's") is None
    assert store.preset("\x00") is None


def test_presets_are_listed_in_the_order_they_were_made(store: Store) -> None:
    made = [store.create_preset({"name": name}) for name in "ca"]
    store.save_preset(made[0].id, {"name": "b"})
    assert [saved.body["name"] for saved in store.presets()] == ["b", "a"]
    assert store.presets()[0].updated_at > made[0].updated_at


def test_a_deleted_preset_can_be_brought_back_until_it_is_purged(stores: Stores, store: Store) -> None:
    made = store.create_preset(BODY)
    store.delete_preset(made.id)
    assert store.preset(made.id) is None
    assert store.presets() == ()
    with pytest.raises(MissingError):
        store.save_preset(made.id, {"name": "late"})
    store.restore_preset(made.id)
    assert store.presets() == (made,)
    store.delete_preset(made.id)
    stores.purge(before=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(MissingError):
        store.restore_preset(made.id)
