"""A model's own parameters as controls. Each is either set, and sent, or unset, and not sent."""

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import streamlit as st

from components.frame.controls import control
from components.settings.slider_with_number import slider_with_number
from playground.parameters import ParameterSpec, escapes
from playground.text.json_value import read_json
from playground.text.labels import visible

SetParameter = Callable[[str, Any], None]
"""Called with a name and its new value, UNSET to take it back."""


@dataclass(frozen=True, slots=True)
class Links:
    """What one pane does not share with the others, and the switch for it."""

    unlinked: frozenset[str]
    toggle: Callable[[str], None]


UNSET: Any = object()
NULL = "\0null"
"""Stands for null among the choices of a list, where None is "nothing chosen"."""


def with_parameter(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The values with one that was set, or without one that was taken back."""
    rest = {known: kept for known, kept in values.items() if known != name}
    return rest if value is UNSET else {**values, name: value}


def parameter_panel(
    specs: Sequence[ParameterSpec],
    values: Mapping[str, Any],
    on_set: SetParameter,
    on_reset: Callable[[], None],
    *,
    key: str,
    links: Links | None = None,
) -> None:
    """Draw one control for each spec, showing `values`; changes go to `on_set` before the next run draws.

    With `links`, each control has a button that shares its value with other panes or gives this one its own.
    """
    with st.container(key=key, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Parameters** :{'primary' if values else 'gray'}-badge[{len(values)} set]", width="stretch")
            st.button(
                "Reset",
                key=f"{key}-reset",
                icon=":material/restart_alt:",
                type="tertiary",
                disabled=not values,
                on_click=on_reset,
                help="Unset all: the model's own defaults apply",
            )
        for group, members in groupby(specs, key=lambda spec: spec.group):
            if group != "advanced":
                st.caption(group.capitalize())
                _rows(members, values, on_set, key, links)
                continue
            with st.expander("Advanced", key=f"{key}-advanced", on_change="rerun") as box:
                if box.open:
                    _rows(members, values, on_set, key, links)


def _rows(
    specs: Iterable[ParameterSpec], values: Mapping[str, Any], on_set: SetParameter, key: str, links: Links | None
) -> None:
    for spec in specs:
        with st.container(
            key=f"parameter-{key}-{spec.name}", horizontal=True, gap="xsmall", vertical_alignment="bottom", wrap=False
        ):
            _control(spec, values, on_set, f"{key}-{spec.name}")
            if links is not None:
                link_button(spec.name, links, key=f"{key}-{spec.name}-link")


def _control(spec: ParameterSpec, values: Mapping[str, Any], on_set: SetParameter, key: str) -> None:
    is_set = spec.name in values
    value = values.get(spec.name)
    label = spec.name if is_set else f"{spec.name} (unset)"  # no Markdown: it is the name that is read aloud
    help_ = _help(spec)
    match spec.control:
        case "slider":
            slider_with_number(
                spec,
                value if is_set else None,
                help_,
                lambda now: on_set(spec.name, _or_unset(now)),
                key=key,
            )
        case "number":
            box = control(key, value)
            # The room that the context leaves may have become smaller than what was set.
            room = spec.maximum if spec.maximum is None or value is None else max(spec.maximum, value)
            st.number_input(
                label,
                min_value=spec.minimum,
                max_value=room,
                value=value,
                step=spec.step or (1 if spec.kind == "integer" else 0.1),
                format="%d" if spec.kind == "integer" else "%g",
                key=box.key,
                help=help_,
                placeholder=_unset(spec),
                on_change=box.changed(lambda now: on_set(spec.name, _or_unset(now))),
            )
        case "toggle":
            switch = control(key, value)
            st.segmented_control(
                label,
                [True, False],
                default=value,
                format_func=lambda choice: "on" if choice else "off",
                key=switch.key,
                help=help_,
                on_change=switch.changed(lambda now: on_set(spec.name, _or_unset(now))),
            )
        case "select":
            chosen = (NULL if value is None else value) if is_set else None
            choices = [NULL if choice is None else choice for choice in spec.choices]
            choice = control(key, chosen)
            st.selectbox(
                label,
                choices,
                index=choices.index(chosen) if chosen in choices else None,
                key=choice.key,
                format_func=_choice_label(spec.choices),
                help=help_,
                placeholder=_unset(spec),
                on_change=choice.changed(lambda now: on_set(spec.name, _chosen(now))),
            )
        case "text":
            words = control(key, value or "")
            st.text_input(
                label,
                value or "",
                key=words.key,
                help=help_,
                placeholder=_unset(spec),
                on_change=words.changed(lambda now: on_set(spec.name, now or UNSET)),
            )
        case "list":
            _list_control(spec, value, label, help_, on_set, key)
        case "json":
            _json_control(spec, value, is_set, label, help_, on_set, key)
    if spec.name == "seed":
        st.button(
            "",
            key=f"{key}-dice",
            icon=":material/casino:",
            help="Random seed",
            type="tertiary",
            on_click=lambda: on_set(spec.name, random.randint(int(spec.minimum or 1), int(spec.maximum or 2**31 - 1))),
        )
    elif is_set and spec.control == "json":
        st.button(
            "",
            key=f"{key}-clear",
            icon=":material/close:",
            help=f"Do not send {spec.name}",
            type="tertiary",
            on_click=lambda: on_set(spec.name, UNSET),
        )


def link_button(name: str, links: Links, *, key: str) -> None:
    """Whether a value is shared with the other panes, and the switch for it."""
    own = name in links.unlinked
    st.button(
        "",
        key=key,
        icon=":material/link_off:" if own else ":material/link:",
        help=f"{name} is this pane's own; share it" if own else f"{name} is shared; unlink it here",
        type="tertiary",
        on_click=links.toggle,
        args=(name,),
    )


def _list_control(spec: ParameterSpec, value: Any, label: str, help_: str, on_set: SetParameter, key: str) -> None:
    """Texts, each on one line: what was typed stands for what is sent."""

    def changed(now: Sequence[str]) -> None:
        meant = [escapes.unescaped_text(text) for text in now]
        on_set(spec.name, list(dict.fromkeys(meant)) or UNSET)

    texts = [value] if isinstance(value, str) else list(value or [])
    shown = list(dict.fromkeys(escapes.escaped(str(text)) for text in texts))
    box = control(key, shown)
    st.multiselect(
        label,
        shown,
        default=shown,
        key=box.key,
        help=f"{help_} {escapes.HELP}",
        placeholder=_unset(spec),
        accept_new_options=True,
        max_selections=spec.max_items,
        on_change=box.changed(changed),
    )


def _json_control(
    spec: ParameterSpec, value: Any, is_set: bool, label: str, help_: str, on_set: SetParameter, key: str
) -> None:
    def changed(now: str) -> None:
        text = now.strip()
        try:
            on_set(spec.name, read_json(text) if text else UNSET)
            st.session_state.pop(f"{key}-wrong", None)
        except ValueError:
            st.session_state[f"{key}-wrong"] = text

    wrong = st.session_state.get(f"{key}-wrong")
    shown = wrong if wrong is not None else json.dumps(value) if is_set else ""
    box = control(key, shown, same=_same_json)
    st.text_area(
        label, shown, key=box.key, help=help_, placeholder=_unset(spec), height=80, on_change=box.changed(changed)
    )
    if wrong is not None:
        st.caption(":orange[:material/warning: Not JSON, not sent]")


def _same_json(shown: str, wanted: str) -> bool:
    """Whether two texts are the same JSON, or the same."""
    try:
        return shown == wanted or bool(read_json(shown) == read_json(wanted))
    except ValueError:
        return False


def _or_unset(value: Any) -> Any:
    return UNSET if value is None else value


def _chosen(choice: Any) -> Any:
    return UNSET if choice is None else None if choice == NULL else choice


def _choice_label(choices: Sequence[Any]) -> Callable[[Any], str]:
    """How choices are called, no two alike: words as they are, unless that is what another one is as JSON."""
    bare = [choice if isinstance(choice, str) else json.dumps(choice) for choice in choices]
    as_json = len(set(bare)) < len(bare)

    def label(choice: Any) -> str:
        value = None if choice == NULL else choice
        return visible(value if isinstance(value, str) and not as_json else json.dumps(value, ensure_ascii=False))

    return label


def _unset(spec: ParameterSpec) -> str:
    if spec.default is None:
        return "sent, the model's own" if spec.required else "not sent"
    default = f"{spec.default:g}" if _is_number(spec.default) else json.dumps(spec.default)
    return f"sent, the model's own: {spec.default:,}" if spec.required else f"not sent, default {default}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _help(spec: ParameterSpec) -> str:
    low, high = spec.minimum, spec.maximum
    parts = [spec.description]
    if low is not None or high is not None:
        parts.append(f"Range: {'…' if low is None else f'{low:,}'} to {'…' if high is None else f'{high:,}'}.")
    parts.append("The model's page names no default." if spec.default is None else f"Default: {spec.default}.")
    return " ".join(part for part in parts if part)
