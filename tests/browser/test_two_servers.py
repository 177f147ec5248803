"""Two servers that list the same models, each with its own key: each model is picked, asked, compared and named."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.app import App
from tests.browser.chat_page import ChatPage
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.upstream import Answer, Upstream

pytestmark = pytest.mark.browser

SAME = ("plain", "alpha/same-model", "beta/same-model")


@pytest.fixture
def servers() -> Iterator[dict[str, Upstream]]:
    """Two servers by the names of their connections; each takes its own key alone."""
    with ExitStack() as running:
        started = {name: running.enter_context(Upstream()) for name in ("home", "office")}
        for name, server in started.items():
            server.service.account.user_tokens = {f"key-of-{name}"}
        yield started


@pytest.fixture
def both(servers: dict[str, Upstream], start_app: Callable[..., App], tmp_path: Path) -> App:
    """An app that is connected to both."""
    for server in servers.values():
        lists(server, *SAME)
    return start_app(STREAMLIT_SECRETS_FILES=str(secrets(tmp_path, servers)))


def secrets(folder: Path, servers: dict[str, Upstream]) -> Path:
    """A secrets file with a connection for each server."""
    file = folder / "secrets.toml"
    file.write_text(
        "".join(
            f'[connections.{name}]\nkind = "openai_compatible"\nbase_url = "{server.openai_url}"\n'
            f'api_token = "key-of-{name}"\n'
            for name, server in servers.items()
        )
    )
    return file


def lists(server: Upstream, *ids: str, delay: float = 0) -> None:
    """What the server will say that it has."""
    server.script(Answer.json({"data": [{"id": id_} for id_ in ids]}, delay=delay), "/models")


def asked(server: Upstream) -> list[tuple[str, str]]:
    """The models that a server was asked, each with the key that came along, since this was called last."""
    seen = [one for one in server.requests if one.path.endswith("/chat/completions")]
    server.requests[:] = []
    return [(one.json["model"], one.headers["authorization"].removeprefix("Bearer ")) for one in seen]


def picker(page: ChatPage) -> Locator:
    return page.page.locator(".st-key-model").get_by_role("combobox")


def typed(page: ChatPage, words: str, row: str) -> None:
    """Type into the list of models, and take the row with these words, which comes first.

    A list that opens while something around it still moves closes by itself: then it is typed again. Once this
    returns, the page has been drawn with that model: another message box may stand where the one before stood.
    """
    first = page.page.get_by_role("option").first

    def taken() -> bool:
        picker(page).click()
        picker(page).fill(words)
        try:
            expect(first).to_contain_text(row, timeout=3_000)
            first.click(timeout=2_000)
        except (AssertionError, PlaywrightTimeoutError):
            return False
        return True

    page.settled()
    page.until(taken, timeout_s=40)
    expect(picker(page)).to_have_value(re.compile(row))
    page.page.wait_for_url(lambda url: unquote(url).endswith(f"model={row}"))
    page.settled()


def test_each_model_is_found_by_its_id_author_or_server_and_asked_with_its_own_key(
    both: App, visit: Visit, servers: dict[str, Upstream]
) -> None:
    page = visit(both)
    for words, connection, model in (
        ("office/plain", "office", "plain"),
        ("home/plain", "home", "plain"),
        ("office/beta/same", "office", "beta/same-model"),
        ("home/alpha", "home", "alpha/same-model"),
    ):
        typed(page, words, f"{connection}/{model}")
        page.ask(f"Hello {words} upstream: tokens=2")
        page.idle()
        other = "home" if connection == "office" else "office"
        assert asked(servers[connection]) == [(model, f"key-of-{connection}")]
        assert asked(servers[other]) == []
        expect(page.model).to_contain_text(f"{model} · {connection}")
    page.reload()
    expect(page.model).to_contain_text("alpha/same-model · home")
    for model, connection in (("plain", "office"), ("plain", "home"), ("beta/same-model", "office")):
        expect(page.page.get_by_text(f"{model} · {connection}").first).to_be_visible()


def test_an_address_with_a_whole_id_asks_that_model_and_one_with_a_bare_name_asks_which(
    both: App, visit: Visit, servers: dict[str, Upstream]
) -> None:
    page = visit(both, model="office/plain")
    expect(picker(page)).to_have_value(re.compile("office/plain$"))
    page.ask("Hello upstream: tokens=2")
    page.idle()
    assert (asked(servers["home"]), asked(servers["office"])) == ([], [("plain", "key-of-office")])

    page = visit(both, model="plain")
    expect(page.page.get_by_text("plain is the name of 2 models.")).to_be_visible()
    page.ask("Hello upstream: tokens=2")
    expect(page.answer).to_contain_text("plain is the name of 2 models.")
    assert (asked(servers["home"]), asked(servers["office"])) == ([], [])
    page.button("Use home/plain").click()
    expect(picker(page)).to_have_value(re.compile("home/plain$"))
    page.button("Retry").click()
    expect(page.model).to_contain_text("plain · home")
    page.idle()
    assert (asked(servers["home"]), asked(servers["office"])) == ([("plain", "key-of-home")], [])
    page.page.wait_for_url(re.compile("model=home"))


def test_both_are_compared_and_named(both: App, visit: Visit, servers: dict[str, Upstream]) -> None:
    page = ComparePage(visit(both, "/compare?models=home/plain,office/plain"))
    page.ask("Hello upstream: tokens=2")
    page.ended()

    assert [page.name(0), page.name(1)] == ["plain · home", "plain · office"]
    assert asked(servers["home"]) == [("plain", "key-of-home")]
    assert asked(servers["office"]) == [("plain", "key-of-office")]
    for number, connection in enumerate(("home", "office")):
        expect(page.model(number)).to_contain_text(f"plain · {connection}")
    head = page.tab.page.locator(".st-key-verdict thead th")
    expect(head).to_have_text(["Measure", "plain · home", "plain · office"])

    page.tab.page.locator(".st-key-model-0").get_by_role("combobox").fill("office/beta")
    page.tab.page.get_by_role("option").first.click()
    expect(page.pane(0).locator("strong").first).to_have_text("office/beta/same-model")
    expect(page.model(0)).to_contain_text("plain · home")
    expect(head).to_have_text(["Measure", "plain · home", "plain · office"])
    page.ask("Again upstream: tokens=2")
    page.ended()
    assert asked(servers["home"]) == []
    assert sorted(asked(servers["office"])) == [("beta/same-model", "key-of-office"), ("plain", "key-of-office")]


def test_a_bare_name_waits_for_the_list_after_a_start_and_goes_on_by_itself(
    servers: dict[str, Upstream], start_app: Callable[..., App], visit: Visit, tmp_path: Path
) -> None:
    lists(servers["home"], "other")
    lists(servers["office"], "plain", delay=6)
    app = start_app(STREAMLIT_SECRETS_FILES=str(secrets(tmp_path, servers)))
    page = visit(app, model="plain")

    expect(page.page.get_by_text("Whether plain is a model of office is not known yet")).to_be_visible()
    expect(picker(page)).to_have_value(re.compile("not listed yet"))
    expect(picker(page)).to_have_value(re.compile("office/plain$"))
    page.ask("Hello upstream: tokens=2")
    page.idle()
    assert asked(servers["office"]) == [("plain", "key-of-office")]
    assert asked(servers["home"]) == []
