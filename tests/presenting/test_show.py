"""A presentation: what its windows are shown, and who may direct it."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from playground.channel.asking import RefusedError
from playground.channel.messages import Direct, Direction, Retry, StageView
from playground.channel.pages import Page
from playground.conversation.chat import Chat
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER, Owner
from playground.presenting import show as presentations
from playground.presenting.kept_stage import MOST_KEPT_STAGES, STAGES, KeptStage, keep_stage, kept_stage
from playground.presenting.position import Position
from playground.presenting.presented_chat import PresentedChat
from playground.presenting.presented_comparison import PresentedComparison
from playground.presenting.scene import Presentable
from playground.presenting.show import MOST_SHOWS, Show, open_show
from playground.store import BallotChoice, Failure, ReadOnlyError, Stores, open_stores
from tests.browser.waiting import until
from tests.databases import new_database
from tests.presenting.answered import GEMMA, LLAMA, answer, compared

WHY, HOW = "Why is the sea salty?", "How salty?"
TEXTS = {LLAMA: "Because of rivers.", GEMMA: "I am Gemma."}


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(new_database(tmp_path)) as opened:
        yield opened


@pytest.fixture
def chat(stores: Stores) -> Chat:
    return Chat(stores.of(DEFAULT_OWNER), Roster({}))


def window(show: Show, chat: Chat, *, may_ask: bool = True) -> Page:
    page = Page()
    assert show.join(page, lambda: chat, may_ask=may_ask)
    return page


def direct(page: Page, do: Direction, value: int = 0) -> StageView:
    """What is on the stage after a key."""
    assert page.handler is not None
    page.handler(page, Direct(number=1, slot="stage", do=do, value=value))
    return on(page)


def on(page: Page) -> StageView:
    assert page.stage is not None
    return page.stage


def texts(page: Page, with_text: str = "") -> str:
    """All that a page is sent, and what is around it, once there is something in each slot, and `with_text`."""
    until(lambda: all(slot.shown and slot.shown.entries for slot in page.slots.values()) and with_text in sent(page))
    return sent(page)


def sent(page: Page) -> str:
    """What there is of it now."""
    shown = [slot.shown for slot in page.slots.values()]
    return repr(
        [on(page), *([(entry.fields, entry.text) for entry in one.entries] for one in shown if one is not None)]
    )


def comparison(chat: Chat, *, blind: bool = False) -> Presentable:
    return PresentedComparison(compared(chat.store, (WHY, HOW), TEXTS, blind=blind)[0])


def test_a_comparison_has_a_step_for_each_prompt(chat: Chat) -> None:
    page = window(Show(DEFAULT_OWNER, comparison(chat)), chat)
    view = on(page)
    assert (view.step, view.steps, view.prompt) == (2, 2, HOW)
    assert [pane.slot for pane in view.panes] == ["pane-0", "pane-1"]
    before = direct(page, "previous")
    assert (before.step, before.prompt) == (1, WHY)
    assert [pane.turn for pane in before.panes] != [pane.turn for pane in view.panes]


def test_costs_are_in_the_verdict_where_they_are_on(chat: Chat) -> None:
    page = window(Show(DEFAULT_OWNER, comparison(chat)), chat)
    view = direct(page, "verdict")
    assert view.verdict
    assert "$" not in repr(view.table)
    assert "$0.0001" in repr(direct(page, "costs").table)


def test_nothing_of_a_blind_comparison_names_a_model_until_names_are_shown(chat: Chat) -> None:
    subject = comparison(chat, blind=True)
    page = window(Show(DEFAULT_OWNER, subject), chat)
    assert [pane.name for pane in on(page).panes] == ["A", "B"]
    assert not any(name in texts(page).lower() for name in ("gemma", "llama", "models.example", "1.50 s"))
    assert on(page).table == ()
    view = direct(page, "names")
    assert {pane.name for pane in view.panes} == {"llama-3.3-70b-instruct-fp8-fast", "gemma-4-26b-a4b-it"}
    texts(page, with_text="I am Gemma")
    assert "models.example" not in texts(page)
    assert [pane.name for pane in direct(page, "names").panes] == ["A", "B"], "and they can be hidden again"


def test_who_may_only_read_cannot_show_names_for_others(stores: Stores, chat: Chat) -> None:
    subject = comparison(chat, blind=True)
    reader = Chat(stores.of(DEFAULT_OWNER, read_only=True), Roster({}))
    page = window(Show(DEFAULT_OWNER, subject), reader, may_ask=False)
    assert not on(page).may_ask
    with pytest.raises(ReadOnlyError):
        direct(page, "names")
    assert [pane.name for pane in on(page).panes] == ["A", "B"]


def test_errors_of_servers_are_told_without_their_words(chat: Chat) -> None:
    conversation = chat.store.create_conversation(model=LLAMA).id
    error = Failure(
        "timeout", "https://secret.example took too long for account 0123.", "Write to root@secret.example."
    )
    answer(chat.store, conversation, WHY, "", error=error)
    page = window(Show(DEFAULT_OWNER, PresentedChat(conversation)), chat)
    assert "No answer came." in texts(page)
    assert "It took too long." in texts(page)
    assert "secret.example" not in texts(page)
    assert "0123" not in texts(page)


def test_all_windows_show_the_same_until_one_shows_something_else(chat: Chat) -> None:
    show = Show(DEFAULT_OWNER, comparison(chat))
    one, other = window(show, chat), window(show, chat)
    direct(one, "start")
    assert on(other) == on(one)
    other.handler = None
    other.show_stage(None)
    direct(one, "next")
    assert other.stage is None


def test_a_presentation_is_found_again_by_its_owner_alone(stores: Stores) -> None:
    own, other = stores.of(DEFAULT_OWNER), stores.of(Owner("somebody else"))
    subject = PresentedChat("c")
    show = open_show(own, subject)
    assert open_show(own, subject, show.id) is show
    assert open_show(other, subject, show.id) is not show
    assert open_show(own, PresentedChat("another"), show.id) is not show
    for _ in range(MOST_SHOWS):
        open_show(own, subject)
    assert open_show(own, subject, show.id) is not show


def test_after_a_restart_it_is_where_it_was(stores: Stores, chat: Chat) -> None:
    subject, others = comparison(chat), stores.of(Owner("somebody else"))
    show = open_show(chat.store, subject)
    page = window(show, chat)
    for do in ("start", "costs", "names"):
        direct(page, do)
    until(lambda: (kept := kept_stage(chat.store, show.id, subject.kept_as)) is not None and not kept.position.names)
    restarted()
    again = open_show(chat.store, subject, show.id)
    assert again is not show
    assert (again.id, again.position) == (show.id, show.position)
    view = on(window(again, chat))
    assert (view.step, view.costs, [pane.name for pane in view.panes]) == (1, True, ["A", "B"])
    for store, what in ((others, subject), (chat.store, PresentedChat("c"))):
        restarted()
        fresh = open_show(store, what, show.id)
        assert fresh.id != show.id
        assert fresh.position == Position()
    chat.store.prefer(STAGES, {show.id: {"subject": subject.kept_as, "position": 7}})
    restarted()
    assert open_show(chat.store, subject, show.id).position == Position()


def restarted() -> None:
    """Have none in memory, as after a restart of the app."""
    presentations._shows.clear()


def test_the_last_ones_are_kept(chat: Chat) -> None:
    for number in range(MOST_KEPT_STAGES + 5):
        keep_stage(chat.store, f"show {number}", KeptStage("chat c", Position(step=number)))
    assert kept_stage(chat.store, "show 4", "chat c") is None
    kept = kept_stage(chat.store, "show 5", "chat c")
    assert kept is not None
    assert kept.position == Position(step=5)


def test_the_room_votes_by_the_letters_of_the_stage_until_the_result(stores: Stores, chat: Chat) -> None:
    show = Show(DEFAULT_OWNER, comparison(chat))
    page, other = Page(), window(show, chat)
    assert show.join(page, lambda: chat, "http://room.example/base/present?comparison=x", may_ask=True)
    asked = direct(page, "room")
    assert [pane.name for pane in asked.panes] == ["A", "B"]
    assert asked.room is not None
    assert re.fullmatch(r"http://room\.example/base/vote/[2-9a-z]{10}", asked.room.address)
    assert asked.room.code.startswith("data:image/svg+xml")
    assert not asked.room.warning
    assert (asked.room.voted, asked.room.rows) == ("0 votes so far", ())
    assert direct(other, "room").room is None
    assert direct(page, "room").room is not None, "the same ballot again"

    ballot_id = asked.room.address.rpartition("/")[2]
    ballot = stores.ballot_at(ballot_id)
    assert ballot is not None
    assert stores.cast(ballot_id, "phone", BallotChoice("better", ballot.answers[1].pane)) == "kept"
    until(lambda: (shown := on(other).room) is not None and shown.voted == "1 vote so far")

    result = direct(other, "reveal")
    assert [pane.name for pane in result.panes] == ["llama-3.3-70b-instruct-fp8-fast", "gemma-4-26b-a4b-it"]
    assert result.room is not None
    assert (result.room.address, result.room.voted) == ("", "1 vote, closed")
    assert [(row.label[:2], row.share) for row in result.room.rows] == [("A:", 0), ("B:", 1), ("Ti", 0), ("Bo", 0)]
    assert on(page) == result, "windows differ in addresses alone"
    assert direct(page, "next").room is None, "the next thing are the answers"
    assert direct(page, "previous").step == 1
    assert stores.cast(ballot_id, "late", BallotChoice("tie")) == "closed"


def test_the_room_is_asked_only_about_answers_that_are_there(stores: Stores, chat: Chat) -> None:
    page = window(Show(DEFAULT_OWNER, comparison(chat)), chat)
    with pytest.raises(RefusedError, match="was not asked"):
        direct(page, "reveal")
    direct(page, "start")
    with pytest.raises(RefusedError, match="last question"):
        direct(page, "room")
    conversation = chat.store.create_conversation(model=LLAMA).id
    answer(chat.store, conversation, WHY, "Rivers.")
    with pytest.raises(RefusedError, match="of a comparison"):
        direct(window(Show(DEFAULT_OWNER, PresentedChat(conversation)), chat), "room")
    reader = Chat(stores.of(DEFAULT_OWNER, read_only=True), Roster({}))
    page = window(Show(DEFAULT_OWNER, comparison(chat)), reader, may_ask=False)
    with pytest.raises(ReadOnlyError):
        direct(page, "room")
    assert [pane.name for pane in on(page).panes] != ["A", "B"]


def test_what_is_not_there_is_not_shown(stores: Stores, chat: Chat) -> None:
    subject = comparison(chat)
    another = Chat(stores.of(Owner("somebody else")), Roster({}))
    for of, what in ((another, subject), (chat, PresentedChat("nothing")), (chat, PresentedComparison("nothing"))):
        assert not Show(of.store.owner, what).join(Page(), partial(_same, of), may_ask=True)


def _same(chat: Chat) -> Chat:
    return chat


def test_only_the_last_question_is_asked_again(chat: Chat) -> None:
    page = window(Show(DEFAULT_OWNER, comparison(chat)), chat)
    direct(page, "start")
    with pytest.raises(RefusedError):
        direct(page, "run")
    assert on(page).steps == 2


def test_the_stage_is_directed_and_nothing_else(chat: Chat) -> None:
    page = window(Show(DEFAULT_OWNER, comparison(chat)), chat)
    assert page.handler is not None
    with pytest.raises(RefusedError):
        page.handler(page, Retry(number=1, slot="pane-0", mark="m", turn="t"))
