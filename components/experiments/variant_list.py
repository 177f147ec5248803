"""The prompts of a plan: what is asked, with variables of the rows."""

from functools import partial
from typing import Any

import streamlit as st

from components.experiments import plan_actions
from components.experiments.plan_mistakes import mistakes_here
from components.frame.controls import control
from components.frame.process import chat
from playground.experiments.definition import MOST_VARIANTS
from playground.experiments.plans import ExperimentPlan
from playground.presets.library import PresetLibrary
from playground.presets.preset import Preset
from playground.text.markdown import plain

_TEXTS = (("name", "Name", 0), ("system_prompt", "System prompt", 68), ("prompt", "Prompt", 100))
_MOST_PRESETS = 50


def variant_list(plan: ExperimentPlan) -> None:
    """Edit the variants; one with several messages, tools or a format keeps them, and shows that it has them."""
    variants: list[dict[str, Any]] = list(plan.draft.get("variants") or ())
    beside = st.columns(min(max(len(variants), 1), 2))
    for number, variant in enumerate(variants):
        with beside[number % 2], st.container(border=True, key=f"variant-{number}"):
            for name, label, height in _TEXTS:
                if name == "prompt" and variant.get("messages"):
                    st.caption(f"{len(variant['messages'])} messages; edit them as YAML.")
                    continue
                _text(plan, number, variant, name, label, height)
            mistakes_here(plan, "variants", number)
            _more(plan, number, variant, may_go=len(variants) > 1)
    mistakes_here(plan, "variants", only=True)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Add a prompt",
            key="variant_add",
            icon=":material/add:",
            disabled=len(variants) >= MOST_VARIANTS,
            on_click=_add,
            args=(plan, {"prompt": variants[-1].get("prompt", "") if variants else ""}),
        )
        known = PresetLibrary(chat().store).presets()[:_MOST_PRESETS]
        with st.popover("Add a preset", icon=":material/bookmark:", disabled=not known):
            for entry in known:
                st.button(
                    plain(entry.preset.name),
                    key=f"variant_preset-{entry.id}",
                    type="tertiary",
                    on_click=_add,
                    args=(plan, _of_preset(entry.preset)),
                )


def _of_preset(preset: Preset) -> dict[str, Any]:
    fields = preset.model_dump(mode="json", include={"system_prompt", "parameters", "tools", "response_format"})
    return {"name": preset.name[:100], "prompt": preset.prompt or "{{question}}", "preset": preset.name, **fields}


def _text(plan: ExperimentPlan, number: int, variant: dict[str, Any], name: str, label: str, height: int) -> None:
    value = str(variant.get(name) or "")
    box = control(f"variant_{name}-{plan.name}-{number}", value)
    empty = () if name in ("name", "prompt") else ("",)
    changed = box.changed(lambda text: plan_actions.set_at(plan.name, ("variants", number, name), text, empty))
    if height:
        st.text_area(label, value, key=box.key, height=height, on_change=changed)
    else:
        st.text_input(label, value, key=box.key, max_chars=100, on_change=changed)


def _more(plan: ExperimentPlan, number: int, variant: dict[str, Any], *, may_go: bool) -> None:
    kept = [told for name, told in (("tools", "tools"), ("response_format", "a response format")) if variant.get(name)]
    parameters = ", ".join(f"{name} {value}" for name, value in (variant.get("parameters") or {}).items())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if kept or parameters:
            st.caption(plain(" · ".join([*kept, parameters] if parameters else kept)), width="content")
        if may_go:
            st.button(
                f"Remove {plain(str(variant.get('name') or 'prompt'))}",
                key=f"variant_remove-{number}",
                icon=":material/delete:",
                type="tertiary",
                on_click=partial(plan_actions.set_at, plan.name, ("variants", number), None),
            )


def _add(plan: ExperimentPlan, variant: dict[str, Any]) -> None:
    taken = {str(one.get("name")) for one in plan.draft.get("variants") or ()}
    wanted = variant.get("name") or f"prompt {len(taken) + 1}"
    name = next(name for name in (wanted, *(f"{wanted} {n}" for n in range(2, MOST_VARIANTS + 2))) if name not in taken)
    filled = {key: value for key, value in variant.items() if value}
    plan_actions.add_at(plan.name, ("variants",), {"prompt": "", **filled, "name": name})
