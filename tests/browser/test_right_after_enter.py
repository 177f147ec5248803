"""What is done in the same moment in which a message was sent: it is asked once, where it was written, or is back.

Each way with nothing changed before, and behind a slider that has just been moved.
"""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import CONVERSATION, ChatPage
from tests.browser.conftest import Visit
from tests.browser.pressed import BOX, ENTER, asked, words_of
from tests.browser.real_controls import CONTROLS, GEMMA
from tests.upstream import Upstream

pytestmark = pytest.mark.browser

WORDS = "Right after, upstream: tokens=2"
SEND = """(press) => {
    const box = document.querySelector(".st-key-composer textarea");
    box.focus();
    document.execCommand("insertText", false, window.words);
    box.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
    (0, eval)(press);
}"""
MOVE_AND_SEND = """(press) => addEventListener("keydown", () => {
    const after = new MessageChannel();
    after.port1.onmessage = () => (SEND)(press);
    after.port2.postMessage(null);
}, {capture: true, once: true})""".replace("SEND", SEND)


def _link(name: str) -> str:
    return f"[...document.querySelectorAll('nav a, header a')].find((a) => a.innerText.includes('{name}')).click()"


@dataclass(frozen=True)
class Then:
    """What is pressed, as JavaScript; whether the message may be back in the box in place of being asked."""

    press: str
    may_be_back: bool = False


THEN = {
    "Enter again": Then(f"{BOX}.dispatchEvent({ENTER})"),
    "Send": Then("document.querySelector('.pg-composer-send').click()"),
    "another page": Then(_link("Models")),
    "New chat": Then("document.querySelector('.st-key-new_chat button').click()"),
    "Back": Then("history.back()"),
    "reload": Then("location.reload()", may_be_back=True),
    "Esc": Then(f"{BOX}.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Escape', bubbles: true}}))", True),
}


def times(upstream: Upstream, words: str = WORDS) -> int:
    """How often a model was asked that."""
    return [words_of(seen) for seen in asked(upstream)].count(words)


def send_and(page: ChatPage, then: str, *, words: str = WORDS, moved: bool = False) -> None:
    """Send a message, behind a slider moved in the same frame or not, and press something before the frame ends."""
    page.page.evaluate("words => { window.words = words; }", words)
    if moved:
        CONTROLS["slider by key"].prepare(page.page, 0)
        page.page.evaluate(MOVE_AND_SEND, then)
        CONTROLS["slider by key"].change(page.page, 0)
    else:
        page.page.evaluate(SEND, then)


def is_back(page: ChatPage, words: str = WORDS) -> bool:
    """Whether the words stand in the box, or are offered above it."""
    if not page.composer.count():
        return False
    return page.composer.input_value() == words or page.page.get_by_role("button", name="Put back").count() > 0


@pytest.mark.parametrize("moved", [False, True], ids=["", "moved"])
@pytest.mark.parametrize("name", THEN)
def test_a_message_is_asked_once_where_it_was_written_or_is_back(
    app: App, visit: Visit, upstream: Upstream, name: str, moved: bool
) -> None:
    then = THEN[name]
    if name == "Back":
        page = visit(app, "/history")
        page.go("Chat")
        page.open(model=GEMMA)
    else:
        page = visit(app, model=GEMMA)
    page.ask("First upstream: tokens=1")
    page.idle()
    conversation, address = page.conversation, page.page.url

    send_and(page, then.press, moved=moved)

    # Streamlit goes back before the settings are asked for, and nothing can hold that up.
    leaves = name == "Back" and moved
    page.until(
        lambda: times(upstream) == 1 or (then.may_be_back and is_back(page)) or (leaves and page.page.url != address)
    )
    page.settled()
    page.open(conversation)
    was_asked = times(upstream) == 1
    if was_asked:
        expect(page.questions).to_have_count(2)
        expect(page.questions.last).to_contain_text(WORDS)
        page.idle()
        # One that was stopped before its first word stands in the conversation, and may be in the box to be changed.
        assert name == "Esc" or not is_back(page)
    else:
        page.until(lambda: is_back(page))
    assert times(upstream) == was_asked


@pytest.mark.parametrize("name", THEN)
def test_a_first_message_is_asked_once_where_it_was_written_or_is_back(
    page: ChatPage, upstream: Upstream, name: str
) -> None:
    then = THEN[name]
    page.settled()

    send_and(page, then.press)

    page.until(lambda: times(upstream) == 1 or (then.may_be_back and is_back(page)))
    if name in ("Enter again", "Send"):
        expect(page.questions).to_have_count(1)
        assert CONVERSATION.search(page.page.url)
        page.idle()
        expect(page.composer).to_have_value("")
    elif name == "New chat":
        expect(page.turns).to_have_count(0)
        expect(page.composer).to_have_value("")
        assert not is_back(page)
    assert times(upstream) <= 1


@pytest.mark.parametrize("moved", [False, True], ids=["", "moved"])
def test_esc_right_after_enter_stops(app: App, visit: Visit, upstream: Upstream, moved: bool) -> None:
    page = visit(app, model=GEMMA)
    words = "Long upstream: tokens=4000 rate=40"

    send_and(page, THEN["Esc"].press, words=words, moved=moved)

    page.until(lambda: is_back(page, words) or page.page.locator("[data-turn][data-state=stopped]").count())
    page.idle()
    assert times(upstream, words) <= 1


def has_waiting(page: ChatPage) -> str:
    """Have a message wait for the end of an answer, and answer with the address of its conversation."""
    page.ask("One upstream: tokens=4000 rate=40")
    conversation = page.conversation
    page.write(WORDS)
    page.composer.press("Enter")
    expect(page.page.get_by_text("Waits until the answer has ended")).to_be_visible()
    return conversation


def test_a_message_that_waits_is_there_when_somebody_comes_back(page: ChatPage, upstream: Upstream) -> None:
    conversation = has_waiting(page)
    page.button("New chat").click()
    expect(page.turns).to_have_count(0)
    expect(page.composer).to_have_value("")
    page.open(conversation)
    expect(page.composer).to_have_value(WORDS)
    expect(page.refusal).to_contain_text("the page was left while this waited")
    page.stop()
    assert times(upstream) == 0
    page.composer.press("Enter")
    page.idle()
    assert times(upstream) == 1
    expect(page.questions.last).to_contain_text(WORDS)


def test_a_message_that_waits_is_sent_once_whoever_looked_at_another_page(page: ChatPage, upstream: Upstream) -> None:
    has_waiting(page)
    page.go("Models")
    expect(page.page.get_by_role("heading", name="Models").first).to_be_visible()
    page.go("Chat")

    # Who is back within a second finds it still waiting, who comes later has it in the box.
    now = page.page.get_by_role("button", name="Send now")
    page.until(lambda: now.is_visible() or page.composer.input_value() == WORDS)
    if now.is_visible():
        now.click()
    else:
        page.stop()
        page.composer.press("Enter")
    expect(page.questions.last).to_contain_text(WORDS)
    page.idle()
    assert times(upstream) == 1
