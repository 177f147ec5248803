"""People sign in at a real OpenID provider: each has what is theirs, and no more than they may."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.conftest import Visit
from tests.browser.oidc import OpenIdProvider, write_secrets
from tests.browser.test_accessibility import axe, found  # noqa: F401
from tests.browser.test_added_connections import card, connect, made
from tests.browser.test_proxy import AppBelow
from tests.browser.test_screen import fits
from tests.browser.test_share import share
from tests.browser.test_usage import rows_of_file
from tests.upstream import TOKEN, Upstream

pytestmark = pytest.mark.browser

SLOW = "Tell upstream: rate=20 tokens=4000"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    with OpenIdProvider(tmp_path_factory.mktemp("provider") / "provider.log") as running:
        for name in ("ada", "amy", "bea", "ben", "bob", "eve", "vic"):
            host = "elsewhere.example" if name == "eve" else "example.com"
            running.knows(name, email=f"{name}@{host}", email_verified=True, name=name.capitalize())
        yield running


@pytest.fixture(scope="module")
def app(
    tmp_path_factory: pytest.TempPathFactory, provider: OpenIdProvider, cloudflare: dict[str, str]
) -> Iterator[App]:
    """Ada and Amy are administrators, Vic is a viewer, Eve is not on the list. Each test has users of its own."""
    folder = tmp_path_factory.mktemp("signed-in")
    secrets = folder / "secrets.toml"
    made = App(folder / "data", STREAMLIT_SECRETS_FILES=str(secrets), **cloudflare)
    roles = {"admins": ["ada@example.com", "Amy@Example.com"], "viewers": ["vic@example.com"]}
    users = ["bea@example.com", "ben@example.com", "bob@example.com"]
    write_secrets(secrets, provider, made.url, users=users, **roles)
    with made as running:
        yield running


def sign_in(visit: Visit, app: App, name: str, way: str = "Sign in") -> ChatPage:
    """A browser of somebody who signs in, by the button of that name."""
    page = visit(app, "/models", locale="en-GB")

    def authorize(route: Route) -> None:
        """Answer the provider's question, without its page, which wants a style sheet of another host."""
        leaving = route.fetch(max_redirects=0)
        answer = httpx.post(leaving.headers["location"], data={"sub": name}, timeout=10)
        route.fulfill(response=leaving, headers={**leaving.headers, "location": answer.headers["location"]})

    page.page.route(re.compile("/auth/login"), authorize)
    page.button(way).click()
    expect(page.page).to_have_url(f"{app.url}/")
    page.page.unroute_all()
    page.settled()
    return page


_cookies: dict[tuple[App, str], list[Any]] = {}


def signed_in(
    visit: Visit, app: App, name: str, path: str = "/", *, model: str | None = None, width: int = 1280
) -> ChatPage:
    """A browser in which somebody is signed in, at an address; a later one of theirs has the cookies of the first."""
    if (app, name) in _cookies:
        cookies = {"cookies": _cookies[app, name], "origins": []}
        return visit(app, path, model=model, width=width, locale="en-GB", storage_state=cookies)
    page = sign_in(visit, app, name)
    _cookies[app, name] = [*page.page.context.storage_state()["cookies"]]
    page.page.set_viewport_size({"width": width, "height": 900})
    return page.open(path, model=model)


def working(visit: Visit, app: App, name: str) -> ChatPage:
    """The same, on the chat page of a model that answers."""
    return signed_in(visit, app, name, model=LLAMA)


def test_two_people_have_nothing_of_each_other(app: App, visit: Visit, upstream: Upstream) -> None:
    ada, bob = working(visit, app, "ada"), working(visit, app, "bob")
    ada.ask("Hello upstream: tokens=12")
    ada.idle()
    adas_chat = ada.conversation
    ada.open("/connections")
    connect(ada, upstream, TOKEN, name="adas")
    expect(made(ada)).to_contain_text("adas is connected")

    bob.page.goto(app.url + adas_chat)
    expect(bob.page.get_by_text("There is no conversation at this address")).to_be_visible()
    bob.open("/history")
    expect(bob.page.get_by_text("Hello upstream")).to_have_count(0)
    bob.open("/usage")
    expect(bob.page.get_by_text("Nothing was asked in this time.")).to_be_visible()
    bob.open("/connections")
    expect(bob.page.get_by_role("heading", name="Connections", exact=True)).to_be_visible()
    bob.settled()
    expect(card(bob, "adas")).to_have_count(0)
    expect(card(bob, "cloudflare")).to_be_visible()

    # What an administrator adds for everybody is there for Bob, without its key.
    ada.open("/connections")
    ada.page.get_by_test_id("stCheckbox").filter(has_text="Connections for everybody").click()
    expect(ada.page.get_by_text("is so for all users")).to_be_visible()
    connect(ada, upstream, TOKEN, name="shared")
    expect(made(ada)).to_contain_text("shared is connected")
    bob.open("/connections")
    expect(card(bob, "shared")).to_be_visible()
    expect(card(bob, "shared").get_by_role("button", name="Edit")).to_have_count(0)
    expect(card(bob, "adas")).to_have_count(0)
    bob.down()  # Streamlit's browser part complains of an address that is no page
    bob.page.goto(f"{app.url}/admin")
    expect(bob.page.get_by_text("Page not found")).to_be_visible()
    expect(bob.page.get_by_text("Stop all requests")).to_have_count(0)


def test_what_is_shared_is_read_and_presented_by_who_signs_in_and_nobody_else(
    app: App, visit: Visit, browser: Browser
) -> None:
    ada, bea, vic = working(visit, app, "ada"), working(visit, app, "bea"), signed_in(visit, app, "vic", "/models")
    ada.ask(f"Is {TOKEN} mine? upstream: tokens=12")
    ada.idle()
    words = ada.answer.locator("[data-part=text]").inner_text()
    dialog = share(ada)
    dialog.locator(".st-key-share_make button").click()
    link = dialog.locator("[class*=st-key-snapshot-open-] a")
    expect(link).to_be_visible()
    expect(dialog).to_contain_text("can be read by who signs in here")
    path = f"/{link.get_attribute('href')}"

    stranger = browser.new_context().new_page()
    answer = stranger.goto(app.url + path)
    assert answer is not None
    assert answer.status == 404
    stranger.goto(f"{app.url}/present?snapshot={path.rpartition('/')[2]}")
    expect(stranger.get_by_role("button", name="Sign in")).to_be_visible()
    expect(stranger.get_by_text(words)).to_have_count(0)
    stranger.context.close()

    for reader in (bea, vic):
        answer = reader.page.goto(app.url + path)
        assert answer is not None
        assert answer.status == 200
        expect(reader.page.locator("main")).to_contain_text(words)
        assert TOKEN not in answer.text()
        reader.page.get_by_role("link", name="Present").click()
        expect(reader.page.locator(".pg-stage [data-role=assistant]")).to_contain_text(words)
        assert "ada@" not in reader.page.content()
        reader.page.goto(app.url + path)
        reader.page.get_by_role("link", name="Open in the playground").click()
        expect(reader.page.locator(".st-key-snapshot_offer")).to_contain_text("A snapshot of a chat")
    expect(vic.page.locator(".st-key-snapshot_copy")).to_have_count(0)
    bea.page.locator(".st-key-snapshot_copy button").click()
    expect(bea.page.locator("[data-turn][data-role=assistant] [data-part=text]")).to_contain_text(words)

    ada.page.keyboard.press("Escape")
    ada.go("Data")
    row = ada.page.locator(f".st-key-snapshot-{path.rpartition('/')[2]}")
    ada.settled()
    row.get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    assert vic.page.request.get(app.url + path).status == 404
    vic.page.goto(f"{app.url}/present?snapshot={path.rpartition('/')[2]}")
    expect(vic.page.get_by_text("There is nothing to present at this address.")).to_be_visible()


def test_an_audience_is_shown_nothing_of_who_is_signed_in(app: App, visit: Visit) -> None:
    ada = signed_in(visit, app, "ada", "/present?demo=json")
    expect(ada.page.locator(".pg-stage-prompt")).to_contain_text("France")
    assert "ada@" not in ada.page.content()


def test_who_is_not_on_the_list_is_refused_and_a_viewer_cannot_ask(
    app: App,
    visit: Visit,
    axe: str,  # noqa: F811
) -> None:
    eve = sign_in(visit, app, "eve")
    expect(eve.page.get_by_text("eve@elsewhere.example may not use this playground.")).to_be_visible()
    expect(eve.button("Use another account")).to_be_visible()
    expect(eve.page.get_by_role("navigation", name="App pages")).to_have_count(0)
    expect(eve.composer).to_have_count(0)
    eve.settled()
    assert found(eve, axe) == []

    vic = sign_in(visit, app, "vic")
    expect(vic.composer).to_be_disabled()
    navigation = vic.page.get_by_role("navigation", name="App pages")
    expect(navigation.get_by_role("link", name="History")).to_be_visible()
    expect(navigation.get_by_role("link", name="Compare")).to_have_count(0)
    expect(vic.page.get_by_text("You may read here, and ask nothing.")).to_be_visible()
    vic.settled()
    vic.system_prompt("Be brief.")
    expect(vic.page.get_by_text("You may read here, and change nothing.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_page_of_who_is_signed_in_and_the_account_is_in_reach(
    app: App,
    visit: Visit,
    axe: str,  # noqa: F811
    width: int,
) -> None:
    ada = signed_in(visit, app, "ada", width=width)
    objections = {}
    for name in ("Chat", "History", "Connections", "Data", "Admin"):
        if name != "Chat":
            ada.open(f"/{name.lower()}")
        expect(ada.page.locator("h1")).to_have_count(1)
        ada.settled()
        if objected := found(ada, axe):
            objections[name] = objected
        fits(ada)
    assert objections == {}
    account, theme = ada.button("ada@example.com"), ada.button("Theme and more")
    expect(account).to_be_in_viewport(ratio=1)
    ours, beside = account.bounding_box(), theme.bounding_box()
    assert ours is not None
    assert beside is not None
    assert beside["x"] + beside["width"] <= ours["x"] + 1
    account.click()
    expect(ada.page.get_by_role("link", name="Sign out")).to_be_in_viewport()
    assert found(ada, axe) == []
    ada.page.get_by_role("link", name="Admin").click()
    expect(ada.page.locator("h1")).to_have_text("Admin")


def test_signing_out_ends_every_tab_and_the_old_cookie_opens_nothing(app: App, visit: Visit) -> None:
    bea = sign_in(visit, app, "bea").open("/", model=LLAMA)
    bea.ask("Hello upstream: tokens=12")
    bea.idle()
    state = bea.page.context.storage_state()["cookies"]
    others = [bea.page.context.new_page() for _ in range(2)]
    for other, name in zip(others, ("History", "Models"), strict=True):
        other.goto(f"{app.url}/{name.lower()}")
        expect(other.locator("h1")).to_have_text(name)
        expect(other.locator(".st-key-sign_in_watch")).to_be_attached()
    with bea.page.context.expect_page() as opening:
        bea.page.evaluate("window.open('/sign-out')")
    expect(opening.value).to_have_url(re.compile("end_session"))

    for tab in (bea.page, *others):  # nobody touched these
        expect(tab.get_by_text("You are signed out.")).to_be_visible()
    expect(bea.turns).to_have_count(0)
    for cookie in state:
        bea.page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": app.url}])
    bea.page.reload()
    expect(bea.page.get_by_text("You are signed out.")).to_be_visible()
    expect(bea.composer).to_have_count(0)


def test_an_administrator_stops_everything_while_an_answer_streams(
    app: App,
    visit: Visit,
    axe: str,  # noqa: F811
) -> None:
    amy, ben = working(visit, app, "amy"), working(visit, app, "ben")
    ben.ask(SLOW)
    expect(ben.answer).to_have_attribute("data-state", "live")
    amy.open("/admin")
    users = amy.page.locator("[class*=st-key-user-]")
    expect(users.filter(has_text="ben@example.com").first).to_be_visible()
    amy.settled()
    assert found(amy, axe) == []
    amy.textbox("Reason, which all pages show").fill("The bill.")
    amy.textbox("Reason, which all pages show").press("Tab")
    amy.settled()
    amy.button("Stop all requests").click()

    expect(ben.answer).to_have_attribute("data-state", "stopped")
    expect(ben.page.get_by_text("All requests are stopped")).to_be_visible()
    ben.idle()
    ben.write("And now?")
    ben.composer.press("Enter")
    expect(ben.error).to_contain_text("An administrator stopped all requests. They say: The bill.")
    ben.idle()

    amy.button("Allow requests again").click()
    expect(amy.button("Stop all requests")).to_be_visible()
    expect(ben.page.locator(".st-key-stopped_notice")).to_have_count(0)
    ben.ask("Hello upstream: tokens=12")
    expect(ben.answer).to_have_attribute("data-state", "done")
    ben.idle()


def test_an_administrator_sees_usage_by_person_and_nobody_else_does(app: App, visit: Visit) -> None:
    amy, ben = working(visit, app, "amy"), working(visit, app, "ben")
    ben.ask("Hello upstream: tokens=12")
    ben.idle()
    amy.open("/usage")
    amy.page.get_by_role("radio", name="Person", exact=True).click()
    expect(amy.page).to_have_url(re.compile("by=owner"))
    amy.settled()
    rows = {row["Person"]: row for row in rows_of_file(amy)}
    assert int(rows["ben@example.com"]["tokens out"]) >= 12
    assert "amy@example.com" not in rows

    ben.open("/usage?by=owner")
    expect(ben.page.get_by_role("radio", name="Model", exact=True)).to_be_checked()
    expect(ben.page.get_by_role("radio", name="Person", exact=True)).to_have_count(0)
    ben.settled()
    assert ben.page.locator("main").inner_text().count("ben@example.com") == 1  # whose account it is


def test_below_a_path_people_choose_between_providers_and_are_somebody_else_at_each(
    tmp_path: Path, provider: OpenIdProvider, visit: Visit, cloudflare: dict[str, str]
) -> None:
    """`[auth.NAME]`, and `server.baseUrlPath`: sign-in, answers over the channel, signing out."""
    secrets = tmp_path / "secrets.toml"
    below = {"STREAMLIT_SECRETS_FILES": str(secrets), "STREAMLIT_SERVER_BASE_URL_PATH": "/play"}
    with OpenIdProvider(tmp_path / "provider.log") as other:
        other.knows("ada", email="ada@home.example", email_verified=True, name="Ada")
        app = AppBelow(tmp_path / "data", **cloudflare, **below)
        write_secrets(
            secrets, {"work": provider, "home": other}, app.url, users=["ada@example.com", "ada@home.example"]
        )
        with app:
            work = sign_in(visit, app, "ada", "Sign in with work")
            expect(work.button("ada@example.com")).to_be_visible()
            expect(work.composer).to_be_enabled()
            work.open("/", model=LLAMA)
            work.ask("Hello upstream: tokens=12")
            expect(work.answer).to_have_attribute("data-state", "done")
            work.idle()

            home = sign_in(visit, app, "ada", "Sign in with home")
            expect(home.button("ada@home.example")).to_be_visible()
            home.open("/history")
            expect(home.page.locator("h1")).to_have_text("History")
            home.settled()
            expect(home.page.get_by_text("Hello upstream")).to_have_count(0)

            work.open("/history")
            expect(work.page.get_by_text("Hello upstream").first).to_be_visible()
            work.settled()
            work.button("ada@example.com").click()
            out = work.page.get_by_role("link", name="Sign out")
            expect(out).to_have_attribute("href", "sign-out")
            with work.page.context.expect_page() as opening:  # the provider's page wants a style sheet of another host
                work.page.evaluate("address => window.open(address)", f"{app.url}/sign-out")
            expect(opening.value).to_have_url(re.compile("end_session"))
            work.page.goto(f"{app.url}/")
            expect(work.button("Sign in with home")).to_be_visible()
            expect(work.composer).to_have_count(0)
            for tab in (work, home):
                tab.down()  # the app stops before they are closed
