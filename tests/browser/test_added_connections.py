"""Connections that are added in the page: checked, used at once, changed, removed; their keys never come back."""

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, WebSocket, expect

from playground.connections.local_servers import LOCAL_SERVICES
from tests.browser.app import App
from tests.browser.chat_page import ChatPage
from tests.browser.conftest import Visit
from tests.upstream import TOKEN, Answer, Upstream

pytestmark = pytest.mark.browser

StartApp = Callable[..., App]
MISTYPED = "mistyped-key-0123456789"


@pytest.fixture(scope="module")
def lasting_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app without any account, for tests that neither end it nor ask for a name that another one has taken."""
    with App(tmp_path_factory.mktemp("connections") / "data") as running:
        running.lasts = True
        yield running


def choose(page: ChatPage, service: str) -> Locator:
    """Choose what to connect to; the form that opens."""
    page.page.locator(".st-key-service").get_by_role("radio", name=service, exact=True).click()
    form = page.page.locator(".st-key-connection-form")
    expect(form).to_be_visible()
    page.settled()  # Enter submits a form once its button is there
    return form


def connect(page: ChatPage, upstream: Upstream, key: str = "", *, name: str = "home", keep: str = "") -> Locator:
    """Fill the form of another address, and press Connect."""
    form = choose(page, "Another address")
    form.get_by_role("textbox", name="Address").fill(upstream.openai_url)
    form.get_by_role("textbox", name="Key, where the server wants one").fill(key)
    form.get_by_role("textbox", name="Name").fill(name)
    if keep:
        form.get_by_text(keep, exact=True).click()
    form.get_by_role("button", name="Connect").click()
    return form


def made(page: ChatPage) -> Locator:
    """What is said of a connection that was just made."""
    return page.page.locator(".st-key-connection-made")


def card(page: ChatPage, name: str = "home") -> Locator:
    """The card of a connection."""
    return page.page.locator(f".st-key-connection-{name}")


def test_a_connection_is_added_checked_and_one_click_from_its_first_answer(
    start_app: StartApp, visit: Visit, upstream: Upstream
) -> None:
    app = start_app()
    page = visit(app, "/connections")
    form = connect(page, upstream, MISTYPED)
    expect(form).to_contain_text("Token failed")
    expect(form).to_contain_text("Incorrect API key provided")
    expect(card(page)).to_have_count(0)

    form.get_by_role("textbox", name="Key, where the server wants one").fill(TOKEN)
    form.get_by_role("button", name="Connect").click()
    expect(made(page)).to_contain_text(f"home is connected and offers {len(upstream.service.rows)} models.")
    expect(card(page)).to_contain_text("key set · added here")
    made(page).get_by_role("link", name=re.compile("^Chat with")).click()
    expect(page.composer).to_be_enabled()
    page.ask("Hello")
    page.idle()
    asked = upstream.requests[-1]
    assert (asked.path, asked.headers["authorization"]) == ("/v1/chat/completions", f"Bearer {TOKEN}")

    page.down()
    app.restart()
    again = visit(app, "/connections")
    expect(card(again)).to_contain_text("key set · added here")
    card(again).get_by_role("button", name="Check").click()
    expect(card(again)).to_contain_text("The server answers and offers")


def test_a_key_never_comes_back_and_lies_nowhere_in_clear(
    start_app: StartApp, visit: Visit, upstream: Upstream
) -> None:
    app = start_app()
    page = visit(app)
    received: list[bytes] = []
    sent: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(_bytes(frame)))
        socket.on("framesent", lambda frame: sent.append(_bytes(frame)))

    page.page.on("websocket", listen)
    page.open("/connections")
    connect(page, upstream, MISTYPED)
    expect(page.page.locator(".st-key-connection-form")).to_contain_text("Token failed")
    expect(page.page.get_by_role("textbox", name="Key, where the server wants one")).to_have_value("")
    page.page.locator(".st-key-connection-form").get_by_role("button", name="Cancel").click()
    expect(page.page.locator(".st-key-connection-form")).to_have_count(0)
    page.settled()
    connect(page, upstream, TOKEN)
    expect(made(page)).to_contain_text("home is connected")
    choose(page, "Paste a curl command").get_by_role("textbox", name="Command").fill(
        f"curl {upstream.openai_url}/chat/completions -H 'Authorization: Bearer {TOKEN}'"
    )
    page.button("Read it").click()
    expect(made(page)).to_contain_text("server is connected")
    card(page).get_by_role("button", name="Edit").click()
    expect(card(page).get_by_role("button", name="Save", exact=True).first).to_be_visible()
    content, address = page.page.content(), page.page.url
    page.reload()
    expect(card(page)).to_contain_text("key set")

    assert any(MISTYPED.encode() in frame for frame in sent)
    assert any(TOKEN.encode() in frame for frame in sent)
    for key in (MISTYPED, TOKEN):
        assert not any(key.encode() in frame for frame in received)
        assert key not in content + address + page.page.content() + app.log
        for file in app.data_dir.rglob("*"):
            assert not file.is_file() or key.encode() not in file.read_bytes(), file


def _bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def test_a_key_that_is_kept_until_the_playground_stops_is_asked_for_again(
    start_app: StartApp, visit: Visit, upstream: Upstream
) -> None:
    app = start_app()
    page = visit(app, "/connections")
    connect(page, upstream, TOKEN, keep="Until the playground stops")
    expect(card(page)).to_contain_text("key set until the playground stops")
    assert not (app.data_dir / "connection-keys.json").exists()
    page.down()
    app.restart()
    again = visit(app, "/connections")
    expect(card(again)).to_contain_text("Its key was kept until the playground stopped: enter it again.")
    card(again).get_by_role("button", name="Edit").click()
    card(again).get_by_role("textbox", name="Key, where the server wants one").fill(TOKEN)
    card(again).get_by_role("button", name="Save", exact=True).click()
    expect(card(again)).to_contain_text("key set until the playground stops")


def test_it_is_switched_off_edited_removed_and_brought_back_for_all_tabs(
    start_app: StartApp, visit: Visit, upstream: Upstream
) -> None:
    app = start_app()
    page = visit(app, "/connections")
    connect(page, upstream)
    expect(made(page)).to_contain_text("home is connected")
    model = f"home/{upstream.service.rows[0]['name']}"
    chat = visit(app, model=model)
    chat.ask("Hello")
    chat.idle()
    conversation = chat.conversation

    card(page).get_by_role("button", name="Switch off").click()
    expect(card(page)).to_contain_text("off")
    chat.reload()
    expect(chat.page.locator(".st-key-transcript")).to_contain_text("home is switched off.")
    card(page).get_by_role("button", name="Switch on").click()
    expect(card(page)).to_contain_text(re.compile(r"Models: \d+ listed"))
    chat.reload()
    chat.ask("Once more")
    chat.idle()

    card(page).get_by_role("button", name="Edit").click()
    form = card(page).locator(".st-key-connection-form")
    form.get_by_role("textbox", name="Address").fill("http://127.0.0.1:1/v1")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(form).to_contain_text("Server failed")
    form.get_by_role("button", name="Save it as it is").click()
    expect(card(page)).to_contain_text("http://127.0.0.1:1/v1")

    card(page).get_by_role("button", name="Remove").click()
    expect(page.page.get_by_text("home removed")).to_be_visible()
    expect(card(page)).to_have_count(0)
    chat.open(conversation)
    expect(chat.turns.last.locator("[data-part=model]")).to_contain_text(upstream.service.rows[0]["name"])
    page.button("Undo").click()
    expect(card(page)).to_contain_text("http://127.0.0.1:1/v1")


def test_an_answer_on_its_way_goes_on_when_its_connection_is_removed(
    lasting_app: App, visit: Visit, upstream: Upstream
) -> None:
    page = visit(lasting_app, "/connections")
    connect(page, upstream)
    expect(made(page)).to_contain_text("home is connected")
    chat = visit(lasting_app, model=f"home/{upstream.service.rows[0]['name']}")
    chat.ask("Count upstream: rate=20 tokens=100")
    expect(chat.answer).to_have_attribute("data-state", "live")
    page.page.bring_to_front()
    card(page).get_by_role("button", name="Remove").click()
    expect(page.page.get_by_text("home removed")).to_be_visible()
    expect(chat.answer).to_have_attribute("data-state", "live")
    chat.page.bring_to_front()
    expect(chat.answer).to_have_attribute("data-state", "done")
    expect(chat.answer.locator("[data-part=meter]")).to_contain_text("100")


def test_a_curl_command_is_enough(lasting_app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(lasting_app, "/connections", width=390)
    form = choose(page, "Paste a curl command")
    command = form.get_by_role("textbox", name="Command")
    command.fill("what is this")
    form.get_by_role("button", name="Read it").click()
    expect(form).to_contain_text("It is no curl command")
    model = upstream.service.rows[1]["name"]
    command.fill(
        f"curl {upstream.openai_url}/chat/completions \\\n  -H 'Authorization: Bearer {TOKEN}' \\\n"
        f'  -d \'{{"model": "{model}", "messages": []}}\''
    )
    form.get_by_role("button", name="Read it").click()
    expect(made(page)).to_contain_text("server is connected")
    expect(made(page).get_by_role("link")).to_have_attribute("href", re.compile(re.escape(model.split("/")[-1])))
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_key_of_another_service_is_not_sent(lasting_app: App, visit: Visit) -> None:
    page = visit(lasting_app, "/connections")
    form = choose(page, "OpenAI")
    form.get_by_role("textbox", name="Key").fill("sk-ant-api03-abc")
    form.get_by_role("button", name="Connect").click()
    expect(form).to_contain_text("This looks like a key of Anthropic: it was not sent.")
    form.get_by_role("button", name="Cancel").click()
    form = choose(page, "Groq")
    form.get_by_role("button", name="Connect").click()
    expect(form).to_contain_text("Enter the key: Groq answers nobody without one.")


@pytest.fixture
def local_server() -> Iterator[tuple[str, Upstream]]:
    """A server at a port where one is looked for, and the name of what uses that port."""
    for service in LOCAL_SERVICES:
        port = int(service.base_url.partition("127.0.0.1:")[2].partition("/")[0])
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        with Upstream(port=port) as running:
            yield service.id, running
        return
    pytest.skip("Something listens at every port where model servers are looked for.")


def test_a_server_on_this_machine_is_offered_and_not_used_by_itself(
    lasting_app: App, visit: Visit, local_server: tuple[str, Upstream]
) -> None:
    name, running = local_server
    page = visit(lasting_app, "/connections")
    found = page.page.locator(f".st-key-found-{name}")
    expect(found).to_contain_text(f"runs on this machine and offers {len(running.service.rows)} models.")
    expect(card(page, name)).to_have_count(0)
    found.get_by_role("button", name="Connect").click()
    expect(made(page)).to_contain_text(f"{name} is connected")
    expect(found).to_have_count(0)


def test_a_check_that_hangs_can_be_cancelled(lasting_app: App, visit: Visit, upstream: Upstream) -> None:
    page = visit(lasting_app, "/connections")
    upstream.script(Answer((), delay=600), "/models")
    form = connect(page, upstream)
    expect(form).to_contain_text("Checking")
    form.get_by_role("button", name="Cancel").click()
    expect(form).to_have_count(0)
    expect(card(page)).to_have_count(0)


def test_by_keyboard_alone(start_app: StartApp, visit: Visit, upstream: Upstream, tmp_path: Path) -> None:
    page = visit(start_app(), "/connections")
    pill = page.page.locator(".st-key-service").get_by_text("Another address", exact=True)
    expect(pill).to_be_visible()
    pill.locator("xpath=ancestor-or-self::*[self::button]").focus()
    page.page.keyboard.press("Enter")
    form = page.page.locator(".st-key-connection-form")
    expect(form).to_be_visible()
    page.settled()
    form.get_by_role("textbox", name="Address").focus()
    page.page.keyboard.type(upstream.openai_url)
    page.page.keyboard.press("Enter")
    expect(made(page)).to_contain_text("server is connected")


@pytest.mark.parametrize("width", [1280, 390])
def test_an_error_of_a_wrong_key_leads_here(start_app: StartApp, visit: Visit, upstream: Upstream, width: int) -> None:
    app = start_app(OPENAI_BASE_URL=upstream.openai_url, OPENAI_API_KEY=MISTYPED)
    page = visit(app, model="openai/any", width=width)
    upstream.script(Answer.json({"error": {"message": "Incorrect API key provided"}}, 401), "any")
    page.ask("Hello")
    page.idle()
    page.error.get_by_role("link", name="Connections").click()
    expect(page.page.get_by_role("heading", name="Add a connection")).to_be_visible()
    expect(card(page, "openai")).to_contain_text("set up by the environment or secrets.toml")
    expect(card(page, "openai").get_by_role("button", name="Edit")).to_have_count(0)


def test_a_chat_without_any_connection_leads_here(local_app: App, visit: Visit) -> None:
    page = visit(local_app)
    page.page.get_by_role("link", name=re.compile("^Connect Cloudflare")).click()
    expect(page.page.get_by_role("heading", name="Add a connection")).to_be_visible()
