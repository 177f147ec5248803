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
from playground.experiments.checks.judging import JudgeCheck, PairwiseCheck
from playground.experiments.checks.seen import CheckPart
from playground.experiments.plan_mistakes import PlanPlace
from playground.experiments.plans import ExperimentPlan
from playground.text.markdown import plain

_EACH = ("name", "metric", "weight", "negate")
"""What every check has; it is behind "More"."""
_LONG = ("prompt",)
"""What a judge is asked: over the whole width."""
_BEHIND = ("model", "system_prompt", "shown")
"""What a judge has beside that; it is behind "More" as well."""
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
    "similar_meaning": {"value": "{{expected}}", "model": "@cf/baai/bge-m3"},
    "pairwise": {"prompt": "Which answer is better?", "against": ""},
}
"""What a new check of a kind begins with."""


@cache
def kinds() -> dict[str, type[CheckPart]]:
    """The kinds of checks by the word that names them in a file."""
    classes = get_args(get_args(Check)[0])
    return {get_args(each.model_fields["check"].annotation)[0]: each for each in classes}


def check_list(here: Session, plan: ExperimentPlan) -> None:
    """Edit the checks of a plan, and choose who judges where one of them or of a row's asks for that."""
    checks_at(plan, "checks")
    draft_rows = (plan.draft.get("dataset") or {}).get("rows") or ()
    own = (check for row in draft_rows if isinstance(row, dict) for check in row.get("checks") or ())
    if any(check.get("check") in ("judge", "pairwise") for check in (*(plan.draft.get("checks") or ()), *own)):
        _judge(here, plan)


def checks_at(plan: ExperimentPlan, *place: str | int) -> None:
    """Edit the checks that stand at a place of a plan: its own, or those of one of its rows."""
    draft: Any = plan.draft
    for step in place[:-1]:
        draft = draft[step]
    checks: list[dict[str, Any]] = list(draft.get(place[-1]) or ())
    name = "-".join(("check", *map(str, place[:-1])))
    for number, check in enumerate(checks):
        with st.container(border=True, key=f"{name}-{number}"):
            _check(plan, (*place, number), check)
            mistakes_here(plan, *place, number)
    adding = control(f"{name}_add-{plan.name}", None)
    st.selectbox(
        "Add a check",
        list(kinds()),
        index=None,
        key=adding.key,
        format_func=lambda kind: str(kind).replace("_", " "),
        placeholder="Add a check",
        label_visibility="collapsed",
        on_change=adding.changed(lambda kind: _add(plan, place, kind)),
    )


def _check(plan: ExperimentPlan, place: PlanPlace, check: dict[str, Any]) -> None:
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
            behind = _BEHIND if kind in (JudgeCheck, PairwiseCheck) else ()
            for name in (*_EACH, *(name for name in behind if name in fields)):
                _field(plan, place, check, name, fields[name])
        st.button(
            f"Remove check {int(place[-1]) + 1}",
            key=f"check_remove-{_key(place)}",
            icon=":material/delete:",
            type="tertiary",
            on_click=partial(plan_actions.set_at, plan.name, place, None),
        )
    for name in _LONG:
        if name in fields:
            _field(plan, place, check, name, fields[name])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name, schema in sorted(fields.items(), key=lambda field: field[1].get("type") == "boolean"):
            if name not in (*_EACH, *_LONG, "check") and not (name in _BEHIND and kind in (JudgeCheck, PairwiseCheck)):
                _field(plan, place, check, name, schema)


def _key(place: PlanPlace) -> str:
    """A place as a part of keys: the number alone for checks of the plan."""
    return str(place[-1]) if place[0] == "checks" else "-".join(map(str, place))


@cache
def _schema(kind: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The fields of a kind of checks, each with its JSON Schema."""
    return tuple(kinds()[kind].model_json_schema(by_alias=True)["properties"].items())


def _field(plan: ExperimentPlan, place: PlanPlace, check: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    """The control of one field."""
    label, told = name.replace("_", " ").capitalize(), schema.get("description")
    value = check.get(name, schema.get("default"))
    shape = next((one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"), schema)
    written = _written(value, shape)
    if name == "choices":
        written = "\n".join(f"{one.get('choice')} = {_plainly(one.get('score', ''))}" for one in value or ())
    box = control(f"check_{name}-{plan.name}-{_key(place)}", written, kind=check["check"])

    def changed(new: Any) -> None:
        read = _choices(new) if name == "choices" else _read(new, shape)
        plan_actions.set_at(plan.name, (*place, name), read, (None, schema.get("default")))

    on_change = box.changed(changed)
    if "enum" in shape or name == "against":
        options = shape.get("enum") or [str(one.get("name")) for one in plan.draft.get("variants") or ()]
        at = options.index(value) if value in options else None
        st.selectbox(label, options, index=at, key=box.key, help=told, on_change=on_change, width=180)
    elif shape.get("type") == "boolean":
        st.checkbox(label, bool(value), key=box.key, help=told, on_change=on_change)
    elif shape.get("type") in ("number", "integer") and not isinstance(value, str):
        number_value = float(value) if isinstance(value, int | float) else None
        st.number_input(label, value=number_value, key=box.key, help=told, on_change=on_change, width=160, format="%g")
    elif name in (*_LONG, "system_prompt"):
        st.text_area(label, written, key=box.key, help=told, height=100, on_change=on_change)
    elif shape.get("type") in ("array", "object") or "$ref" in shape:
        told = f"{told} A line each: yes = 1" if name == "choices" else told
        st.text_area(label, written, key=box.key, help=told or _FORMS.get(str(shape.get("type"))), on_change=on_change)
    else:
        st.text_input(label, written, key=box.key, help=told, on_change=on_change)


_FORMS = {"array": "One a line", "object": "JSON"}


def _plainly(score: Any) -> str:
    return f"{score:g}" if isinstance(score, int | float) else str(score)


def _choices(written: str) -> list[dict[str, Any]]:
    """What a judge may say, a line each with its score; one without a score has none, and its check says so."""
    found = []
    for told in written.splitlines():
        word, _, score = told.rpartition("=") if "=" in told else (told, "", "")
        if word.strip():
            try:
                found.append({"choice": word.strip(), "score": float(score)})
            except ValueError:
                found.append({"choice": told.strip()})
    return found


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


def _add(plan: ExperimentPlan, place: PlanPlace, kind: str | None) -> None:
    if kind is None:
        return
    known = dict(_schema(kind))
    first = _FIRST.get(kind)
    if first is None:
        first = {name: "{{expected}}" if name == "value" else ["{{expected}}"] for name in ("value", "values")}
        first = {name: value for name, value in first.items() if name in known and "default" not in known[name]}
    plan_actions.add_at(plan.name, place, {"check": kind, **first})


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
