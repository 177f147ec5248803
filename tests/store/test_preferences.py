from typing import Any

import pytest

from playground.store import Store


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "\x00é"]}, [], "", 0, False])
def test_a_preference_comes_back_as_it_was(store: Store, value: Any) -> None:
    store.prefer("name", "before")
    store.prefer("name", value)
    assert store.preference("name") == value


def test_none_takes_a_preference_away(store: Store) -> None:
    assert store.preference("name") is None
    store.prefer("name", 1)
    store.prefer("other", 2)
    store.prefer("name", None)
    store.prefer("name", None)
    assert (store.preference("name"), store.preference("other")) == (None, 2)
