"""Chromium, the app in processes of its own, and tabs that watch for what must never happen."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests import chromium
from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.composer_app.process import ComposerApp
from tests.browser.composer_page import ComposerPage
from tests.browser.slowdown import SLOWDOWN
from tests.browser.tabs import Tabs
from tests.upstream import ACCOUNT, TOKEN, Upstream

Visit = Callable[..., ChatPage]

expect.set_options(timeout=20_000 * SLOWDOWN)


LONG = ("compare", "embedded_model", "order_on_pages", "installed", "week", "afternoon")
"""Files of few tests that take long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that no worker begins with one when the others have nothing left to do."""
    counts = Counter(item.path for item in items)
    if any(path.parent != Path(__file__).parent for path in counts):
        return  # a package stays together, for what belongs to all of it
    items.sort(key=lambda item: (item.path.stem.removeprefix("test_") not in LONG, -counts[item.path]))


# For the package and not for the session: while Playwright runs, no other event loop can run in its thread.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    path = chromium.find()
    assert path is not None, "No Chromium: run python -m tests.chromium"
    with sync_playwright() as playwright:
        # Not by Playwright's routes, which would switch the cache off.
        offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        # What V8's optimizing compilers do pays off in minutes, and pages live for seconds: a quarter of a load's time.
        compiling = "--js-flags=--no-maglev --no-turbofan"
        launched = playwright.chromium.launch(executable_path=path, args=[*chromium.ARGS, offline, compiling])
        yield launched
        launched.close()


@pytest.fixture
def optimizing_browser(browser: Browser) -> Iterator[Browser]:
    """Chromium with all its compilers, for what is measured in milliseconds."""
    launched = browser.browser_type.launch(executable_path=chromium.find(), args=list(chromium.ARGS))
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def cloudflare(running_upstream: Upstream) -> dict[str, str]:
    """An environment in which Workers AI is the stand-in."""
    return {
        "WORKERS_AI_BASE_URL": running_upstream.base_url,
        "CLOUDFLARE_ACCOUNT_ID": ACCOUNT,
        "CLOUDFLARE_API_TOKEN": TOKEN,
    }


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, cloudflare: dict[str, str]) -> Iterator[App]:
    """One app for all tests that leave it running, connected to the stand-in."""
    with App(tmp_path_factory.mktemp("app") / "data", **cloudflare) as running:
        running.lasts = True
        yield running


@pytest.fixture
def start_app(tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Start an app of one's own: `start_app(NAME=value, …)`; all of one test share a data directory."""
    with ExitStack() as running:
        yield lambda **environment: running.enter_context(App(tmp_path / "data", **environment))


@pytest.fixture(scope="package")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has been here before: Streamlit's scripts are in its cache."""
    with _context(browser) as context:
        yield context


@pytest.fixture(scope="package")
def tabs(shared_context: BrowserContext) -> Tabs:
    """The tabs of that browser."""
    return Tabs(shared_context)


@contextmanager
def _context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(**options)
    yield context
    context.close()


@pytest.fixture
def visit(browser: Browser, shared_context: BrowserContext, tabs: Tabs, upstream: Upstream) -> Iterator[Visit]:
    """Open the app in a tab: `visit(app, "/history", model=…, width=390)`; with other options, or `fresh`, in a browser
    of its own, which stores nothing for other tests and compiles Streamlit's scripts anew.

    Fails the test where a page did what it must never do. Nothing but 127.0.0.1 can be reached.
    """
    pages: list[ChatPage] = []
    with ExitStack() as closing:

        def open_(
            app: App,
            path: str = "/",
            *,
            model: str | None = None,
            width: int = 1280,
            height: int = 900,
            color_scheme: Literal["light", "dark"] | None = None,
            fresh: bool = False,
            **options: Any,
        ) -> ChatPage:
            if options or fresh:
                tab = closing.enter_context(_context(browser, **options)).new_page()
            else:
                tab = tabs.open(app.url) if app.lasts else shared_context.new_page()
            closing.callback(tab.close)
            tab.set_viewport_size({"width": width, "height": height})
            if color_scheme is not None:
                tab.emulate_media(color_scheme=color_scheme)
            pages.append(ChatPage(tab, app.url))
            if SLOWDOWN > 1:
                pages[-1].slow_down(SLOWDOWN)
            return pages[-1].open(path, model=model)

        yield open_
        faults = [fault for page in pages for fault in page.faults]
        assert not faults
    tabs.forget()


@pytest.fixture
def page(app: App, visit: Visit) -> ChatPage:
    """A new chat with a model of the stand-in."""
    return visit(app, model=LLAMA)


@pytest.fixture(scope="session")
def local_app(tmp_path_factory: pytest.TempPathFactory, model_data_dir: Path) -> Iterator[App]:
    """One app without any account, with the embedded model already fetched."""
    data = tmp_path_factory.mktemp("local-app") / "data"
    shutil.copytree(model_data_dir, data, copy_function=os.link)
    with App(data) as running:
        running.lasts = True
        yield running


@pytest.fixture(scope="session")
def composer_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposerApp]:
    """A server with the composer, controls of Streamlit's and a channel that writes down what arrives."""
    with ComposerApp(tmp_path_factory.mktemp("composer") / "data") as running:
        yield running


@pytest.fixture(scope="package")
def composer_tabs(browser: Browser) -> Iterator[Tabs]:
    """The tabs of a browser in which there is nothing but the composer."""
    with _context(browser) as context:
        yield Tabs(context)


@pytest.fixture
def composer(composer_tabs: Tabs, composer_server: ComposerApp) -> Iterator[ComposerPage]:
    """The composer in a browser that has nothing stored."""
    composer_server.forget()
    opened = ComposerPage(composer_tabs.open(composer_server.url), composer_server)
    if SLOWDOWN > 1:
        opened.slow_down(SLOWDOWN)
    yield opened.open()
    composer_tabs.close_all()
    assert not opened.faults
