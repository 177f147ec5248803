"""A snapshot on the stage: what is on its page, and nothing is asked of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.channel.asking import RefusedError
from playground.channel.messages import Direction
from playground.conversation.chat import Chat
from playground.models.roster import Roster
from playground.owner import Owner
from playground.presenting.presented_snapshot import PresentedSnapshot
from playground.presenting.show import Show, open_show
from playground.sharing.data import PageData
from playground.sharing.document_of_data import read_document
from playground.sharing.included import HIDDEN_NAMES, Included
from playground.store import open_stores
from tests.databases import new_database
from tests.presenting.test_show import direct, on, texts, window
from tests.sharing.test_pages import EVERYTHING, chat, comparison

READER = Owner("who reads it")


@pytest.fixture
def readers(tmp_path: Path) -> Iterator[Chat]:
    """The chat of somebody who has nothing of it."""
    with open_stores(new_database(tmp_path)) as opened:
        yield Chat(opened.of(READER), Roster({}))


def presented(data: PageData, id_: str = "s") -> PresentedSnapshot:
    return PresentedSnapshot(id_, read_document(data))


def test_a_comparison_has_its_answers_verdict_and_votes(readers: Chat) -> None:
    page = window(Show(READER, presented(comparison())), readers)
    view = on(page)
    assert (view.step, view.steps, view.prompt) == (1, 1, "Why is the sea salty?")
    assert [pane.name for pane in view.panes] == ["Llama 8B", "Qwen 3"]
    shown = texts(page, "Rivers, says Qwen.")
    assert "It is *salty*, says Llama." in shown
    assert "$" not in shown
    verdict = direct(page, "next")
    assert verdict.verdict
    assert verdict.table[0] == ("Measure", "Llama 8B", "Qwen 3")
    assert "Cost" not in {row[0] for row in verdict.table}
    assert any(row[0].startswith("Cost") for row in direct(page, "costs").table)
    assert verdict.remarks == ("Qwen 3 is better",)


def test_names_that_are_off_are_masked_and_those_left_out_stay_away(readers: Chat) -> None:
    page = window(Show(READER, presented(comparison())), readers)
    assert [pane.name for pane in direct(page, "names").panes] == ["A", "B"]
    assert "Qwen" not in texts(page, "Rivers")
    assert on(page).table == ()
    bare = window(Show(READER, presented(comparison(HIDDEN_NAMES))), readers)
    assert [pane.name for pane in on(bare).panes] == ["A", "B"]
    assert "Qwen" not in texts(bare, "Rivers")


@pytest.mark.parametrize("included", [EVERYTHING, Included(names=False)])
def test_a_chat_has_a_step_for_each_question(readers: Chat, included: Included) -> None:
    page = window(Show(READER, presented(chat(included))), readers)
    assert (on(page).steps, on(page).has_verdict) == (1, False)
    assert "It is *salty*" in texts(page, "salty")
    assert on(page).panes[0].name == ("llama-3.1-8b" if included.names else "Model A")


def test_nothing_is_asked_of_it_and_two_snapshots_follow_each_other_on_a_page(readers: Chat) -> None:
    page = window(Show(READER, presented(comparison())), readers)
    kinds: tuple[Direction, ...] = ("run", "ask", "room", "reveal")
    for do in kinds:
        with pytest.raises(RefusedError):
            direct(page, do)
    other = Show(READER, presented(comparison(), "another"))
    assert other.join(page, lambda: readers, may_ask=True)
    ids = {pane.turn for pane in on(page).panes}
    assert ids
    assert all(id_ in texts(page) for id_ in ids)


def test_it_is_found_again_by_its_id(readers: Chat) -> None:
    show = open_show(readers.store, presented(chat()))
    assert open_show(readers.store, presented(chat()), show.id) is show
    assert open_show(readers.store, presented(chat(), "another"), show.id) is not show
