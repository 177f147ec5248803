"""Fixtures for all tests."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from playground.models.local import assets
from tests.upstream import Upstream

# As in app.py: to look for garbage while ten thousand tests are found takes a tenth of that time.
gc.set_threshold(50_000, 20, 100)

# A busy machine makes no test fail, and no chance does: the same examples each time.
settings.register_profile("playground", deadline=None, derandomize=True)
settings.load_profile("playground")
# New ones each time, to look for what nobody has thought of: --hypothesis-profile=explore.
settings.register_profile("explore", deadline=None, max_examples=1_000)
# The same few examples each time, for what is tried again with every small change of the code.
settings.register_profile("mutants", deadline=None, max_examples=25, derandomize=True)

SLOW = ("browser", "node", "model")
"""Marks of tests that drive Chromium, run Node, or may first fetch what they need."""
SLOW_LIMIT_S = 300 * max(1.0, float(os.environ.get("BROWSER_SLOWDOWN", "1")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests more time than pyproject.toml does; a test's own `timeout` mark stands."""
    for item in items:
        if any(item.get_closest_marker(mark) for mark in SLOW):
            item.add_marker(pytest.mark.timeout(SLOW_LIMIT_S))


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def running_upstream() -> Iterator[Upstream]:
    """One stand-in for all tests of the session."""
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
def upstream(running_upstream: Upstream) -> Iterator[Upstream]:
    """The stand-in without a memory of other tests."""
    running_upstream.reset()
    yield running_upstream
    running_upstream.reset()


@pytest.fixture(scope="session")
def model_data_dir() -> Path:
    """A data directory with the embedded model and Llama 3's tokenizer in it, fetched once for all test runs."""
    directory = Path(os.environ.get("PLAYGROUND_TEST_DATA_DIR") or ".cache/playground").absolute()
    fetches = [assets.fetch(asset, directory) for asset in (assets.EMBEDDED_MODEL, assets.LLAMA_3_TOKENIZER)]
    for fetch in fetches:
        fetch.result.result()
    return directory
