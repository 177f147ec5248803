"""The control that sets one parameter, a function for each that there is."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import streamlit as st

from components.frame.controls import control
from components.settings.parameter_values import UNSET, SetParameter
from components.settings.slider_with_number import slider_with_number
from playground.parameters import ParameterSpec, escapes
from playground.text.json_value import read_json
from playground.text.labels import visible

NULL = "\0null"
"""Stands for null among the choices of a list, where None is "nothing chosen"."""


@dataclass(frozen=True, slots=True)
class _Parameter:
    """One that is drawn: `value` is None where it is unset, and where null is set."""

    spec: ParameterSpec
    value: Any
    is_set: bool
    set: Callable[[Any], None]
    key: str

    @property
    def label(self) -> str:
        """Its name, without Markdown: it is what is read aloud."""
        return self.spec.name if self.is_set else f"{self.spec.name} (unset)"

    @property
    def help(self) -> str:
        low, high = self.spec.minimum, self.spec.maximum
        parts = [self.spec.description]
        if low is not None or high is not None:
            parts.append(f"Range: {'…' if low is None else f'{low:,}'} to {'…' if high is None else f'{high:,}'}.")
        default = self.spec.default
        parts.append("The model's page names no default." if default is None else f"Default: {default}.")
        return " ".join(part for part in parts if part)

    @property
    def placeholder(self) -> str:
        """What is sent while it is unset."""
        default = self.spec.default
        if default is None:
            return "sent, the model's own" if self.spec.required else "not sent"
        if not _is_number(default):
            shown = json.dumps(default)
        else:
            shown = f"{default:,}" if self.spec.required else f"{default:g}"
        return f"sent, the model's own: {shown}" if self.spec.required else f"not sent, default {shown}"

    def set_or_unset(self, value: Any) -> None:
        """Set what was chosen; None is nothing."""
        self.set(UNSET if value is None else value)


def parameter_control(spec: ParameterSpec, values: Mapping[str, Any], on_set: SetParameter, *, key: str) -> None:
    """Draw the control of a parameter, with what `values` hold for it, and a button that does what it cannot."""
    it = _Parameter(spec, values.get(spec.name), spec.name in values, lambda value: on_set(spec.name, value), key)
    match spec.control:
        case "slider":
            slider_with_number(spec, it.value, it.help, it.set_or_unset, key=key)
        case "number":
            _number(it)
        case "toggle":
            _toggle(it)
        case "select":
            _select(it)
        case "text":
            _text(it)
        case "list":
            _list(it)
        case "json":
            _json(it)
        case _:
            assert_never(spec.control)
    if spec.name == "seed":
        st.button(
            "",
            key=f"{key}-dice",
            icon=":material/casino:",
            help="Random seed",
            type="tertiary",
            on_click=lambda: it.set(random.randint(int(spec.minimum or 1), int(spec.maximum or 2**31 - 1))),
        )


def _number(it: _Parameter) -> None:
    spec, value = it.spec, it.value
    box = control(it.key, value)
    st.number_input(
        it.label,
        min_value=spec.minimum,
        # The context may leave fewer tokens by now than the value that was set.
        max_value=spec.maximum if spec.maximum is None or value is None else max(spec.maximum, value),
        value=value,
        step=spec.step or (1 if spec.kind == "integer" else 0.1),
        format="%d" if spec.kind == "integer" else "%g",
        key=box.key,
        help=it.help,
        placeholder=it.placeholder,
        on_change=box.changed(it.set_or_unset),
    )


def _toggle(it: _Parameter) -> None:
    switch = control(it.key, it.value)
    st.segmented_control(
        it.label,
        [True, False],
        default=it.value,
        format_func=lambda choice: "on" if choice else "off",
        key=switch.key,
        help=it.help,
        on_change=switch.changed(it.set_or_unset),
    )


def _select(it: _Parameter) -> None:
    chosen = (NULL if it.value is None else it.value) if it.is_set else None
    choices = [NULL if choice is None else choice for choice in it.spec.choices]
    box = control(it.key, chosen)
    st.selectbox(
        it.label,
        choices,
        index=choices.index(chosen) if chosen in choices else None,
        key=box.key,
        format_func=_choice_label(it.spec.choices),
        help=it.help,
        placeholder=it.placeholder,
        on_change=box.changed(lambda now: it.set(UNSET if now is None else None if now == NULL else now)),
    )


def _choice_label(choices: Sequence[Any]) -> Callable[[Any], str]:
    """A label for each choice, no two alike: strings as they are, or all as JSON where two would look the same."""
    texts = [choice if isinstance(choice, str) else json.dumps(choice) for choice in choices]
    as_json = len(set(texts)) < len(texts)

    def label(choice: Any) -> str:
        value = None if choice == NULL else choice
        return visible(value if isinstance(value, str) and not as_json else json.dumps(value, ensure_ascii=False))

    return label


def _text(it: _Parameter) -> None:
    box = control(it.key, it.value or "")
    st.text_input(
        it.label,
        it.value or "",
        key=box.key,
        help=it.help,
        placeholder=it.placeholder,
        on_change=box.changed(lambda now: it.set(now or UNSET)),
    )


def _list(it: _Parameter) -> None:
    """Texts, each on one line and with escapes, which are sent as what they mean."""

    def changed(now: Sequence[str]) -> None:
        unescaped = [escapes.unescaped_text(text) for text in now]
        it.set(list(dict.fromkeys(unescaped)) or UNSET)

    texts = [it.value] if isinstance(it.value, str) else list(it.value or [])
    shown = list(dict.fromkeys(escapes.escaped(str(text)) for text in texts))
    box = control(it.key, shown)
    st.multiselect(
        it.label,
        shown,
        default=shown,
        key=box.key,
        help=f"{it.help} {escapes.HELP}",
        placeholder=it.placeholder,
        accept_new_options=True,
        max_selections=it.spec.max_items,
        on_change=box.changed(changed),
    )


def _json(it: _Parameter) -> None:
    """A text that is sent as the JSON it is; what is none stays in the box and is not sent."""
    invalid_key = f"{it.key}-wrong"

    def changed(now: str) -> None:
        text = now.strip()
        try:
            it.set(read_json(text) if text else UNSET)
            st.session_state.pop(invalid_key, None)
        except ValueError:
            st.session_state[invalid_key] = text

    invalid = st.session_state.get(invalid_key)
    shown = invalid if invalid is not None else json.dumps(it.value) if it.is_set else ""
    box = control(it.key, shown, same=_same_json)
    st.text_area(
        it.label,
        shown,
        key=box.key,
        help=it.help,
        placeholder=it.placeholder,
        height=80,
        on_change=box.changed(changed),
    )
    if invalid is not None:
        st.caption(":orange[:material/warning: Not JSON, not sent]")
    if it.is_set:
        st.button(
            "",
            key=f"{it.key}-clear",
            icon=":material/close:",
            help=f"Do not send {it.spec.name}",
            type="tertiary",
            on_click=lambda: it.set(UNSET),
        )


def _same_json(shown: str, value: str) -> bool:
    """Whether two texts are the same JSON, or the same."""
    try:
        return shown == value or bool(read_json(shown) == read_json(value))
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
