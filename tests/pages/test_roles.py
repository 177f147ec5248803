"""Pages where people sign in: who is out sees none, who may only read has all that is for reading."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.frame import process
from components.frame.frame import FOR_USERS, PAGES
from playground.access.admission import Admission, SignInCookie
from playground.access.rules import AccessRules
from playground.compare.comparing import Comparing
from playground.connections.rosters import EVERYBODY
from playground.messages import Message
from playground.money.budget import Budget, own_subject
from playground.owner import Owner
from playground.store import ReadOnlyError
from tests.pages.conftest import alone, shown
from tests.pages.test_history import titles

LISTED = {"admins": ["ada@example.com"], "users": ["bob@example.com"], "viewers": ["vic@example.com"]}
NAMES = [name for name, _ in PAGES]

SignIn = Callable[[str], Owner]


@pytest.fixture
def sign_in(app: None) -> Iterator[SignIn]:
    """Have all pages be looked at by somebody, in a browser with the cookie of their sign-in; at first by nobody."""
    admission = Admission(process.stores(), lambda: AccessRules.read(LISTED))
    cookies: list[SignInCookie] = []

    def become(name: str) -> Owner:
        said = {"iss": "https://issuer.example", "sub": name, "email": f"{name}@example.com", "email_verified": True}
        cookie = SignInCookie.read(json.dumps(said).encode())
        assert cookie is not None
        admission.begin(cookie)
        cookies.append(cookie)
        return cookie.owner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "signs_in", lambda: True)
        patch.setattr(process, "admission", lambda: admission)
        patch.setattr(process, "sign_in_cookie", lambda _: cookies[-1] if cookies else None)
        yield become


def test_who_is_not_signed_in_sees_the_way_in_and_nothing_else(sign_in: SignIn) -> None:
    for name in (*NAMES, "admin", "sign_out"):
        page = alone(f"pages/{name}.py")
        assert not page.exception
        assert [button.label for button in page.button] == ["Sign in"], name


def test_who_is_not_on_the_list_is_told_so_with_the_address(sign_in: SignIn) -> None:
    sign_in("eve")
    page = alone("pages/chat.py")
    assert "eve@example.com" in page.error[0].value
    assert [button.label for button in page.button] == ["Use another account"]


def test_a_viewer_reads_every_page_that_is_for_reading(sign_in: SignIn) -> None:
    vic = sign_in("vic")
    store = process.stores().of(vic)
    chat = store.create_conversation(model="m")
    question = store.add_turn(chat.id, None, Message("user", "xylophone-quartz"))
    store.finish_reply(store.start_reply(chat.id, question.id, model="m"), state="done", text="Yes")
    for name in NAMES:
        if name not in FOR_USERS:
            page = alone(f"pages/{name}.py")
            assert not page.exception
            assert [error.value for error in page.error] == [], name
    assert titles(alone("pages/history.py")) == ["xylophone-quartz"]


@pytest.mark.parametrize(("name", "may"), [("vic", False), ("bob", False), ("ada", True)])
def test_the_admin_page_is_for_administrators(sign_in: SignIn, name: str, may: bool) -> None:
    sign_in("bob")
    sign_in(name)
    page = alone("pages/admin.py")
    assert not page.exception
    assert any(button.label == "Stop all requests" for button in page.button) == may
    assert ("bob@example.com" in [text.value for text in page.text]) == may


def test_what_everybodys_models_cost_take_and_see_is_shown_to_users_and_set_by_administrators(sign_in: SignIn) -> None:
    everybodys = process.models_of(EVERYBODY).own
    address = {"kind": "openai_compatible", "base_url": "http://127.0.0.1:9/v1"}
    everybodys.put(everybodys.described("shared", address, "memory"))

    def controls() -> set[bool]:
        keys = {element.key for element in (*page.button, *page.text_area, *page.button_group)}
        return {key in keys for key in ("price-shared-set", "schema-shared", "vision-choice-shared")}

    for name in ("bob", "ada"):
        sign_in(name)
        page = alone("pages/connections.py")
        assert not page.exception
        assert controls() == {False}
        assert shown(page).count("This connection is there for everybody") == 3
    page.toggle(key="for_everybody").set_value(True).run()
    assert not page.exception
    assert controls() == {True}


def test_whoever_added_a_connection_for_themselves_sets_its_budget_and_no_other(sign_in: SignIn) -> None:
    address = {"kind": "openai_compatible", "base_url": "http://127.0.0.1:9/v1"}
    bob = sign_in("bob")
    own = process.models_of(bob).own
    own.put(own.described("home", address, "memory"))
    process.stores().set_budget(Budget("all", day=Decimal(7)))
    page = alone("pages/usage.py")
    assert page.selectbox(key="budget_subject").options == ["Your connection home"]
    subject = own_subject("home", bob.id)
    page.text_input(key=f"budget own_connection {subject} day").set_value("3")
    next(button for button in page.button if button.label == "Set budget").click().run()
    assert not page.exception
    assert Budget("own_connection", subject, day=Decimal(3)) in process.stores().budgets()
    assert "Your connection home: $3.00 a day" in shown(page)
    sign_in("ada")
    assert "Connection home of bob@example.com: $3.00 a day" in shown(alone("pages/usage.py"))


def test_a_session_begins_anew_where_somebody_else_looks_at_it(sign_in: SignIn) -> None:
    ada = sign_in("ada")
    made = process.stores().of(ada).create_conversation(model="m", system_prompt="xylophone-quartz").id
    page = alone("pages/chat.py")
    page.query_params["c"] = made
    assert "xylophone-quartz" in [area.value for area in page.run().text_area]
    sign_in("bob")
    assert "xylophone-quartz" not in [area.value for area in page.run().text_area]
    assert not page.exception
    assert page.session_state.session.owner.id.endswith("bob")


def test_a_comparison_of_who_may_only_read_cannot_be_changed_by_what_comes_over_the_channel(sign_in: SignIn) -> None:
    vic = sign_in("vic")
    made, _ = Comparing(process.chat_of(vic)).begin(["m", "m"])
    page = AppTest.from_function(open_comparison_of_visitor)
    page.query_params["id"] = made
    assert not page.run().exception
    with pytest.raises(ReadOnlyError):
        page.session_state.compare.chat.store.rename_comparison(made, "Mine")


def open_comparison_of_visitor() -> None:
    """A page run that takes the comparison of its address."""
    from components.compare.session import compare_session

    compare_session()
