"""A number within a range: a slider, a field for its digits beside it, and one press that sets or unsets it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import streamlit as st

from components.frame.controls import control
from playground.parameters import ParameterSpec

NUMBER_WIDTH = 92
FEWEST_DIGITS = 1


def slider_with_number(
    spec: ParameterSpec, value: Any, help_: str, change: Callable[[int | float | None], None], *, key: str
) -> None:
    """Show `value`, None for unset; `change` gets what is chosen, None to unset it.

    The slider moves by steps; a typed number keeps all its digits, and the slider shows the nearest step. An unset
    slider shows the default with an empty bar (`browser/styles/frame.css`, by the end of its label).
    """
    number: Callable[[Any], Any] = int if spec.kind == "integer" else float
    is_set = value is not None
    rest = number(spec.rest or 0)
    shown = number(spec.snap(value)) if is_set else rest
    bounds = spec.minimum, spec.maximum, spec.step
    slider = control(key, shown, kind=bounds, same=lambda now, value: spec.snap(now) == value)
    st.slider(
        spec.name if is_set else f"{spec.name} (unset)",  # no Markdown: it is the name that is read aloud
        min_value=number(spec.minimum or 0),
        max_value=number(spec.maximum or 0),
        value=shown,
        step=number(spec.step or 1),
        format=None if spec.kind == "integer" else "%g",
        key=slider.key,
        help=help_,
        width="stretch",
        on_change=slider.changed(lambda now: change(spec.snap(now))),
    )
    box = control(f"{key}-number", number(value) if is_set else None, kind=bounds)
    st.number_input(
        f"{spec.name} in digits",
        min_value=number(spec.minimum or 0),
        max_value=number(spec.maximum or 0),
        value=number(value) if is_set else None,
        step=number(spec.step or 1),
        format=_format(spec, value),
        key=box.key,
        label_visibility="collapsed",
        placeholder="unset" if spec.default is None else f"{spec.default:g} default",
        width=NUMBER_WIDTH,
        on_change=box.changed(change),
    )
    st.button(  # set and clear have keys of their own, so that a press never does what was not on screen
        "",
        key=f"{key}-clear" if is_set else f"{key}-set",
        icon=":material/close:" if is_set else ":material/add:",
        help=f"Do not send {spec.name}" if is_set else f"Send {spec.name} as {rest:g}",
        type="tertiary",
        on_click=change,
        args=(None if is_set else spec.snap(rest),),
    )


def _format(spec: ParameterSpec, value: int | float | None) -> str:
    """As many digits as there are, and at least those of a step."""
    if spec.kind == "integer":
        return "%d"
    digits = (_digits(number) for number in (spec.step, value) if number is not None)
    return f"%.{max(FEWEST_DIGITS, *digits, 0)}f"


def _digits(number: int | float) -> int:
    """The number of decimals: 0.05 has 2."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
