import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import ServerError
from playground.models.catalog import shipped
from playground.models.catalog.refresh import Refreshed, load, refresh
from playground.providers import Connection
from playground.providers.workers_ai import WorkersAI
from tests.upstream import ACCOUNT, TOKEN, Answer, Upstream
from tests.upstream.models import SCHEMA, row

pytestmark = pytest.mark.anyio

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Listed:
    """A source with these rows, and with a schema for each."""

    def __init__(self, *rows: Mapping[str, Any], schema: Mapping[str, Any] = SCHEMA) -> None:
        self.rows = rows
        self.schema = schema

    async def model_rows(self) -> Sequence[Mapping[str, Any]]:
        return self.rows

    async def model_schema(self, model: str) -> Mapping[str, Any]:
        return self.schema


class Down(Listed):
    async def model_rows(self) -> Sequence[Mapping[str, Any]]:
        raise ServerError("The service is down.")


async def refreshed(path: Path, *rows: Mapping[str, Any]) -> Refreshed:
    return await refresh(Listed(*rows), path / "models.json", now=NOW)


async def test_the_live_list_becomes_cards(upstream: Upstream, tmp_path: Path) -> None:
    connection = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    async with WorkersAI(connection) as provider:
        live = await refresh(provider, tmp_path / "models.json", now=NOW)
    assert live.problems == ()
    assert live.as_of == NOW
    assert live.appeared == ("@cf/upstream/rate-100_tokens-600",)
    gemma = live.catalog.get("@cf/google/gemma-4-26b-a4b-it")
    assert gemma is not None
    assert (gemma.context_window, gemma.reasoning, gemma.vision) == (256000, True, True)
    assert gemma.reasoning_effort is not None
    assert gemma.reasoning_effort["supported_efforts"] == ["low", "high"]
    assert gemma.schemas["messages"]["properties"]["temperature"]["maximum"] == 5
    assert gemma.added == date(2025, 8, 5)
    search = next(seen for seen in upstream.requests if seen.path.endswith("/models/search"))
    assert "include_deprecated=true" in search.query
    assert "hide_experimental=true" in search.query


async def test_the_schema_of_the_output_is_read_where_there_is_one(tmp_path: Path) -> None:
    output = {"type": "object", "properties": {"response": {"type": "string"}}}
    source = Listed(row("@cf/new/model", ""), schema={**SCHEMA, "output": output})
    card = (await refresh(source, tmp_path / "models.json", now=NOW)).catalog.get("@cf/new/model")
    assert card is not None
    assert card.output_schema == output
    assert load(tmp_path / "models.json").catalog.get("@cf/new/model") == card


async def test_all_pages_are_read(upstream: Upstream, tmp_path: Path) -> None:
    upstream.service.rows = [row(f"@cf/many/model-{number}", "One of many.") for number in range(230)]
    connection = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    async with WorkersAI(connection) as provider:
        assert len(await provider.list_models()) == 230
    assert len(upstream.requests) == 3


@pytest.mark.parametrize("counted", [True, False])
async def test_pages_smaller_than_what_was_asked_for_are_not_the_end(upstream: Upstream, counted: bool) -> None:
    names = [f"@cf/many/model-{number}" for number in range(5)]
    for page, shown in ((1, names[:2]), (2, names[2:4]), (3, names[4:])):
        info = {"page": page, "per_page": 2, "count": len(shown)} | ({"total_count": 5} if counted else {})
        answer = {"success": True, "result": [row(name, "") for name in shown], "result_info": info}
        upstream.script(Answer.json(answer), "/models/search")
    connection = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    async with WorkersAI(connection) as provider:
        assert await provider.list_models() == names
    assert len(upstream.requests) == 3


@pytest.mark.parametrize(
    ("key", "value", "fact", "expected"),
    [
        ("context_window", "24000", "context_window", 24000),
        ("context_window", 131072, "context_window", 131072),
        ("function_calling", "true", "function_calling", True),
        ("function_calling", True, "function_calling", True),
        ("lora", "false", "lora", False),
        ("async_queue", "true", "batch", True),
        ("require_workers_paid", "true", "requires_paid_plan", True),
        (
            "reasoning_effort",
            "Off, Low, High, Max",
            "reasoning_effort",
            {"supported_efforts": ["off", "low", "high", "max"]},
        ),
        ("reasoning_effort", {"mandatory": True}, "reasoning_effort", {"mandatory": True}),
        ("reasoning_effort", '{"mandatory": true}', "reasoning_effort", {"mandatory": True}),
        ("info", "https://example.com/model", "info_url", "https://example.com/model"),
        ("no_such_property", {"new": [1]}, "lora", None),
    ],
)
async def test_property_values_in_every_form(tmp_path: Path, key: str, value: Any, fact: str, expected: Any) -> None:
    live = await refreshed(tmp_path, row("@cf/new/model", "", {"property_id": key, "value": value}))
    card = live.catalog.get("@cf/new/model")
    assert getattr(card, fact) == expected
    assert live.problems == ()


async def test_prices_as_a_list_or_as_its_text(tmp_path: Path) -> None:
    parts = (
        '[{"unit": "per M input tokens", "price": 1.4, "currency": "USD"},'
        ' {"unit": "per M cached input tokens", "price": 0.26, "currency": "USD"},'
        ' {"unit": "per M output tokens", "price": 4.4, "currency": "USD"}]'
    )
    live = await refreshed(tmp_path, row("@cf/new/model", "", {"property_id": "price", "value": parts}))
    card = live.catalog.get("@cf/new/model")
    assert card is not None
    assert card.price is not None
    assert (card.price.input, card.price.cached_input, card.price.output) == (
        Decimal("1.4"),
        Decimal("0.26"),
        Decimal("4.4"),
    )
    assert card.price.as_of == NOW.date()


async def test_a_rounded_price_is_no_change_and_a_new_one_is(tmp_path: Path) -> None:
    def priced(input_usd: float) -> dict[str, Any]:
        units = ("per M input tokens", input_usd), ("per M output tokens", 2.25)
        return {
            "property_id": "price",
            "value": [{"unit": unit, "price": usd, "currency": "USD"} for unit, usd in units],
        }

    same = await refreshed(tmp_path, row(LLAMA, "", priced(0.29)))
    card, known = same.catalog.get(LLAMA), shipped().get(LLAMA)
    assert card is not None
    assert known is not None
    assert card.price == known.price
    assert LLAMA not in same.changed or "price" not in same.changed[LLAMA]

    dearer = await refreshed(tmp_path, row(LLAMA, "", priced(0.35)))
    card = dearer.catalog.get(LLAMA)
    assert card is not None
    assert card.price is not None
    assert card.price.input == Decimal("0.35")
    assert "price" in dearer.changed[LLAMA]


async def test_a_planned_end_keeps_the_known_successor_and_is_a_change(tmp_path: Path) -> None:
    live = await refreshed(tmp_path, row(LLAMA, "", {"property_id": "planned_deprecation_date", "value": "2027-01-31"}))
    card = live.catalog.get(LLAMA)
    assert card is not None
    assert card.retirement is not None
    assert card.retirement.on == date(2027, 1, 31)
    assert "retirement" in live.changed[LLAMA]


@pytest.mark.parametrize(
    "bad",
    [
        {"description": "no name"},
        {"name": 7},
        {"name": "@cf/bad/one", "properties": 5},
        {"name": "@cf/bad/one", "properties": [{"property_id": "price", "value": "free"}]},
        {"name": "@cf/bad/one", "properties": [{"property_id": "context_window", "value": {"tokens": "many"}}]},
        {"name": "@cf/bad/one", "properties": [{"property_id": "planned_deprecation_date", "value": "soon"}]},
    ],
)
async def test_one_bad_row_is_reported_and_costs_no_other(tmp_path: Path, bad: dict[str, Any]) -> None:
    good = row("@cf/new/model", "", {"property_id": "context_window", "value": "4096"})
    live = await refreshed(tmp_path, bad, good)
    card = live.catalog.get("@cf/new/model")
    assert card is not None
    assert card.context_window == 4096
    assert len(live.problems) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["unit", "price", "input"]), inner),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["name", "description", "properties", "created_at", "price", "context_window", "reasoning_effort"]
)
PROPERTIES = st.lists(st.fixed_dictionaries({"property_id": KEYS, "value": JSON}), max_size=4)


@settings(deadline=None)  # it writes files
@given(bad=st.dictionaries(KEYS, JSON), properties=PROPERTIES, schema=JSON)
def test_no_row_whatever_it_holds_costs_another(bad: dict[str, Any], properties: Any, schema: Any) -> None:
    rows = (bad, {"name": "@cf/odd/one", "properties": properties}, row("@cf/new/model", ""))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "models.json"
        live = asyncio.run(refresh(Listed(*rows, schema={"input": schema}), path, now=NOW))
        assert "@cf/new/model" in live.catalog
        assert "@cf/odd/one" in live.catalog
        assert load(path).catalog.get("@cf/new/model") == live.catalog.get("@cf/new/model")


async def test_what_was_read_is_kept_with_its_date(tmp_path: Path) -> None:
    live = await refreshed(tmp_path, row("@cf/new/model", "New.", {"property_id": "lora", "value": "true"}))
    kept = load(tmp_path / "models.json")
    assert kept.as_of == NOW
    assert kept.catalog.get("@cf/new/model") == live.catalog.get("@cf/new/model")
    assert kept.appeared == live.appeared == ("@cf/new/model",)
    assert len(kept.catalog) == len(shipped()) + 1
    assert [path.name for path in tmp_path.iterdir()] == ["models.json"]


async def test_when_the_service_is_down_what_was_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "models.json"
    nothing = await refresh(Down(), path)
    assert nothing.catalog is shipped()
    assert nothing.problems == ("The service is down.",)
    await refreshed(tmp_path, row("@cf/new/model", "New."))
    kept = await refresh(Down(), path)
    assert "@cf/new/model" in kept.catalog
    assert kept.as_of == NOW


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"as_of": "x", "cards": [], "problems": []}', "\udcff"])
def test_a_broken_file_is_no_obstacle(tmp_path: Path, content: str) -> None:
    path = tmp_path / "models.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    kept = load(path)
    assert kept.catalog is shipped()
    assert len(kept.problems) == 1
    assert load(tmp_path / "nothing.json") == Refreshed(shipped())


MESSAGES = {"properties": {"messages": {}}, "required": ["messages"]}
PROMPT = {"properties": {"prompt": {}}, "required": ["prompt"]}
BATCH = {"properties": {"requests": {"type": "array", "items": {"properties": {"prompt": {}, "tone": {}}}}}}
BATCH_OF_MESSAGES = {"properties": {"requests": {"type": "array", "items": {**MESSAGES, "required": ["messages"]}}}}
NO_QUEUE = {"property_id": "async_queue", "value": "false"}


@pytest.mark.parametrize(
    ("live", "properties", "forms"),
    [
        ({"oneOf": [PROMPT, MESSAGES]}, [], {"messages", "prompt", "batch"}),
        ({"oneOf": [PROMPT, MESSAGES]}, [NO_QUEUE], {"messages", "prompt"}),
        ({"oneOf": [PROMPT, MESSAGES, BATCH]}, [], {"messages", "prompt", "batch"}),
        (MESSAGES, [], {"messages", "batch"}),  # a body without messages is refused
        (PROMPT, [], {"prompt", "batch"}),
        ({"properties": {"messages": {}}}, [], {"messages", "prompt", "batch"}),
        ({"oneOf": [{"properties": {"input": {}}}, BATCH]}, [], {"messages", "prompt", "batch"}),
        ({"oneOf": [{"properties": {"input": {}}}, BATCH_OF_MESSAGES]}, [], {"messages", "prompt", "batch"}),
        ({"properties": {"input": {}}}, [], {"messages", "prompt", "batch"}),
        ({"properties": {"input": {}}}, [NO_QUEUE], {"messages", "prompt"}),
    ],
)
async def test_a_form_that_the_live_schema_is_silent_about_stays_as_it_was_known(
    tmp_path: Path, live: dict[str, Any], properties: list[dict[str, Any]], forms: set[str]
) -> None:
    source = Listed(row(LLAMA, "", *properties), schema={"input": live})
    card = (await refresh(source, tmp_path / "models.json", now=NOW)).catalog.get(LLAMA)
    known = shipped().get(LLAMA)
    assert card is not None
    assert known is not None
    assert set(card.schemas) == forms
    if "batch" in forms:
        told = any("requests" in part["properties"] for part in live.get("oneOf", ()))
        assert (card.schemas["batch"] != known.schemas["batch"]) == told


async def test_a_list_of_models_has_an_end(upstream: Upstream) -> None:
    upstream.script(Answer.json({"result": [row(f"@cf/a/{n}", "") for n in range(7_000)]}), "/models/search")
    connection = Connection(kind="workers_ai", base_url=upstream.base_url, account_id=ACCOUNT, api_token=TOKEN)
    async with WorkersAI(connection) as source:
        assert len(await source.model_rows()) == 5_000
