"""Who is asked, with which settings, how often, and for how much at most."""

import json
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st
from pydantic import ValidationError

from components.experiments import plan_actions
from components.experiments.engine_choice import engine_choice
from components.experiments.plan_mistakes import mistakes_here
from components.experiments.run_panel import limit_told
from components.frame.controls import control
from components.frame.page_link import page_link
from components.frame.session import Session
from components.settings.model_picker import row
from playground.conversation.setup import form_specs
from playground.errors import ProviderError
from playground.experiments.candidates import candidates_of, chosen_card
from playground.experiments.checks.judging import ModelChoice, named_model
from playground.experiments.definition import MOST_MODELS, REPETITIONS_AT_MOST
from playground.experiments.limit_obstacles import limit_obstacles
from playground.experiments.plans import ExperimentPlan
from playground.experiments.setting_up import rows_of_split
from playground.models.roster import Roster, today
from playground.parameters import ParameterSpec
from playground.text.labels import labels, visible
from playground.text.markdown import plain

_LOOKS = 4


def plan_models(here: Session, plan: ExperimentPlan) -> None:
    """Edit the models of a plan, the values of parameters that are tried, repetitions, the limit, and where it runs."""
    roster = here.chat.roster
    chosen = {_id(model, roster): model for model in plan.draft.get("models") or ()}
    _models(plan, roster, chosen)
    _settings(plan, _known_specs(roster, list(chosen)))
    with st.container(horizontal=True, gap="medium"):
        _repetitions(plan)
        _limit(plan)
    mistakes_here(plan, "repetitions")
    mistakes_here(plan, "limits")
    _limit_obstacles(plan, roster)
    _early_stop(plan)
    mistakes_here(plan, "early_stop")
    engine_choice(roster, plan)


def _id(model: Any, roster: Roster) -> str:
    """The id of the model that is meant, or what is written where that means none."""
    written = str(model.get("id")) if isinstance(model, dict) else str(model)
    try:
        return chosen_card(ModelChoice.model_validate(named_model(model)), roster).id
    except (ProviderError, ValidationError):
        return written


def _models(plan: ExperimentPlan, roster: Roster, chosen: dict[str, Any]) -> None:
    usable = [card for card in roster.catalog if roster.obstacle(card) is None and not card.retired(today())]
    shown = labels({card.id: row(card, roster) for card in usable})
    missing = [id_ for id_ in chosen if id_ not in shown]
    box = control(f"plan_models-{plan.name}", list(chosen))

    def change(ids: list[str]) -> None:
        plan_actions.set_at(plan.name, ("models",), [chosen.get(id_, id_) for id_ in ids])

    st.multiselect(
        "Models",
        [*shown, *missing],
        list(chosen),
        key=box.key,
        format_func=lambda id_: shown.get(id_, visible(str(id_))),
        max_selections=MOST_MODELS,
        placeholder="Choose models",
        select_all=False,  # or Enter chooses all that were found by some letters
        on_change=box.changed(change),
    )
    mistakes_here(plan, "models")
    for id_ in missing:
        st.caption(f":material/key: {plain(id_)} cannot be asked here, as far as is known.")
    if len(usable) < 2:
        page_link("connections", "More models need a connection", ":material/hub:")


def _known_specs(roster: Roster, ids: list[str]) -> dict[str, ParameterSpec]:
    """The parameters of all of the models, by name."""
    found: dict[str, ParameterSpec] = {}
    for id_ in ids:
        if (card := roster.card(id_)) is not None:
            found = {**{spec.name: spec for spec in form_specs(card, "messages")}, **found}
    return found


def _settings(plan: ExperimentPlan, known: dict[str, ParameterSpec]) -> None:
    axes: dict[str, list[Any]] = dict(plan.draft.get("axes") or {})
    st.markdown("**Settings**: one value, or several with commas between them, each of which is tried.")
    for name, values in axes.items():
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"axis-{name}"):
            written = ", ".join(value if isinstance(value, str) else json.dumps(value) for value in values)
            box = control(f"axis_values-{plan.name}-{name}", written)
            st.text_input(
                visible(name),
                written,
                key=box.key,
                help=_range(known.get(name)),
                on_change=box.changed(partial(_set_axis, plan, name)),
            )
            st.button(
                f"Remove {plain(name)}",
                key=f"axis_remove-{name}",
                icon=":material/delete:",
                type="tertiary",
                on_click=partial(plan_actions.set_at, plan.name, ("axes", name), None),
            )
        mistakes_here(plan, "axes", name)
    if more := [name for name in known if name not in axes and known[name].kind not in ("object",)]:
        adding = control(f"axis_add-{plan.name}", None)
        st.selectbox(
            "Add a setting",
            more,
            index=None,
            key=adding.key,
            placeholder="Add a setting",
            label_visibility="collapsed",
            on_change=adding.changed(lambda name: _begin_axis(plan, known.get(name))),
        )


def _range(spec: ParameterSpec | None) -> str | None:
    if spec is None:
        return None
    bounds = (None if bound is None else f"{bound:g}" for bound in (spec.minimum, spec.maximum))
    low, high = bounds
    told = f"{low} to {high}. " if low and high else f"From {low}. " if low else f"Up to {high}. " if high else ""
    return plain(f"{told}{spec.description}").strip() or None


def _begin_axis(plan: ExperimentPlan, spec: ParameterSpec | None) -> None:
    if spec is not None:
        plan_actions.set_at(plan.name, ("axes", spec.name), [spec.rest if spec.default is None else spec.default])


def _set_axis(plan: ExperimentPlan, name: str, written: str) -> None:
    values = [_value(one.strip()) for one in written.split(",") if one.strip()]
    plan_actions.set_at(plan.name, ("axes", name), values, ([],))


def _value(written: str) -> Any:
    """What is written as a number, true, false or null is that; all else is text."""
    try:
        value = json.loads(written)
    except ValueError:
        return written
    return value if isinstance(value, int | float | bool | str) or value is None else written


def _repetitions(plan: ExperimentPlan) -> None:
    value = plan.draft.get("repetitions")
    box = control(f"plan_repetitions-{plan.name}", value if isinstance(value, int) else 1)
    st.number_input(
        "Repetitions",
        1,
        REPETITIONS_AT_MOST,
        value if isinstance(value, int) else 1,
        key=box.key,
        width=160,
        help="How often each is asked: a model may answer otherwise the next time.",
        on_change=box.changed(lambda times: plan_actions.set_at(plan.name, ("repetitions",), times, (1,))),
    )


def _limit(plan: ExperimentPlan) -> None:
    written = str((plan.draft.get("limits") or {}).get("max_cost") or "")
    box = control(f"plan_limit-{plan.name}", written)
    st.text_input(
        "At most, in USD",
        written,
        key=box.key,
        width=160,
        placeholder="no limit",
        help="Held before anything is asked, so that it is never passed.",
        on_change=box.changed(
            lambda text: plan_actions.set_at(plan.name, ("limits",), {"max_cost": _amount(text)}, ({"max_cost": ""},))
        ),
    )


def _early_stop(plan: ExperimentPlan) -> None:
    """Declare looks before the end."""
    kept = plan.draft.get("early_stop")
    looks = kept.get("looks", _LOOKS) if isinstance(kept, dict) else _LOOKS
    box = control(f"plan_early-{plan.name}", kept is not None)
    st.checkbox(
        "End early where it is clear",
        kept is not None,
        key=box.key,
        help="The bounds are those of a group-sequential test: looking several times alarms no more often than once.",
        on_change=box.changed(
            lambda on: plan_actions.set_at(plan.name, ("early_stop",), {"looks": _LOOKS} if on else None)
        ),
    )
    if kept is None:
        return
    counted = control(f"plan_looks-{plan.name}", looks)
    st.number_input(
        "Looks",
        2,
        20,
        looks if isinstance(looks, int) and 2 <= looks <= 20 else _LOOKS,
        key=counted.key,
        width=160,
        on_change=counted.changed(lambda n: plan_actions.set_at(plan.name, ("early_stop", "looks"), n)),
    )
    st.caption(
        f"The results are looked at {looks} times, the last time at the end. A column that is clearly worse than "
        "another by then is not asked about the rows that are left, and how much that saved is said."
    )


def _limit_obstacles(plan: ExperimentPlan, roster: Roster) -> None:
    """Say beside the limit why it cannot be held."""
    definition = plan.definition
    if definition is None or definition.limits.max_cost is None:
        return
    try:
        rows = rows_of_split(definition, definition.dataset.rows)
        obstacles = limit_obstacles(definition, rows, candidates_of(definition, roster), roster)
    except ProviderError:
        return  # it is said above, beside Run
    if obstacles:
        limit_told(obstacles)


def _amount(text: str) -> str:
    """An amount as it is written in a plan, or the text as it is, which its check then names."""
    text = text.strip().removeprefix("$")
    try:
        return f"{Decimal(text):f}" if text else ""
    except ArithmeticError:
        return text
