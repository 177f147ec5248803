"""A page that loses the server in the middle of an answer shows every word once when it is back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.browser.pressed import asked
from tests.browser.relay import Relay
from tests.upstream import Upstream
from tests.upstream.writing import words

pytestmark = pytest.mark.browser


def test_a_silent_network_in_the_middle_of_an_answer(app: App, visit: Visit, upstream: Upstream) -> None:
    with Relay(app.port) as relay:
        page = visit(app, model=LLAMA)
        page.down()
        page.page.goto(f"{relay.url}/?model={LLAMA}")
        page.drawn()
        said = "A bad line, upstream: rate=40 tokens=600"
        page.ask(said)
        whole = words(said, 600)
        expect(page.answer).to_contain_text("".join(whole[:20]).strip())
        relay.cut()
        expect(page.page.get_by_text("Connection lost. Trying again…")).to_be_visible()
        relay.mend()
        expect(page.answer).to_have_attribute("data-state", "done")
        expect(page.page.get_by_text("Connection lost. Trying again…")).to_have_count(0)
        assert _text(page) == "".join(whole).strip()


def test_two_tabs_and_a_server_that_is_restarted(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    app = start_app(**cloudflare)
    one = visit(app, model=LLAMA)
    said = "The server goes, upstream: rate=40 tokens=4000"
    one.ask(said)
    expect(one.answer).to_contain_text("".join(words(said, 4000)[:20]).strip())
    two = visit(app, one.conversation)
    expect(two.answer).to_contain_text("".join(words(said, 4000)[:30]).strip())
    for tab in (one, two):
        tab.down()
    app.restart()
    for tab in (one, two):
        expect(tab.answer).to_have_attribute("data-state", "interrupted")
        expect(tab.page.get_by_text("Connection lost. Trying again…")).to_have_count(0)
    assert _text(one) == _text(two)
    assert "".join(words(said, 4000)).startswith(_text(one))
    two.ask("Still there?")
    two.idle()
    expect(two.answer).to_have_attribute("data-state", "done")


def test_a_message_is_not_asked_twice_where_the_server_died_before_it_said_so(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    app = start_app(**cloudflare)
    with Relay(app.port) as relay:
        page = visit(app, model=LLAMA)
        page.down()
        page.page.goto(f"{relay.url}/?model={LLAMA}")
        page.drawn()
        page.ask("First upstream: tokens=2")
        page.idle()
        relay.mute()
        page.write("Second upstream: hang=0")
        page.composer.press("Enter")
        page.until(lambda: len(asked(upstream)) == 2)  # it is in the store by then
        app.kill9()
        relay.mend()
        app.start()
        expect(page.refusal).to_contain_text("the server does not remember it", timeout=60_000)
        expect(page.composer).to_have_value("Second upstream: hang=0")
        expect(page.questions).to_have_count(2)
        expect(page.answer).to_have_attribute("data-state", "interrupted")
    assert len(asked(upstream)) == 2


def _text(page: ChatPage) -> str:
    return " ".join(page.answer_text.split())
