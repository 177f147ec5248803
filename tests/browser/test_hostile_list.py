"""A list of models that somebody made to do harm leaves every page usable."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.conftest import Visit
from tests.upstream import Answer, Upstream

pytestmark = pytest.mark.browser

IDS = (
    "good/model",
    "\ud800",
    "half/\udfff/pair",
    "nul\0/in\0side",
    "bell\x07\x1b[31m",
    "line\nbreak\r\u2028",
    " ",
    "",
    "good/model ",
    " good/model",
    "Good/Model",
    "good/m\u200bodel",
    "\u202egood/model",
    "![seen](http://192.0.2.1/c.png)",
    "`![seen](http://192.0.2.1/d.png)`",
    "<script>window.owned = 1</script>",
    "../../etc/passwd",
    "a,b?c&d=e#f%2Fg",
    "/" * 300,
    "x" * 100_000,
    "good/model · 4k · unpriced",
    *(f"many/model-{number}" for number in range(500)),
)


def test_every_page_stays_usable(start_app: Callable[..., App], visit: Visit, upstream: Upstream) -> None:
    rows: list[Any] = [*({"id": id_} for id_ in IDS), {"id": 5}, {"id": None}, 7, None, [], {"name": ["x"]}, {}]
    upstream.script(Answer((json.dumps({"data": rows}).encode(),), content_type="application/json"), "/models")
    app = start_app(OPENAI_BASE_URL=upstream.openai_url)

    page = visit(app, model="openai/good/model")
    page.ask("Hello upstream: tokens=2")
    page.idle()
    asked = [one.json["model"] for one in upstream.requests if one.path.endswith("/chat/completions")]
    assert asked == ["good/model"]
    for path in ("/models", "/compare", "/presets?edit=new", "/history", "/batch", "/connections", "/"):
        other = visit(app, path)
        other.settled()
        assert not other.faults
        assert other.page.evaluate("window.owned") is None
    models = visit(app, "/models?q=good")
    expect(models.page.locator(".st-key-models_found")).to_contain_text(" of ")
