"""The benchmark's page notes each token that a page shows, and when."""

import pytest
from playwright.sync_api import Browser

from bench.answers import Plan
from bench.apps import running
from bench.streaming import stream
from bench.upstream import upstream

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["bare", "ours"])
def test_no_token_is_missed_in_two_panes(browser: Browser, name: str) -> None:
    plans = Plan("document", 200, 200).panes(2)
    with upstream(plans) as origin, running(origin, name) as (app,):
        streamed = stream(browser, app, origin, plans)

    assert streamed.missing == 0
    assert 0 < streamed.lag_p50_ms <= streamed.lag_p95_ms
    assert streamed.bytes > streamed.text_bytes > 200 * 2 * len("sea1 ")
    assert streamed.frames_per_s > 0
