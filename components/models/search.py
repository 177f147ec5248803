"""The search among the models: text, abilities, bounds, order. All of it is in the URL."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import streamlit as st

from playground.models.catalog.filtering import ABILITIES, LIFECYCLES, ORDERS, Ability, ModelFilter
from playground.money.pricing import MOST_TOKENS, Mix

ABILITY_LABELS: dict[Ability, str] = {
    "tools": "tools",
    "reasoning": "reasoning",
    "vision": "vision",
    "json": "JSON mode",
    "lora": "LoRA",
    "batch": "batch",
}
_ORDERS = {
    "relevance": "Best match first",
    "price": "Cheapest first",
    "context": "Largest context first",
    "added": "Newest first",
    "name": "By name",
}
_LIFECYCLES = {"current": "current", "retired": "retired", "any": "both"}


def model_search(model_filter: ModelFilter, on_change: Callable[[ModelFilter], None]) -> None:
    """Draw the controls for `model_filter`; every change goes to `on_change` before the next run draws."""

    def control(key: str, value: Any, read: Callable[[Any], ModelFilter]) -> dict[str, Any]:
        """Key and callback of a widget that shows `value`."""
        if st.session_state.get(key) != value:
            st.session_state[key] = value
        return {"key": key, "on_change": lambda: on_change(read(st.session_state[key]))}

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Search",
            placeholder="Name, author, task or capability",
            width="stretch",
            **control("models_text", model_filter.text, lambda text: replace(model_filter, text=text.strip())),
        )
        st.selectbox(
            "Order",
            ORDERS,
            format_func=_ORDERS.__getitem__,
            width=210,
            **control("models_order", model_filter.order, lambda order: replace(model_filter, order=order)),
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _abilities(model_filter, True, "With", control)
        st.toggle(
            "Can run now",
            help="Only models of this machine and of connections that are set up",
            **control(
                "models_runnable", model_filter.runnable, lambda runnable: replace(model_filter, runnable=runnable)
            ),
        )
    # As at first: a box must not close under the hand that clears a field in it.
    opened = st.session_state.setdefault("models_more_opened", _folded_away(model_filter))
    with st.expander("More filters", icon=":material/tune:", key="models_more", expanded=opened):
        _abilities(model_filter, False, "Without, or not known", control)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.segmented_control(
                "Lifecycle",
                LIFECYCLES,
                format_func=_LIFECYCLES.__getitem__,
                required=True,
                **control(
                    "models_lifecycle", model_filter.lifecycle, lambda cycle: replace(model_filter, lifecycle=cycle)
                ),
            )
            st.number_input(
                "Context at least, tokens",
                min_value=1,
                step=1000,
                value=None,
                placeholder="any",
                width=190,
                **control("models_context", model_filter.context, lambda tokens: replace(model_filter, context=tokens)),
            )
            for side, label in (("price_from", "Price from, $ per M"), ("price_to", "Price to, $ per M")):
                st.number_input(
                    label,
                    min_value=0.0,
                    step=0.1,
                    value=None,
                    format="%g",
                    placeholder="any",
                    width=160,
                    help="Of the mix of tokens; a bound leaves out what is unpriced",
                    **control(f"models_{side}", _float(getattr(model_filter, side)), _bound(model_filter, side)),
                )
            _mix(model_filter, control)


def nothing_found(model_filter: ModelFilter, on_change: Callable[[ModelFilter], None]) -> None:
    """Buttons that widen the search, where no model matches."""
    st.info("No model is like that.", icon=":material/search_off:")
    with st.container(horizontal=True, gap="small"):
        if model_filter.lifecycle == "current":
            wider = replace(model_filter, lifecycle="any")
            st.button("Look among retired models too", key="models_wider", on_click=on_change, args=(wider,))
        if model_filter.filters:
            bare = ModelFilter(model_filter.text, order=model_filter.order, mix=model_filter.mix)
            st.button("Clear the filters", key="models_clear", on_click=on_change, args=(bare,))
        if model_filter.text:
            st.button(
                "Clear the search", key="models_no_text", on_click=on_change, args=(replace(model_filter, text=""),)
            )


_Control = Callable[[str, Any, Callable[[Any], ModelFilter]], dict[str, Any]]


def _abilities(model_filter: ModelFilter, must: bool, label: str, control: _Control) -> None:
    """The abilities that a model must have, or must not have; choosing one here removes it there."""

    def read(chosen: list[Ability]) -> ModelFilter:
        others = {
            ability: other
            for ability, other in model_filter.abilities.items()
            if other != must and ability not in chosen
        }
        return replace(model_filter, abilities={**others, **dict.fromkeys(chosen, must)})

    shown = [ability for ability in ABILITIES if model_filter.abilities.get(ability) is must]
    key = "models_able" if must else "models_unable"
    st.pills(
        label,
        ABILITIES,
        format_func=ABILITY_LABELS.__getitem__,
        selection_mode="multi",
        wrap=True,
        **control(key, shown, read),
    )


def _mix(model_filter: ModelFilter, control: _Control) -> None:
    for side, label in (("input", "Mix: tokens in"), ("output", "for tokens out")):
        st.number_input(
            label,
            min_value=0,
            max_value=MOST_TOKENS,
            width=130,
            help="The price of a model is taken for so many tokens in for so many out",
            **control(f"models_mix_{side}", getattr(model_filter.mix, side), _mixed(model_filter, side)),
        )


def _mixed(model_filter: ModelFilter, side: str) -> Callable[[int | None], ModelFilter]:
    def read(count: int | None) -> ModelFilter:
        sides = {"input": model_filter.mix.input, "output": model_filter.mix.output, side: count or 0}
        return replace(model_filter, mix=Mix(**sides) if any(sides.values()) else Mix())

    return read


def _bound(model_filter: ModelFilter, side: str) -> Callable[[float | None], ModelFilter]:
    def read(amount: float | None) -> ModelFilter:
        exact = None if amount is None else Decimal(repr(amount))
        return (
            replace(model_filter, price_from=exact) if side == "price_from" else replace(model_filter, price_to=exact)
        )

    return read


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _folded_away(model_filter: ModelFilter) -> bool:
    """Whether a filter in the folded box is set."""
    bounds = (model_filter.price_from, model_filter.price_to, model_filter.context)
    return (
        not all(model_filter.abilities.values())
        or any(bound is not None for bound in bounds)
        or model_filter.mix != Mix()
    )
