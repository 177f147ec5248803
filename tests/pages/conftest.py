"""Pages without a browser: each test has an app of its own, with a data directory and an environment of its own."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.state.common import user_key_from_element_id
from streamlit.testing.v1 import AppTest, element_tree

from components.frame import process
from playground.channel.pages import Page
from playground.experiments.results_at_hand import results_at_hand
from playground.experiments.run_figures import run_figures_at_hand
from tests.channel.browser import Browser
from tests.channel.conftest import serving
from tests.databases import new_database
from tests.upstream import ACCOUNT, TOKEN, Upstream

OURS = ("PLAYGROUND_", "CLOUDFLARE_", "OPENAI_", "ANTHROPIC_", "WORKERS_AI_")
ROOT = Path(__file__).parents[2]
TIMEOUT_S = 20

OpenPage = Callable[[str], AppTest]


class Browsers:
    """The sockets of the pages that a test opens, one for each."""

    url = ""

    def __init__(self) -> None:
        self._open: dict[str, Browser] = {}

    def of(self, page: Page) -> Browser:
        """The browser of a page, connected on first use."""
        if page.token not in self._open:
            self._open[page.token] = Browser(self.url, page.token).open()
        return self._open[page.token]

    def close(self) -> None:
        """Leave all pages."""
        for browser in self._open.values():
            browser.cut()
        self._open.clear()


browsers = Browsers()


@pytest.fixture(scope="session", autouse=True)
def installed_components() -> Iterator[None]:
    """What components are installed is found once: each AppTest reads the metadata of all packages, half of a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def channel() -> Iterator[None]:
    """The socket of pages is served beside them, as `app.py` does."""
    with serving() as browsers.url:
        yield


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No account, no key, no memory of other tests; controls are found by their names, whatever their turn."""
    key_of = user_key_from_element_id
    monkeypatch.setattr(element_tree, "user_key_from_element_id", lambda id_: (key := key_of(id_)) and key.rstrip())
    for name in [name for name in os.environ if name.startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "data"))
    new_database(tmp_path / "data")
    st.cache_resource.clear()
    yield
    browsers.close()
    runner = process.batch_runner()
    for batch in runner.store.batches():
        runner.delete(batch.id)
    run_figures_at_hand.clear()
    results_at_hand.clear()
    process.stores().close()
    st.cache_resource.clear()


@pytest.fixture
def cloudflare(monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> Upstream:
    """Workers AI is the stand-in, and connected."""
    monkeypatch.setenv("WORKERS_AI_BASE_URL", upstream.base_url)
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    return upstream


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> Upstream:
    """The stand-in is an OpenAI-compatible server, and connected."""
    monkeypatch.setenv("OPENAI_BASE_URL", upstream.openai_url)
    return upstream


@pytest.fixture
def anthropic(monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> Upstream:
    """The stand-in is Anthropic, and connected."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", upstream.anthropic_url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", TOKEN)
    return upstream


@pytest.fixture(params=["by the router", "by its own address"])
def open_page(request: pytest.FixtureRequest) -> OpenPage:
    """Open a page through router.py, and bare, as a link does that is the first to reach a fresh process."""

    def open_(page: str) -> AppTest:
        return alone(page) if request.param == "by its own address" else alone("router.py").switch_page(page).run()

    return open_


def alone(script: str) -> AppTest:
    """A script of the app, run as the first one of a process."""
    return AppTest.from_file(ROOT / script, default_timeout=TIMEOUT_S).run()


def shown(page: AppTest) -> str:
    """All words on a page, as Markdown."""
    kinds = ("title", "markdown", "caption", "info", "warning", "error", "success", "code")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(page, kind)).replace("\\", "")
