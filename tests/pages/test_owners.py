"""Addresses of what belongs to somebody else are those of nothing, and no list names any of it."""

from collections.abc import Callable

import pytest

from components.frame.process import chat_of, stores, visitor
from playground.compare.comparing import Comparing
from playground.messages import Message
from playground.owner import Owner
from playground.presets import Preset, PresetLibrary
from tests.pages.conftest import alone, shown

ANNA = Owner.signed_in("https://issuer.example", "anna")
MARK = "xylophone-quartz"


def conversation(owner: Owner) -> str:
    store = stores().of(owner)
    made = store.create_conversation(model="m", system_prompt=MARK).id
    store.add_turn(made, None, Message("user", MARK))
    return made


def comparison(owner: Owner) -> str:
    comparing = Comparing(chat_of(owner))
    made, comparison = comparing.begin(["m", "m"])
    comparing.save(made, comparison, prompt=MARK)
    return made


def preset(owner: Owner) -> str:
    return PresetLibrary(stores().of(owner)).add(Preset(name=MARK, system_prompt=MARK, prompt=MARK)).id


@pytest.mark.parametrize(
    ("page", "name", "make"),
    [
        ("pages/chat.py", "c", conversation),
        ("pages/chat.py", "preset", preset),
        ("pages/compare.py", "id", comparison),
    ],
)
def test_an_address_of_somebody_elses_is_that_of_nothing(page: str, name: str, make: Callable[[Owner], str]) -> None:
    nothing = opened(page, name, "nothing-has-this-id")
    assert opened(page, name, make(ANNA)) == nothing
    assert opened(page, name, make(visitor().owner)) != nothing


@pytest.mark.parametrize("page", ["pages/history.py", "pages/presets.py", "pages/batch.py"])
def test_nothing_of_somebody_elses_is_listed(page: str) -> None:
    before = shown(alone(page))
    fill(ANNA)
    assert shown(alone(page)) == before
    fill(visitor().owner)
    assert shown(alone(page)) != before


def fill(owner: Owner) -> None:
    """One of each."""
    conversation(owner), comparison(owner), preset(owner)
    store = stores().of(owner)
    batch = store.add_batch(connection="c", model=MARK, items=[{"prompt": MARK}])
    store.change_batch(batch, "abandoned")


def opened(page: str, name: str, id_: str) -> str:
    """The words of a page that is opened at an address."""
    script = alone(page)
    script.query_params[name] = id_
    words = shown(script.run())
    assert not script.exception
    return words
