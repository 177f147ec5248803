"""Searching, filtering and sorting models, and the same as a URL."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.models.catalog import Catalog, ContextWindow, ModelCard, PriceQuote, Retirement, shipped
from playground.models.catalog.filtering import ABILITIES, LIFECYCLES, ORDERS, ModelFilter, find, has_ability
from playground.money.pricing import Mix

TODAY = date(2026, 11, 20)


def card(name: str, cost: tuple[str, str] | None = None, context: int | None = None, **facts: Any) -> ModelCard:
    prices = () if cost is None else (PriceQuote(input=Decimal(cost[0]), output=Decimal(cost[1]), source="a page"),)
    windows = () if context is None else (ContextWindow(tokens=context, source="a page"),)
    return ModelCard(
        id=f"@cf/x/{name}",
        name=name,
        author="X",
        provider="workers_ai",
        prices=prices,
        context_windows=windows,
        **facts,
    )


CARDS = Catalog(
    (
        card("alpha", ("1", "5"), 8_000, function_calling=True, vision=False, added=date(2026, 1, 1)),
        card("beta", ("2", "2"), 128_000, function_calling=True, vision=True, added=date(2025, 1, 1)),
        card("gamma", None, 32_000, function_calling=False),
        card("delta", ("0", "0"), None, reasoning=True, added=date(2026, 6, 1)),
        card("omega", ("0.1", "0.1"), 4_000, retirement=Retirement(on=date(2026, 5, 30), source="a page")),
        card("psi", ("9", "9"), 4_000, retirement=Retirement(on=date(2027, 5, 30), source="a page")),
    )
)


def names(wanted: ModelFilter, ready: tuple[str, ...] = ()) -> list[str]:
    return [found.name for found in find(wanted, CARDS, TODAY, lambda card: card.name in ready)]


def test_without_a_wish_every_current_model_is_found_in_the_order_of_the_catalogue() -> None:
    assert names(ModelFilter()) == ["alpha", "beta", "gamma", "delta", "psi"]


def test_words_are_looked_for_in_name_author_task_and_ability() -> None:
    assert names(ModelFilter("alpha")) == ["alpha"]
    assert names(ModelFilter("tools")) == ["alpha", "beta"]
    assert names(ModelFilter("thinking")) == ["delta"]
    assert names(ModelFilter("x text generation image")) == ["beta"]


def test_an_ability_is_there_or_it_is_missing_or_unknown() -> None:
    assert names(ModelFilter(abilities={"vision": True})) == ["beta"]
    assert names(ModelFilter(abilities={"vision": False})) == ["alpha", "gamma", "delta", "psi"]
    assert names(ModelFilter(abilities={"tools": True, "vision": False})) == ["alpha"]


def test_a_model_is_retired_from_its_day_on() -> None:
    assert names(ModelFilter(lifecycle="retired")) == ["omega"]
    assert names(ModelFilter(lifecycle="any"))[-2:] == ["omega", "psi"]


def test_context_has_a_least_size_and_the_unknown_is_too_small() -> None:
    assert names(ModelFilter(context=32_000)) == ["beta", "gamma"]


def test_prices_are_bounded_for_the_mix_and_unpriced_models_are_left_out() -> None:
    assert names(ModelFilter(price_from=Decimal(0))) == ["alpha", "beta", "delta", "psi"]
    assert names(ModelFilter(price_to=Decimal(2))) == ["alpha", "beta", "delta"], "three in for one out: alpha costs $2"
    assert names(ModelFilter(price_to=Decimal(2), mix=Mix(1, 1))) == ["beta", "delta"]
    assert names(ModelFilter(price_from=Decimal("0.01"), price_to=Decimal("1.99"))) == []


def test_only_what_can_run_now() -> None:
    assert names(ModelFilter(runnable=True), ready=("gamma", "omega")) == ["gamma"]


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        (ModelFilter(order="price"), ["delta", "alpha", "beta", "psi", "gamma"]),
        (ModelFilter(order="price", mix=Mix(0, 1)), ["delta", "beta", "alpha", "psi", "gamma"]),
        (ModelFilter(order="context"), ["beta", "gamma", "alpha", "psi", "delta"]),
        (ModelFilter(order="added"), ["delta", "alpha", "beta", "gamma", "psi"]),
        (ModelFilter(order="name"), ["alpha", "beta", "delta", "gamma", "psi"]),
    ],
    ids=lambda value: f"{value.order} {value.mix}" if isinstance(value, ModelFilter) else "",
)
def test_orders_put_the_unknown_last(wanted: ModelFilter, order: list[str]) -> None:
    assert names(wanted) == order


bounds = st.one_of(st.none(), st.decimals(0, 99999, places=6))
wishes = st.builds(
    ModelFilter,
    text=st.text().map(str.strip),
    abilities=st.dictionaries(st.sampled_from(ABILITIES), st.booleans()),
    price_from=bounds,
    price_to=bounds,
    context=st.one_of(st.none(), st.integers(1, 10**8)),
    lifecycle=st.sampled_from(LIFECYCLES),
    runnable=st.booleans(),
    order=st.sampled_from(ORDERS),
    mix=st.builds(Mix, st.integers(0, 100), st.integers(1, 100)),
)


@given(wishes)
def test_a_wish_survives_its_url(wanted: ModelFilter) -> None:
    assert ModelFilter.from_query(wanted.as_query()) == wanted


def test_a_url_without_a_wish_is_empty() -> None:
    assert ModelFilter().as_query() == {}
    assert ModelFilter(" x".strip(), {"tools": True}, order="price").as_query() == {
        "q": "x",
        "tools": "yes",
        "sort": "price",
    }


@given(
    st.dictionaries(
        st.sampled_from(
            ("q", *ABILITIES, "min_price", "max_price", "context", "lifecycle", "runnable", "sort", "mix", "other")
        ),
        st.one_of(
            st.text(), st.sampled_from(("yes", "NaN", "-1", "1e999", "Infinity", "²", "0:0", "1_0", "99999999999"))
        ),
    )
)
def test_any_url_can_be_read_and_searched_with(query: Mapping[str, str]) -> None:
    find(ModelFilter.from_query(query), CARDS, TODAY, lambda card: True)


@given(wishes)
def test_what_is_found_is_a_part_of_the_catalogue_that_the_filters_allow(wanted: ModelFilter) -> None:
    found = find(wanted, shipped(), TODAY, lambda card: card.vision is True)
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert all(bool(has_ability(one, ability)) == must for ability, must in wanted.abilities.items())
        assert one.vision or not wanted.runnable
