"""Everything that can go wrong, in place and in plain words, with a way on: Retry, and the prompt back in its box."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.app import App, free_port
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.upstream import TOKEN, Upstream

pytestmark = pytest.mark.browser

RETIRED = "@cf/mistral/mistral-7b-instruct-v0.1"


def sent(upstream: Upstream) -> str:
    """All that the stand-in was told in its last request."""
    return upstream.requests[-1].body.decode()


@pytest.mark.parametrize(
    ("directive", "words"),
    [
        ("fail=10000", ("token", "code 10000")),
        ("fail=4006", ("00:00 UTC", "code 4006")),
        ("fail=3040 retry_after=0", ("capacity", "code 3040")),
        ("fail=429 retry_after=0", ("too many", "")),
        ("fail=502 retry_after=0", ("502", "")),
        ("fail=5007", ("model", "code 5007")),
        ("fail=5021", ("context", "code 5021")),
        ("reset=0", ("closed the connection", "")),
    ],
)
def test_a_failure_is_said_in_place(page: ChatPage, upstream: Upstream, directive: str, words: tuple[str, str]) -> None:
    prompt = f"Hello there upstream: {directive}"

    page.ask(prompt)
    page.idle()

    expect(page.error).to_be_visible()
    shown = page.error.inner_text()
    for word in words:
        assert word.lower() in shown.lower(), shown
    assert TOKEN not in shown
    expect(page.composer).to_have_value(prompt)
    asked = len(upstream.requests)
    page.button("Retry").click()
    page.until(lambda: len(upstream.requests), lambda count: count > asked)
    page.idle()
    assert "There" not in sent(upstream)
    assert sent(upstream).count("Hello there") == 1


def test_an_error_never_becomes_part_of_the_conversation(page: ChatPage, upstream: Upstream) -> None:
    page.ask("First upstream: echo=1")
    page.idle()
    page.ask("Second upstream: fail=5007")
    page.idle()
    expect(page.error).to_be_visible()

    page.ask("Third upstream: echo=1")
    page.idle()

    roles = [message["role"] for message in upstream.requests[-1].json["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert "No such model" not in sent(upstream)
    assert "Second" not in sent(upstream)


def test_a_question_that_failed_stays_and_the_next_follows_it(page: ChatPage, upstream: Upstream) -> None:
    page.ask("First upstream: fail=5007")
    page.idle()
    page.ask("Second upstream: echo=1")
    page.idle()

    expect(page.turns).to_have_count(4)
    expect(page.questions.first).to_contain_text("First")
    expect(page.turns.nth(1).locator("[data-part=error]")).to_contain_text("No such model")
    expect(page.answer).to_contain_text("Second")
    expect(page.answer).to_contain_text("got no answer and was not sent along")
    expect(page.version(page.turns, "Earlier")).to_have_count(0)
    assert "First" not in sent(upstream)
    page.reload()
    expect(page.turns).to_have_count(4)


def test_the_same_sent_again_is_another_try_at_the_same_question(page: ChatPage) -> None:
    page.ask("Please upstream: fail=5007 times=1")
    page.idle()
    expect(page.error).to_be_visible()
    expect(page.composer).to_have_value("Please upstream: fail=5007 times=1")

    page.composer.press("Enter")
    page.until(page.error.count, lambda count: count == 0)
    page.idle()

    expect(page.turns).to_have_count(2)
    expect(page.answer).to_contain_text("2 / 2")
    page.version(page.answer, "Earlier").click()
    expect(page.error).to_be_visible()


def test_an_error_in_mid_answer_keeps_what_came(page: ChatPage, upstream: Upstream) -> None:
    page.ask("A story upstream: cut=20 tokens=100")
    page.idle()

    expect(page.error).to_contain_text("cut in the middle")
    expect(page.answer).to_contain_text("cut off by the error")
    assert len(page.answer_text) > 40
    expect(page.composer).to_have_value("")
    expect(page.meter).to_contain_text("~")


def test_a_retry_that_works_shows_the_answer(page: ChatPage) -> None:
    page.ask("Now upstream: fail=5007 times=1 tokens=6")
    page.idle()
    expect(page.error).to_be_visible()

    page.button("Retry").click()

    expect(page.answer).to_contain_text("2 / 2")
    page.idle()
    expect(page.error).to_have_count(0)
    assert page.answer_text


def test_a_conversation_that_does_not_fit_is_refused_before_it_is_sent(page: ChatPage, upstream: Upstream) -> None:
    page.paste("many words " * 20_000)
    page.composer.press("Enter")

    expect(page.refusal).to_contain_text("24,000")
    expect(page.refusal).to_contain_text("Shorten")
    expect(page.composer).to_have_value("many words " * 20_000)
    assert not upstream.requests


def test_a_retired_model_names_its_successor(app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(app, model=RETIRED)
    expect(page.page.get_by_test_id("stSidebar")).to_contain_text("was retired on")

    page.ask("Hello")
    page.idle()

    expect(page.error).to_contain_text("was retired on")
    assert not upstream.requests
    page.page.get_by_test_id("stSidebar").get_by_role("button", name="Use ").click()
    expect(page.page.get_by_test_id("stSidebar").get_by_text("was retired on")).to_have_count(0)


def test_without_a_key_a_model_can_be_looked_at(start_app: Callable[..., App], visit: Visit) -> None:
    page = visit(start_app(), model=LLAMA)

    expect(page.page.get_by_role("main")).to_contain_text("CLOUDFLARE_API_TOKEN")
    expect(page.page.get_by_role("slider").first).to_be_visible()
    page.ask("Hello")
    page.idle()
    expect(page.error).to_contain_text("CLOUDFLARE_API_TOKEN")
    expect(page.composer).to_have_value("Hello")


def test_a_wrong_key_is_said_to_be_wrong(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, upstream: Upstream
) -> None:
    app = start_app(**cloudflare | {"CLOUDFLARE_API_TOKEN": "wrong-token-of-mine"})
    page = visit(app, model=LLAMA)

    page.ask("Hello")
    page.idle()

    expect(page.error).to_contain_text("token")
    assert "wrong-token-of-mine" not in page.page.content()
    assert "wrong-token-of-mine" not in app.log
    app.restart(**cloudflare)
    page.down()
    again = visit(app, page.conversation)
    again.button("Retry").click()
    expect(again.answer).to_contain_text("2 / 2")
    again.idle()
    assert again.answer_text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:{port}/client/v4", "refused"),
        ("http://nobody.invalid/client/v4", "no address"),
    ],
)
def test_a_server_that_is_not_there(
    start_app: Callable[..., App], cloudflare: dict[str, str], visit: Visit, address: str, words: str
) -> None:
    app = start_app(**cloudflare | {"WORKERS_AI_BASE_URL": address.format(port=free_port())})
    page = visit(app, model=LLAMA)

    page.ask("Hello")
    page.idle()

    expect(page.error).to_contain_text(words)
    expect(page.composer).to_have_value("Hello")
    expect(page.button("Retry")).to_be_enabled()


def test_settings_that_cannot_be_used_are_named(start_app: Callable[..., App], visit: Visit) -> None:
    app = start_app(PLAYGROUND_DATABASE_URL="mysql://nowhere/none")
    page = visit(app, "/history")

    expect(page.page.get_by_test_id("stAlert")).to_be_visible()
