"""Variables of a plan: renamed wherever they are named, or taken away with their values."""

import re
from collections.abc import Iterator
from typing import Any

from playground.experiments.plans import PlanError
from playground.experiments.rows import EXPECTED, OWN_FIELDS
from playground.presets.template import name_of
from playground.text.cleaning import line


def variables_of(draft: dict[str, Any]) -> tuple[str, ...]:
    """The variables of a draft's rows, in their order."""
    return tuple(dict.fromkeys(name for values in _values(draft) for name in values if name not in OWN_FIELDS))


def rename_variable(draft: dict[str, Any], old: str, new: str) -> None:
    """Call a variable something else in rows, prompts and checks. Raises PlanError where the name is taken."""
    new = name_of(new)
    if new == old:
        return
    if new in (*variables_of(draft), EXPECTED):
        raise PlanError(f"There is a column {line(new, 80)} already.", hint="Choose another name.")
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


def _renamed_in(written: Any, old: str, new: str) -> Any:
    """Any JSON with `{{old}}` in its texts as `{{new}}`."""
    if isinstance(written, str):
        return re.sub(rf"(?<!\\)\{{\{{\s*{re.escape(old)}\s*\}}\}}", lambda _: f"{{{{{new}}}}}", written)
    if isinstance(written, list):
        return [_renamed_in(one, old, new) for one in written]
    if isinstance(written, dict):
        return {name: _renamed_in(value, old, new) for name, value in written.items()}
    return written
