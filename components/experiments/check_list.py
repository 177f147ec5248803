"""The checks of a plan: a rule a row, with the fields that its kind has."""

import json
from functools import cache, partial
from typing import Any, get_args

import streamlit as st

from components.experiments import plan_actions
from components.experiments.plan_mistakes import mistakes_here
from components.frame.controls import control
from components.frame.session import Session
from playground.experiments.checks.check import Check
from playground.experiments.checks.seen import CheckPart
from playground.experiments.plans import ExperimentPlan
from playground.text.markdown import plain

_EACH = ("name", "metric", "weight", "negate")
"""What every check has; it is behind "More"."""
_FIRST: dict[str, dict[str, Any]] = {
    "length": {"max": 100, "unit": "words"},
    "tokens": {"max": 200},
    "first_token": {"max": 2.0},
    "seconds": {"max": 10.0},
    "cost": {"max": "0.001"},
    "regex": {"value": "."},
    "number": {"value": "{{expected}}"},
    "json_path": {"path": "$.name", "value": "{{expected}}"},
    "json_schema": {"schema": {"type": "object"}},
    "judge": {"prompt": "Is this a good answer to the question?"},
    "pairwise": {"prompt": "Which answer is better?", "against": ""},
}
"""What a new check of a kind begins with."""


@cache
def kinds() -> dict[str, type[CheckPart]]:
    """The kinds of checks by the word that names them in a file."""
    classes = get_args(get_args(Check)[0])
    return {get_args(each.model_fields["check"].annotation)[0]: each for each in classes}


def check_list(here: Session, plan: ExperimentPlan) -> None:
    """Edit the checks."""
    checks: list[dict[str, Any]] = list(plan.draft.get("checks") or ())
    for number, check in enumerate(checks):
        with st.container(border=True, key=f"check-{number}"):
            _check(plan, number, check)
            mistakes_here(plan, "checks", number)
    adding = control(f"check_add-{plan.name}", None)
    st.selectbox(
        "Add a check",
        list(kinds()),
        index=None,
        key=adding.key,
        format_func=lambda kind: str(kind).replace("_", " "),
        placeholder="Add a check",
        label_visibility="collapsed",
        on_change=adding.changed(lambda kind: _add(plan, kind)),
    )
    if any(check.get("check") in ("judge", "pairwise") for check in checks):
        _judge(here, plan)


def _check(plan: ExperimentPlan, number: int, check: dict[str, Any]) -> None:
    kind = kinds().get(str(check.get("check")))
    if kind is None:
        st.caption(f"{plain(str(check.get('check')))} is no check that is known; edit it as YAML.")
        return
    fields = dict(_schema(str(check["check"])))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        negated = "not " if check.get("negate") else ""
        st.markdown(f"**{plain(negated + str(check['check']).replace('_', ' '))}**", width="content")
        st.caption(plain((kind.__doc__ or "").strip().split("\n")[0]), width="stretch")
        with st.popover("More", icon=":material/tune:"):
            for name in _EACH:
                _field(plan, number, check, name, fields[name])
        st.button(
            f"Remove check {number + 1}",
            key=f"check_remove-{number}",
            icon=":material/delete:",
            type="tertiary",
            on_click=partial(plan_actions.set_at, plan.name, ("checks", number), None),
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, schema in sorted(fields.items(), key=lambda field: field[1].get("type") == "boolean"):
            if name not in _EACH and name != "check":
                _field(plan, number, check, name, schema)


@cache
def _schema(kind: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The fields of a kind of checks, each with its JSON Schema."""
    return tuple(kinds()[kind].model_json_schema(by_alias=True)["properties"].items())


def _field(plan: ExperimentPlan, number: int, check: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    """The control of one field."""
    label, told = name.replace("_", " ").capitalize(), schema.get("description")
    value = check.get(name, schema.get("default"))
    shape = next((one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"), schema)
    written = _written(value, shape)
    box = control(f"check_{name}-{plan.name}-{number}", written, kind=check["check"])

    def changed(new: Any) -> None:
        plan_actions.set_at(plan.name, ("checks", number, name), _read(new, shape), (None, schema.get("default")))

    on_change = box.changed(changed)
    if "enum" in shape:
        options = shape["enum"]
        at = options.index(value) if value in options else None
        st.selectbox(label, options, index=at, key=box.key, help=told, on_change=on_change, width=180)
    elif shape.get("type") == "boolean":
        st.checkbox(label, bool(value), key=box.key, help=told, on_change=on_change)
    elif shape.get("type") in ("number", "integer") and not isinstance(value, str):
        number_value = float(value) if isinstance(value, int | float) else None
        st.number_input(label, value=number_value, key=box.key, help=told, on_change=on_change, width=160, format="%g")
    elif shape.get("type") in ("array", "object") or "$ref" in shape:
        st.text_area(label, written, key=box.key, help=told or _FORMS.get(str(shape.get("type"))), on_change=on_change)
    else:
        st.text_input(label, written, key=box.key, help=told, on_change=on_change)


_FORMS = {"array": "One a line", "object": "JSON"}


def _is_texts(shape: dict[str, Any]) -> bool:
    return shape.get("type") == "array" and "$ref" not in shape.get("items", {})


def _written(value: Any, shape: dict[str, Any]) -> Any:
    """A field's value as its control shows it."""
    if shape.get("type") == "boolean":
        return bool(value)
    if shape.get("type") in ("number", "integer") and not isinstance(value, str):
        return float(value) if isinstance(value, int | float) else None
    if "enum" in shape:
        return value
    if _is_texts(shape):
        return "\n".join(map(str, value or ()))
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _read(shown: Any, shape: dict[str, Any]) -> Any:
    """What a control shows, as a field's value; what cannot be read stays as it is, and its check says so."""
    if not isinstance(shown, str) or "enum" in shape:
        return int(shown) if isinstance(shown, float) and shown.is_integer() else shown
    if _is_texts(shape):
        return [text.strip() for text in shown.splitlines() if text.strip()]
    if shape.get("type") == "string":
        return shown
    try:
        return json.loads(shown) if shown.strip() else None
    except ValueError:
        return shown


def _add(plan: ExperimentPlan, kind: str | None) -> None:
    if kind is None:
        return
    known = dict(_schema(kind))
    first = _FIRST.get(kind)
    if first is None:
        first = {name: "{{expected}}" if name == "value" else ["{{expected}}"] for name in ("value", "values")}
        first = {name: value for name, value in first.items() if name in known and "default" not in known[name]}
    plan_actions.add_at(plan.name, ("checks",), {"check": kind, **first})


def _judge(here: Session, plan: ExperimentPlan) -> None:
    roster = here.chat.roster
    ids = [card.id for card in roster.catalog if roster.obstacle(card) is None]
    judge = plan.draft.get("judge")
    chosen = judge.get("id") if isinstance(judge, dict) else judge
    box = control(f"plan_judge-{plan.name}", chosen)
    st.selectbox(
        "Judge",
        ids,
        index=ids.index(chosen) if chosen in ids else None,
        key=box.key,
        placeholder="Choose the model that judges",
        help="It is not told which variant or model an answer is of.",
        on_change=box.changed(lambda id_: plan_actions.set_at(plan.name, ("judge",), id_)),
    )
    mistakes_here(plan, "judge")
