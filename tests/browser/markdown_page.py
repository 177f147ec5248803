"""The browser part's Markdown on an empty page, under the policy that the app is served with."""

import functools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, Request

from playground.web.security import HEADERS

BUILT = Path(__file__).parents[2] / "browser" / "built"
PAGE = b"""<!doctype html><link rel=icon href=data:,><link rel=stylesheet href=main.css><body></body>"""
SCRIPT = (Path(__file__).parent / "markdown_page.js").read_text()


class _Files(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def do_GET(self) -> None:
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class MarkdownPage:
    """Draws texts, and remembers what a page must never do."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self._url = url
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._asked)
        page.on("request", self._requested)
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.goto(url)
        page.evaluate(SCRIPT)

    def _asked(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self._url, "data:")):
            self.faults.append(f"request: {request.url}")

    def draw(self, *pieces: str) -> dict[str, Any]:
        """Draws pieces one after the other: what is wrong with the elements, whether it looks as if it had come
        at once, the HTML without what only a page has, and milliseconds."""
        drawn: dict[str, Any] = self.page.evaluate("pieces => drawText(pieces)", list(pieces))
        return drawn

    def looks_like(self, html: str) -> bool:
        """Whether what was drawn last is what a piece of HTML stands for."""
        return bool(self.page.evaluate(f"looksLike({json.dumps(html)})"))


@contextmanager
def markdown_page(browser: Browser) -> Iterator[MarkdownPage]:
    """A page of its own, served from files alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(BUILT)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page()
    try:
        yield MarkdownPage(page, f"http://127.0.0.1:{server.server_port}/")
    finally:
        page.close()
        server.shutdown()
        thread.join()
        server.server_close()
