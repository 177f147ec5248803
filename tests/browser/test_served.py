"""The app as it runs serves the names it is told to, pages and Streamlit's socket alike, and answers a health check."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest

from playground.web.security import CONTENT_SECURITY_POLICY
from tests.browser.app import App

pytestmark = pytest.mark.browser

UPGRADE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: streamlit\r\n"
)


def status_of_socket(app: App, host: str, origin: str) -> int:
    """What Streamlit's own socket answers to a page of that origin."""
    address = urlsplit(app.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as client:
        request = f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n{UPGRADE}\r\n"
        client.sendall(request.encode())
        return int(client.recv(4096).split()[1])


def test_pages_are_served_to_this_machine_alone(app: App) -> None:
    own = urlsplit(app.url).netloc
    assert httpx.get(f"{app.url}/healthz").text == "ok"
    for path in ("/", "/compare", "/_stcore/health"):
        answered = httpx.get(app.url + path)
        assert (answered.status_code, answered.headers["content-security-policy"]) == (200, CONTENT_SECURITY_POLICY)
        assert httpx.get(app.url + path, headers={"Host": "evil.example"}).status_code == 403

    assert status_of_socket(app, own, app.url) == 101
    assert status_of_socket(app, own, "http://127.0.0.1:9") == 403
    assert status_of_socket(app, "evil.example", "http://evil.example") == 403
