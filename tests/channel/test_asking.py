"""What a page asks for: carried out in order, once; anything else is answered, or ends the socket."""

import threading

import pytest

from playground.channel import asking
from playground.channel.asking import (
    LONGEST_REQUEST,
    MOST_WAITING,
    NOBODY,
    NOT_UNDERSTOOD,
    STOPPED,
    TOO_LONG,
    TOO_MUCH,
    RefusedError,
    queue_of,
)
from playground.channel.messages import LONGEST_MESSAGE, BrowserRequest, ComposerDraft, Gauge, Problem, Send
from playground.channel.pages import Page
from playground.channel.room import Room
from playground.conversation.chat import Chat
from playground.errors import RateLimitedError
from playground.store import MissingError
from tests.browser.waiting import until
from tests.channel.browser import Browser
from tests.channel.conftest import PlainPresenter, Visit


class Notes:
    """A handler that remembers; `gate` holds it up."""

    def __init__(self) -> None:
        self.asked: list[BrowserRequest] = []
        self.gate = threading.Event()
        self.gate.set()
        self.began = threading.Event()
        self.raises: Exception | None = None

    def __call__(self, page: Page, asked: BrowserRequest) -> Gauge | None:
        self.began.set()
        assert self.gate.wait(20)
        self.asked.append(asked)
        if self.raises is not None:
            raise self.raises
        return Gauge(slot=asked.slot, label=f"{len(asked.text)}") if isinstance(asked, ComposerDraft) else None


def showing(chat: Chat, handler: Notes) -> Page:
    """A page with a conversation of its own."""
    page = Page()
    page.show("main", chat.store.create_conversation().id, PlainPresenter(), store=chat.store)
    page.handler = handler
    return page


@pytest.fixture
def notes(page: Page) -> Notes:
    notes = Notes()
    page.handler = notes
    return notes


def test_requests_are_carried_out_in_order(page: Page, notes: Notes, visit: Visit) -> None:
    browser = visit(page)
    numbers = [browser.ask("send", text=f"{number}") for number in range(20)]
    assert [browser.done(number) for number in numbers] == [None] * 20
    assert [asked.text for asked in notes.asked if isinstance(asked, Send)] == [f"{number}" for number in range(20)]


def test_a_number_that_came_before_is_not_carried_out_again(page: Page, notes: Notes, visit: Visit) -> None:
    browser = visit(page)
    number = browser.ask("send", text="Once")
    assert browser.done(number) is None
    browser.cut()
    browser.open()
    del browser.answers[number]
    browser.ask("send", text="Once", number=number)
    assert browser.done(number) is None
    assert len(notes.asked) == 1


def test_what_is_still_being_done_when_it_comes_again_is_answered_once_it_is(
    page: Page, notes: Notes, visit: Visit
) -> None:
    notes.gate.clear()
    browser = visit(page)
    number = browser.ask("send", text="Once")
    browser.cut()
    browser.open()
    browser.ask("send", text="Once", number=number)
    notes.gate.set()
    assert browser.done(number) is None
    assert len(notes.asked) == 1


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (MissingError("turn", "x"), "There is no turn 'x'."),
        (RateLimitedError("Slow down."), "Slow down."),
        (RefusedError(Problem(message="No.")), "No."),
        (ValueError("secret"), "The playground itself failed at this."),
    ],
)
def test_errors_are_answers(page: Page, notes: Notes, visit: Visit, raised: Exception, message: str) -> None:
    notes.raises = raised
    browser = visit(page)
    problem = browser.done(browser.ask("stop"))
    assert problem is not None
    assert problem["message"] == message


def test_a_page_that_nobody_handles_says_so(page: Page, visit: Visit) -> None:
    browser = visit(page)
    assert browser.done(browser.ask("stop")) == NOBODY.model_dump(exclude_defaults=True)


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"kind": "send"}, NOT_UNDERSTOOD),
        ({"kind": "send", "text": 3}, NOT_UNDERSTOOD),
        ({"kind": "format_disk"}, NOT_UNDERSTOOD),
        ({"kind": "stop", "conversation_id": "x"}, NOT_UNDERSTOOD),
        ({"kind": "send", "text": "x" * (LONGEST_MESSAGE + 1)}, TOO_LONG),
        ({"kind": "send", "text": "x", "pictures": ["x"] * 17}, TOO_LONG),
    ],
)
def test_what_is_no_request_is_refused(
    page: Page, notes: Notes, visit: Visit, asked: dict[str, object], problem: Problem
) -> None:
    browser = visit(page)
    kind = str(asked.pop("kind"))
    assert browser.done(browser.ask(kind, **asked)) == problem.model_dump(exclude_defaults=True)  # type: ignore[arg-type]
    assert browser.done(browser.ask("stop")) is None
    assert len(notes.asked) == 1


@pytest.mark.parametrize("said", ["", "{", "[1, 2]", "7", '{"number": -1}', '{"number": true}', "[" * 100_000])
def test_what_has_no_number_ends_the_socket(page: Page, notes: Notes, visit: Visit, said: str) -> None:
    browser = visit(page)
    browser.socket.send(said)
    assert browser.closed() == 4400
    assert notes.asked == []


def test_bytes_end_the_socket(page: Page, visit: Visit) -> None:
    browser = visit(page)
    browser.socket.send(b"\x00\x01")
    assert browser.closed() == 4400


def test_a_ping_is_answered_at_once_whatever_is_being_done(page: Page, notes: Notes, visit: Visit) -> None:
    notes.gate.clear()
    browser = visit(page)
    browser.ask("send", text="This takes long")
    assert browser.done(browser.ask("ping")) is None
    notes.gate.set()


def test_the_newest_draft_alone_is_measured_and_holds_nothing_up(page: Page, notes: Notes, visit: Visit) -> None:
    notes.gate.clear()
    browser = visit(page)
    numbers = [browser.ask("draft", text="x")]
    assert notes.began.wait(20)
    numbers += [browser.ask("draft", text="x" * length) for length in (2, 3, 4)]
    assert browser.done(numbers[1]) is None
    assert browser.done(numbers[2]) is None
    notes.gate.set()
    browser.until(lambda: any(gauge["label"] == "4" for gauge in browser.gauges))
    assert [browser.done(number) for number in numbers] == [None] * 4
    assert [gauge["label"] for gauge in browser.gauges] == ["1", "4"]


def test_more_than_can_wait_is_refused(page: Page, notes: Notes, visit: Visit) -> None:
    notes.gate.clear()
    browser = visit(page)
    numbers = [browser.ask("proceed")]
    assert notes.began.wait(20)
    numbers += [browser.ask("proceed") for _ in range(MOST_WAITING + 1)]
    assert browser.done(numbers[-1]) == TOO_MUCH.model_dump(exclude_defaults=True)
    notes.gate.set()
    assert [browser.done(number) for number in numbers[:-1]] == [None] * (MOST_WAITING + 1)


def test_what_is_too_long_is_refused_without_being_read(page: Page, visit: Visit) -> None:
    browser = visit(page)
    browser.socket.send('{"number": 7, "text": ' + "x" * LONGEST_REQUEST)  # no JSON: it cannot have been read
    assert browser.done(7) == TOO_LONG.model_dump(exclude_defaults=True)


def test_what_is_too_long_and_has_no_number_first_ends_the_socket(page: Page, visit: Visit) -> None:
    browser = visit(page)
    browser.socket.send(" " * (LONGEST_REQUEST + 1))
    assert browser.closed() == 4400


def test_what_waits_has_a_bound_in_characters(
    page: Page, notes: Notes, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ROOM_OF_A_PAGE", 5_000)
    notes.gate.clear()
    browser = visit(page)
    numbers = [browser.ask("send", text="x" * 1_500) for _ in range(3)]
    refused = browser.ask("send", text="x" * 1_500)
    assert browser.done(refused) == TOO_MUCH.model_dump(exclude_defaults=True)
    stop = browser.ask("stop", slot="pane-1")
    notes.gate.set()
    assert [browser.done(number) for number in (*numbers, stop)] == [None] * 4
    assert browser.done(browser.ask("send", text="x" * 4_500)) is None


def test_what_was_done_refused_or_stopped_takes_no_room(page: Page, notes: Notes, visit: Visit) -> None:
    room = queue_of(page).room
    notes.gate.clear()
    browser = visit(page)
    first = browser.ask("send", text="Being sent")
    assert notes.began.wait(20)
    asked = [browser.ask("send", text="Stopped"), browser.ask("stop"), browser.ask("format_disk"), browser.ask("ping")]
    asked += [browser.ask("draft", text="x" * length) for length in (1, 2, 3)]
    notes.raises = RefusedError(Problem(message="No."))
    assert room.taken > 0
    notes.gate.set()
    for number in (first, *asked):
        browser.done(number)
    until(lambda: room.taken, lambda taken: taken == 0)


def test_all_pages_together_have_a_bound(chat: Chat, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_room_of_all", Room(5_000))
    notes = Notes()
    notes.gate.clear()
    one, two = showing(chat, notes), showing(chat, notes)
    first = visit(one).ask("send", text="x" * 4_000)
    assert notes.began.wait(20)
    browser = visit(two)
    assert browser.done(browser.ask("send", text="x" * 2_000)) == TOO_MUCH.model_dump(exclude_defaults=True)
    notes.gate.set()
    assert first == 0


def test_pages_whose_requests_hang_hold_up_no_other(chat: Chat, page: Page, notes: Notes, visit: Visit) -> None:
    hanging = Notes()
    hanging.gate.clear()
    pages = [showing(chat, hanging) for _ in range(20)]
    browsers = [visit(one) for one in pages]
    stuck = [browser.ask("send", text="Hangs") for browser in browsers]
    drafts = [browser.ask("draft", text="Hangs") for browser in browsers]
    browser = visit(page)
    assert browser.done(browser.ask("send", text="Hello")) is None
    assert browser.done(browser.ask("stop")) is None
    hanging.gate.set()
    for one, number, draft in zip(browsers, stuck, drafts, strict=True):
        assert (one.done(number), one.done(draft)) == (None, None)


def test_a_stop_waits_for_nobody_and_what_waits_is_not_sent(page: Page, notes: Notes, visit: Visit) -> None:
    notes.gate.clear()
    browser = visit(page)
    first = browser.ask("send", text="Being sent")
    assert notes.began.wait(20)
    waiting = [browser.ask("send", text="Not yet"), browser.ask("send", text="Nor this")]
    elsewhere = browser.ask("send", slot="pane-1", text="In another slot")
    stop = browser.ask("stop")
    assert [browser.done(number) for number in waiting] == [STOPPED.model_dump(exclude_defaults=True)] * 2
    notes.gate.set()
    assert [browser.done(number) for number in (first, elsewhere, stop)] == [None] * 3
    assert sorted(asked.number for asked in notes.asked) == [first, elsewhere, stop]


def test_two_sockets_of_a_page_both_hear_the_answer(page: Page, notes: Notes, visit: Visit) -> None:
    one, two = visit(page), visit(page)
    two.until(lambda: "main" in two.slots)
    number = one.ask("stop")
    assert (one.done(number), two.done(number)) == (None, None)


def test_a_picture_of_ten_megabytes_arrives(page: Page, notes: Notes, visit: Visit) -> None:
    browser: Browser = visit(page)
    picture = "data:image/png;base64," + "A" * 13_400_000
    assert browser.done(browser.ask("send", text="", pictures=[picture])) is None
    (asked,) = notes.asked
    assert isinstance(asked, Send)
    assert asked.pictures == (picture,)
