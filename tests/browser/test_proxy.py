"""Behind a proxy that ends TLS, at the root and below a path; and behind one that lets no WebSocket through."""

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import chromium
from tests.browser.app import App
from tests.browser.chat_page import LLAMA
from tests.browser.conftest import Visit
from tests.browser.relay import Relay

pytestmark = pytest.mark.browser

NAME = "play.example"
UNREACHABLE = "This page cannot reach its live channel"


class AppBelow(App):
    """The app below a path of its server."""

    @property
    def url(self) -> str:
        """With the path."""
        return f"{super().url}/play"


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A certificate for `NAME` that nobody has signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("There is no openssl here to make a certificate with.")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -keyout {key} -out {certificate}"
    subprocess.run([openssl, *made.split()], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
def outside(browser: Browser) -> Iterator[Browser]:
    """A browser for which `NAME` is this machine, and nothing else is anywhere."""
    rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    launched = browser.browser_type.launch(executable_path=chromium.find(), args=[*chromium.ARGS, rules])
    yield launched
    launched.close()


@pytest.mark.parametrize("kind", [App, AppBelow])
def test_a_proxy_that_ends_tls(
    tmp_path: Path, cloudflare: dict[str, str], tls: ssl.SSLContext, outside: Browser, kind: Callable[..., App]
) -> None:
    path = "/play" if kind is AppBelow else ""
    served = {"PLAYGROUND_ALLOWED_HOSTS": NAME, "STREAMLIT_SERVER_BASE_URL_PATH": path}
    with kind(tmp_path / "data", **cloudflare, **served) as app, Relay(app.port, tls=tls) as proxy:
        base = f"https://{NAME}:{proxy.port}{path}"
        tab = outside.new_page(ignore_https_errors=True)
        sockets: list[str] = []
        complaints: list[str] = []
        tab.on("websocket", lambda socket: sockets.append(socket.url))
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

        tab.goto(f"{base}/?model={LLAMA}")
        box = tab.locator(".st-key-composer textarea")
        box.fill("Hello upstream: tokens=20")
        box.press("Enter")

        answer = tab.locator(".st-key-transcript [data-role=assistant]")
        expect(answer).to_have_attribute("data-state", "done")
        wss = base.replace("https", "wss")
        assert {f"{wss}/_stcore/stream", f"{wss}/channel"} <= set(sockets)
        # A server closes connections that rest, at times in the moment in which the browser asks by them once more.
        assert not [text for text in complaints if "ERR_TOO_MANY_RETRIES" not in text]
        said = answer.locator("[data-part=text]").inner_text()
        tab.reload()
        expect(answer.locator("[data-part=text]")).to_have_text(said)
        tab.goto(f"{base}/compare")
        expect(tab.locator(".st-key-pane-1")).to_be_visible()
        expect(box).to_be_visible()
        assert tab.request.get(f"http://127.0.0.1:{app.port}{path}/healthz").text() == "ok"


@pytest.mark.parametrize("sockets", ["/", "/channel"])
def test_a_proxy_without_websockets_is_named_on_the_page(app: App, visit: Visit, sockets: str) -> None:
    page = visit(app)
    page.down()
    with Relay(app.port, no_upgrade=sockets) as proxy:
        page.page.goto(f"{proxy.url}/")

        expect(page.page.get_by_text(UNREACHABLE)).to_be_visible()
        assert "has to pass on the headers Upgrade and Connection" in app.log
        if sockets == "/channel":
            page.write("Is anybody there?")
            page.composer.press("Enter")
            expect(page.page.get_by_text("Is anybody there?")).to_be_visible()
