import json
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from components.frame.process import chat
from playground.money.pricing import Mix
from tests.pages.conftest import ROOT, TIMEOUT_S, OpenPage, shown
from tests.upstream import Answer, Upstream

PAGE = "pages/models.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GLM = "@cf/zai-org/glm-5.3"


@pytest.fixture(params=["by the router", "by its own address"])
def open_link(request: pytest.FixtureRequest) -> "OpenLink":
    """Open the page with a query, through router.py and bare."""
    return OpenLink(routed=request.param == "by the router")


class OpenLink:
    def __init__(self, *, routed: bool = False) -> None:
        self.routed = routed

    def __call__(self, **query: str) -> AppTest:
        page = AppTest.from_file(ROOT / ("router.py" if self.routed else PAGE), default_timeout=TIMEOUT_S)
        if self.routed:
            page.switch_page(PAGE)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page


def table(page: AppTest) -> list[str]:
    """The names in the table, as they stand."""
    return list(page.dataframe[0].value["Model"]) if page.dataframe else []


def query(page: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in page.query_params.items()}


def schemas(page: AppTest) -> list[str]:
    """The JSON on a card."""
    return [code.value for code in page.code if code.language == "json"]


def links(page: AppTest) -> dict[str, dict[str, list[str]]]:
    """Label and query of every link to a page of the app."""
    found = [element.proto for element in page.get("page_link")]
    return {link.label.replace("\\", ""): parse_qs(link.query_string) for link in found}


def test_every_current_model_is_listed(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    assert not page.exception
    assert "SmolLM2 135M Instruct" in table(page)
    assert "glm-5.3" in table(page)
    assert "kimi-k2.5" not in table(page)
    assert "15 retired models are left out" in shown(page)


def test_a_link_carries_words_filters_order_mix_and_columns(open_link: OpenLink) -> None:
    page = open_link(q="meta", tools="yes", vision="no", sort="price", mix="1:2", columns="input,nonsense")
    assert page.text_input(key="models_text").value == "meta"
    assert page.button_group(key="models_able").value == ["tools"]
    assert page.button_group(key="models_unable").value == ["vision"]
    assert page.selectbox(key="models_order").value == "price"
    assert page.number_input(key="models_mix_output").value == 2
    assert table(page) == ["llama-3.3-70b-instruct-fp8-fast"]
    assert list(page.dataframe[0].value.columns) == ["Model", "$ per M in"]


def test_what_is_set_on_the_page_is_in_its_address() -> None:
    page = OpenLink()()
    page.text_input(key="models_text").input("glm").run()
    page.button_group(key="models_able").set_value(["tools", "reasoning"]).run()
    page.number_input(key="models_price_to").set_value(0.3).run()
    page.button_group(key="models_unable").set_value(["vision"]).run()
    page.selectbox(key="models_order").set_value("context").run()
    page.button_group(key="models_columns").set_value(["id", "context"]).run()
    assert query(page) == {
        "q": "glm",
        "tools": "yes",
        "reasoning": "yes",
        "vision": "no",
        "max_price": "0.3",
        "sort": "context",
        "columns": "context,id",
    }
    assert table(page) == ["glm-4.7-flash"]
    page.button_group(key="models_able").set_value(["tools", "vision"]).run()
    assert page.button_group(key="models_unable").value == [], "nobody can be with and without vision"


def test_a_mix_of_nothing_is_the_usual_one() -> None:
    page = OpenLink()(mix="0:1")
    page.number_input(key="models_mix_output").set_value(0).run()
    assert page.number_input(key="models_mix_input").value == Mix().input
    assert "mix" not in query(page)


def test_only_models_that_can_run_now(open_link: OpenLink) -> None:
    page = open_link(runnable="yes")
    assert table(page) == ["SmolLM2 135M Instruct"]


def test_with_a_connection_its_models_can_run(cloudflare: Upstream) -> None:
    assert "glm-5.3" in table(OpenLink()(runnable="yes"))


def test_where_nothing_is_found_the_way_out_is_offered(open_link: OpenLink) -> None:
    page = open_link(q="kimi-k2.5", tools="yes")
    assert "No model is like that." in shown(page)
    page.button(key="models_clear").click().run()
    assert query(page) == {"q": "kimi-k2.5"}
    page.button(key="models_wider").click().run()
    assert table(page) == ["kimi-k2.5"]


def test_chosen_models_stay_chosen_while_others_are_looked_for() -> None:
    page = OpenLink(routed=True)()
    page.multiselect(key="models_chosen_box").set_value([LLAMA]).run()
    assert links(page)["Open its card"] == {"model": [LLAMA]}
    assert links(page)["Chat with it"] == {"model": [LLAMA]}
    page.text_input(key="models_text").input("glm-5.3").run()
    page.multiselect(key="models_chosen_box").set_value([LLAMA, GLM]).run()
    assert links(page)["Compare answers"] == links(page)["Compare facts"] == {"models": [f"{LLAMA},{GLM}"]}


def test_a_card_has_its_address_also_by_the_bare_name(open_link: OpenLink) -> None:
    page = open_link(model="llama-3.3-70b-instruct-fp8-fast")
    words = shown(page)
    assert [title.value for title in page.title] == ["llama\\-3\\.3\\-70b\\-instruct\\-fp8\\-fast"]
    assert f"`{LLAMA}`" in words
    assert "≠ $0.293 in / $2.253 out per M tokens" in words
    assert "≠ $0.29 in / $2.25 out per M tokens" in words
    assert "read 2026-08-28" in words
    assert "| `top_p` | ≠ batch | number | 0 to 2 |" in words
    assert "| `lora` | only prompt | text |" in words


def test_the_ways_on_from_a_card() -> None:
    page = OpenLink(routed=True)(model=LLAMA)
    assert links(page)["Chat with it"] == {"model": [LLAMA]}
    page.multiselect(key=f"models_against_{LLAMA}").set_value([GLM]).run()
    assert links(page)["Compare answers"] == {"models": [f"{LLAMA},{GLM}"]}


def test_a_retired_model_leads_to_its_successor(open_link: OpenLink) -> None:
    page = open_link(model="kimi-k2.5")
    words = shown(page)
    assert "It was retired on 2026-05-30" in words
    assert "Its successor is @cf/moonshotai/kimi-k2.6." in words
    assert "Chat with it" not in words
    assert "Chat with it" not in links(page)
    target = links(page).get("kimi-k2.6") or "(/models?model=@cf/moonshotai/kimi-k2.6)" in words
    assert target


def test_a_name_that_nobody_knows_is_said_and_the_list_is_shown(open_link: OpenLink) -> None:
    page = open_link(model="gpt-99")
    assert "No model is called gpt-99." in shown(page)
    assert "glm-5.3" in table(page)


def test_the_calculator_is_exact_and_counts_the_free_neurons() -> None:
    page = OpenLink()(model=LLAMA)
    assert "| Cost | $0.0009689 | $0.9689 | $29.067 |" in shown(page)
    assert "| Neurons |  | 88,082 | 2,642,455 |" in shown(page)
    assert "| Left to pay after the free neurons |  | $0.8589 | $25.767 |" in shown(page)
    page.number_input(key="models_calls").set_value(10).run()
    assert "| Left to pay after the free neurons |  | $0 | $0 |" in shown(page)
    page.number_input(key="models_tokens_cached").set_value(100).run()
    assert "| Cost | ~$0.0009689 |" in shown(page)


def test_an_unpriced_model_stays_unpriced() -> None:
    words = shown(OpenLink()(model="apertus-v1.5-8b"))
    assert "Unpriced: no source names a price for this model." in words
    assert "Neurons" not in words


def test_a_local_model_costs_nothing_and_has_no_neurons() -> None:
    words = shown(OpenLink()(model=chat().roster.default.id))
    assert "| Cost | $0 | $0 | $0 |" in words
    assert "Neurons" not in words


def test_schemas_are_shown_and_what_is_not_documented_is_said() -> None:
    page = OpenLink()(model=LLAMA)
    schema = json.loads(schemas(page)[0])
    assert "messages" in schema["properties"]
    page.selectbox(key="models_schema").select("Streaming output").run()
    assert json.loads(schemas(page)[0])["contentType"] == "text/event-stream"

    page = OpenLink()(model="@cf/meta/llama-guard-3-8b")
    page.selectbox(key="models_schema").select("Streaming output – not documented").run()
    assert "Not documented." in shown(page)
    assert schemas(page) == []


def test_models_side_by_side_mark_what_differs(open_link: OpenLink) -> None:
    page = open_link(models=f"{LLAMA},nobody,glm-5.3,{LLAMA},nobody")
    words = shown(page)
    assert words.count("No model is called nobody.") == 1
    assert words.startswith("2 models side by side")
    assert "| ≠ | **Context window** | 24,000 tokens | 1,310,720 tokens |" in words
    assert "|  | Task | Text Generation | Text Generation |" in words
    assert "| ≠ | **temperature** | number, 0 to 5, default 0.6 | number or null, 0 to 2, default 1 |" in words
    page.toggle(key="models_only_differences").set_value(True).run()
    assert "| Task |" not in shown(page)


@pytest.mark.parametrize(
    ("models", "panes"),
    [
        (f"{LLAMA},glm-5.3,nobody", [LLAMA, GLM, "nobody"]),
        (LLAMA, [LLAMA, LLAMA]),
        (f"{LLAMA},{GLM},{LLAMA}", [LLAMA, GLM, LLAMA]),
        (",".join((LLAMA, GLM, "kimi-k2.6", "glm-5.2", "gpt-oss-20b", "gpt-oss-120b", "glm-4.7-flash")), 6),
    ],
    ids=["two and one that nobody knows", "one", "one twice", "seven"],
)
def test_a_link_to_compare_begins_a_comparison(models: str, panes: list[str] | int) -> None:
    page = AppTest.from_file(ROOT / "pages/compare.py", default_timeout=TIMEOUT_S)
    page.query_params["models"] = models
    page.run()
    assert not page.exception
    found = [pane.model for pane in page.session_state.compare.comparison.panes]
    assert found == panes or len(found) == panes
    assert set(query(page)) == {"id"}
    assert ("No model is called nobody." in shown(page)) == ("nobody" in models)
    before = page.session_state.compare.comparison_id
    page.run()
    assert page.session_state.compare.comparison_id == before


def test_a_name_of_several_models_is_asked_about_before_a_card_is_shown(server: Upstream) -> None:
    server.script(Answer.json({"data": [{"id": "alpha/same-model"}, {"id": "beta/same-model"}]}), "/models")
    page = OpenLink()(models="same-model,glm-5.3")

    assert "same-model is the name of 2 models." in shown(page)
    page.button(key="models_question-0-1").click().run()
    assert not page.exception
    assert shown(page).startswith("2 models side by side")
    assert query(page) == {"models": "openai/beta/same-model,glm-5.3"}
    chosen = OpenLink()(models="openai/alpha/same-model,openai/beta/same-model")
    assert "|  | Fact | alpha/same-model | beta/same-model |" in shown(chosen)
