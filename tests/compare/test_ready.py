"""Comparisons that are ready to be tried: their models are there, and one needs no key."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from playground.compare.comparing import Comparing
from playground.compare.ready import READY, ReadyComparison, set_up
from playground.conversation.chat import Chat
from playground.conversation.setup import fit
from playground.models.local import EMBEDDED_ID
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import open_stores
from tests.databases import new_database


@pytest.fixture
def comparing(tmp_path: Path) -> Iterator[Comparing]:
    with open_stores(new_database(tmp_path)) as stores:
        roster = Roster({"local": Connection(kind="local", name="local")})
        yield Comparing(Chat(stores.of(DEFAULT_OWNER), roster))


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.name)
def test_the_panes_are_set_up_with_what_their_models_take(comparing: Comparing, ready: ReadyComparison) -> None:
    for panes_before in (2, 5):
        comparison_id, comparison = comparing.begin([EMBEDDED_ID] * panes_before)
        comparing.save(comparison_id, set_up(comparing, comparison_id, comparison, ready))
        found = comparing.read(comparison_id)
        assert found is not None
        assert [pane.model for pane in found.panes] == [pane.model for pane in ready.panes]
        for pane in found.panes:
            card = comparing.card(pane)
            assert card is not None
            assert not card.retired(date.today())
            assert fit(found.setup(pane), card)[1] == ()
        setups = [found.setup(pane) for pane in found.panes]
        assert all(setups.count(setup) == 1 for setup in setups)


def test_one_needs_no_key_and_the_others_say_what_they_need(comparing: Comparing) -> None:
    obstacles = [ready.obstacle(comparing.chat.roster) for ready in READY]
    assert [bool(obstacle) for obstacle in obstacles] == [False, True, True]
    assert all("CLOUDFLARE" in obstacle or "connection" in obstacle for obstacle in obstacles[1:])
