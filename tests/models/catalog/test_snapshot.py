"""What the shipped catalogue says, against the documents that it is taken from."""

import time
from datetime import date
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from playground.models.catalog import Catalog, InputForm, ModelCard, listed_card, local_card, shipped
from playground.parameters import specs

PRICING = "https://developers.cloudflare.com/workers-ai/platform/pricing/"
CARDS = list(shipped())


def card(name: str) -> ModelCard:
    found = shipped().get(shipped().complete(name))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "model_id", "context", "function_calling", "batch"),
    [
        ("llama-3.1-70b-instruct", "@cf/meta/llama-3.1-70b-instruct", 24_000, None, None),
        ("llama-3.1-8b-instruct", "@cf/meta/llama-3.1-8b-instruct", 7_968, None, None),
        ("llama-3.3-70b-instruct-fp8-fast", "@cf/meta/llama-3.3-70b-instruct-fp8-fast", 24_000, True, True),
        ("llama-3-8b-instruct", "@cf/meta/llama-3-8b-instruct", 7_968, None, None),
    ],
)
def test_documented_models(
    name: str, model_id: str, context: int, function_calling: bool | None, batch: bool | None
) -> None:
    found = card(name)
    assert (found.id, found.name, found.author, found.task) == (model_id, name, "Meta", "Text Generation")
    assert found.context_window == context
    assert (found.function_calling, found.batch) == (function_calling, batch)
    assert (found.input_modalities, found.output_modalities) == (("text",), ("text",))
    assert found.tokenizer == "llama-3"


def test_where_sources_disagree_all_are_kept_and_the_official_one_counts() -> None:
    old = card("llama-3.1-70b-instruct")
    assert [(window.tokens, window.official) for window in old.context_windows] == [(24_000, True), (131_000, False)]
    assert [(quote.input, quote.output, quote.official) for quote in old.prices] == [
        (Decimal("0.40"), Decimal("0.40"), False)
    ]
    fast = card("llama-3.3-70b-instruct-fp8-fast")
    assert [(quote.input, quote.output) for quote in fast.prices] == [
        (Decimal("0.293"), Decimal("2.253")),
        (Decimal("0.29"), Decimal("2.25")),
    ]
    assert fast.prices[0].source == PRICING
    assert [quote.cached_input for quote in card("qwen3.8-27b").prices] == [None, Decimal("0.05")]
    assert [quote.input for quote in card("glm-4.7-flash").prices] == [Decimal("0.06"), Decimal("0.0605")]
    assert [quote.output for quote in card("llama-3-8b-instruct").prices] == [Decimal("0.827"), Decimal("0.83")]


@pytest.mark.parametrize(
    ("name", "successor"),
    [
        ("llama-3.1-70b-instruct", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
        ("llama-3.1-8b-instruct", "@cf/meta/llama-3.1-8b-instruct-fp8"),
        ("llama-3-8b-instruct", "@cf/meta/llama-3.1-8b-instruct-fp8"),
        ("kimi-k2.5", "@cf/moonshotai/kimi-k2.6"),
    ],
)
def test_retired_models_name_their_day_and_a_successor_that_still_runs(name: str, successor: str) -> None:
    found = card(name)
    assert found.retirement is not None
    assert (found.retirement.on, found.retirement.successor) == (date(2026, 5, 30), successor)
    assert not found.retired(date(2026, 5, 29))
    assert found.retired(date(2026, 5, 30))
    assert not card(successor).retired(date(2026, 12, 31))


def test_every_successor_is_known_and_current() -> None:
    for found in CARDS:
        if found.retirement is not None:
            assert found.retirement.source.startswith("https://developers.cloudflare.com/")
            assert found.retirement.successor is not None
            assert card(found.retirement.successor).retirement is None


def test_links() -> None:
    assert card("llama-3-8b-instruct").license_url == "https://llama.meta.com/llama3/license/#"
    assert card("llama-3-8b-instruct").info_url == "https://llama.meta.com"
    assert str(card("llama-3.1-70b-instruct").license_url).endswith("/models/llama3_1/LICENSE")


@pytest.mark.parametrize(
    ("name", "form", "parameter", "low", "high", "default"),
    [
        ("llama-3.1-70b-instruct", "prompt", "temperature", 0, 5, 0.6),
        ("llama-3.1-70b-instruct", "messages", "top_p", 0, 2, None),
        ("llama-3.1-8b-instruct", "messages", "frequency_penalty", 0, 2, None),
        ("llama-3.1-8b-instruct", "prompt", "seed", 1, 9_999_999_999, None),
        ("llama-3.3-70b-instruct-fp8-fast", "messages", "top_p", 0.001, 1, None),
        ("llama-3.3-70b-instruct-fp8-fast", "messages", "frequency_penalty", -2, 2, None),
        ("llama-3.3-70b-instruct-fp8-fast", "batch", "top_p", 0, 2, None),
        ("llama-3.3-70b-instruct-fp8-fast", "batch", "presence_penalty", 0, 2, None),
        ("llama-3-8b-instruct", "prompt", "presence_penalty", -2, 2, None),
        ("llama-3-8b-instruct", "prompt", "top_k", 1, 50, None),
        ("llama-4-scout-17b-16e-instruct", "messages", "temperature", 0, 5, 0.15),
        ("deepseek-v4-flash-0731", "messages", "temperature", 0, 2, 1),
        ("deepseek-v4-flash-0731", "messages", "presence_penalty", -2, 2, 0),
        ("qwen3-30b-a3b-fp8", "messages", "max_tokens", 1, None, 2000),
    ],
)
def test_documented_ranges(
    name: str, form: InputForm, parameter: str, low: float, high: float | None, default: float | None
) -> None:
    found = {spec.name: spec for spec in specs(card(name).schemas[form])}
    assert (found[parameter].minimum, found[parameter].maximum, found[parameter].default) == (low, high, default)


def test_forms_hold_what_their_documents_list_and_nothing_else() -> None:
    shared = {"stream", "max_tokens", "temperature", "top_p", "seed"}
    penalties = {"repetition_penalty", "frequency_penalty", "presence_penalty"}
    classic = card("llama-3.1-8b-instruct").schemas
    assert classic["prompt"]["properties"].keys() == shared | penalties | {"prompt", "raw", "top_k", "lora"}
    assert classic["messages"]["properties"].keys() == shared | penalties | {"messages", "functions", "tools", "top_k"}
    vision = card("llama-3.1-70b-instruct").schemas["prompt"]["properties"]
    assert vision.keys() == classic["prompt"]["properties"].keys() | {"image"}
    fast = card("llama-3.3-70b-instruct-fp8-fast").schemas
    batch = shared | penalties | {"prompt", "external_reference", "response_format"}
    assert fast["batch"]["properties"].keys() == batch
    assert card("llama-3-8b-instruct").schemas["prompt"] == fast["prompt"]
    assert card("llama-3-8b-instruct").schemas.keys() == {"prompt", "messages"}


def test_parameters_that_a_model_refuses_are_not_offered() -> None:
    refused = {"max_tokens", "top_k", "repetition_penalty", "tool_choice"}
    assert not card("glm-4.7-flash").schemas["messages"]["properties"].keys() & refused
    assert not card("glm-5.2").schemas["messages"]["properties"].keys() & {"top_k", "repetition_penalty"}
    assert "tool_choice" not in card("mistral-small-3.1-24b-instruct").schemas["messages"]["properties"]


@pytest.mark.parametrize(
    ("name", "efforts", "default"),
    [
        ("gpt-oss-120b", ("low", "medium", "high", None), "medium"),
        ("gpt-oss-20b", ("low", "medium", "high", None), None),
        ("glm-5.3", ("max", "high", "low", None), None),
        ("kimi-k2.6", ("high", "none", None), "high"),
        ("deepseek-v4-flash-0731", ("max", "high", "low", "none", None), "high"),
    ],
)
def test_reasoning_effort_offers_what_the_model_supports(
    name: str, efforts: tuple[str | None, ...], default: str | None
) -> None:
    found = {spec.name: spec for spec in specs(card(name).schemas["messages"])}["reasoning_effort"]
    assert (found.choices, found.default) == (efforts, default)


@pytest.mark.parametrize("found", CARDS, ids=lambda found: found.id)
def test_every_card_is_whole(found: ModelCard) -> None:
    assert found.description.endswith(".")
    assert found.author
    assert found.family
    assert found.family_source.startswith("https://")
    assert found.sources
    assert found.requests_per_minute in (20, 300)
    assert "messages" in found.schemas
    for schema in (*found.schemas.values(), found.output_schema or {}):
        Draft202012Validator.check_schema(schema)
    for quote in found.prices:
        assert quote.source
        assert quote.input >= 0
        assert quote.source != PRICING or quote.as_of == date(2026, 8, 28)
    for window in found.context_windows:
        assert window.source
        assert window.tokens > 0


def test_what_the_pricing_page_prices_counts_first() -> None:
    for found in CARDS:
        assert PRICING not in [quote.source for quote in found.prices[1:]]
    assert sum(bool(found.prices) and found.prices[0].source == PRICING for found in CARDS) == 37


def test_limits_and_plans() -> None:
    slow = {found.name for found in CARDS if found.requests_per_minute == 20}
    paid = {found.name for found in CARDS if found.requires_paid_plan}
    assert slow == {"kimi-k2.6", "kimi-k2.7-code", "glm-5.2"}
    assert paid == slow | {"glm-5.3", "glm-5.3-flash", "deepseek-v4-flash-0731", "deepseek-v4-pro-0813"}


def test_only_llama_3_counts_with_its_tokenizer() -> None:
    assert card("llama-3.2-1b-instruct").tokenizer == "llama-3"
    assert card("llama-4-scout-17b-16e-instruct").tokenizer is None
    assert card("llama-2-7b-chat-fp16").tokenizer is None


def test_loading_takes_no_time_to_speak_of() -> None:
    def load() -> float:
        start = time.perf_counter()
        shipped.__wrapped__()
        return time.perf_counter() - start

    assert min(load() for _ in range(5)) < 0.05


# The catalogue as a collection


@pytest.mark.parametrize(
    ("name", "model_id"),
    [
        ("llama-3.1-70b-instruct", "@cf/meta/llama-3.1-70b-instruct"),
        ("meta/llama-3.1-70b-instruct", "@cf/meta/llama-3.1-70b-instruct"),
        ("@cf/llama-3.1-70b-instruct", "@cf/meta/llama-3.1-70b-instruct"),
        ("workers-ai/@cf/meta/llama-3.1-70b-instruct", "@cf/meta/llama-3.1-70b-instruct"),
        ("Llama-3.1-70B-Instruct", "@cf/meta/llama-3.1-70b-instruct"),
        ("gemma-7b-it", "@hf/google/gemma-7b-it"),
        ("@cf/meta/llama-3.1-70b-instruct", "@cf/meta/llama-3.1-70b-instruct"),
        ("@cf/nobody/knows-this", "@cf/nobody/knows-this"),
        ("", ""),
    ],
)
def test_names_complete_to_ids(name: str, model_id: str) -> None:
    assert shipped().complete(name) == model_id


def test_search_is_quick_where_a_server_lists_ten_thousand_models() -> None:
    known = Catalog(CARDS[0].model_copy(update={"id": f"home/{number}"}) for number in range(10_000))
    began = time.process_time()
    assert len(known.search("")) == len(known.search("home")) == 10_000
    assert time.process_time() - began < 5  # half a second; it was minutes


def test_search_takes_words_in_any_order() -> None:
    assert [found.name for found in shipped().search("70B llama 3.3")] == ["llama-3.3-70b-instruct-fp8-fast"]
    assert shipped().search("moonshot vision") == (card("kimi-k2.7-code"), card("kimi-k2.6"))
    assert shipped().search("") == tuple(CARDS)
    assert shipped().search("no such model") == ()


@pytest.mark.parametrize(
    ("words", "ability"),
    [
        ("function calling", "function_calling"),
        ("tools", "function_calling"),
        ("reasoning", "reasoning"),
        ("vision", "vision"),
        ("JSON mode", "json_mode"),
        ("LoRA", "lora"),
        ("batch", "batch"),
    ],
)
def test_search_finds_all_that_can_do_it(words: str, ability: str) -> None:
    able = {found.id for found in CARDS if getattr(found, ability)}
    assert able
    assert able <= {found.id for found in shipped().search(words)}


def test_cards_are_added_and_replaced_without_touching_the_catalogue() -> None:
    mine = local_card("tiny", "Tiny", 8192, "apache-2.0")
    changed = card("glm-5.3").model_copy(update={"description": "Changed."})
    catalog = shipped().with_cards([mine, changed])
    assert len(catalog) == len(CARDS) + 1
    assert catalog.get("tiny") == mine
    assert catalog.get("@cf/zai-org/glm-5.3") == changed
    assert [found.id for found in catalog][:-1] == [found.id for found in CARDS]
    assert "tiny" not in shipped()


def test_local_models_have_the_ranges_of_llama_cpp_and_cost_nothing() -> None:
    tiny = local_card("tiny", "Tiny", 8192, "apache-2.0")
    found = {spec.name: (spec.minimum, spec.maximum, spec.default) for spec in specs(tiny.schemas["messages"])}
    assert found == {
        "max_tokens": (1, None, None),
        "stop": (None, None, None),
        "temperature": (0, 2, 0.8),
        "top_p": (0, 1, 0.95),
        "top_k": (0, 100, 40),
        "min_p": (0, 1, 0.05),
        "repeat_penalty": (0, 2, 1),
        "frequency_penalty": (-2, 2, 0),
        "presence_penalty": (-2, 2, 0),
        "seed": (0, 4294967295, None),
    }
    assert tiny.context_window == 8192
    assert tiny.price is not None
    assert tiny.price.free
    assert tiny.price.input == tiny.price.output == 0


def test_models_of_two_servers_are_told_apart() -> None:
    home, work = (listed_card("llama", connection=name) for name in ("home", "work"))
    assert (home.id, work.id) == ("home/llama", "work/llama")
    assert (home.name, home.wire_id, home.price) == ("llama", "llama", None)
    assert listed_card("org/llama").id == "org/llama"
