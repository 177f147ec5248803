"""What a person looks for among the models: words, abilities, bounds, order. All of it is in the URL."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import streamlit as st

from playground.models.catalog.filtering import ABILITIES, LIFECYCLES, ORDERS, Ability, Wanted
from playground.money.pricing import MOST_TOKENS, Mix

BADGE_WORDS: dict[Ability, str] = {
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


def model_search(wanted: Wanted, on_change: Callable[[Wanted], None]) -> None:
    """Draw the controls as `wanted` has them; every change goes to `on_change` before the next run draws."""

    def control(key: str, value: Any, read: Callable[[Any], Wanted]) -> dict[str, Any]:
        """Key and callback of a widget that shows `value`."""
        if st.session_state.get(key) != value:
            st.session_state[key] = value
        return {"key": key, "on_change": lambda: on_change(read(st.session_state[key]))}

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Search",
            placeholder="Name, author, task or capability",
            width="stretch",
            **control("models_text", wanted.text, lambda text: replace(wanted, text=text.strip())),
        )
        st.selectbox(
            "Order",
            ORDERS,
            format_func=_ORDERS.__getitem__,
            width=210,
            **control("models_order", wanted.order, lambda order: replace(wanted, order=order)),
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _abilities(wanted, True, "With", control)
        st.toggle(
            "Can run now",
            help="Only models of this machine and of connections that are set up",
            **control("models_runnable", wanted.runnable, lambda runnable: replace(wanted, runnable=runnable)),
        )
    # As at first: a box must not close under the hand that clears a field in it.
    opened = st.session_state.setdefault("models_more_opened", _folded_away(wanted))
    with st.expander("More filters", icon=":material/tune:", key="models_more", expanded=opened):
        _abilities(wanted, False, "Without, or not known", control)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.segmented_control(
                "Lifecycle",
                LIFECYCLES,
                format_func=_LIFECYCLES.__getitem__,
                required=True,
                **control("models_lifecycle", wanted.lifecycle, lambda cycle: replace(wanted, lifecycle=cycle)),
            )
            st.number_input(
                "Context at least, tokens",
                min_value=1,
                step=1000,
                value=None,
                placeholder="any",
                width=190,
                **control("models_context", wanted.context, lambda tokens: replace(wanted, context=tokens)),
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
                    **control(f"models_{side}", _float(getattr(wanted, side)), _bound(wanted, side)),
                )
            _mix(wanted, control)


def nothing_found(wanted: Wanted, on_change: Callable[[Wanted], None]) -> None:
    """Where no model is left: what can be taken back."""
    st.info("No model is like that.", icon=":material/search_off:")
    with st.container(horizontal=True, gap="small"):
        if wanted.lifecycle == "current":
            wider = replace(wanted, lifecycle="any")
            st.button("Look among retired models too", key="models_wider", on_click=on_change, args=(wider,))
        if wanted.filters:
            bare = Wanted(wanted.text, order=wanted.order, mix=wanted.mix)
            st.button("Clear the filters", key="models_clear", on_click=on_change, args=(bare,))
        if wanted.text:
            st.button("Clear the search", key="models_no_text", on_click=on_change, args=(replace(wanted, text=""),))


_Control = Callable[[str, Any, Callable[[Any], Wanted]], dict[str, Any]]


def _abilities(wanted: Wanted, must: bool, label: str, control: _Control) -> None:
    """The abilities that a model must have, or must not; one that is chosen here is no longer chosen there."""

    def read(chosen: list[Ability]) -> Wanted:
        others = {ability: kept for ability, kept in wanted.abilities.items() if kept != must and ability not in chosen}
        return replace(wanted, abilities={**others, **dict.fromkeys(chosen, must)})

    shown = [ability for ability in ABILITIES if wanted.abilities.get(ability) is must]
    key = "models_able" if must else "models_unable"
    st.pills(
        label,
        ABILITIES,
        format_func=BADGE_WORDS.__getitem__,
        selection_mode="multi",
        wrap=True,
        **control(key, shown, read),
    )


def _mix(wanted: Wanted, control: _Control) -> None:
    for side, label in (("input", "Mix: tokens in"), ("output", "for tokens out")):
        st.number_input(
            label,
            min_value=0,
            max_value=MOST_TOKENS,
            width=130,
            help="The price of a model is taken for so many tokens in for so many out",
            **control(f"models_mix_{side}", getattr(wanted.mix, side), _mixed(wanted, side)),
        )


def _mixed(wanted: Wanted, side: str) -> Callable[[int | None], Wanted]:
    def read(count: int | None) -> Wanted:
        sides = {"input": wanted.mix.input, "output": wanted.mix.output, side: count or 0}
        return replace(wanted, mix=Mix(**sides) if any(sides.values()) else Mix())

    return read


def _bound(wanted: Wanted, side: str) -> Callable[[float | None], Wanted]:
    def read(amount: float | None) -> Wanted:
        exact = None if amount is None else Decimal(repr(amount))
        return replace(wanted, price_from=exact) if side == "price_from" else replace(wanted, price_to=exact)

    return read


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _folded_away(wanted: Wanted) -> bool:
    """Whether something is set that would not be seen in a closed box."""
    bounds = (wanted.price_from, wanted.price_to, wanted.context)
    return not all(wanted.abilities.values()) or any(bound is not None for bound in bounds) or wanted.mix != Mix()
