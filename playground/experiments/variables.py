"""Variables of a plan: renamed wherever they are named, or taken away with their values."""

from collections.abc import Iterator
from typing import Any

from playground.experiments.plans import PlanError
from playground.experiments.rows import EXPECTED, OWN_FIELDS, variable_name
from playground.presets.template import name_of, rename_in_prompt, template_of
from playground.text.cleaning import line

_JUDGES = ("judge", "pairwise")
_TOLD_TO_JUDGES = ("question", "answer")
"""What these mean in the prompt of a judge is the model's, whatever columns there are."""


def variables_of(draft: dict[str, Any]) -> tuple[str, ...]:
    """The variables of a draft's rows, in their order."""
    return tuple(dict.fromkeys(name for values in _values(draft) for name in values if name not in OWN_FIELDS))


def rename_variable(draft: dict[str, Any], old: str, new: str) -> None:
    """Call a variable something else in rows, prompts and checks. Raises PlanError where the name cannot be taken."""
    new = name_of(new)
    if new == old:
        return
    _refuse_taken(draft, old, new)
    for row in _rows(draft):
        _rename_key(row, old, new)
        if isinstance(row.get("variables"), dict):
            _rename_key(row["variables"], old, new)
        if "checks" in row:
            row["checks"] = _renamed_in(row["checks"], old, new)
    for part in ("variants", "checks"):
        if part in draft:
            draft[part] = _renamed_in(draft[part], old, new)


def remove_variable(draft: dict[str, Any], name: str) -> None:
    """Take a variable and its values away; prompts that name it stay as they are."""
    for values in list(_values(draft)):
        if name not in OWN_FIELDS:
            values.pop(name, None)


def _rows(draft: dict[str, Any]) -> Iterator[dict[str, Any]]:
    dataset = draft.get("dataset")
    rows = dataset.get("rows") if isinstance(dataset, dict) else None
    yield from (row for row in rows or () if isinstance(row, dict))


def _values(draft: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for row in _rows(draft):
        yield row
        if isinstance(row.get("variables"), dict):
            yield row["variables"]


def _rename_key(values: dict[str, Any], old: str, new: str) -> None:
    if old in values and old not in OWN_FIELDS:
        kept = [(new if name == old else name, value) for name, value in values.items()]
        values.clear()
        values.update(kept)


def _refuse_taken(draft: dict[str, Any], old: str, new: str) -> None:
    if new in (*(name_of(name) for name in variables_of(draft) if name != old), EXPECTED):
        raise PlanError(f"There is a column {line(new, 80)} already.", hint="Choose another name.")
    if new in OWN_FIELDS:
        raise PlanError(f"A column cannot be called {new}: rows have {new} beside it.", hint="Choose another name.")
    try:
        variable_name(new)
    except ValueError as error:
        raise PlanError(f"{error}.", hint="Choose another name.") from None
    if new in _TOLD_TO_JUDGES and any(_renamed_in(judge, old, new) != judge for judge in _judges(draft)):
        raise PlanError(
            f"{{{{{new}}}}} in the prompt of a judge is the model's {new}.",
            hint=f"Choose another name: a judge here names {{{{{line(old, 80)}}}}}.",
        )


def _judges(draft: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for checks in (draft.get("checks"), *(row.get("checks") for row in _rows(draft))):
        for check in checks if isinstance(checks, list) else ():
            if isinstance(check, dict) and check.get("check") in _JUDGES:
                yield check


def _renamed_in(written: Any, old: str, new: str) -> Any:
    """Any JSON with `{{old}}` in its texts as `{{new}}`."""
    if isinstance(written, str):
        return rename_in_prompt(written, old, new)
    if isinstance(written, list):
        return [_renamed_in(one, old, new) for one in written]
    if isinstance(written, dict) and not (written.get("check") in _JUDGES and old in _TOLD_TO_JUDGES):
        return {
            name: value if _is_literal(name, value) else _renamed_in(value, old, new) for name, value in written.items()
        }
    return written


def _is_literal(name: str, value: Any) -> bool:
    """Whether it is a system prompt that is sent as it is written, for it is no valid template."""
    return name == "system_prompt" and isinstance(value, str) and template_of(value) != value
