"""Fixtures for all tests."""

from collections.abc import Iterator

import pytest

from tests.upstream import Upstream


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
