"""A model's own parameters in their groups. Each is either set, and sent, or unset, and not sent."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import streamlit as st

from components.settings.parameter_control import parameter_control
from components.settings.parameter_values import SetParameter
from playground.parameters import ParameterSpec


@dataclass(frozen=True, slots=True)
class Links:
    """The names that one pane does not share with the others, and the switch for one."""

    unlinked: frozenset[str]
    toggle: Callable[[str], None]


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
            parameter_control(spec, values, on_set, key=f"{key}-{spec.name}")
            if links is not None:
                link_button(spec.name, links, key=f"{key}-{spec.name}-link")


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
