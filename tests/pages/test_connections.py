import json
from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from components.connections.settings import PATIENCE
from components.frame.process import chat, managed, own_connections, stores
from playground.connections.own_connection import LIMITS
from playground.conversation.setup import form_specs
from playground.money.budget import Budget
from playground.providers import Gateway
from playground.providers.http.server_address import forget_addresses
from tests.browser.waiting import until
from tests.pages.conftest import OpenPage, alone, shown
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.anthropic import LONGEST, WINDOW
from tests.upstream.models import row

PAGE = "pages/connections.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def test_without_a_connection_it_says_how_to_make_one(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    assert not page.exception
    words = shown(page)
    assert "Only the model on this machine is connected" in words
    assert "[connections.cloudflare]" in words
    assert "OPENAI_BASE_URL" in words
    assert "key set" not in words


def test_a_connection_shows_what_is_in_force_and_no_secret(
    open_page: OpenPage, cloudflare: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_GATEWAY_ID", "my-gateway")
    monkeypatch.setenv("CLOUDFLARE_GATEWAY_TOKEN", "gateway-s3cret")
    page = open_page(PAGE)
    words = shown(page)
    assert f"`{cloudflare.base_url}`" in words
    assert "account 0123…cdef · key set · through AI Gateway" in words
    assert "`max_answer_chars` | 2,000,000" in words
    assert "max_answer_chars = 2000000" in words
    assert "| Time to the first byte `first_byte_timeout_s` | 240 s |" in words
    assert "| Gateway `gateway.id` | my-gateway |" in words
    assert "| Key `gateway.token` | set |" in words
    everything = words + str(page.main)
    for secret in (TOKEN, TOKEN[-4:] + '"', "gateway-s3cret", ACCOUNT):
        assert secret not in everything


def test_a_connection_that_cannot_be_used_says_why(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    words = shown(open_page(PAGE))
    assert "no Cloudflare account id is set (CLOUDFLARE_ACCOUNT_ID)" in words
    assert TOKEN not in words


def test_a_good_connection_passes_its_check(open_page: OpenPage, cloudflare: Upstream) -> None:
    page = press(open_page(PAGE), "check-cloudflare")
    words = shown(page)
    assert "**Token** ok · The user token is active." in words
    assert "**Account** ok" in words
    assert "**Permission** ok" in words
    assert not page.exception


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CLOUDFLARE_API_TOKEN", "wrong", "**Token** failed · The token is not known to Cloudflare"),
        ("CLOUDFLARE_API_TOKEN", "upstream-token-without-permission", "**Permission** failed · The token may not use"),
        ("CLOUDFLARE_ACCOUNT_ID", "f" * 32, "**Account** failed"),
    ],
)
def test_a_check_says_which_part_is_wrong_and_what_to_do(
    cloudflare: Upstream, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    words = shown(press(alone(PAGE), "check-cloudflare"))
    assert said in words
    assert "dash.cloudflare.com" in words or "dashboard" in words


def test_a_refresh_lists_what_is_new_marks_it_and_can_be_undone(open_page: OpenPage, cloudflare: Upstream) -> None:
    cloudflare.service.rows = [
        row(LLAMA, "", {"property_id": "context_window", "value": "999"}),
        row("@cf/new/model", "", {"property_id": "lora", "value": "perhaps"}),
    ]
    page = open_page(PAGE)
    assert "of the catalogue that ships" in shown(page)

    page = press(page, "refresh-cloudflare")

    words = shown(page)
    assert "1 new, 1 changed since the shipped catalogue" in words
    assert "- **new** @cf/new/model" in words
    assert f"- **changed** {LLAMA}: context window" in words
    assert "the value of lora could not be read" in words
    picker = alone("pages/chat.py").selectbox(key="model")
    labels = [label for label in picker.options if label.startswith(("model ·", "llama-3.3-70b"))]
    assert [{"changed", "new"} & set(label.split(" · ")) for label in labels] == [{"changed"}, {"new"}]

    page = press(page, "shipped-cloudflare")
    assert "of the catalogue that ships" in shown(page)
    assert chat().roster.card("@cf/new/model") is None


def test_a_refresh_that_fails_says_why(cloudflare: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "wrong")
    page = press(alone(PAGE), "refresh-cloudflare")
    assert page.error
    assert "of the catalogue that ships" in shown(page)


def test_models_of_a_server_are_listed_again_and_named_by_hand(open_page: OpenPage, server: Upstream) -> None:
    page = open_page(PAGE)
    chat().roster.served.wait(10)  # or listing again would be the first listing, which is still on its way
    server.service.rows = [row("only-one", "")]
    page = press(page, "list-openai")
    assert "only-one" in [code.value for code in page.code]
    page.text_area(key="by-hand-openai").input("mine\n\nyours").run()
    assert chat().roster.served.by_hand("openai") == ("mine", "yours")
    assert {"openai/only-one", "openai/mine"} <= {card.id for card in chat().roster.catalog}


def test_anthropic_is_a_connection_like_others(open_page: OpenPage, anthropic: Upstream) -> None:
    anthropic.service.rows = [row("claude-next", "")]
    page = press(open_page(PAGE), "check-anthropic")
    words = shown(page)
    assert "Connect Anthropic" in [expander.label for expander in page.expander]
    assert "The server answers and offers 1 model." in words
    assert f"`{anthropic.anthropic_url}`" in words
    assert TOKEN not in words + str(page.main)
    chat().roster.served.wait(10)
    card = chat().roster.card("anthropic/claude-next")
    assert card is not None
    assert (card.context_window, card.default_max_tokens, card.vision, card.price) == (WINDOW, LONGEST, True, None)
    (length,) = [spec for spec in form_specs(card, "messages") if spec.name == "max_tokens"]
    assert (length.required, length.default, length.maximum) == (True, LONGEST, LONGEST)


def test_an_address_that_was_mended_is_said_to_be(
    open_page: OpenPage, server: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.openai_url}/chat/completions")
    assert f"{server.openai_url} is asked" in shown(open_page(PAGE))


def test_an_address_without_v1_is_said_to_be_so(server: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_addresses()
    monkeypatch.setenv("OPENAI_BASE_URL", server.origin)
    words = shown(press(alone(PAGE), "check-openai"))
    assert "**Server** ok" in words
    assert f"The server answers at {server.openai_url}, and not at {server.origin}" in words
    forget_addresses()


def test_a_server_without_a_list_is_said_to_have_none(server: Upstream) -> None:
    page = alone(PAGE)
    roster = chat().roster
    roster.served.list(roster.connections["openai"]).result(10)
    server.script(Answer.json({"error": {"message": "no such route"}}, 404), "/models")
    words = shown(press(page, "list-openai"))
    assert "The models could not be listed." in words
    assert "name its models below" in words


def test_own_parameters_are_checked_saved_and_reset(open_page: OpenPage, server: Upstream) -> None:
    page = open_page(PAGE)
    area = page.text_area(key="schema-openai")
    assert "temperature" in json.loads(area.value or "")["properties"]

    area.input('{"properties": {"mirostat": {"type": "numbr"}}}')
    page = press(page, "schema-openai-save")
    assert "**Not saved.** mirostat.type: 'numbr' is not one of" in shown(page)
    assert not chat().roster.served.own_parameters("openai")

    page.text_area(key="schema-openai").input('{"properties": {"mirostat": {"type": "integer"}}}')
    page = press(page, "schema-openai-save")
    assert not page.error
    assert chat().roster.served.parameters("openai") == {"properties": {"mirostat": {"type": "integer"}}}

    page = press(page, "schema-openai-reset")
    assert "temperature" in json.loads(page.text_area(key="schema-openai").value or "")["properties"]
    assert not chat().roster.served.own_parameters("openai")


def test_prices_are_set_shown_everywhere_and_taken_back(open_page: OpenPage, server: Upstream) -> None:
    page = open_page(PAGE)
    served = chat().roster.served
    served.wait(10)  # or listing again would be the first listing, which is still on its way
    server.service.rows = [row("vendor/small", ""), row("vendor/large", "")]
    page = press(page, "list-openai")
    assert "Prices: none set, 2 of 2 models unpriced" in [box.label for box in page.expander]

    page.selectbox(key="price-openai-model").set_value("vendor/small")
    page.text_input(key="price-openai-input").input("0,15")
    page.text_input(key="price-openai-output").input("0.60")
    page = press(page, "price-openai-set")
    assert "**Not set.** vendor/small: the input price '0,15' is no amount" in shown(page)
    assert page.text_input(key="price-openai-output").value == "0.60"
    assert served.own_prices("openai") == {}

    page.text_input(key="price-openai-input").input("0.15")
    page.date_input(key="price-openai-as_of").set_value(date(2026, 11, 1))
    page = press(page, "price-openai-set")
    assert not page.error
    assert "$0.15 in / $0.60 out per M, 2026-11-01 · set by you" in shown(page)
    assert "Prices: 1 set, 1 of 2 models unpriced" in [box.label for box in page.expander]
    card = alone("pages/models.py")
    card.query_params["model"] = "openai/vendor/small"
    assert "set by you, read 2026-11-01" in shown(card.run())

    page = press(page, "price-openai-0-remove")
    assert served.own_prices("openai") == {}
    assert "Prices: none set, 2 of 2 models unpriced" in [box.label for box in page.expander]


def test_a_price_without_a_model_or_a_date_is_not_set(server: Upstream) -> None:
    page = alone(PAGE)
    page.text_input(key="price-openai-input").input("1")
    page.text_input(key="price-openai-output").input("2")
    page = press(page, "price-openai-set")
    assert "**Not set.** The model is missing" in shown(page)
    page.selectbox(key="price-openai-model").set_value("*")
    page.date_input(key="price-openai-as_of").set_value(None)
    page = press(page, "price-openai-set")
    assert "the date is missing" in shown(page)


def test_which_models_see_pictures_is_said_and_kept(open_page: OpenPage, server: Upstream) -> None:
    page = open_page(PAGE)
    assert chat().roster.served.vision("openai") is None
    page.button_group(key="vision-choice-openai").set_value("none").run()
    assert chat().roster.served.vision("openai") is False
    page.button_group(key="vision-choice-openai").set_value("some").run()
    page.multiselect(key="vision-ids-openai").set_value(["llava*"]).run()
    assert not page.exception
    assert chat().roster.served.vision("openai") == ("llava*",)
    assert [chat().roster.served.card(model, "openai").vision for model in ("llava:7b", "plain")] == [True, False]
    page.button_group(key="vision-choice-openai").set_value("unknown").run()
    assert chat().roster.served.vision("openai") is None
    assert "answers with an error" in shown(page)


def test_timeouts_and_limits_of_an_own_connection_are_edited(open_page: OpenPage, upstream: Upstream) -> None:
    own = own_connections()
    own.put(own.described("home", {"kind": "openai_compatible", "base_url": upstream.openai_url}, "memory"))
    page = press(open_page(PAGE), "edit-home")
    fields = {element.key.rpartition("-")[2]: element for element in page.text_input if element.key}
    fields["idle_timeout_s"].set_value("7.5")
    fields["max_in_flight"].set_value("no number")
    submit = next(button for button in page.button if (button.key or "").endswith("-submit"))
    submit.click().run()
    assert "valid integer" in "".join(error.value for error in page.error)

    fields = {element.key.rpartition("-")[2]: element for element in page.text_input if element.key}
    fields["max_in_flight"].set_value("")
    next(button for button in page.button if (button.key or "").endswith("-submit")).click().run()
    until(lambda: [known.limits for known in own.all()] == [("idle_timeout_s",)])
    assert managed().roster.connections["home"].idle_timeout_s == 7.5


def test_the_form_has_every_limit_that_is_kept() -> None:
    assert set(PATIENCE) == set(LIMITS)


def test_every_setting_of_a_gateway_is_edited_and_one_that_is_none_is_said(
    open_page: OpenPage, upstream: Upstream
) -> None:
    gateway = {"id": "mine", "token": "gateway-key-0123456789", "cache_key": "k", "metadata": {"team": "docs"}}
    own = own_connections()
    account = {"kind": "workers_ai", "account_id": ACCOUNT, "api_token": TOKEN, "base_url": upstream.base_url}
    own.put(own.described("cf", account | {"gateway": gateway}, "memory"))
    page = press(open_page(PAGE), "edit-cf")
    draft = page.session_state.connection_draft

    def field(name: str) -> str:
        key: str = draft.field(f"gateway-{name}")
        return key

    assert page.text_input(key=field("cache_key")).value == "k"
    assert page.text_input(key=field("metadata")).value == '{"team": "docs"}'
    shown_fields = {element.key for kind in ("text_input", "selectbox", "checkbox") for element in page.get(kind)}
    assert {field(name) for name in Gateway.model_fields} <= shown_fields

    page.text_input(key=field("metadata")).input('{"team": 1.5}')
    page = press(page, draft.field("submit"))
    assert "Metadata is an object such as" in shown(page)
    for name, typed in {"metadata": '{"team": "web", "run": 7}', "max_attempts": "3", "retry_delay_ms": "0"}.items():
        page.text_input(key=field(name)).input(typed)
    page.text_input(key=field("cache_key")).input("")
    page.selectbox(key=field("backoff")).set_value("linear")
    page.selectbox(key=field("collect_log")).set_value(False)
    page = press(page, draft.field("submit"))
    until(lambda: (found := own.all()[0].connection.gateway) is not None and found.max_attempts == 3)
    assert not page.exception
    kept = own.all()[0].connection.gateway
    assert kept is not None
    assert kept.token is not None
    assert kept.model_dump(exclude={"token"}, exclude_defaults=True) == {
        "id": "mine",
        "max_attempts": 3,
        "retry_delay_ms": 0,
        "backoff": "linear",
        "collect_log": False,
        "metadata": {"team": "web", "run": 7},
    }


def test_a_connection_is_renamed_and_what_does_not_follow_is_said(open_page: OpenPage, upstream: Upstream) -> None:
    own = own_connections()
    own.put(own.described("home", {"kind": "openai_compatible", "base_url": upstream.openai_url}, "memory"))
    stores().set_budget(Budget("connection", "home", day=Decimal(1)))
    page = open_page(PAGE)
    page.text_input(key="rename-home").set_value("office")
    next(button for button in page.button if button.label == "Rename it").click().run()
    assert not page.exception
    words = shown(page)
    assert "home is called office now" in words
    assert "The budget of the connection home does not count it" in words
    assert [known.name for known in own.all()] == ["office"]
    page.text_input(key="rename-office").set_value("a/b")
    next(button for button in page.button if button.label == "Rename it").click().run()
    assert "without a slash" in "".join(error.value for error in page.error)
