"""A week of two people in a fresh installation: a key is pasted, models are asked, compared and paid for, and what is
somebody's is theirs: found again, out of others' sight, and taken to another installation with the same numbers.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.app import App
from tests.browser.chat_page import LLAMA, ChatPage
from tests.browser.compare_page import ComparePage
from tests.browser.conftest import Visit
from tests.browser.oidc import OpenIdProvider, write_secrets
from tests.browser.test_added_connections import choose, made
from tests.browser.test_data import export_file, import_file
from tests.browser.test_history import entries
from tests.browser.test_sign_in import sign_in
from tests.browser.test_usage import rows_of_file, set_budget
from tests.upstream import ACCOUNT, TOKEN, Upstream

pytestmark = pytest.mark.browser

GEMMA = "@cf/google/gemma-4-26b-a4b-it"


def paste_key(page: ChatPage, upstream: Upstream) -> None:
    """Connect Workers AI for everybody by the command that its documentation shows, and go on to the first chat."""
    page.go("Connections")
    page.page.get_by_test_id("stCheckbox").filter(has_text="Connections for everybody").click()
    expect(page.page.get_by_text("is so for all users")).to_be_visible()
    page.settled()
    form = choose(page, "Paste a curl command")
    form.get_by_role("textbox", name="Command").fill(
        f"curl {upstream.base_url}/accounts/{ACCOUNT}/ai/run/{LLAMA} -H 'Authorization: Bearer {TOKEN}'"
    )
    form.get_by_role("button", name="Read it").click()
    expect(made(page)).to_contain_text("is connected")
    made(page).get_by_role("link", name=re.compile("^Chat with")).click()
    expect(page.composer).to_be_enabled()


def usage(page: ChatPage) -> list[dict[str, str]]:
    """The rows of Usage by model, from its file."""
    page.open("/usage?by=model")
    expect(page.page.get_by_test_id("stDataFrame")).to_be_visible()
    page.settled()
    return rows_of_file(page)


def test_a_week(start_app: Callable[..., App], visit: Visit, upstream: Upstream, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.toml"
    with OpenIdProvider(tmp_path / "provider.log") as provider:
        for name in ("ada", "bob"):
            provider.knows(name, email=f"{name}@example.com", email_verified=True)
        app = App(tmp_path / "week", STREAMLIT_SECRETS_FILES=str(secrets))
        write_secrets(secrets, provider, app.url, admins=["ada@example.com"], users=["bob@example.com"])
        with app:
            ada = sign_in(visit, app, "ada")
            paste_key(ada, upstream)
            ada.ask("Why are lighthouses red? upstream: tokens=40")
            expect(ada.answer).to_have_attribute("data-state", "done")
            ada.idle()
            lighthouses = ada.conversation

            ada.open(f"/compare?models={LLAMA},{GEMMA}")
            panes = ComparePage(ada)
            panes.ask("Name a sea upstream: tokens=12")
            panes.ended()

            ada.open("/history")
            search = ada.page.get_by_placeholder("Words in titles")
            search.fill("lighthouses")
            search.press("Enter")
            expect(entries(ada)).to_have_count(1)
            ada.open(f"/history?q=upstream&model={LLAMA}&kind=chat")
            expect(entries(ada)).to_have_count(1)
            expect(entries(ada)).to_contain_text("Why are lighthouses red?")

            before = usage(ada)
            assert {row["Model"].removeprefix("'") for row in before} == {LLAMA, GEMMA}
            assert {row["requests"] for row in before} == {"2", "1"}
            set_budget(ada, "0.0001")
            ada.open("/", model=LLAMA)
            ada.write("Tell upstream: tokens=12")
            ada.composer.press("Enter")
            expect(ada.page.locator(".pg-composer-problem")).to_contain_text("for a day are left in the budget")
            expect(ada.composer).to_have_value("Tell upstream: tokens=12")

            bob = sign_in(visit, app, "bob")
            bob.open(lighthouses)
            expect(bob.page.get_by_text("There is no conversation at this address")).to_be_visible()
            bob.open("/history?q=lighthouses")
            expect(bob.page.get_by_text("Nothing was found.")).to_be_visible()
            bob.open("/usage")
            expect(bob.page.get_by_text("Nothing was asked in this time.")).to_be_visible()

            assert usage(ada) == before  # what was refused cost nothing
            export_file(ada, tmp_path / "all.zip")
            ada.down()
            bob.down()

    elsewhere = visit(start_app())
    elsewhere.go("Data")
    expect(elsewhere.page.locator("h1")).to_have_text("Data")
    elsewhere.settled()
    import_file(elsewhere, tmp_path / "all.zip")
    expect(elsewhere.page.get_by_test_id("stAlert").filter(has_text="chat")).to_contain_text("new")
    assert usage(elsewhere) == before
    elsewhere.open(lighthouses)
    expect(elsewhere.questions.first).to_contain_text("Why are lighthouses red?")
